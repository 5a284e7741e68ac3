import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assetPath } from "../../engine/contract/assets.ts";
import { webRoutes } from "./routes.ts";

const app = webRoutes();
const folder = assetPath("api", "web", "page");
const own = readdirSync(folder);

describe("the page's files", () => {
  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/ops", "text/html; charset=utf-8"],
    ["/web/app.js", "text/javascript; charset=utf-8"],
    ["/web/base.css", "text/css; charset=utf-8"],
    ["/web/icon.svg", "image/svg+xml"],
    ["/web/uplot.js", "text/javascript; charset=utf-8"],
    ["/web/uplot.css", "text/css; charset=utf-8"],
  ])("%s is %s, guarded and never stale", async (path, type) => {
    const response = await app.request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  test("one that the browser has is not sent again", async () => {
    const etag = (await app.request("/web/app.js")).headers.get("etag") ?? "";
    for (const known of [etag, `"x", W/${etag}`]) {
      const again = await app.request("/web/app.js", { headers: { "if-none-match": known } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
    }
    const other = await app.request("/web/app.js", { headers: { "if-none-match": '"x"' } });
    expect(other.status).toBe(200);
  });

  test.each([
    "/web/",
    "/web/index.html",
    "/web/../package.json",
    "/web/%2e%2e/routes.ts",
    "/web/routes.ts",
  ])("nothing else is served: %s", async (path) => {
    expect((await app.request(path)).status).toBe(404);
  });

  test("every file of the folder is served, and every file that is named is there", async () => {
    for (const name of own.filter((file) => !file.endsWith(".html"))) {
      expect((await app.request(`/web/${name}`)).status, name).toBe(200);
    }
    const named = own.flatMap((name) => namesIn(readFileSync(`${folder}/${name}`, "utf8")));
    expect(named.length).toBeGreaterThan(30);
    for (const name of named) expect((await app.request(`/web/${name}`)).status, name).toBe(200);
  });

  test("nothing is inline, and nothing comes from elsewhere", () => {
    for (const name of own) {
      const text = readFileSync(`${folder}/${name}`, "utf8");
      const elsewhere = text.match(/(?:https?:)?\/\/[\w.-]+\.\w+/g) ?? [];
      expect(
        elsewhere.filter((address) => !address.endsWith("www.w3.org")),
        name,
      ).toEqual([]);
      if (!name.endsWith(".html")) continue;
      expect(text).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]* src=)/);
    }
  });
});

/** Files that a text asks for: links and imports. */
function namesIn(text: string): string[] {
  const found = text.matchAll(/(?:"\/web\/|(?:from|import) "\.\/)([\w.-]+)"/g);
  return [...found].map(([, name = ""]) => name);
}
