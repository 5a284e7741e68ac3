/**
 * Starts prover.ts in a worker: a worker's first file is loaded before it can read TypeScript.
 */
import { register } from "tsx/esm/api";

register();
await import("./prover.ts");
