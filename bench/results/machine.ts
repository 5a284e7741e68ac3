/**
 * Where and of what something was measured.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { packageRoot } from "../../engine/contract/assets.ts";

/** The machine and the code. `isClean` is false where code that is not committed was measured. */
export type Setting = {
  cpu: string;
  cores: number;
  memoryGib: number;
  system: string;
  node: string;
  commit: string;
  isClean: boolean;
  date: string;
};

/** This machine and the code as they are now. */
export function settingOf(): Setting {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
    node: process.version,
    commit: git("rev-parse", "--short=12", "HEAD") || "unknown",
    // What the suites write themselves does not count.
    isClean:
      git("status", "--porcelain", "--", ".", ":!bench/results", ":!bench/RESULTS.md") === "",
    date: new Date().toISOString().slice(0, 10),
  };
}

function git(...args: string[]): string {
  const { stdout } = spawnSync("git", args, { cwd: packageRoot(), encoding: "utf8" });
  return (stdout ?? "").trim();
}

function systemName(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    return `${name ?? process.platform}, kernel ${release()}`;
  } catch {
    return `${process.platform} ${release()}`;
  }
}
