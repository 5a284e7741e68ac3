/**
 * Runs a short program to its end and hands back what it said.
 */
import { execFile } from "node:child_process";

/** Output kept of one run. */
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;

/** `ok` when it ended with code 0; `output` holds both outputs. */
export type Outcome = { ok: boolean; output: string };

/** How to run; `input` goes to its standard input. */
export type RunOptions = {
  cwd?: string;
  timeoutMs: number;
  env?: NodeJS.ProcessEnv;
  user?: { uid: number; gid: number };
};

/** Never rejects: a program that is not there or takes too long is an outcome that is not ok. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Outcome> {
  const { timeoutMs, user, ...rest } = options;
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { ...rest, ...user, timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: OUTPUT_BYTES_MAX },
      (error, stdout, stderr) => {
        const said = `${stdout}${stderr}`.trim();
        resolve({
          ok: error === null,
          output: said === "" && error !== null ? error.message : said,
        });
      },
    );
    child.stdin?.end();
  });
}
