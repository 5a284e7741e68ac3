/**
 * The role `drawdown gateway`: settings and identity files in, gateways running, a clean end on SIGTERM and SIGINT.
 */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { reachedBy } from "../engine/contract/broker/connect.ts";
import { CLOCK_FILE, type Clock, clockFrom, readAnchor } from "../engine/contract/clock.ts";
import { roleLog } from "../engine/contract/log.ts";
import { listenIfAsked } from "../engine/contract/metrics/listener.ts";
import type { RosterMeter } from "../engine/contract/roster.ts";
import type { Settings } from "../engine/contract/settings-schema.ts";
import { openTracer } from "../engine/contract/trace/open.ts";
import type { DeviceFile } from "./devices/device.ts";
import { faultLine, loadAllDevices } from "./devices/load.ts";
import type { ListenOptions } from "./drivers/modbus/callers/listener.ts";
import { openDrivers } from "./service/drivers.ts";
import { readIdentity } from "./service/identity.ts";
import type { GatewayMetrics } from "./service/metrics.ts";
import { GATEWAYS_MAX, RunningGateways } from "./service/run.ts";

/** Folder in the data folder with an identity file `<number>.json` and a folder `<number>` for each gateway. */
const GATEWAYS_FOLDER = "gateways";
/** Shortest time between two polls of a meter on the machine's clock, however fast the installation's runs. */
const PERIOD_MS_MIN = 2_000;
/** Time between two polls of a meter whose device file is not known. */
const PERIOD_S = 60;

/** How often new identity files are looked for. */
const IDENTITY_LOOK_MS = 1_000;

/**
 * Runs the gateways of the data folder until the process is told to end; an identity file that is put there later
 * starts its gateway then. Throws an Error of one line when NATS is not named.
 */
export async function gatewayRole(settings: Settings): Promise<void> {
  const log = roleLog("gateway", settings.log_level);
  if (settings.nats_url === "")
    throw new Error("the gateway needs DRAWDOWN_NATS_URL, as nats://127.0.0.1:4222");
  const folder = join(settings.data, GATEWAYS_FOLDER);
  const { devices, faults } = loadAllDevices(settings.devices_dir);
  for (const fault of faults) log.warn(`device file left out: ${faultLine(fault)}`);
  const clock = clockFrom(readAnchor(join(settings.data, CLOCK_FILE)));
  let running: RunningGateways | undefined;
  const listen = listenOptions(settings, log);
  const onChange = (meter: RosterMeter): void => running?.changed(meter);
  const drivers = openDrivers(devices, { onChange, ...(listen === undefined ? {} : { listen }) });
  const callersPort = await drivers.modbus.listening();
  if (callersPort !== undefined)
    log.info({ port: callersPort }, "listening for meters that dial in");
  let figures: GatewayMetrics | undefined;
  const { metrics_host: host, gateway_metrics_port: port } = settings;
  const listener = await listenIfAsked({ role: "gateway", host, port, figures: () => figures });
  const { otlp_url: url, trace_ratio: ratio } = settings;
  const tracer = await openTracer({ url, ratio, role: "gateway" });
  running = new RunningGateways({
    tracer,
    onFigures: (now) => {
      figures = now;
    },
    nats: { ...reachedBy(settings), credentials: settings.nats_credentials || undefined },
    folder,
    clock,
    drivers,
    log,
    periodMs: (meter) => pollPeriodMs(meter, devices, clock),
  });
  const ending = new AbortController();
  const looking = addIdentities(running, { folder, log, signal: ending.signal });
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  log.info("ending: spooling what was read");
  ending.abort();
  await looking;
  await running.close();
  await listener?.close();
  await tracer?.close();
}

/** Where meters that dial in are listened for, if anywhere; what is wrong with a caller is told in the log. */
function listenOptions(settings: Settings, log: Logger): ListenOptions | undefined {
  const { modbus_listen_host: host, modbus_listen_port: port } = settings;
  if (port === 0) return undefined;
  return {
    host,
    port,
    onEvent: ({ kind, name, from, message }) => {
      const level = kind === "registered" || kind === "lost" ? "info" : "warn";
      log[level]({ caller: name, from }, message);
    },
  };
}

type Looking = { folder: string; log: Logger; signal: AbortSignal };

/** Starts the gateway of each identity file once; a file that cannot be used is told once and looked at again. */
async function addIdentities(
  running: RunningGateways,
  { folder, log, signal }: Looking,
): Promise<void> {
  const added = new Set<string>();
  const told = new Set<string>();
  const tell = (message: string): void => {
    if (!told.has(message)) log.warn(message);
    told.add(message);
  };
  while (!signal.aborted) {
    const names = identityNames(folder);
    if (names.length === 0 && !told.has(folder)) {
      told.add(folder);
      log.info(`no gateway identity in ${folder} yet: one is taken up as NUMBER.json, mode 600`);
    }
    for (const name of names.filter((one) => !added.has(one))) {
      try {
        const identity = readIdentity(join(folder, name));
        await running.add(identity);
        added.add(name);
        log.info({ gateway: identity.gateway, shard: identity.shard }, "the gateway is running");
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
      }
    }
    await sleep(IDENTITY_LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

function identityNames(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
    return names.sort().slice(0, GATEWAYS_MAX);
  } catch {
    return [];
  }
}

/** The device file's interval on the installation's clock, as milliseconds of the machine's. */
function pollPeriodMs(
  meter: RosterMeter,
  devices: ReadonlyMap<string, DeviceFile>,
  clock: Clock,
): number {
  const periodS = devices.get(meter.device)?.poll.interval_s ?? PERIOD_S;
  return Math.max(PERIOD_MS_MIN, (periodS * 1000) / clock.speed);
}
