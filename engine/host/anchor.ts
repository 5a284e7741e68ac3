/**
 * The clock's anchor for one start: with a clock faster than life, the next start goes on where this one came to.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CLOCK_FILE,
  type Clock,
  type ClockAnchor,
  clockFrom,
  readAnchor,
} from "../contract/clock.ts";

const SAVE_MS = 2_000;

/** The installation's clock, kept on disk until it is closed. */
export type OpenedClock = Clock & { close(): void };

/** Opens the clock of a data folder. At speed 1 on a folder that never ran faster it is the machine's. */
export function openClock(data: string, speed: number): OpenedClock {
  const path = join(data, CLOCK_FILE);
  mkdirSync(data, { recursive: true });
  const reached = `${path}.reached`;
  const before = readAnchor(existsSync(reached) ? reached : path);
  if (speed === 1 && before === undefined) {
    rmSync(path, { force: true });
    return { ...clockFrom(undefined), close: () => {} };
  }
  // Where it came to, not where it would be by now: a stopped installation's clock stands still.
  const epochS = Math.max(before?.epochS ?? 0, Math.floor(Date.now() / 1000));
  const anchor: ClockAnchor = { wallMs: Date.now(), epochS, speed };
  write(path, anchor);
  const clock = clockFrom(anchor);
  const save = (): void => write(reached, { wallMs: Date.now(), epochS: clock.nowS(), speed });
  save();
  const timer = setInterval(save, SAVE_MS);
  timer.unref();
  return {
    ...clock,
    close() {
      clearInterval(timer);
      save();
    },
  };
}

function write(path: string, anchor: ClockAnchor): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
