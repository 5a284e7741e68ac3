/**
 * Starts a program of our own as another Node process, from TypeScript source or built, whichever runs now.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** The arguments for `process.execPath` that run this file of ours (an URL ending in .ts or .js). */
export function nodeArguments(file: URL): string[] {
  const path = file.pathname;
  if (!path.endsWith(".ts")) return [path];
  const loader = createRequire(import.meta.url).resolve("tsx");
  return ["--import", pathToFileURL(loader).href, path];
}

/**
 * Node's own flags for a role's process. The engine keeps its state outside of the heap, which is small: its one thread
 * collects it in a few milliseconds, while helpers take the cores from what frames wait for; and it may grow to five times what
 * lives in it before all of it is looked at, which under load is done four times a second else (docs/decisions/0034).
 */
export function nodeFlags(role: string): readonly string[] {
  return role === "engine" ? ["--single-threaded-gc", "--heap-growing-percent=400"] : [];
}

/** The sibling of a module, named without its ending: `.ts` beside source, `.js` beside built code. */
export function siblingProgram(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith(".ts") ? ".ts" : ".js"}`, moduleUrl);
}
