import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { Driver, ReadOutcome } from "../drivers/driver.ts";
import { LinkFigures } from "./link-figures.ts";
import { LinkQueues } from "./link-queues.ts";
import { Poller } from "./poller.ts";

const PERIOD_MS = 400;
let reads: number[] = [];
let silent = new Set<number>();
let answerMs = 1;
let outcomes: [number, boolean][] = [];
let poller: Poller;

/** Meters that answer or do not, after a time. */
const driver: Driver = {
  read: async ({ slot }): Promise<ReadOutcome> => {
    reads.push(slot);
    await new Promise((resolve) => setTimeout(resolve, answerMs));
    if (silent.has(slot)) return { ok: false, fault: "timeout", message: "" };
    return { ok: true, registerAtoms: 1n, atS: 5, relay: "none" };
  },
  act: async () => ({ ok: true, relay: "disconnected" }),
  capabilities: () => ({ actions: [], clock: false }),
  discover: async function* () {},
  close: async () => undefined,
};

beforeEach(() => {
  [reads, silent, answerMs, outcomes] = [[], new Set(), 1, []];
  poller = new Poller({
    drivers: { modbus: driver, mbus: driver } as never,
    links: new LinkQueues(),
    figures: new LinkFigures(),
    nowS: () => 5,
    periodMs: () => PERIOD_MS,
    open: () => true,
    onOutcome: ({ slot }, { ok }) => outcomes.push([slot, ok]),
  });
});
afterEach(() => poller.close());

function meter(slot: number, port = 1): RosterMeter {
  const link = { host: "127.0.0.1", port };
  const own = { meter_id: `m${slot}`, serial: String(slot), slot, link, address: "1" };
  return { ...own, service: "electricity", driver: "modbus", device: "d" };
}
const readsOf = (slot: number): number => reads.filter((each) => each === slot).length;
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("a meter whose credit is low is read several times in its period, until the list expires", async () => {
  poller.setMeters([meter(0, 1), meter(1, 2)]);
  poller.setUrgent(new Set([0, 77]), 1_600);
  expect(poller.urgent).toBe(1);
  await after(1_600);
  expect(readsOf(0)).toBeGreaterThan(2 * readsOf(1));
  expect(poller.urgent).toBe(0);
  const before = readsOf(0);
  await after(1_600);
  expect(readsOf(0) - before).toBeLessThanOrEqual(6);
});

test("extra reads take only the time that a link has left: the others keep their period", async () => {
  answerMs = 45;
  poller.setMeters(Array.from({ length: 8 }, (_, slot) => meter(slot)));
  poller.setUrgent(new Set([0, 1, 2, 3]), 60_000);
  await after(2_400);
  for (let slot = 4; slot < 8; slot++) expect(readsOf(slot)).toBeGreaterThanOrEqual(4);
});

test("a meter that does not answer is left alone while others on its wire answer", async () => {
  answerMs = 40;
  silent = new Set([0]);
  poller.setMeters([meter(0), meter(1)]);
  await after(2_000);
  expect(readsOf(0)).toBeLessThanOrEqual(2);
  expect(readsOf(1)).toBeGreaterThanOrEqual(4);
  expect(poller.stale()).toMatchObject({ count: 1, meter: { slot: 0 } });
});

test("when a dead wire answers again, what was put off on it is read within its period", async () => {
  answerMs = 60;
  silent = new Set([0, 1, 2]);
  poller.setMeters([meter(0), meter(1), meter(2)]);
  await vi.waitFor(() => expect(outcomes.length).toBeGreaterThanOrEqual(6), 10_000);
  silent = new Set();
  outcomes = [];
  await vi.waitFor(() => expect(outcomes.some(([, ok]) => ok)).toBe(true), 10_000);
  await after(PERIOD_MS + 300);
  expect(new Set(outcomes.filter(([, ok]) => ok).map(([slot]) => slot)).size).toBe(3);
});

test("what was read of a meter that the roster has exchanged meanwhile is nobody's", async () => {
  answerMs = 300;
  poller.setMeters([meter(0)]);
  await vi.waitFor(() => expect(reads.length).toBe(1), 2_000);
  poller.setMeters([{ ...meter(0), serial: "another" }]);
  await after(350);
  expect(outcomes).toEqual([]);
});

test("a meter that says it has changed is read soon, once for all that it says meanwhile", async () => {
  poller.close();
  poller = new Poller({
    drivers: { modbus: driver, mbus: driver } as never,
    links: new LinkQueues(),
    figures: new LinkFigures(),
    nowS: () => 5,
    periodMs: () => 3_600_000,
    open: () => true,
    onOutcome: () => undefined,
  });
  poller.setMeters([meter(0), meter(1)]);
  for (let i = 0; i < 100; i++) poller.changed(0);
  poller.changed(77);
  await after(1_000);
  expect(reads).toEqual([]);
  await after(1_400);
  expect(reads).toEqual([0]);
  for (let i = 0; i < 100; i++) poller.changed(0);
  await after(1_000);
  expect(reads).toEqual([0]);
});
