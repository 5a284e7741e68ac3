/**
 * For tests: a stage on which stories are played. The real registry and engine, a running gateway for each story's site,
 * and the events that the engine made of it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { pino } from "pino";
import { startRosterService } from "../../../api/registry/roster-service.ts";
import { accounts } from "../../../api/registry/schema/accounts.ts";
import { meters } from "../../../api/registry/schema/field.ts";
import { seedFromPlan } from "../../../api/registry/seed/seed.ts";
import { startSupplyFaults } from "../../../api/registry/supply-faults.ts";
import { type Live, startLive } from "../../../api/testing/live.ts";
import type { CloudEvent } from "../../../engine/contract/events.ts";
import { eventSubject } from "../../../engine/contract/subjects.ts";
import { loadDevices } from "../../devices/load.ts";
import { openDrivers } from "../../service/drivers.ts";
import { RunningGateways } from "../../service/run.ts";
import type { Story } from "../story.ts";
import { type RunningStory, startStory } from "../story-field.ts";

/** Time between two polls: more than a second, the shortest that tells two readings apart. */
const PERIOD_MS = 1_150;

/** A story on the stage. */
export type Played = {
  running: RunningStory;
  gateways: RunningGateways;
  /** Account and meter of each of the story's meters, by name. */
  who: ReadonlyMap<string, { accountId: string; meterId: string }>;
  /** The engine's events of a meter's account, in order; of one type where it is given. */
  events(name: string, type?: string): CloudEvent[];
  close(): Promise<void>;
};

/** The stage. */
export type Stage = Live & { play(story: Story): Promise<Played> };

/** Opens the stage. */
export async function openStage(): Promise<Stage> {
  const live = await startLive(1);
  const folder = mkdtempSync(join(tmpdir(), "stage-"));
  const roster = startRosterService(live.nats, live.registry.db);
  const { nats, registry, faults } = live;
  const reasons = startSupplyFaults({
    nats,
    db: registry.db,
    onFault: (error) => faults.push(error),
  });
  const events: CloudEvent[] = [];
  live.nats.subscribe(eventSubject(0, ">").replace("0", "*"), {
    callback: (_, message) => void events.push(message.json<CloudEvent>()),
  });
  const stopLive = live.stop;
  return Object.assign(live, {
    play: (story: Story) => play(live, story, { folder, events }),
    stop: async () => {
      await roster.stop();
      await reasons.stop();
      await stopLive();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

async function play(
  live: Live,
  story: Story,
  { folder, events }: { folder: string; events: CloudEvent[] },
): Promise<Played> {
  const { context, registry, servers } = live;
  const { db } = registry;
  const running = await startStory(story, context.clock);
  const parts = { db, engine: context.engine, clock: context.clock, operator: "One" };
  const seeded = await seedFromPlan(
    parts,
    running.meters.map(({ plan, name, ...meter }) => ({
      ...meter,
      site: `Story ${story.name}`,
      unit: name,
      openingCredit: plan.opening_credit,
      modulusAtoms: plan.modulus_atoms,
      maxRateAtomsPerHour: plan.max_rate_atoms_per_hour,
      stepAtoms: plan.step_atoms,
    })),
  );
  const who = new Map<string, { accountId: string; meterId: string }>();
  for (const { name, serial } of running.meters) {
    const [row] = await db
      .select({ accountId: accounts.id, meterId: meters.id })
      .from(meters)
      .innerJoin(accounts, eq(accounts.usage_point_id, meters.usage_point_id))
      .where(and(eq(meters.serial, serial)));
    if (row !== undefined) who.set(name, row);
  }
  const gateways = new RunningGateways({
    nats: { servers: servers.natsUrl },
    folder: join(folder, story.name),
    clock: context.clock,
    drivers: openDrivers(loadDevices().devices),
    log: pino({ level: "silent" }),
    periodMs: () => PERIOD_MS,
  });
  for (const { number, shard, key } of seeded.gateways)
    await gateways.add({ gateway: number, shard, key: Buffer.from(key, "hex") });
  return {
    running,
    gateways,
    who,
    events: (name, type) =>
      events.filter(
        (event) =>
          event.subject === who.get(name)?.accountId && (type ?? event.type) === event.type,
      ),
    close: async () => {
      await gateways.close();
      await running.close();
    },
  };
}
