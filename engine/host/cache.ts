/**
 * The folder for what can be fetched or made again: programs that were downloaded or copied.
 */
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../contract/assets.ts";

/** DRAWDOWN_CACHE, else `.cache` beside the package, else (where that cannot be written) the user's own cache. Made when missing. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env["DRAWDOWN_CACHE"];
  if (named !== undefined && named !== "") return made(named);
  const beside = join(packageRoot(), ".cache");
  return writable(packageRoot()) || writable(beside)
    ? made(beside)
    : made(join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "drawdown"));
}

/** Whether this process may write here; false also when it does not exist. */
export function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
