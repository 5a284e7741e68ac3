/**
 * The folder for what can be fetched or made again: programs that were downloaded or copied.
 */
import { homedir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../contract/assets.ts";
import { makeFolder, writable } from "./folder.ts";

/**
 * The setting `cache` where it is given, else `.cache` beside the package, else (where that cannot be written) the
 * user's own cache. Made when missing.
 */
export function cacheFolder(named: string | undefined): string {
  if (named !== undefined && named !== "") return made(named);
  const beside = join(packageRoot(), ".cache");
  if (writable(beside) || writable(packageRoot())) return made(beside);
  return made(join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "drawdown"));
}

function made(folder: string): string {
  makeFolder(folder);
  return folder;
}
