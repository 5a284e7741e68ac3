import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Live, startLive } from "./testing/live.ts";
import { serve } from "./uws/serve.ts";
import type { Served } from "./uws/types.ts";

/** The commands of docs/api.md and docs/reports.md, in their order, against a running interface: each has to succeed. */

let h: Live;
let served: Served;
let folder: string;

beforeAll(async () => {
  h = await startLive(6, true);
  await h.read(...h.accountIds.map((_, slot) => ({ slot, register: 1_000, inS: -60 })));
  served = await serve({ app: h.app, host: "127.0.0.1", port: 0 });
  folder = mkdtempSync(join(tmpdir(), "drawdown-docs-"));
  mkdirSync(join(folder, "data"));
  const access = { url: `http://127.0.0.1:${served.port}`, keys: h.keys };
  writeFileSync(join(folder, "data", "access.json"), JSON.stringify(access));
}, 60_000);
afterAll(async () => {
  await served?.close();
  await h?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Shell blocks of the page; a curl that is answered with an error fails the script at its place. */
function scriptOf(page: string): string {
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? "");
  const steps = blocks.map((text, at) => `echo "--- block ${at + 1}"\n${text}\necho`);
  return ["set -euo pipefail", 'curl() { command curl --fail-with-body "$@"; }', ...steps].join(
    "\n",
  );
}

function run(script: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const shell = spawn("bash", ["-c", script], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (some: Buffer): void => {
      output += some.toString();
    };
    shell.stdout.on("data", keep);
    shell.stderr.on("data", keep);
    shell.on("close", (code) => resolve({ code, output }));
  });
}

it("work as they stand on the page", async () => {
  const page = readFileSync(new URL("../docs/api.md", import.meta.url), "utf8");
  const { code, output } = await run(scriptOf(page));
  expect([code, output]).toEqual([0, expect.stringContaining("settlement_number")]);
  for (const shown of ['"state":"posted"', '"level":"site"', '"status":"applied"']) {
    expect(output).toContain(shown);
  }
  expect(h.faults).toEqual([]);
}, 90_000);

it("of reports work as they stand on their page", async () => {
  const page = readFileSync(new URL("../docs/reports.md", import.meta.url), "utf8");
  const { code, output } = await run(scriptOf(page));
  expect([code, output]).toEqual([0, expect.stringContaining('"report":"top-up-reminders"')]);
  expect(h.faults).toEqual([]);
}, 90_000);
