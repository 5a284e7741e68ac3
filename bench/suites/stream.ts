/**
 * How many can listen at once, how soon do they hear, and do they get everything?
 *
 * Ten thousand connections to one api process: most hear one account, some hear everything; of these some read a second
 * and stand still for three, and some read nothing until the end. All the while connections break and come back. The
 * engine's events come through a real broker at 5 000 a second. Each reader checks that every event of its topic came once
 * and in order, whatever happened between; one that is missing or came twice fails the run, and so does memory beyond its
 * bound. Server, readers that keep up, slow readers and what publishes are processes of their own. How long an event takes
 * is from before it is published to after it is read, by readers that keep up.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { withServers } from "../../engine/host/testing.ts";
import { asSkip, SkipError } from "../harness/skip.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { tied } from "../harness/tied.ts";
import { publishEvents } from "../stream/event-source.ts";
import type { ReadersFound, ReadersSay, ReadersTold } from "../stream/readers.ts";
import { KEY, type ServerSays } from "../stream/server.ts";

/** Most memory that the server may have resident at any time: slow readers must not take more, whatever comes. */
const RSS_BYTES_MAX = 1024 * 1024 * 1024;
/** Descriptors beside those of connections. */
const DESCRIPTORS_SPARE = 200;
const MIB = 1024 * 1024;

type Load = { readers: number; eventsPerS: number; seconds: number };
type Run = {
  found: ReadersFound;
  slow: ReadersFound;
  published: { total: number; seconds: number };
  idleBytes: number;
  connectedBytes: number;
  peakBytes: number;
  waitingChars: number;
  stallMs: number;
  serverCpu: number;
};

/** Runs the suite. */
export async function streamSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  const load: Load = options.quick
    ? { readers: 1_000, eventsPerS: 1_000, seconds: 5 }
    : { readers: 10_000, eventsPerS: 5_000, seconds: 18 };
  const title = `The stream: ${load.readers} connections, ${load.eventsPerS} events/s`;
  try {
    needDescriptors(load.readers);
    outcome.tables.push({ title, head: ["", ""], lines: linesOf(await run(load, options)) });
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    outcome.tables.push({ title, head: ["skipped", error.message], lines: [] });
  }
  return outcome;
}

async function run(load: Load, { say }: SuiteOptions): Promise<Run> {
  const servers = await asSkip(withServers({ nats: true }));
  const accounts = Math.ceil(load.readers / 2);
  const server = start("server", [servers.natsUrl, String(accounts)]);
  const children = { fast: start("readers", []), slow: start("readers", []) };
  const tell = async (child: ChildProcess, told: ReadersTold): Promise<ReadersSay> => {
    const says = hear<ReadersSay>(child);
    child.send(told);
    return says;
  };
  try {
    const idle = await hear<ServerSays>(server);
    say(`stream: ${load.readers} connections`);
    const plans = plansOf(load, idle.port, accounts);
    await tell(children.fast, { does: "connect", plan: plans.fast });
    await tell(children.slow, { does: "connect", plan: plans.slow });
    const connected = await ask(server);
    for (const child of Object.values(children)) await tell(child, { does: "begin" });
    say(`stream: ${load.eventsPerS} events a second for ${load.seconds} s`);
    const watch = watching(server);
    const published = await publishEvents(servers.natsUrl, { accounts, ...load });
    const { cpuSeconds } = await watch.newest();
    say("stream: the slow ones catch up");
    const [fast, slow] = await Promise.all(
      Object.values(children).map((child) => tell(child, { does: "finish", ...published })),
    );
    const most = await watch.end();
    if (fast?.found === undefined || slow?.found === undefined)
      throw new Error("the readers told nothing");
    return checked({
      found: fast.found,
      slow: slow.found,
      published,
      idleBytes: idle.rssBytes,
      connectedBytes: connected.rssBytes,
      ...most,
      serverCpu: cpuSeconds - connected.cpuSeconds,
    });
  } finally {
    for (const child of [server, ...Object.values(children)]) child.kill("SIGKILL");
    await servers.stop();
  }
}

type Plan = Extract<ReadersTold, { does: "connect" }>["plan"];

function plansOf({ readers }: Load, port: number, accounts: number): { fast: Plan; slow: Plan } {
  const kinds = { ofAll: 8, slowOfAll: 6, stillOfAll: 3 };
  const none = { ofAccount: 0, ofAll: 0, slowOfAll: 0, stillOfAll: 0, breaksPerS: 0 };
  const shared = { url: `ws://127.0.0.1:${port}/v1/stream`, key: KEY, accounts, ...none };
  const { ofAll, slowOfAll, stillOfAll } = kinds;
  const ofAccount = readers - ofAll - slowOfAll - stillOfAll;
  return {
    fast: { ...shared, ofAccount, ofAll, breaksPerS: 20 },
    slow: { ...shared, slowOfAll, stillOfAll },
  };
}

/** Every event once and in order, and memory within its bound: else nothing of it counts. */
function checked(run: Run): Run {
  const [repeated, missed, unfinished] = (["repeated", "missed", "unfinished"] as const).map(
    (key) => run.found[key] + run.slow[key],
  ) as [number, number, number];
  if (repeated + missed + unfinished > 0)
    throw new Error(
      `readers missed ${missed} events and had ${repeated} twice; ${unfinished} did not get all`,
    );
  if (run.peakBytes > RSS_BYTES_MAX)
    throw new Error(`the server took ${run.peakBytes} bytes, more than ${RSS_BYTES_MAX}`);
  return run;
}

function linesOf(run: Run): string[][] {
  const { found, slow, published } = run;
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return [
    ["connections", `${found.readers + slow.readers}, ${slow.readers} of them slow`],
    [
      "events published",
      `${published.total} (${(published.total / published.seconds).toFixed(0)}/s)`,
    ],
    ["events read, by all", String(found.events + slow.events)],
    [
      "made to read, p50 / p99 / most",
      `${ms(found.p50Ms)} / ${ms(found.p99Ms)} / ${ms(found.maxMs)}`,
    ],
    ["… over", `${found.live} events, read by those who keep up`],
    ["longest standstill: server / readers", `${ms(run.stallMs)} / ${ms(found.stallMs)}`],
    ["resumed: connections that broke / slow ones", `${found.resumes} / ${slow.resumes}`],
    ["missing / twice", `${found.missed + slow.missed} / ${found.repeated + slow.repeated}`],
    [
      "server resident: idle / connected / most",
      [run.idleBytes, run.connectedBytes, run.peakBytes].map(mib).join(" / "),
    ],
    ["most that waited for slow readers", `${(run.waitingChars / MIB).toFixed(1)} M characters`],
    ["server CPU", `${((run.serverCpu / published.seconds) * 100).toFixed(0)} % of a core`],
  ];
}

function needDescriptors(readers: number): void {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  if (Number(soft) < readers + DESCRIPTORS_SPARE)
    throw new SkipError(
      `a process may open ${soft} files here, ${readers} connections need more: ulimit -n ${readers * 2}`,
    );
}

function start(name: "server" | "readers", args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(`../stream/${name}.ts`, import.meta.url));
  return tied(fork(file, args, { execArgv: process.execArgv }));
}

async function ask(server: ChildProcess): Promise<ServerSays> {
  const says = hear<ServerSays>(server);
  server.send("how are you");
  return says;
}

function hear<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`a process of the bench ended with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as T);
    });
  });
}

/** Looks at the server until told to end. */
function watching(server: ChildProcess): {
  newest(): Promise<ServerSays>;
  end(): Promise<{ peakBytes: number; waitingChars: number; stallMs: number }>;
} {
  const most = { peakBytes: 0, waitingChars: 0, stallMs: 0 };
  const ending = new AbortController();
  let asked = ask(server);
  const running = (async () => {
    while (!ending.signal.aborted) {
      const { rssBytes, figures, stallMs } = await asked;
      most.stallMs = Math.max(most.stallMs, stallMs);
      most.peakBytes = Math.max(most.peakBytes, rssBytes);
      most.waitingChars = Math.max(most.waitingChars, figures.waiting_chars);
      await sleep(250, undefined, { signal: ending.signal }).catch(() => undefined);
      if (!ending.signal.aborted) asked = ask(server);
    }
  })();
  return {
    newest: () => asked,
    end: async () => {
      ending.abort();
      await running;
      return most;
    },
  };
}
