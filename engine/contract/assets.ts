/**
 * Where the files that are not code lie: web pages, migrations, device files, the kernel's binary. They are never
 * copied: source and built code both find them from the folder that holds this package's package.json.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Most folders walked up from this file before the search is given up. */
const LEVELS_MAX = 8;

let found: string | undefined;

/** The folder of this package: the repository's root, or the installed package. Throws when there is none above this file. */
export function packageRoot(): string {
  found ??= findRoot(dirname(fileURLToPath(import.meta.url)));
  return found;
}

/** The absolute path of a file named from the root, as `assetPath("api", "web", "index.html")`. */
export function assetPath(...parts: string[]): string {
  return join(packageRoot(), ...parts);
}

/** Whether this code runs built (`dist/…/*.js`) and not from its TypeScript source. */
export function runsBuilt(): boolean {
  return import.meta.url.endsWith(".js");
}

function findRoot(from: string): string {
  let folder = from;
  for (let level = 0; level < LEVELS_MAX; level++) {
    if (isRoot(folder)) return folder;
    folder = dirname(folder);
  }
  throw new Error(`no package.json of drawdown above ${from}: install the package anew`);
}

function isRoot(folder: string): boolean {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return false;
  return (JSON.parse(readFileSync(path, "utf8")) as { name?: unknown }).name === "drawdown";
}
