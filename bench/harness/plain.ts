/**
 * Programs of ours as processes of a bench: run as they are built, like the bench itself (plain.mjs).
 */
import { fileURLToPath } from "node:url";

const LOADER = new URL("../plain.mjs", import.meta.url).href;

/** The arguments for `process.execPath` that run a `.ts` file. */
export function plainArguments(file: URL): string[] {
  return ["--import", LOADER, fileURLToPath(file)];
}
