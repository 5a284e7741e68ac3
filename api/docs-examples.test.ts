import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningStoreWriter, runStoreWriter } from "./store/writer-main.ts";
import { runScript, scriptOf } from "./testing/docs-script.ts";
import { type Live, startLive } from "./testing/live.ts";
import { serve } from "./uws/serve.ts";
import type { Served } from "./uws/types.ts";

/** The commands of docs/api.md and docs/reports.md in their order, and the program of docs/client.md, against a running interface: each has to succeed. */

let h: Live;
let served: Served;
let folder: string;
let writer: RunningStoreWriter;

beforeAll(async () => {
  h = await startLive(6, true);
  await h.read(...h.accountIds.map((_, slot) => ({ slot, register: 1_000, inS: -60 })));
  const { natsUrl, clickhouseUrl } = h.servers;
  writer = await runStoreWriter({ natsUrl, clickhouseUrl }, pino({ level: "silent" }));
  served = await serve({ app: h.app, host: "127.0.0.1", port: 0 });
  folder = mkdtempSync(join(tmpdir(), "drawdown-docs-"));
  mkdirSync(join(folder, "data"));
  const access = { url: `http://127.0.0.1:${served.port}`, keys: h.keys };
  writeFileSync(join(folder, "data", "access.json"), JSON.stringify(access));
}, 60_000);
afterAll(async () => {
  await served?.close();
  await writer?.close();
  await h?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

it("work as they stand on the page", async () => {
  const { code, output } = await runScript(scriptOf("api.md"), folder);
  expect([code, output]).toEqual([0, expect.stringContaining("settlement_number")]);
  for (const shown of ['"state":"posted"', '"level":"site"', '"status":"applied"']) {
    expect(output).toContain(shown);
  }
  expect(h.faults).toEqual([]);
}, 90_000);

it("of reports work as they stand on their page", async () => {
  const { code, output } = await runScript(scriptOf("reports.md"), folder);
  expect([code, output]).toEqual([0, expect.stringContaining('"report":"top-up-reminders"')]);
  expect(h.faults).toEqual([]);
}, 90_000);

it("of the client works as it stands on its page", async () => {
  const page = readFileSync(new URL("../docs/client.md", import.meta.url), "utf8");
  const [, code = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const root = fileURLToPath(new URL("..", import.meta.url));
  writeFileSync(join(folder, "client.mts"), code.replaceAll('"./api/', `"${root}api/`));
  const tsx = import.meta.resolve("tsx");
  const ran = await runScript(`node --import ${tsx} client.mts`, folder);
  expect([ran.code, ran.output]).toEqual([0, expect.stringMatching(/receipt \d+/)]);
  expect(ran.output).toContain("idempotency_key_reused false");
}, 60_000);

it("of imports work as they stand on their page", async () => {
  const { code, output } = await runScript(scriptOf("import.md"), folder);
  expect([code, output]).toEqual([0, expect.stringContaining('"lines_made":7')]);
  expect(output).not.toContain('"verdict":"refused"');
  expect(h.faults).toEqual([]);
}, 90_000);
