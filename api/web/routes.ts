/**
 * The web pages at `/` and `/ops` and their files under `/web/`: plain modules and style sheets from this folder, and uPlot from its
 * package. Nothing comes from another host, and nothing is built.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { Hono } from "hono";
import { assetPath } from "../../engine/contract/assets.ts";

/** The files of the page, by the name under `/web/`. Only what stands here is served. */
const FILES: Record<string, string[]> = {
  "uplot.js": ["node_modules", "uplot", "dist", "uPlot.esm.js"],
  "uplot.css": ["node_modules", "uplot", "dist", "uPlot.min.css"],
  ...ownFiles([
    "app.js",
    "accounts.css",
    "accounts.js",
    "api.js",
    "balance.js",
    "base.css",
    "chart.js",
    "clock.js",
    "controls.css",
    "detail.css",
    "detail.js",
    "dom.js",
    "feed.css",
    "feed.js",
    "figures.css",
    "figures.js",
    "format.js",
    "icon.svg",
    "key.js",
    "layout.css",
    "ops-alarms.js",
    "ops-chart.js",
    "ops-engines.js",
    "ops-events.js",
    "ops-gateways.js",
    "ops-parts.css",
    "ops-shards.js",
    "ops-tiles.js",
    "ops-units.js",
    "ops.css",
    "ops.js",
    "pages.css",
    "stream.js",
    "supply.js",
    "table.js",
    "top-up.js",
    "words.js",
  ]),
};

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What the page may do: its own files and this server, no inline script or style, no frame around it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  // Asked again each time, answered 304 mostly: a new version is never mixed with an old one.
  "cache-control": "no-cache",
};

/** The routes of both pages, to be mounted at `/`. Throws when a file of the page is missing. */
export function webRoutes(): Hono {
  const app = new Hono();
  serveFile(app, "/", ["api", "web", "page", "index.html"]);
  serveFile(app, "/ops", ["api", "web", "page", "ops.html"]);
  for (const [name, parts] of Object.entries(FILES)) serveFile(app, `/web/${name}`, parts);
  return app;
}

function ownFiles(names: string[]): Record<string, string[]> {
  return Object.fromEntries(names.map((name) => [name, ["api", "web", "page", name]]));
}

/** A file is read once: the page is of the version that serves it. */
function serveFile(app: Hono, path: string, parts: string[]): void {
  const file = assetPath(...parts);
  const bytes = new Uint8Array(readFileSync(file));
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const headers = { ...HEADERS, etag, "content-type": TYPES[extname(file)] ?? "text/plain" };
  app.get(path, (c) => {
    const known = c.req.header("if-none-match")?.split(/\s*,\s*(?:W\/)?/) ?? [];
    if (known.includes(etag)) return c.body(null, 304, { ...HEADERS, etag });
    return c.body(bytes, 200, headers);
  });
}
