/**
 * The role `drawdown gateway`: settings and identity files in, gateways running, a clean end on SIGTERM and SIGINT.
 */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { CLOCK_FILE, type Clock, clockFrom, readAnchor } from "../engine/contract/clock.ts";
import type { RosterMeter } from "../engine/contract/roster.ts";
import type { Settings } from "../engine/contract/settings-schema.ts";
import type { DeviceFile } from "./devices/device.ts";
import { faultLine, loadDevices } from "./devices/load.ts";
import { createMbusDriver } from "./drivers/mbus/driver.ts";
import { createModbusDriver } from "./drivers/modbus/driver.ts";
import { type GatewayIdentity, readIdentity } from "./service/identity.ts";
import { runGateway } from "./service/run.ts";

/** Folder in the data folder with an identity file `<number>.json` and a folder `<number>` for each gateway. */
export const GATEWAYS_FOLDER = "gateways";
/** Shortest time between two polls of a meter on the machine's clock, however fast the installation's runs. */
const PERIOD_MS_MIN = 2_000;
/** Time between two polls of a meter whose device file is not known. */
const PERIOD_S = 60;

/** Runs all gateways of the data folder until the process is told to end. Throws an Error of one line when none can run. */
export async function gatewayRole(settings: Settings): Promise<void> {
  const log = pino({ level: settings.log_level, base: { role: "gateway" } });
  if (settings.nats_url === "")
    throw new Error("the gateway needs DRAWDOWN_NATS_URL, as nats://127.0.0.1:4222");
  const folder = join(settings.data, GATEWAYS_FOLDER);
  const { devices, faults } = loadDevices();
  for (const fault of faults) log.warn(`device file left out: ${faultLine(fault)}`);
  const clock = clockFrom(readAnchor(join(settings.data, CLOCK_FILE)));
  const running = await runGateway({
    natsUrl: settings.nats_url,
    folder,
    identities: readIdentities(folder),
    clock,
    drivers: { modbus: createModbusDriver({ devices }), mbus: createMbusDriver({ devices }) },
    log,
    periodMs: (meter) => pollPeriodMs(meter, devices, clock),
  });
  log.info("gateways are running");
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  log.info("ending: spooling what was read");
  await running.close();
}

/** All identities of a folder, by their files' names. */
export function readIdentities(folder: string): GatewayIdentity[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    names = [];
  }
  if (names.length === 0)
    throw new Error(`no gateway identity in ${folder}: put one there as NUMBER.json, mode 600`);
  return names.sort().map((name) => readIdentity(join(folder, name)));
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
