/**
 * `node-mbus` (libmbus inside) as an independent master. The package's install script never runs: its addon is compiled
 * here, once, where there are compilers and Node's headers.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./libmbus-child.mjs", import.meta.url));
const COMPILE_MS_MAX = 120_000;
const READ_MS_MAX = 60_000;

/** What the peer is to read: a primary address, or sixteen characters of a secondary one. */
export type PeerJob = { host: string; port: number; address: number | string };

/** A record as the peer has it. */
export type PeerValue = { Unit: string; Value: number | string; StorageNumber: number };

/** One answer of the peer: its own output, or its error. */
export type PeerAnswer = {
  data?: { SlaveInformation: Record<string, unknown>; DataRecord: PeerValue[] };
  error?: string;
};

/** Why the peer cannot be used on this machine, or undefined once it is ready. */
export function libmbusObstacle(): string | undefined {
  const [root, nan] = [folderOf("node-mbus"), folderOf("nan")];
  if (root === undefined || nan === undefined) return "node-mbus is not installed (npm ci)";
  const addon = join(root, "build", "Release", "mbus.node");
  if (existsSync(addon)) return undefined;
  const headers = join(dirname(process.execPath), "..", "include", "node");
  if (!existsSync(join(headers, "node.h"))) return `Node's headers are not in ${headers}`;
  return compile(root, addon, [headers, nan]);
}

/** Lets the peer read meters, one after the other. */
export async function readByLibmbus(jobs: readonly PeerJob[]): Promise<PeerAnswer[]> {
  const argv = [CHILD, JSON.stringify(jobs)];
  const child = spawn(process.execPath, argv, { timeout: READ_MS_MAX });
  let [out, err] = ["", ""];
  child.stdout.on("data", (piece) => {
    out += piece;
  });
  child.stderr.on("data", (piece) => {
    err += piece;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`node-mbus ended with ${code}: ${err}`);
  return JSON.parse(out) as PeerAnswer[];
}

function folderOf(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** Compiles beside its place and moves the whole into it: two runs at once do not see half an addon. */
function compile(root: string, addon: string, includes: readonly string[]): string | undefined {
  mkdirSync(dirname(addon), { recursive: true });
  const folder = mkdtempSync(join(root, "build", "own-"));
  try {
    for (const { command, argv } of stepsOf(root, folder, includes)) {
      const done = spawnSync(command, argv, { encoding: "utf8", timeout: COMPILE_MS_MAX });
      if (done.error !== undefined) return `there is no compiler (${command})`;
      if (done.status !== 0) return `node-mbus does not compile: ${done.stderr.split("\n")[0]}`;
    }
    renameSync(join(folder, "mbus.node"), addon);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type CompileStep = { command: string; argv: string[] };

function stepsOf(root: string, folder: string, includes: readonly string[]): CompileStep[] {
  const library = join(root, "libmbus", "mbus");
  const flags = ["-O1", "-w", "-fPIC", ...[...includes, library].map((path) => `-I${path}`)];
  const sources = filesOf(library, ".c");
  const objects = sources.map((_, index) => join(folder, `${index}.o`));
  const steps = sources.map((source, index) => ({
    command: "cc",
    argv: [...flags, "-c", source, "-o", objects[index] ?? ""],
  }));
  const addon = ["-std=c++17", "-shared", "-DNODE_GYP_MODULE_NAME=mbus", ...flags];
  const parts = [...filesOf(join(root, "src"), ".cc"), ...objects];
  return [
    ...steps,
    { command: "c++", argv: [...addon, ...parts, "-o", join(folder, "mbus.node")] },
  ];
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}
