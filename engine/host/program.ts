/**
 * Starts a program of our own as another Node process, from TypeScript source or built, whichever runs now.
 */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";

/** The arguments for `process.execPath` that run this file of ours (an URL ending in .ts or .js). */
export function nodeArguments(file: URL): string[] {
  const path = file.pathname;
  if (!path.endsWith(".ts")) return [path];
  const loader = createRequire(import.meta.url).resolve("tsx");
  return ["--import", pathToFileURL(loader).href, path];
}

/** On fewer cores than this, helpers of the collector take them from what requests wait for. */
const CORES_FOR_HELPERS = 4;

/**
 * Node's own flags for a role's process (docs/decisions/0034). The engine keeps its state outside of the heap, which is small:
 * its one thread collects it in a few milliseconds, while helpers take the cores from what frames wait for; and it may grow
 * to five times what lives in it before all of it is looked at, which under load is done four times a second else. The api
 * does without helpers where cores are few.
 */
export function nodeFlags(role: string, cores = availableParallelism()): readonly string[] {
  if (role === "engine") return ["--single-threaded-gc", "--heap-growing-percent=400"];
  return role === "api" && cores < CORES_FOR_HELPERS ? ["--single-threaded-gc"] : [];
}

/** The sibling of a module, named without its ending: `.ts` beside source, `.js` beside built code. */
export function siblingProgram(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith(".ts") ? ".ts" : ".js"}`, moduleUrl);
}
