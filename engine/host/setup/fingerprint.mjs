/**
 * Tells whether files changed since they were last built, by path, size and time of change: a walk and no reading, so
 * that it costs milliseconds at every start.
 */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Most files that are looked at; far over what a source tree holds. */
const FILES_MAX = 20_000;

/** One text for the state of these files and folders (absolute); `wanted` decides by the whole path. */
export function fingerprint(paths, wanted) {
  const hash = createHash("sha256");
  let files = 0;
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
      return;
    }
    if (!wanted(path)) return;
    files++;
    if (files > FILES_MAX)
      throw new Error(`more than ${FILES_MAX} source files under ${paths.join(", ")}`);
    hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const path of paths) visit(path);
  return hash.digest("hex");
}
