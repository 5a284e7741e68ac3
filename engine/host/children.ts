/**
 * Our own roles as child processes: started, logged, started again when they end unasked, and never left behind.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEnd } from "./backoff.ts";
import { type Exit, type Kept, spawnKept } from "./keeper.ts";
import { eachLine } from "./lines.ts";
import { endLeftover, removePidFile, writePidFile } from "./pid-file.ts";
import { nodeArguments, nodeFlags, siblingProgram } from "./program.ts";
import { openRoleLog, type RoleLog } from "./role-log.ts";

/** Exit code of wrong use or wrong settings: starting again would not help. */
const WRONG_USE = 2;
const STOP_MS = 15_000;

/** One role. `argv` are the words behind `drawdown`, as ["engine"]. */
export type RoleSpec = {
  name: string;
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  /** The data folder: log and process number go there. */
  data: string;
  /** Takes one-line notices: ends, restarts, warnings of the role. */
  say(line: string): void;
  /** Every line that the role writes, before it is logged. */
  onLine?: (line: string) => void;
  /** Another program than the command line, for tests. */
  program?: URL;
};

/** Why a role runs no more: it was stopped, or it ended too often (`detail` says how it ended last). */
export type RoleEnd = { reason: "stopped" } | { reason: "gave_up"; detail: string };

/** A role under supervision. `ended` resolves when it will not be started again. */
export type Supervised = {
  name: string;
  pid(): number | undefined;
  restarts(): number;
  ended: Promise<RoleEnd>;
  stop(): Promise<void>;
};

/** Starts the role and keeps it running. Rejects only when the first start is impossible. */
export async function superviseRole(spec: RoleSpec): Promise<Supervised> {
  const note = join(spec.data, `${spec.name}.pid`);
  await endLeftover(note, spec.name);
  const log = openRoleLog(spec.name, join(spec.data, "logs", `${spec.name}.log`), spec.say);
  const state: State = {
    spec,
    log,
    note,
    stopping: new AbortController(),
    restarts: 0,
    kept: await launch(spec, log, note),
  };
  const ended = keepRunning(state).finally(() => {
    removePidFile(note);
    log.close();
  });
  return {
    name: spec.name,
    pid: () => state.kept?.pid,
    restarts: () => state.restarts,
    ended,
    stop: async () => {
      state.stopping.abort();
      await state.kept?.stop(STOP_MS);
      await ended;
    },
  };
}

type State = {
  spec: RoleSpec;
  log: RoleLog;
  note: string;
  stopping: AbortController;
  restarts: number;
  kept: Kept | undefined;
};

async function launch(spec: RoleSpec, log: RoleLog, note: string): Promise<Kept> {
  const kept = await spawnKept({
    command: process.execPath,
    args: [
      ...nodeFlags(spec.name),
      ...nodeArguments(spec.program ?? siblingProgram(import.meta.url, "../../cli")),
      ...spec.argv,
    ],
    cwd: process.cwd(),
    env: spec.env,
    stopSignal: "SIGTERM",
    orphanSignal: "TERM",
  });
  writePidFile(note, kept.pid);
  const take = (line: string): void => {
    spec.onLine?.(line);
    log.take(line);
  };
  if (kept.child.stdout) eachLine(kept.child.stdout, take);
  if (kept.child.stderr) eachLine(kept.child.stderr, take);
  return kept;
}

async function keepRunning(state: State): Promise<RoleEnd> {
  const { spec, stopping } = state;
  let backoff = { quickEnds: 0 };
  while (state.kept !== undefined) {
    const startedMs = performance.now();
    const exit = await closed(state.kept);
    state.kept = undefined;
    if (stopping.signal.aborted) return { reason: "stopped" };
    const how = describe(exit);
    const next = afterEnd(backoff, performance.now() - startedMs);
    backoff = next.backoff;
    if (next.waitMs === undefined || exit.code === WRONG_USE) {
      spec.say(
        `${spec.name} ended (${how}) and is not started again: see ${join(spec.data, "logs", `${spec.name}.log`)}`,
      );
      return { reason: "gave_up", detail: how };
    }
    spec.say(`${spec.name} ended (${how}); starting it again in ${next.waitMs / 1000} s`);
    await sleep(next.waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return { reason: "stopped" };
    state.restarts++;
    state.kept = await launch(spec, state.log, state.note);
    // A stop that came in the meantime has found nobody to tell.
    if (stopping.signal.aborted) await state.kept.stop(STOP_MS);
  }
  return { reason: "stopped" };
}

/** The end of the process, and of its output, so that the last lines are logged before anything else is said. */
async function closed(kept: Kept): Promise<Exit> {
  const output = new Promise<void>((resolve) => {
    kept.child.once("close", () => resolve());
  });
  const exit = await kept.exited;
  await output;
  return exit;
}

function describe({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
}
