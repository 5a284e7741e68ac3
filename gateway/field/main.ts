/**
 * The role `drawdown field`: runs the simulated field, writes its plan for the registry, and lets some of its residents
 * top up through the public API once there is one.
 */
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Logger, pino } from "pino";
import { CLOCK_FILE, type Clock, clockFrom, readAnchor } from "../../engine/contract/clock.ts";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { replaceText } from "../../engine/contract/files.ts";
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { type FieldPlan, startField } from "./field.ts";
import { parseStory } from "./story.ts";
import { type RunningStory, startStory } from "./story-field.ts";
import { runTenants } from "./tenants.ts";

/** Where the plan stands in the data folder; the api registers it when it starts. */
export const FIELD_PLAN_FILE = "field/plan.json";
const SEED = 20_261_121;
const ACCESS_LOOK_MS = 1_000;

/** Runs the field until the process is told to end. */
export async function fieldRole(settings: Settings): Promise<void> {
  const log = pino({ level: settings.log_level, base: { role: "field" } });
  const clock = clockFrom(readAnchor(join(settings.data, CLOCK_FILE)));
  if (settings.field_story !== "") return playStory(settings, clock, log);
  const stateFile = join(settings.data, "field", "state.json");
  const field = await startField({ meters: settings.field_meters, clock, stateFile, seed: SEED });
  await replaceText(join(settings.data, FIELD_PLAN_FILE), JSON.stringify(toPlan(field.plan)));
  log.info({ meters: field.plan.meters.length }, "the simulated field is running");
  const stop = new AbortController();
  const tenants = startTenants(settings, stop.signal, clock).catch((error: unknown) => {
    if (!stop.signal.aborted) log.warn({ err: error }, "the residents have stopped topping up");
  });
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  stop.abort();
  await field.close();
  await tenants;
}

/** Plays a story until the process is told to end; its meters begin anew with each start. */
async function playStory(settings: Settings, clock: Clock, log: Logger): Promise<void> {
  const path = settings.field_story;
  const told = parseStory(await readFile(path, "utf8"), path);
  const running = await startStory(told, clock);
  await mkdir(join(settings.data, "field"), { recursive: true });
  const plan = JSON.stringify(storyPlan(told.name, running));
  await replaceText(join(settings.data, FIELD_PLAN_FILE), plan);
  log.info({ story: told.name, meters: running.meters.length }, told.about);
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  await running.close();
}

function storyPlan(name: string, { meters }: RunningStory): unknown {
  return meters.map(({ plan, name: unit, ...meter }) => ({
    ...meter,
    site: `Story ${name}`,
    unit,
    openingCredit: plan.opening_credit,
    modulusAtoms: plan.modulus_atoms,
    maxRateAtomsPerHour: plan.max_rate_atoms_per_hour,
    stepAtoms: plan.step_atoms,
  }));
}

/** The plan as the registry takes it. */
function toPlan(plan: FieldPlan): unknown {
  return plan.meters.map((meter) => ({
    site: meter.site,
    unit: meter.unit,
    serial: meter.serial,
    service: meter.service,
    driver: meter.driver,
    device: meter.device,
    link: meter.link,
    address: meter.address,
    openingCredit: formatMicros(meter.openingCreditMicros),
    modulusAtoms: meter.modulusAtoms.toString(),
    maxRateAtomsPerHour: meter.maxRateAtomsPerHour.toString(),
    stepAtoms: meter.stepAtoms.toString(),
  }));
}

async function startTenants(
  settings: Settings,
  signal: AbortSignal,
  clock: ReturnType<typeof clockFrom>,
): Promise<void> {
  const access = await waitForAccess(join(settings.data, "access.json"), signal);
  const { operator = "", vendor = "" } = access.keys;
  const tenants = runTenants({
    url: access.url,
    operatorKey: operator,
    vendorKey: vendor,
    clock,
  });
  await once(signal, "abort");
  await tenants.close();
}

type Access = { url: string; keys: Record<string, string> };

/** The api writes its keys when it is ready for the first time. */
async function waitForAccess(path: string, signal: AbortSignal): Promise<Access> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return JSON.parse(await readFile(path, "utf8")) as Access;
    } catch {
      await sleep(ACCESS_LOOK_MS, undefined, { signal });
    }
  }
}
