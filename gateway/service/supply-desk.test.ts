import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FrameReport, SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { SupplyAction, SupplyMessage } from "../../engine/contract/supply.ts";
import type { ActOutcome } from "../drivers/driver.ts";
import { SupplyDesk } from "./supply-desk.ts";
import { openSupplyNumbers, type SupplyNumbers } from "./supply-numbers.ts";
import { afterTry } from "./supply-rules.ts";

const METER: RosterMeter = {
  meter_id: "m",
  serial: "12345678",
  slot: 4,
  service: "electricity",
  driver: "modbus",
  device: "abb-b23-output",
  link: { host: "127.0.0.1", port: 502 },
  address: "1",
};
let folder = "";
let numbers: SupplyNumbers;
let desk: SupplyDesk;
let acts: SupplyAction[] = [];
let reports: FrameReport[] = [];
let settled: number[] = [];
let unknown = 0;
let able: readonly SupplyAction[] = [];
let ends: string[] = [];
/** Acts wait here until a test lets them go on. */
let hold: ((outcome: ActOutcome) => void)[] | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "desk-"));
  [acts, reports, settled, hold, unknown] = [[], [], [], undefined, 0];
  [able, ends] = [["cut", "restore"], []];
  await open();
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  numbers = await openSupplyNumbers(join(folder, "supply.json"));
  desk = new SupplyDesk({
    numbers,
    nowS: () => 1_000,
    meterOf: (slot) => (slot === METER.slot ? METER : undefined),
    actionsOf: () => able,
    onEnded: (command, fault) => ends.push(`${command.number} ${fault ?? "done"}`),
    act: async (_, { action }) => {
      acts.push(action);
      if (hold !== undefined) return new Promise((resolve) => hold?.push(resolve));
      return { ok: true, relay: action === "cut" ? "disconnected" : "connected" };
    },
    report: async (report) => {
      reports.push(report);
      return true;
    },
    onMoved: () => undefined,
    onUnknownSlot: () => {
      unknown++;
    },
  });
}

function take(number: number, action: SupplyAction, more: Partial<SupplyMessage> = {}): void {
  const command = {
    shard: 1,
    slot: 4,
    number,
    action,
    requested_s: 900,
    expires_s: 2_000,
    ...more,
  };
  desk.take(command, () => settled.push(number));
}

const outcomes = (): [number, number][] => reports.map(({ number, state }) => [number, state]);

test("a command moves the relay, reports what was read back, and is settled", async () => {
  take(1, "cut");
  await vi.waitFor(() => expect(settled).toEqual([1]));
  expect(acts).toEqual(["cut"]);
  expect(outcomes()).toEqual([[1, SUPPLY_REPORT.disconnected]]);
});

test("a repeat changes nothing, also after a restart", async () => {
  take(2, "cut");
  await vi.waitFor(() => expect(settled).toEqual([2]));
  take(2, "cut");
  take(1, "restore");
  expect(settled).toEqual([2, 2, 1]);
  await desk.close();
  await open();
  take(2, "cut");
  expect(settled).toEqual([2, 2, 1, 2]);
  expect(acts).toEqual(["cut"]);
});

test("a newer command overtakes one that waits; what is at the meter comes to its end first", async () => {
  hold = [];
  take(1, "cut");
  await vi.waitFor(() => expect(hold?.length).toBe(1));
  take(2, "restore");
  take(3, "cut");
  take(2, "restore");
  expect(settled).toEqual([2, 2]);
  hold.shift()?.({ ok: true, relay: "disconnected" });
  await vi.waitFor(() => expect(hold?.length).toBe(1));
  hold.shift()?.({ ok: true, relay: "disconnected" });
  await vi.waitFor(() => expect(settled).toEqual([2, 2, 1, 3]));
  expect(outcomes()).toEqual([
    [1, SUPPLY_REPORT.disconnected],
    [3, SUPPLY_REPORT.disconnected],
  ]);
});

test("a newer command also overtakes one that waits for its next try", async () => {
  hold = [];
  take(1, "cut");
  await vi.waitFor(() => expect(hold?.length).toBe(1));
  hold.shift()?.({ ok: false, fault: "timeout", message: "" });
  await vi.waitFor(() => expect(hold).toEqual([]));
  take(2, "restore");
  await vi.waitFor(() => expect(acts).toEqual(["cut", "restore"]), 5_000);
  hold.shift()?.({ ok: true, relay: "connected" });
  await vi.waitFor(() => expect(settled).toEqual([1, 2]));
  expect(outcomes()).toEqual([[2, SUPPLY_REPORT.connected]]);
});

test("an expired command is reported and not carried out", async () => {
  take(5, "cut", { expires_s: 999 });
  await vi.waitFor(() => expect(settled).toEqual([5]));
  expect(acts).toEqual([]);
  expect(outcomes()).toEqual([[5, SUPPLY_REPORT.expired]]);
});

test.each([
  ["limit", ["cut", "restore"], "can only cut, restore: it cannot limit"],
  ["cut", [], "has no relay or valve: it cannot cut"],
] as const)(
  "what a meter cannot do fails at once, with the reason: %s",
  async (action, can, reason) => {
    able = can;
    take(6, action, { limit_atoms_per_hour: 2_000 });
    await vi.waitFor(() => expect(settled).toEqual([6]));
    expect([acts, outcomes()]).toEqual([[], [[6, SUPPLY_REPORT.failed]]]);
    expect(ends).toEqual([`6 a meter of device file abb-b23-output ${reason}`]);
  },
);

test("a limit and an arm that the meter can do reach it and are reported as it reads back", async () => {
  able = ["cut", "restore", "limit", "arm"];
  hold = [];
  take(1, "limit", { limit_atoms_per_hour: 2_000 });
  await vi.waitFor(() => expect(hold?.length).toBe(1));
  hold.shift()?.({ ok: true, relay: "limited" });
  await vi.waitFor(() => expect(settled).toEqual([1]));
  take(2, "arm");
  await vi.waitFor(() => expect(hold?.length).toBe(1));
  hold.shift()?.({ ok: true, relay: "ready_for_reconnection" });
  await vi.waitFor(() => expect(settled).toEqual([1, 2]));
  const { limited, ready_for_reconnection } = SUPPLY_REPORT;
  expect(outcomes()).toEqual([
    [1, limited],
    [2, ready_for_reconnection],
  ]);
  expect(ends).toEqual(["1 done", "2 done"]);
});

test("a meter that reads back something else than was asked for is told of", async () => {
  hold = [];
  take(1, "cut");
  await vi.waitFor(() => expect(hold?.length).toBe(1));
  hold.shift()?.({ ok: true, relay: "connected" });
  await vi.waitFor(() => expect(ends).toEqual(["1 read back, the meter says connected"]));
});

test("a slot that the roster does not have waits, asks for the roster, and is not settled", async () => {
  take(1, "cut", { slot: 9 });
  await vi.waitFor(() => expect(unknown).toBe(1));
  expect([settled, reports]).toEqual([[], []]);
});

test("a stop leaves a command that is not done to the stream", async () => {
  hold = [];
  take(1, "cut");
  await vi.waitFor(() => expect(hold?.length).toBe(1));
  const closing = desk.close();
  hold.shift()?.({ ok: false, fault: "closed", message: "" });
  await closing;
  expect([settled, reports]).toEqual([[], []]);
});

test.each([
  ["a refusal is an answer", { ok: false, fault: "refused", message: "" }, 1, "report"],
  ["no relay is an answer", { ok: false, fault: "no_relay", message: "" }, 1, "report"],
  ["another meter is an answer", { ok: false, fault: "wrong_identity", message: "" }, 1, "report"],
  ["silence may pass", { ok: false, fault: "timeout", message: "" }, 4, "again"],
  ["silence is a failure in the end", { ok: false, fault: "timeout", message: "" }, 5, "report"],
  [
    "a relay that did not move may be stiff",
    { ok: false, fault: "not_moved", message: "" },
    1,
    "again",
  ],
  [
    "one that did not move twice is stuck",
    { ok: false, fault: "not_moved", message: "" },
    2,
    "report",
  ],
  ["our own end is no failure", { ok: false, fault: "closed", message: "" }, 5, "again"],
] as const)("%s", (_, outcome, tries, step) => {
  expect(afterTry(outcome, tries).step).toBe(step);
});

test("whatever the order and number of deliveries, the highest number is done last and none twice", async () => {
  const deliveries = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(deliveries, async (order) => {
      await desk.close();
      rmSync(join(folder, "supply.json"), { force: true });
      [acts, reports, settled] = [[], [], []];
      await open();
      for (const number of order) {
        take(number, number % 2 === 0 ? "restore" : "cut");
        if (number === 3) await new Promise((resolve) => setImmediate(resolve));
      }
      await vi.waitFor(() => expect(settled).toContain(Math.max(...order)));
      const done = reports.map(({ number }) => number);
      expect(done.at(-1)).toBe(Math.max(...order));
      expect(done).toEqual([...new Set(done)].toSorted((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});
