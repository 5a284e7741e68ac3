/**
 * `npm run test:openapi`: a live installation under an independent tester of OpenAPI, over every route, as every role.
 * Ends with 1 on any answer of 500 or above, any answer that the document does not tell of, and any bad request taken.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { runStoreWriter } from "../../store/writer-main.ts";
import { serve } from "../../uws/serve.ts";
import { runScript, scriptOf } from "../docs-script.ts";
import { startLive } from "../live.ts";
import type { Json } from "./document.ts";
import { slicesOf } from "./document.ts";
import { knownIds } from "./known.ts";
import { type Finding, specmaticJar, testBy } from "./specmatic.ts";
import { judge } from "./verdict.ts";
import { watched } from "./watch.ts";

const CACHE = fileURLToPath(
  new URL("../../../node_modules/.cache/openapi-tester", import.meta.url),
);
const ROLES = ["vendor", "ops", "auditor", "operator"] as const;
const SHOWN_MAX = 40;
/** The tester leaves out the key itself so often at most; more would mean that it lost its key. */
const STRANGERS_MAX = 100;

const jar = await specmaticJar(CACHE);
if (jar === undefined) {
  process.stdout.write("openapi tester: no Java or no specmatic here, nothing was tested\n");
  process.exit(process.env["CI"] === undefined ? 1 : 0);
}
const quick = process.argv.includes("--quick");
const folder = mkdtempSync(join(tmpdir(), "drawdown-openapi-"));
const h = await startLive(6, true);
const { natsUrl, clickhouseUrl } = h.servers;
// Statements are told once the store has come as far as the engine.
const writer = await runStoreWriter({ natsUrl, clickhouseUrl }, pino({ level: "silent" }));
await h.read(...h.accountIds.map((_, slot) => ({ slot, register: 1_000, inS: -60 })));
const document = (await (await h.call("/openapi.json")).json()) as Json;
const watching = watched(h.app, document);
const served = await serve({ app: watching, host: "127.0.0.1", port: 0 });
const url = `http://127.0.0.1:${served.port}`;

await mkdir(join(folder, "data"));
writeFileSync(join(folder, "data", "access.json"), JSON.stringify({ url, keys: h.keys }));
const tour = await runScript(scriptOf("api.md"), folder);
if (tour.code !== 0) throw new Error(`the tour of docs/api.md fails:\n${tour.output.slice(-500)}`);
const known = await knownIds(document, async (path) => {
  const response = await h.call(path);
  return response.ok ? response.json().catch(() => undefined) : undefined;
});
// The one key that may be revoked and rotated: the tester needs its own.
const spare = await h.call("/v1/api-keys", {
  method: "POST",
  body: { name: "spare", role: "auditor" },
});
known.set("key_id", ((await spare.json()) as { key_id: string }).key_id);
const slices = slicesOf(document, known);

let tests = 0;
const findings: Finding[] = [];
for (const role of quick ? (["operator"] as const) : ROLES) {
  for (const [at, slice] of (role === "operator" ? slices : slices.slice(0, 1)).entries()) {
    const began = performance.now();
    const name = join(folder, `${role}-${at}`);
    const pass = await testBy(jar, name, { document: slice, url, key: h.keys[role] });
    tests += pass.tests;
    findings.push(...pass.findings);
    const s = Math.round((performance.now() - began) / 1_000);
    process.stderr.write(`${role}, part ${at + 1}: ${pass.tests} tests in ${s} s\n`);
  }
}
await served.close();
await writer.close();
await h.stop();

const { seen } = watching;
const { byState, taken, misfits } = judge(findings);
const all = Object.entries(document["paths"] as Json).flatMap(([path, methods]) =>
  Object.keys(methods as Json).map((method) => `${method.toUpperCase()} ${path}`),
);
const missed = all.filter((name) => !seen.operations.has(name));
const answers = [...seen.statuses].sort().map(([status, count]) => `${status}: ${count}`);
show("answers of 500 and above", seen.ours);
show("answers that the document does not tell of", [...seen.untold]);
show("bad requests that were taken", lines(taken));
show("other misfits", lines(misfits));
show("operations that were not asked", missed);
const strangers = seen.statuses.get(401) ?? 0;
show(
  "answers to a stranger, where the key was good",
  strangers > STRANGERS_MAX ? [`${strangers}`] : [],
);
process.stdout.write(
  `${tests} tests, ${seen.requests} requests to ${seen.operations.size} of ${all.length} operations; ${answers.join(", ")}\n` +
    `good requests answered otherwise than expected, as documented, by state, rule or role: ${byState.length}\n`,
);
const isWrong = [seen.ours.length, seen.untold.size, taken.length, misfits.length, h.faults.length];
const isDone =
  isWrong.every((many) => many === 0) && missed.length === 0 && strangers <= STRANGERS_MAX;
if (isDone) await rm(folder, { recursive: true, force: true });
else process.stdout.write(`the tester's reports and logs are in ${folder}\n`);
process.exit(isDone ? 0 : 1);

function lines(of: readonly Finding[]): string[] {
  return of.map(({ test, said }) => `${test.slice(0, 300)} | ${said.slice(-300)}`);
}

function show(what: string, list: readonly string[]): void {
  process.stdout.write(`${what}: ${list.length}\n`);
  for (const line of list.slice(0, SHOWN_MAX)) process.stdout.write(`  ${line}\n`);
}
