/**
 * Runs a step of the set-up. At a terminal one sees it work; elsewhere its output is shown only when it fails.
 */
import { spawn } from "node:child_process";

/** Output kept of a step that is not shown at once; of a longer one the end is kept. */
const OUTPUT_CHARS_MAX = 100_000;

/** Resolves when it ended well, rejects with an error whose `output` holds what it said. */
export function runStep(command, args, { cwd, env = process.env }) {
  const shown = process.stderr.isTTY === true;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: shown ? ["ignore", 2, 2] : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_CHARS_MAX);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    child.once("error", (error) => reject(Object.assign(error, { output })));
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          Object.assign(new Error(signal === null ? `exit code ${code}` : `signal ${signal}`), {
            output,
          }),
        );
    });
  });
}
