import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LOCK_FILE, lockData, lockOwner } from "./data-lock.ts";
import { identityOf } from "./process-identity.ts";
import { temporaryFolder } from "./testing.ts";

let data: string;
beforeEach(() => {
  data = temporaryFolder("lock");
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

describe("lockData", () => {
  it("is held by one at a time and free again after release", () => {
    const lock = lockData(data);
    expect(lockOwner(data)).toBe(process.pid);
    expect(() => lockData(data)).toThrow(`in use by process ${process.pid}`);
    lock.release();
    expect(lockOwner(data)).toBeUndefined();
    lockData(data).release();
    expect(readdirSync(data)).toEqual([]);
  });

  it.each([
    {
      of: "a process that ended",
      text: () => JSON.stringify({ pid: spawnSync("true").pid, started: "x" }),
    },
    {
      of: "another process with the same number",
      text: () => JSON.stringify({ pid: process.pid, started: "before" }),
    },
    { of: "a crash while it was written", text: () => '{"pid": 1' },
    { of: "nothing", text: () => "" },
  ])("takes over the lock of $of", ({ text }) => {
    writeFileSync(join(data, LOCK_FILE), text());
    const lock = lockData(data);
    expect(lockOwner(data)).toBe(process.pid);
    lock.release();
  });

  it("does not take away the lock of another owner on release", () => {
    const lock = lockData(data);
    writeFileSync(join(data, LOCK_FILE), JSON.stringify(identityOf(process.ppid)));
    lock.release();
    expect(existsSync(join(data, LOCK_FILE))).toBe(true);
  });

  it("says which folder cannot be written and how to choose another", () => {
    expect(() => lockData("/proc/drawdown")).toThrow(
      /cannot write in \/proc\/drawdown .*DRAWDOWN_DATA/,
    );
  });
});
