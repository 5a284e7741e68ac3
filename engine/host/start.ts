/**
 * `drawdown start`: the whole product on one machine. Servers that are not given by a URL are started; the roles run as
 * processes of their own; nothing is left behind.
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { brokerAccess } from "../contract/broker/connect.ts";
import { loadSettings } from "../contract/settings.ts";
import type { Settings } from "../contract/settings-schema.ts";
import { type OpenedClock, openClock } from "./anchor.ts";
import { askReady } from "./ask-ready.ts";
import { type RoleEnd, type Supervised, superviseRole } from "./children.ts";
import type { CommandIo } from "./command-io.ts";
import { lockData } from "./data-lock.ts";
import { pickPort } from "./ports.ts";
import { serverEnvironment, startServers } from "./servers.ts";
import { watchSummary } from "./summary.ts";

/** How fast the installation's clock runs with a simulated field, unless the setting says otherwise. */
const FIELD_CLOCK_SPEED = 240;
/** How long the api may take to be ready, the first time. */
const READY_MS_MAX = 180_000;
const LOOK_MS = 250;

type Say = (line: string) => void;

/** Runs until Ctrl-C or SIGTERM; gives 0 after a clean end, 1 when a part could not be kept running. */
export async function startCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv.length > 0)
    throw Object.assign(new Error("takes no arguments; drawdown config shows the settings"), {
      code: "usage",
    });
  const { values: settings, sources, warnings } = loadSettings(io.env, io.cwd);
  const say: Say = (line) => void io.stderr.write(`${line}\n`);
  for (const warning of warnings) say(warning);
  const lock = lockData(settings.data);
  const ended = new AbortController();
  // Lasting listeners: a second Ctrl-C, or npm passing one on, must not end us in the middle of stopping.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => ended.abort());
  }
  const speed =
    sources.clock_speed === "default" && settings.field === "on"
      ? FIELD_CLOCK_SPEED
      : settings.clock_speed;
  const clock = openClock(settings.data, speed);
  try {
    return await runAll(settings, clock, { io, say, signal: ended.signal });
  } finally {
    clock.close();
    lock.release();
  }
}

type Around = { io: CommandIo; say: Say; signal: AbortSignal };

async function runAll(
  settings: Settings,
  clock: OpenedClock,
  { io, say, signal }: Around,
): Promise<number> {
  const servers = await startServers(settings, say);
  const roles: Supervised[] = [];
  const port = await pickPort(settings.api_port);
  if (settings.api_port !== 0 && port !== settings.api_port)
    say(`port ${settings.api_port} is taken: the api listens on ${port}`);
  const env = {
    ...io.env,
    ...serverEnvironment(settings, servers),
    DRAWDOWN_API_PORT: String(port),
  };
  let summary: { close(): void } | undefined;
  try {
    for (const name of roleNames(settings)) {
      roles.push(await superviseRole({ name, argv: [name], env, data: settings.data, say }));
    }
    const scheme = settings.api_cert_file === "" ? "http" : "https";
    const url = `${scheme}://${settings.api_host}:${port}`;
    const gone = firstToEnd(roles, servers.died);
    await Promise.race([ready(url, signal), gone, once(signal, "abort")]);
    if (!signal.aborted) {
      const broker = brokerAccess({ ...settings, nats_url: servers.nats }, "ops");
      summary = watchSummary({ url, data: settings.data, servers, broker, clock, io });
      const reason = await Promise.race([gone, once(signal, "abort").then(() => undefined)]);
      if (reason !== undefined) throw new Error(reason);
    }
    return 0;
  } finally {
    summary?.close();
    say("stopping …");
    // Gateways before the engine, so that they spool what they read; servers last.
    for (const role of [...roles].reverse()) await role.stop();
    await servers.stop();
  }
}

/** In the order of their start. The field comes first, so that the registry finds its plan. */
function roleNames(settings: Settings): string[] {
  return [
    ...(settings.field === "on" ? ["field"] : []),
    "engine",
    "store-writer",
    "api",
    "gateway",
    ...(settings.bems === "on" ? ["bems"] : []),
  ];
}

async function firstToEnd(roles: readonly Supervised[], died: Promise<string>): Promise<string> {
  const ends = roles.map(async ({ name, ended }) => {
    const end: RoleEnd = await ended;
    return end.reason === "gave_up"
      ? `the ${name} can't be kept running: ${end.detail}`
      : new Promise<string>(() => {});
  });
  return Promise.race([died, ...ends]);
}

async function ready(url: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_MS_MAX;
  while (!signal.aborted) {
    const answer = await askReady(url).catch(() => undefined);
    if (answer?.status === 200) return;
    if (Date.now() > deadline)
      throw new Error(
        `${url}/readyz is not 200 after ${READY_MS_MAX / 1000} s: ${answer?.text ?? "no answer"}`,
      );
    await sleep(LOOK_MS);
  }
}
