/**
 * `drawdown verify [--data DIR]`: checks what the engine left on disk. Exit code 0 when all holds, 1 with a list when not.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadKernel } from "../../kernel-as/kernel.ts";
import { nodeDisk } from "../contract/node-disk.ts";
import { loadSettings } from "../contract/settings.ts";
import type { CommandIo } from "../host/command-io.ts";
import { lockData, lockOwner } from "../host/data-lock.ts";
import { type Verdict, verify } from "./verify.ts";

/** Runs the command. Refuses data that a running installation holds. */
export async function verifyCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const data = dataOf(argv, io);
  const owner = lockOwner(data);
  if (owner !== undefined)
    throw new Error(`${data} is in use by process ${owner}: stop it, or check a copy`);
  const folder = join(data, "engine");
  if (!existsSync(join(folder, "journal")))
    throw new Error(`${folder} holds no journal: give the data folder with --data DIR`);
  // Throws while an engine runs on it; none can start meanwhile.
  const lock = lockData(folder);
  try {
    const verdict = await verify(nodeDisk, folder, loadKernel());
    io.stdout.write(text(folder, verdict));
    return verdict.found === 0 ? 0 : 1;
  } finally {
    lock.release();
  }
}

function dataOf(argv: readonly string[], io: CommandIo): string {
  try {
    const { values } = parseArgs({ args: [...argv], options: { data: { type: "string" } } });
    if (values.data !== undefined) return resolve(io.cwd, values.data);
  } catch (error) {
    throw Object.assign(error as Error, { code: "usage" });
  }
  return loadSettings(io.env, io.cwd).values.data;
}

function text(folder: string, verdict: Verdict): string {
  const { segments, records, snapshots, accounts, batches, rows, found, violations } = verdict;
  const lines = [
    `${folder}: ${segments} segments with ${records} records, ${snapshots} snapshots`,
    `replayed ${batches} batches with ${rows} rows to ${accounts} accounts`,
    ...verdict.notes.map((note) => `note: ${note}`),
    ...violations.map((violation) => `VIOLATION: ${violation}`),
    found === 0 ? "all holds" : `${found} violations`,
  ];
  return `${lines.join("\n")}\n`;
}
