/**
 * What a command of the command line is given: where to write, and the environment to read.
 */

/** `process` fits as it is, save for `cwd`. */
export type CommandIo = {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  env: NodeJS.ProcessEnv;
  cwd: string;
};
