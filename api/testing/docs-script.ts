/**
 * For tests of documents: a page's shell blocks as one script, and its run.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Shell blocks of a page in `docs/`; a curl that is answered with an error fails the script at its place. */
export function scriptOf(page: string): string {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? "");
  const steps = blocks.map((block, at) => `echo "--- block ${at + 1}"\n${block}\necho`);
  return ["set -euo pipefail", 'curl() { command curl --fail-with-body "$@"; }', ...steps].join(
    "\n",
  );
}

/** Runs a shell script in a folder; its exit code and all that it printed. */
export function runScript(
  script: string,
  folder: string,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const shell = spawn("bash", ["-c", script], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (some: Buffer): void => {
      output += some.toString();
    };
    shell.stdout.on("data", keep);
    shell.stderr.on("data", keep);
    shell.on("close", (code) => resolve({ code, output }));
  });
}
