import { setTimeout as sleep } from "node:timers/promises";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { count, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureConsumer, ensureStreams } from "../../engine/contract/streams.ts";
import { eventSubject, STREAMS } from "../../engine/contract/subjects.ts";
import { expandFacts } from "../notifications/expand.ts";
import { takeEvents } from "../notifications/facts.ts";
import { eventOf, NOON_S } from "../notifications/testing/told.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { crossing } from "./isolation/scope.ts";
import { GROUP_EVENTS_MAX, readTogether } from "./project-together.ts";
import { notificationFacts, notificationMessages } from "./schema/notifications.ts";

/** Events become facts and notifications in groups: each once, none lost, however they come. */

let h: Harness;
const stopping = new AbortController();
const groups: number[] = [];
const faults: unknown[] = [];
let reading: Promise<void> | undefined;
let isDown = false;
const EVENTS = 1_000;

beforeAll(async () => {
  h = await startHarness(4);
  h.context.webhookHosts = new Set(["127.0.0.1"]);
  Object.assign(h.context.clock, { nowS: () => NOON_S - 60 });
  const made = await h.call("/v1/webhook-endpoints", {
    method: "POST",
    body: { url: "http://127.0.0.1:9/" },
  });
  expect(made.status).toBe(201);
  const manager = await jetstreamManager(h.nats);
  await ensureStreams(manager);
  // As an earlier version left it.
  await ensureConsumer(manager, STREAMS.events, "told", { filter: "event.>", pendingMax: 1 });
});
afterAll(async () => {
  stopping.abort();
  await reading;
  await h?.stop();
});

const publish = async (events: unknown[]): Promise<void> => {
  const js = jetstream(h.nats);
  await Promise.all(
    events.map((event) => js.publish(eventSubject(1, "credit.low"), JSON.stringify(event))),
  );
};
const many = async (): Promise<number> =>
  (await h.registry.db.select({ many: count() }).from(notificationFacts))[0]?.many ?? 0;

describe("events", () => {
  it("that wait are taken in groups, each once, whatever else is among them", async () => {
    const events = Array.from({ length: EVENTS }, (_, at) =>
      eventOf(h.accountIds[at % 4] ?? "", "credit.low"),
    );
    await publish([
      ...events.slice(0, 500),
      "no event",
      ...events.slice(0, 100),
      ...events.slice(500),
    ]);
    await publish([eventOf("00000000-0000-4000-8000-000000000000", "credit.low")]);
    const began = performance.now();
    reading = readTogether(
      {
        nats: h.nats,
        db: h.context.db,
        signal: stopping.signal,
        onFault: (fault) => faults.push(fault),
      },
      {
        durable: "told",
        events: "event.>",
        project: async (tx, some) => {
          if (isDown && some.length > 1) throw new Error("too many at once");
          groups.push(some.length);
          await takeEvents(tx, some);
        },
      },
    );
    await expect.poll(many, { timeout: 20_000, interval: 20 }).toBe(EVENTS);
    const perS = Math.round((1_000 * EVENTS) / (performance.now() - began));
    process.stdout.write(`events to facts: ${perS}/s in ${groups.length} groups\n`);
    expect(Math.max(...groups)).toBeGreaterThan(GROUP_EVENTS_MAX / 4);
    expect(Math.max(...groups)).toBeLessThanOrEqual(GROUP_EVENTS_MAX);
    expect(faults.map(String)).toEqual([expect.stringContaining("is no event")]);
  });

  it("that come one by one wait a moment for others", async () => {
    const before = groups.length;
    for (let at = 0; at < 20; at++) {
      await publish([eventOf(h.accountIds[at % 4] ?? "", "credit.low")]);
      await sleep(2);
    }
    await expect.poll(many, { timeout: 10_000, interval: 20 }).toBe(EVENTS + 20);
    const some = groups.slice(before);
    expect(some.reduce((sum, each) => sum + each, 0)).toBe(20);
    expect(some.length).toBeLessThanOrEqual(5);
  });

  it("keep their order within a group", async () => {
    const { rows } = await h.registry.db.execute<{ wrong: string }>(
      sql`select count(*) as wrong from (select split_part(id, '-', 2)::int as n, lag(split_part(id, '-', 2)::int) over (order by created_at) as before from ${notificationFacts} where account_id is not null) x where before > n and n > 600`,
    );
    expect(rows[0]?.wrong).toBe("0");
  });

  it("of a group that fails as a whole are taken one by one", async () => {
    isDown = true;
    await publish(Array.from({ length: 20 }, () => eventOf(h.accountIds[0] ?? "", "credit.low")));
    await expect.poll(many, { timeout: 10_000, interval: 20 }).toBe(EVENTS + 40);
    isDown = false;
  });

  it("become notifications in groups, once each", async () => {
    const began = performance.now();
    const now = new Date((NOON_S + 3_600) * 1_000);
    await crossing("notifications", async () => {
      while ((await expandFacts(h.context.db, now)) > 0);
    });
    const perS = Math.round((1_000 * (EVENTS + 40)) / (performance.now() - began));
    process.stdout.write(`facts to notifications: ${perS}/s\n`);
    const [made] = await h.registry.db.select({ many: count() }).from(notificationMessages);
    expect(made?.many).toBe(EVENTS + 40);
  });
});

it("nothing of it was our fault", () => expect(h.faults).toEqual([]));
