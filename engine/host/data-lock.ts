/**
 * One installation, one owner: whoever starts on a data folder holds its lock until it ends, and the lock of a process
 * that was killed is taken over.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./folder.ts";
import { HostError } from "./host-error.ts";
import { asIdentity, identityOf, isAlive, type ProcessIdentity } from "./process-identity.ts";

/** The lock's name in the data folder. */
export const LOCK_FILE = "drawdown.lock";

/** Rounds of taking over a dead owner's lock in a race with others who do the same. */
const ROUNDS_MAX = 10;

/** Gives the folder free again; harmless when called twice. */
export type DataLock = { release(): void };

/** Takes the lock. Throws a HostError `in_use` with the owner's number, or `unwritable`. Made folders stay. */
export function lockData(data: string): DataLock {
  const lock = join(data, LOCK_FILE);
  const mine = `${lock}.${process.pid}`;
  try {
    makeFolder(data);
    writeFileSync(mine, JSON.stringify(identityOf(process.pid)));
  } catch (error) {
    throw new HostError(
      "unwritable",
      `cannot write in ${data} (${(error as Error).message}): choose another folder with DRAWDOWN_DATA`,
      { cause: error },
    );
  }
  try {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (tryLink(mine, lock)) return { release: () => release(lock) };
      const owner = ownerOf(lock);
      if (owner !== undefined && isAlive(owner)) throw inUse(data, owner.pid);
      setAside(lock, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw inUse(data, undefined);
}

/** The process number of the living owner of this data folder, if any. */
export function lockOwner(data: string): number | undefined {
  const owner = ownerOf(join(data, LOCK_FILE));
  return owner !== undefined && isAlive(owner) ? owner.pid : undefined;
}

function inUse(data: string, pid: number | undefined): HostError {
  const by = pid === undefined ? "another process" : `process ${pid}`;
  return new HostError(
    "in_use",
    `${data} is in use by ${by}: stop that one, or set DRAWDOWN_DATA to another folder`,
  );
}

function release(lock: string): void {
  if (ownerOf(lock)?.pid === process.pid) rmSync(lock, { force: true });
}

function tryLink(mine: string, lock: string): boolean {
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves the lock away and looks again: if another process took it over in between, its lock is put back. */
function setAside(lock: string, aside: string): void {
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  const owner = ownerOf(aside);
  if (owner !== undefined && isAlive(owner)) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function ownerOf(path: string): ProcessIdentity | undefined {
  try {
    return asIdentity(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
