/**
 * Compiles the kernel to dist/wasm/kernel.wasm (release) by asconfig.json; with --debug the debug target.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = process.argv.includes("--debug") ? "debug" : "release";
mkdirSync(new URL("../dist/wasm", import.meta.url), { recursive: true });
const { error } = await main(["--config", "asconfig.json", "--baseDir", root, "--target", target], {
  stdout: process.stdout,
  stderr: process.stderr,
});
if (error !== null) process.exit(1);
