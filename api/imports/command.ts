/**
 * `drawdown import`: sends a file to a running installation and shows how far it has come. Exit codes: 0 all lines are made or
 * were there, 1 lines were refused or the import did not come to its end, 2 wrong use.
 */
import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { accessOf } from "../client/access.ts";
import { IMPORT_BYTES_MAX } from "./limits.ts";

const USAGE =
  "drawdown import FILE [--dry-run] [--id ID] [--format ndjson|csv] [--url URL] [--key KEY] [--json]";
const SHOWN_EVERY_MS = 1_000;
/** Most refused lines that are shown; all of them are at GET /v1/imports/ID/verdicts. */
const REFUSED_SHOWN_MAX = 100;
const TYPES = { ndjson: "application/x-ndjson", csv: "text/csv" } as const;

/** Streams and environment of the command. */
export type ImportIo = {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  env: NodeJS.ProcessEnv;
  cwd: string;
};
type Import = {
  import_id: string;
  state: string;
  lines_read: number;
  lines_made: number;
  lines_unchanged: number;
  lines_refused: number;
  accounts_opened: number;
  accounts_waiting: number;
};
type Options = {
  file: string;
  id: string;
  format: keyof typeof TYPES;
  dryRun: boolean;
  json: boolean;
  url: string | undefined;
  key: string | undefined;
};
type Api = { url: string; key: string };

/** Runs the command; gives the exit code. Throws an Error with the code `usage` for wrong use. */
export async function importCommand(argv: readonly string[], io: ImportIo): Promise<number> {
  const options = await optionsOf(argv, io.cwd);
  const api = accessOf({ ...options, env: io.env, cwd: io.cwd });
  const ended = new AbortController();
  const shown = showProgress(api, options, { io, signal: ended.signal });
  try {
    const done = await send(api, options);
    ended.abort();
    await shown;
    if (options.json) io.stdout.write(`${JSON.stringify(done)}\n`);
    else io.stdout.write(`${summaryOf(done, options)}\n`);
    if (done.lines_refused > 0) await showRefused(api, options, io);
    return done.lines_refused > 0 ? 1 : 0;
  } finally {
    ended.abort();
    await shown;
  }
}

/** The id unless one is given: the file's own, so that the same file goes on and is never imported twice. */
async function idOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  const name = basename(path)
    .replaceAll(/[^\w.-]/g, "-")
    .slice(0, 40);
  return `${name}:${hash.digest("hex").slice(0, 16)}`;
}

async function send(api: Api, { id, file, format, dryRun }: Options): Promise<Import> {
  const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
  const asked = {
    method: "PUT",
    headers: { Authorization: `Bearer ${api.key}`, "Content-Type": TYPES[format] },
    body,
    duplex: "half",
  } as RequestInit;
  const response = await fetch(`${addressOf(api, id)}?dry_run=${dryRun}`, asked);
  const answer = (await response.json()) as Import & { detail?: string };
  if (response.ok) return answer;
  throw new Error(`${answer.detail ?? "the import was refused"} (HTTP ${response.status})`);
}

function addressOf({ url }: Api, id: string): string {
  return `${url}/v1/imports/${encodeURIComponent(id)}`;
}

type Shown = { io: ImportIo; signal: AbortSignal };

/** A line on standard error again and again; a look that fails is passed over. */
async function showProgress(api: Api, { id }: Options, { io, signal }: Shown): Promise<void> {
  const headers = { Authorization: `Bearer ${api.key}` };
  for (;;) {
    await sleep(SHOWN_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const response = await fetch(addressOf(api, id), { headers, signal }).catch(() => undefined);
    if (response?.ok !== true) continue;
    const now = (await response.json().catch(() => undefined)) as Import | undefined;
    if (now === undefined || signal.aborted) continue;
    const { lines_read, lines_refused, accounts_opened, state } = now;
    io.stderr.write(
      `${state}: ${lines_read} lines, ${lines_refused} refused, ${accounts_opened} accounts\n`,
    );
  }
}

async function showRefused(api: Api, { id }: Options, io: ImportIo): Promise<void> {
  const response = await fetch(`${addressOf(api, id)}/verdicts?verdict=refused`, {
    headers: { Authorization: `Bearer ${api.key}` },
  });
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  for (const line of lines.slice(0, REFUSED_SHOWN_MAX)) {
    const { line: number, field, detail } = JSON.parse(line) as Record<string, string>;
    io.stderr.write(`line ${number}: ${field === undefined ? "" : `${field} `}${detail}\n`);
  }
  const more = lines.length - REFUSED_SHOWN_MAX;
  if (more > 0) io.stderr.write(`and ${more} more: GET /v1/imports/${id}/verdicts\n`);
}

function summaryOf(done: Import, { dryRun }: Options): string {
  const made = dryRun ? "would be made" : "made";
  const waits =
    done.accounts_waiting === 0
      ? ""
      : `, of which the engine has yet to open ${done.accounts_waiting}`;
  return `import ${done.import_id} ${done.state}: ${done.lines_made} lines ${made}, ${done.lines_unchanged} unchanged, ${done.lines_refused} refused; ${done.accounts_opened} accounts${waits}`;
}

const FLAGS = {
  "dry-run": { type: "boolean" },
  id: { type: "string" },
  format: { type: "string" },
  url: { type: "string" },
  key: { type: "string" },
  json: { type: "boolean" },
} as const;

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw wrongUse(error instanceof Error ? error.message : String(error));
  }
}

async function optionsOf(argv: readonly string[], cwd: string): Promise<Options> {
  const { values, positionals } = parsed(argv);
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw wrongUse("give one file");
  const file = resolve(cwd, name);
  const format = values.format ?? (name.toLowerCase().endsWith(".csv") ? "csv" : "ndjson");
  if (format !== "ndjson" && format !== "csv") throw wrongUse("--format is ndjson or csv");
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw wrongUse(`there is no file ${name}`);
  if (size > IMPORT_BYTES_MAX)
    throw wrongUse(`${name} has over ${IMPORT_BYTES_MAX} bytes: split it`);
  const { url, key, json = false, "dry-run": dryRun = false } = values;
  return { file, id: values.id ?? (await idOf(file)), format, dryRun, json, url, key };
}

function wrongUse(message: string): Error {
  return Object.assign(new Error(`${message}; usage: ${USAGE}`), { code: "usage" });
}
