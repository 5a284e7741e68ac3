/**
 * One set-up at a time in a folder: the second waits for the first. The holder touches the lock while it works, so
 * that the lock of one that was killed is known by its age (or at once, when its process is gone).
 */
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const TOUCH_MS = 2_000;
const STALE_MS = 20_000;
const POLL_MS = 200;
/** Longest wait for another set-up. */
const WAIT_MS_MAX = 15 * 60_000;

/** Runs `work` while holding the lock; `say` is told once when it must wait. */
export async function withLock(path, say, work) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  const deadline = Date.now() + WAIT_MS_MAX;
  try {
    for (let told = false; !take(mine, path); told = true) {
      if (setAsideIfStale(path, `${mine}.stale`)) continue;
      if (!told) say(`another set-up is at work here (process ${holder(path)}); waiting for it`);
      if (Date.now() > deadline)
        throw new Error(`another set-up holds ${path} for too long: end it or delete that file`);
      await sleep(POLL_MS);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const touching = setInterval(() => touch(path), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    rmSync(path, { force: true });
  }
}

function take(mine, path) {
  try {
    touch(mine);
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Two that find it stale at once: each looks again at what it moved away, and puts back a lock that is alive. */
function setAsideIfStale(path, aside) {
  if (!isStale(path)) return false;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  if (!isStale(aside)) take(aside, path);
  rmSync(aside, { force: true });
  return true;
}

function isStale(path) {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > STALE_MS) return true;
  const pid = holder(path);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function holder(path) {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return 0;
  }
}

function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // It was taken from us as stale (the machine slept); the work goes on and is only done twice.
  }
}
