/**
 * Who runs the server of a folder: written beside its data, so that the next start can tell a living owner (refuse),
 * a server whose owner was killed (end it) and a file left over from long ago (ignore it).
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HostError } from "./host-error.ts";
import {
  asIdentity,
  identityOf,
  isAlive,
  isUnreaped,
  type ProcessIdentity,
} from "./process-identity.ts";

/** Time that a server whose owner is gone has to end by itself before it is killed. */
const LEFTOVER_WAIT_MS = 4_000;
const POLL_MS = 50;

/** Notes that `pid` runs here and that we own it. */
export function writePidFile(path: string, pid: number): void {
  const note = JSON.stringify({ server: identityOf(pid), owner: identityOf(process.pid) });
  writeFileSync(`${path}.new`, `${note}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Takes the note away after an orderly end. */
export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Makes sure that no earlier server runs on this folder. Throws a HostError `in_use` when a living owner runs it;
 * waits for, and in the end kills, one whose owner is gone.
 */
export async function endLeftover(path: string, what: string): Promise<void> {
  const { server, owner } = readPidFile(path);
  if (server === undefined) return;
  if (!isAlive(server)) return reaped(server.pid);
  if (owner !== undefined && isAlive(owner)) {
    throw new HostError(
      "in_use",
      `${what} of this data folder is already run by process ${owner.pid}: stop that one, or set DRAWDOWN_DATA to another folder`,
    );
  }
  const deadline = Date.now() + LEFTOVER_WAIT_MS;
  while (isAlive(server) && Date.now() < deadline) await sleep(POLL_MS);
  if (isAlive(server)) process.kill(server.pid, "SIGKILL");
  while (isAlive(server)) await sleep(POLL_MS);
  await reaped(server.pid);
}

/** PostgreSQL takes a number that is still held for a living server, and would not start. */
async function reaped(pid: number): Promise<void> {
  const deadline = Date.now() + LEFTOVER_WAIT_MS;
  while (isUnreaped(pid) && Date.now() < deadline) await sleep(POLL_MS);
}

function readPidFile(path: string): {
  server?: ProcessIdentity | undefined;
  owner?: ProcessIdentity | undefined;
} {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return {};
  }
  try {
    const note = JSON.parse(text) as { server?: unknown; owner?: unknown };
    return { server: asIdentity(note.server), owner: asIdentity(note.owner) };
  } catch {
    return {};
  }
}
