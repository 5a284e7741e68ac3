/**
 * The way that every embedded server is started: end what an earlier owner left, take a port, launch, wait for the
 * first answer, and tell in one line why there is none.
 */
import { closeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./folder.ts";
import { HostError } from "./host-error.ts";
import { type Kept, type KeptSpec, spawnKept } from "./keeper.ts";
import { logLength, logTail, openLog } from "./log-file.ts";
import { endLeftover, removePidFile, writePidFile } from "./pid-file.ts";
import { isPortFree, pickPort } from "./ports.ts";
import type { Running, ServerOptions } from "./running.ts";

/** Launches tried before giving up: a port can be snatched between choosing and listening. */
const LAUNCHES_MAX = 5;
const POLL_MS = 25;
const RETRY_PAUSE_MS = 400;

/** One kind of server. `name` is its folder and log; `title` what people call it. */
export type ServerKind = {
  name: string;
  title: string;
  /** Longest time from launch to the first answer. */
  readyMs: number;
  /** Time for an orderly end before it is killed. */
  stopMs: number;
  /** Done before the first launch, when nothing of an earlier owner runs any more. */
  prepare?: () => Promise<void>;
  launch(port: number): Omit<KeptSpec, "log">;
  /** Whether our server (and not somebody else's on that port) answers. */
  answers(port: number): Promise<boolean>;
  url(port: number): string;
  /** Whether this log of a failed launch is worth another try. */
  passing?: (log: string) => boolean;
};

/** Starts it and resolves when it answers; rejects with a HostError. */
export async function startServer(kind: ServerKind, options: ServerOptions): Promise<Running> {
  const folder = join(options.data, kind.name);
  makeFolder(folder);
  const note = join(options.data, `${kind.name}.pid`);
  const logPath = join(options.data, "logs", `${kind.name}.log`);
  await endLeftover(note, kind.title);
  await kind.prepare?.();
  let failure = "";
  for (let launch = 0; launch < LAUNCHES_MAX; launch++) {
    const port = await pickPort(options.port);
    const from = logLength(logPath);
    const kept = await launchInto(logPath, kind.launch(port));
    writePidFile(note, kept.pid);
    const outcome = await firstAnswer(kind, kept, port);
    if (outcome === "answers") {
      if (port !== options.port && options.port !== 0) {
        options.say?.(`port ${options.port} is taken: ${kind.title} listens on ${port} instead`);
      }
      return running(kind, kept, { port, note });
    }
    await kept.stop(0);
    const log = logTail(logPath, from);
    failure =
      outcome === "silent"
        ? `did not answer within ${kind.readyMs / 1000} s`
        : `ended at once${lastLine(log)}`;
    const snatched = outcome === "ended" && !(await isPortFree(port));
    if (!snatched && !kind.passing?.(log)) break;
    await sleep(RETRY_PAUSE_MS);
  }
  removePidFile(note);
  throw new HostError("failed", `${kind.title} ${failure}: see ${logPath}`);
}

async function launchInto(logPath: string, spec: Omit<KeptSpec, "log">): Promise<Kept> {
  const log = openLog(logPath);
  try {
    return await spawnKept({ ...spec, log });
  } finally {
    closeSync(log);
  }
}

async function firstAnswer(
  kind: ServerKind,
  kept: Kept,
  port: number,
): Promise<"answers" | "ended" | "silent"> {
  const deadline = Date.now() + kind.readyMs;
  let ended = false;
  void kept.exited.then(() => {
    ended = true;
  });
  while (Date.now() < deadline) {
    if (await kind.answers(port)) return "answers";
    if (ended) return "ended";
    await sleep(POLL_MS);
  }
  return "silent";
}

function running(kind: ServerKind, kept: Kept, at: { port: number; note: string }): Running {
  return {
    url: kind.url(at.port),
    port: at.port,
    pid: kept.pid,
    exited: kept.exited,
    stop: async () => {
      await kept.stop(kind.stopMs);
      removePidFile(at.note);
    },
  };
}

function lastLine(log: string): string {
  const line = log.split("\n").at(-1)?.trim() ?? "";
  return line === "" ? "" : ` (${line.slice(0, 300)})`;
}
