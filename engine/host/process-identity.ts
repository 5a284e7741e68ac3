/**
 * Tells one process from a later one that was given the same number: a process number alone is no identity.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process number with the moment it started, in words that only the same boot of the same machine repeats. */
export type ProcessIdentity = { pid: number; started: string };

/** The identity of a living process; undefined when none has this number (or it is only waiting to be reaped). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = process.platform === "linux" ? startedOnLinux(pid) : startedElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether the very process that was written down is still alive. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.started === identity.started;
}

/** Whether a process that has ended still holds this number, because its parent has not reaped it yet. */
export function isUnreaped(pid: number): boolean {
  if (identityOf(pid) !== undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Reads an identity from parsed JSON; undefined when it is none. */
export function asIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, started } = value as Partial<ProcessIdentity>;
  if (!Number.isInteger(pid) || typeof started !== "string") return undefined;
  return { pid: Number(pid), started };
}

let bootId: string | undefined;

/** Fields 3 (state) and 22 (start in ticks since boot) of /proc/PID/stat; the name before them may hold any character. */
function startedOnLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return `${bootId}:${fields[19]}`;
}

function startedElsewhere(pid: number): string | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
  });
  const text = (stdout ?? "").trim();
  return status === 0 && text !== "" ? text : undefined;
}
