/**
 * The dependencies: installed exactly as the lock file says, when they are missing or it changed.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runStep } from "./child.mjs";

/** Whether what is installed is what package-lock.json says, for this Node and machine. */
export function isInstalled(root) {
  const stamp = stampPath(root);
  if (existsSync(stamp)) {
    if (readFileSync(stamp, "utf8") === wanted(root)) return true;
  }
  return installedByHand(root);
}

/** Installs; no install script of a dependency runs, none is needed: their binaries come inside the packages. */
export async function install(root) {
  const [command, ...first] = npmCommand();
  const args = [
    ...first,
    "ci",
    "--ignore-scripts",
    "--include=dev",
    "--include=optional",
    "--no-audit",
    "--no-fund",
  ];
  await runStep(command, args, { cwd: root });
  writeStamp(root);
}

/** Notes that what is installed now is right. */
function writeStamp(root) {
  writeFileSync(stampPath(root), wanted(root));
}

function stampPath(root) {
  return join(root, "node_modules", ".drawdown-installed");
}

function wanted(root) {
  const hash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return `${hash} ${process.platform}-${process.arch}\n`;
}

/** npm writes its own copy of the lock last; when that is as new as the lock, somebody ran npm by hand since. */
function installedByHand(root) {
  const own = statSync(join(root, "node_modules", ".package-lock.json"), { throwIfNoEntry: false });
  const stamp = statSync(stampPath(root), { throwIfNoEntry: false });
  const lock = statSync(join(root, "package-lock.json"));
  if (own === undefined || own.mtimeMs < lock.mtimeMs) return false;
  if (stamp !== undefined && own.mtimeMs <= stamp.mtimeMs) return false;
  writeStamp(root);
  return true;
}

/** The npm that started us, else the one on PATH. */
function npmCommand() {
  const path = process.env["npm_execpath"];
  return path !== undefined && basename(path) === "npm-cli.js" ? [process.execPath, path] : ["npm"];
}
