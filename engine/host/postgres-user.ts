/**
 * PostgreSQL refuses to run as root: then it runs as another user of the machine, who must be able to reach its files.
 */
import { chmodSync, readFileSync, statSync } from "node:fs";
import { run } from "./run.ts";

/** The database's own superuser; not a user of the machine. */
export const POSTGRES_USER = "drawdown";

/** A user of the machine by its numbers. */
export type MachineUser = { uid: number; gid: number };

/** Users that exist on ordinary systems and own nothing of worth, in the order of preference. */
const CANDIDATES = ["postgres", "nobody"];
const CHECK_MS = 10_000;

/** Who runs PostgreSQL: undefined means ourselves; as root it is the owner of a cluster that is there, else the first candidate. */
export function machineUser(cluster: string): MachineUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of CANDIDATES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65_534, gid: 65_534 };
}

/** As root: lets other users pass through this folder of ours (not list it), so that PostgreSQL reaches its own inside. */
export function widenForOthers(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { mode } = statSync(folder);
  if ((mode & 0o001) === 0) chmodSync(folder, (mode & 0o7777) | 0o011);
}

/** Whether this user can pass to and through the path. */
export async function reaches(user: MachineUser | undefined, path: string): Promise<boolean> {
  if (user === undefined) return true;
  return (
    await run("/bin/sh", ["-c", 'test -x "$0"', path], { cwd: "/", timeoutMs: CHECK_MS, user })
  ).ok;
}
