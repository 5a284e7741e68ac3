/**
 * At the bounds and beyond them: refusals, never a trap. Each was one, or would have been.
 */
import { describe, expect, it } from "vitest";
import { toRecord } from "../engine/core/command-records.ts";
import { InputWriter } from "../engine/core/input.ts";
import type { CommandRecord } from "../engine/core/record-body.ts";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";
import {
  COLD_BASE,
  COLD_BYTES,
  COLD_LOW_LEVEL,
  EVENTS_MAX,
  INTERVAL_ROWS_MAX,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_EVENTS,
  RUN_SUSPENDED,
} from "./assembly/layout.ts";
import { createMemory, instantiate, loadKernel } from "./kernel.ts";

const PATIENCE = { timeout: 60_000 };
const kernel = new KernelSide();
const DAY_S = 86_400;

/** The time of day of a half hour's number. */
function halfHour(i: number): string {
  return `${`${i >> 1}`.padStart(2, "0")}:${i % 2 === 0 ? "00" : "30"}`;
}

describe("an interval of most rows", PATIENCE, () => {
  it("ten years of 48 switches a day, and 16 blocks in each of 8 periods every day", () => {
    const names = Array.from({ length: 8 }, (_, i) => `p${i}`);
    const blocks = blocksOf(
      ...Array.from({ length: 16 }, (_, i): [number, string] => [i, `0.${i + 10}`]),
    );
    const list = listOf({
      cycle: { every: "day" },
      block_scope: "per_period",
      schedule: [
        {
          at: Object.fromEntries(Array.from({ length: 48 }, (_, i) => [halfHour(i), `p${i % 8}`])),
        },
      ],
      rates: Object.fromEntries(names.map((name) => [name, blocks])),
    });
    const startS = utc("2001-01-01T00:00Z");
    const days = 3_660;
    const coversToS = startS + (days + 1) * DAY_S;
    const world = World.of(list, kernel, { effectiveFromS: startS, coversToS });
    world.open(1, { recorded: true });
    world.readNow(1, startS, 0);
    // So many each day that every block of every period is reached.
    const register = days * 48 * 1_000;
    const outcome = world.readNow(1, startS + days * DAY_S, register);
    expect(outcome.faults).toEqual([]);
    expect(outcome.readings).toHaveLength(1);
    const rows = days * (48 + 8 * 15);
    expect(rows).toBeGreaterThan(600_000);
    expect(rows).toBeLessThan(INTERVAL_ROWS_MAX);
    // A period has 6 000 a day: one at each of the 15 first prices, the rest at the last.
    const micros = Array.from({ length: 15 }, (_, i) => 100 + i * 10).reduce((a, b) => a + b);
    const daily = BigInt(8 * (micros + (6_000 - 15) * 250));
    expect(world.balance(1)).toBe(-daily * BigInt(days));
  });
});

describe("a policy of more accounts than there is room for events", PATIENCE, () => {
  it("judges them in several calls, each once", () => {
    const memory = createMemory();
    const view = new DataView(memory.buffer);
    const instance = instantiate(loadKernel(), memory);
    const writer = new InputWriter(memory, 120);
    instance.format(0);
    const accounts = 70_000;

    const run = (): { events: number; calls: number } => {
      let [events, calls] = [0, 0];
      instance.begin();
      for (let status = RUN_SUSPENDED; status !== RUN_COMPLETE; calls++) {
        status = instance.run(writer.end);
        events += view.getUint32(RUN_BASE + RUN_EVENTS, true);
      }
      writer.reset();
      return { events, calls };
    };
    const write = (command: Parameters<typeof toRecord>[0]): void => {
      const result = toRecord(command, () => 0);
      if (!result.ok) throw new Error(JSON.stringify(result.faults));
      const { kind, number, slot, body }: CommandRecord = result.record;
      if (!writer.fits(body.bytes)) run();
      writer.command(kind, number, slot, 0, body);
    };
    const policy = (number: number, low: string[]): void =>
      write({
        op: "set_policy",
        number,
        index: 0,
        low_credit_micros: low,
        hysteresis_micros: "0",
        disablement_threshold_micros: "0",
        clearance_micros: "0",
        max_balance_micros: "0",
        automatic_cut: false,
        stale_after_s: 0,
      });
    write({
      op: "set_price_list",
      number: 1,
      index: 0,
      version: 1,
      effective_from_s: 0,
      covers_from_s: 0,
      covers_to_s: 1_000_000,
      text: JSON.stringify(listOf()),
    });
    policy(2, []);
    for (let slot = 0; slot < accounts; slot++) {
      write({
        op: "open_account",
        number: 1,
        slot,
        account_id: `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`,
        gateway: 1,
        price_list: 0,
        policy: 0,
        recorded: false,
        modulus_atoms: "0",
        max_rate_atoms_per_hour: "0",
        step_atoms: "1",
      });
    }
    run();
    policy(3, ["4", "3", "2", "1"]);
    const { events, calls } = run();
    expect(events).toBe(4 * accounts);
    expect(events).toBeGreaterThan(EVENTS_MAX);
    expect(calls).toBe(2);
    const last = COLD_BASE + (accounts - 1) * COLD_BYTES + COLD_LOW_LEVEL;
    expect(view.getUint32(last, true)).toBe(4);
    // The next command finds its number in turn.
    policy(4, []);
    expect(run()).toEqual({ events: 0, calls: 1 });
    expect(view.getUint32(last, true)).toBe(0);
  });
});

describe("tables that do not reach as far as they should", () => {
  const verdictOf = (readings: readonly string[]) => readings[0]?.split(" ")[1];

  it("an interval into a version whose table begins later is untariffed, the meter may go on there", () => {
    const world = new World(kernel);
    world.version(listOf(), { coversToS: utc("2024-02-01T00:00Z") });
    world.policy();
    world.gateway();
    world.open(0);
    world.open(1);
    world.read(0, "2024-01-15T00:00Z", 0);
    const second = {
      effectiveFromS: utc("2024-02-01T00:00Z"),
      coversFromS: utc("2024-03-01T00:00Z"),
    };
    expect(world.version(listOf(), second).answer).toBe("0 0 0 0/0/0/0/0/0/0/0");
    expect(verdictOf(world.read(0, "2024-01-16T00:00Z", 1).readings)).toBe("accepted");
    expect(verdictOf(world.read(0, "2024-03-02T00:00Z", 2).readings)).toBe("untariffed");
    expect(verdictOf(world.read(1, "2024-02-15T00:00Z", 0).readings)).toBe("untariffed");
    expect(verdictOf(world.read(1, "2024-03-01T00:00Z", 0).readings)).toBe("opening");
    expect(verdictOf(world.read(1, "2024-03-02T00:00Z", 4).readings)).toBe("accepted");
    expect(world.balance(1)).toBe(-1_000n);
    // Once the table reaches back, so does the meter.
    world.version(listOf(), { ...second, coversFromS: second.effectiveFromS });
    expect(verdictOf(world.read(0, "2024-03-03T00:00Z", 4).readings)).toBe("accepted");
    expect(world.balance(0)).toBe(-1_000n);
  });

  it("a version that began before the last reading, with a table from after it", () => {
    const world = new World(kernel);
    world.version(listOf());
    world.policy();
    world.gateway();
    world.open(0);
    world.read(0, "2024-01-15T00:00Z", 0);
    const second = {
      effectiveFromS: utc("2024-01-10T00:00Z"),
      coversFromS: utc("2024-02-01T00:00Z"),
    };
    expect(world.version(listOf(), second).answer).toBe("0 0 0 0/0/0/0/0/0/0/0");
    expect(verdictOf(world.read(0, "2024-01-16T00:00Z", 1).readings)).toBe("untariffed");
    expect(verdictOf(world.read(0, "2024-02-16T00:00Z", 1).readings)).toBe("untariffed");
    world.version(listOf({ rates: { all: blocksOf([0, "1"]) } }), {
      ...second,
      coversFromS: second.effectiveFromS,
    });
    expect(verdictOf(world.read(0, "2024-02-17T00:00Z", 1).readings)).toBe("accepted");
    expect(world.balance(0)).toBe(-1_000n);
  });

  it("a reading at the end of the last table is untariffed, one before it is not", () => {
    const world = new World(kernel);
    world.version(listOf(), { coversToS: utc("2024-02-01T00:00Z") });
    world.policy();
    world.gateway();
    world.open(0);
    world.read(0, "2024-01-31T00:00Z", 0);
    expect(verdictOf(world.read(0, "2024-02-01T00:00Z", 1).readings)).toBe("untariffed");
    expect(verdictOf(world.read(0, "2024-01-31T23:59:59Z", 1).readings)).toBe("accepted");
  });

  it("a version that begins where the last table does not reach is refused", () => {
    const world = new World(kernel);
    world.version(listOf(), { coversToS: utc("2024-02-01T00:00Z") });
    const late = { effectiveFromS: utc("2024-02-01T00:00:01Z") };
    expect(world.version(listOf(), late).answer).toBe("19 0 0 0/0/0/0/0/0/0/0");
    const early = { effectiveFromS: utc("1999-01-01T00:00Z") };
    expect(world.version(listOf(), early).answer).toBe("19 0 0 0/0/0/0/0/0/0/0");
  });
});

describe("time", PATIENCE, () => {
  it("a tick collects ten years at most, the next one goes on", () => {
    const charges = [{ name: "pump", every: "day" as const, amount: "1" }];
    const world = new World(kernel);
    world.version(listOf({ charges }));
    world.policy();
    world.gateway();
    world.nowS = utc("2001-01-01T00:00Z");
    world.open(0);
    const days = (utc("2030-01-01T00:00Z") - world.nowS) / DAY_S;
    expect(world.tick("2030-01-01T00:00Z").charges).toHaveLength(3_660);
    expect(world.tick("2030-01-01T00:00Z").charges).toHaveLength(3_660);
    expect(world.tick("2030-01-01T00:00Z").charges).toHaveLength(days - 7_320);
    expect(world.tick("2030-01-01T00:00Z").charges).toEqual([]);
    expect(world.balance(0)).toBe(BigInt(-days) * 1_000_000n);
  });

  it("a version that begins before the last tick charges nothing anew", () => {
    const world = World.of(listOf(), kernel);
    world.tick("2024-01-03T12:00Z");
    const charges = [{ name: "standing", every: "day" as const, amount: "1" }];
    world.version(listOf({ charges }), { effectiveFromS: utc("2024-01-01T12:00Z") });
    expect(world.tick("2024-01-03T12:01Z").charges).toEqual([]);
    expect(world.tick("2024-01-04T00:00Z").charges).toHaveLength(1);
  });
});

describe("a version that appears behind readings", () => {
  const BLOCKS = { all: blocksOf([0, "1"], [10, "2"]) };

  it("R33 begins no cycle at the very instant of the last one", () => {
    const world = World.of(listOf({ rates: BLOCKS }), kernel);
    world.read(0, "2024-01-01T00:00Z", 0);
    world.read(0, "2024-01-02T00:00Z", 8);
    const daily = listOf({ rates: BLOCKS, cycle: { every: "day" } });
    world.version(daily, { effectiveFromS: utc("2024-01-02T00:00Z") });
    world.read(0, "2024-01-02T12:00Z", 20);
    expect(world.balance(0)).toBe(-(10_000n + 20_000n));
    world.read(0, "2024-01-03T12:00Z", 44);
    // 12 until midnight at 2, then 10 at 1 and 2 at 2
    expect(world.balance(0)).toBe(-(30_000n + 24_000n + 14_000n));
  });

  it("R30 rates from the last reading on, not what was rated before", () => {
    const world = World.of(listOf(), kernel);
    world.read(0, "2024-01-01T00:00Z", 0);
    world.read(0, "2024-01-02T00:00Z", 4);
    const dear = listOf({ rates: { all: blocksOf([0, "1"]) } });
    world.version(dear, { effectiveFromS: utc("2024-01-01T12:00Z") });
    expect(world.balance(0)).toBe(-1_000n);
    world.read(0, "2024-01-03T00:00Z", 8);
    expect(world.balance(0)).toBe(-5_000n);
  });
});

describe("money", () => {
  it("near the most that can be held, the way of a reading does not decide its verdict", () => {
    const world = World.of(listOf(), kernel);
    world.open(1, { recorded: true });
    for (const slot of [0, 1]) {
      world.read(slot, "2024-01-01T00:00Z", 0);
      world.credit(slot, 2n ** 62n - 1_000n);
    }
    const verdicts = [0, 1].map((slot) => {
      const texts = [4, 2].map((register, i) => {
        const atS = utc("2024-01-01T01:00Z") + i * 60;
        return world.read(slot, atS, register).readings[0]?.split(" ")[1];
      });
      return texts;
    });
    // At most 251 micros an atom: 4 are 1 004, 2 are 502.
    expect(verdicts).toEqual([
      ["implausible", "accepted"],
      ["implausible", "accepted"],
    ]);
  });

  it("beyond what can be held every reading that uses something is implausible, and payment helps", () => {
    const world = World.of(listOf(), kernel);
    world.read(0, "2024-01-01T00:00Z", 0);
    world.adjust(0, -(2n ** 62n));
    expect(world.read(0, "2024-01-01T01:00Z", 1).readings[0]).toContain("implausible");
    expect(world.adjust(0, -1n).answer).toBe(`23 0 ${-(2n ** 62n)} 0/0/0/0/0/0/0/0`);
    world.credit(0, 1_000n);
    expect(world.read(0, "2024-01-01T02:00Z", 1).readings[0]).toContain("accepted");
  });
});
