/**
 * A pair of pseudo terminals that are joined like the two ends of a serial line, by `socat`.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS_MAX = 5_000;

/** Why there can be no pairs on this machine, or undefined where there can. */
export function ptyObstacle(): string | undefined {
  const found = spawnSync("socat", ["-V"], { stdio: "ignore" });
  return found.error === undefined ? undefined : "socat is not installed (apt-get install socat)";
}

/** Two ends of one line. */
export type PtyPair = { near: string; far: string; close(): void };

/** Joins two new terminals; rejects where they do not appear. */
export async function openPtyPair(): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), "drawdown-pty-"));
  const [near, far] = [join(folder, "near"), join(folder, "far")];
  const ends = [near, far].map((link) => `pty,raw,echo=0,link=${link}`);
  const child: ChildProcess = spawn("socat", ends, { stdio: "ignore" });
  const close = (): void => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  for (let waitedMs = 0; waitedMs < START_MS_MAX; waitedMs += 20) {
    if (existsSync(near) && existsSync(far)) return { near, far, close };
    await sleep(20);
  }
  close();
  throw new Error("socat opened no terminals");
}
