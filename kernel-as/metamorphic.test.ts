/**
 * Relations between runs of the kernel: what must come out the same, however it is told.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stateDigest } from "../engine/journal/snapshot.ts";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { ModelSide } from "../engine/prove/model-side.ts";
import { tellToModel } from "../engine/prove/prove.ts";
import { Random } from "../engine/prove/random.ts";
import type { PlannedVersion, Step } from "../engine/prove/story.ts";
import { Teller } from "../engine/prove/teller.ts";
import { blocksOf, listOf, utc, World } from "../engine/prove/testing/world.ts";
import { INPUT_BASE, RUN_COMPLETE } from "./assembly/layout.ts";
import { createMemory, instantiate, loadKernel } from "./kernel.ts";

const kernel = new KernelSide();
const other = new KernelSide();
const START_S = utc("2024-03-30T12:00Z");
const RUNS = { numRuns: 60 };
/** A table of weeks: quick to compile. */
const WEEKS = { effectiveFromS: START_S - 86_400, coversToS: START_S + 60 * 86_400 };

/** Blocks whose prices leave a carry at nearly every atom. */
const ONE_PERIOD = listOf({
  rates: { all: blocksOf([0, "0.1234567"], [300, "0.2345678"], [1_100, "-0.0345679"]) },
});
const RICH = listOf({
  timezone: "Europe/Madrid",
  cycle: { every: "day" },
  schedule: [{ at: { "00:00": "p0", "02:30": "p1", "17:45": "p0" } }],
  rates: { p0: blocksOf([0, "0.1234567"], [300, "0.9"]), p1: blocksOf([0, "0.2345678"]) },
  charges: [{ name: "standing", every: "day", amount: "0.31" }],
  taxes: [{ name: "VAT", rate: "0.21" }],
});

/** Emergency credit that invokes itself, and thresholds on the way down. */
const LADDER = {
  low_credit_micros: ["300000", "100000"],
  hysteresis_micros: "5",
  emergency: { limit_micros: "40000", threshold_micros: "90000", auto_invoke: true },
  daily_allowance: { atoms: "100", stack_days: 2, day_start_s: 3_600 },
  automatic_cut: true,
};

type Row = { atS: number; register: number };

/** Rising readings: seconds and atoms since the one before. */
const rows = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.nat(900)), {
    minLength: 2,
    maxLength: 12,
  })
  .map((steps) => {
    let [atS, register] = [START_S, 0];
    return steps.map(([seconds, atoms]): Row => {
      atS += seconds;
      register += atoms;
      return { atS, register };
    });
  });

function readAll(world: World, slot: number, readings: readonly Row[]): void {
  for (const { atS, register } of readings) world.read(slot, atS, register);
}

describe("readings told otherwise", () => {
  it("R2 cutting a reading into pieces within one period never changes the total", () => {
    const kept = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(rows, kept, (all, keep) => {
        const fewer = all.filter((_, i) => i === 0 || i === all.length - 1 || keep[i]);
        const world = World.of(ONE_PERIOD, kernel);
        world.open(1);
        readAll(world, 0, all);
        readAll(world, 1, fewer);
        const [one, two] = [world.account(0), world.account(1)];
        expect([two.balance, two.carry, two.counters]).toEqual([
          one.balance,
          one.carry,
          one.counters,
        ]);
      }),
      RUNS,
    );
  });

  it("R40, R41 nor what pots, emergency credit and balance come to together", () => {
    const kept = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });
    const money = fc.tuple(fc.bigInt(0n, 2_000_000n), fc.bigInt(1n, 300_000n));
    fc.assert(
      fc.property(rows, kept, money, (all, keep, [paid, granted]) => {
        const world = World.of(ONE_PERIOD, kernel);
        world.policy(LADDER);
        world.open(1);
        const expires_s = utc("2040-01-01T00:00Z");
        for (const slot of [0, 1]) {
          if (paid > 0n) world.credit(slot, paid);
          world.ask("grant_credit", slot, { amount_micros: `${granted}`, expires_s });
        }
        readAll(world, 0, all);
        readAll(
          world,
          1,
          all.filter((_, i) => i === 0 || i === all.length - 1 || keep[i]),
        );
        const [one, two] = [worthOf(world, 0), worthOf(world, 1)];
        expect(two).toEqual(one);
      }),
      RUNS,
    );
  });

  it("R10, R11 readings that came again, and older ones, change nothing", () => {
    fc.assert(
      fc.property(rows, fc.nat(11), (all, place) => {
        const world = World.of(RICH, kernel, WEEKS);
        world.open(1);
        readAll(world, 0, all);
        readAll(world, 1, all.slice(0, place + 1));
        readAll(world, 1, all);
        const [one, two] = [world.account(0), world.account(1)];
        expect({ ...two, quarantine: [] }).toEqual(one);
        expect(two.quarantine).toEqual([]);
      }),
      RUNS,
    );
  });

  it("the order of accounts that have nothing to do with each other does not matter", () => {
    const three = fc.tuple(rows, rows, rows);
    fc.assert(
      fc.property(three, fc.infiniteStream(fc.nat(2)), (all, choices) => {
        const digests = [kernel, other].map((side, turn) => {
          const world = World.of(RICH, side, WEEKS);
          world.open(1);
          world.open(2);
          world.nowS = START_S + 1_000_000;
          const queues = all.map((each) => [...each]);
          const readings = [];
          while (queues.some(({ length }) => length > 0)) {
            const wish = turn === 0 ? 0 : (choices.next().value ?? 0);
            const slot = [wish, 0, 1, 2].find((each) => (queues[each]?.length ?? 0) > 0) ?? 0;
            const row = queues[slot]?.shift();
            if (row !== undefined) readings.push({ slot, ...row, quality: "actual" as const });
          }
          world.frame(readings);
          return stateDigest(side.memory);
        });
        expect(digests[1]).toBe(digests[0]);
      }),
      RUNS,
    );
  });
});

/** What is the account's in all, and how its meter stands. */
function worthOf(world: World, slot: number): unknown {
  const { balance, carry, counters, extra } = world.account(slot);
  const pots = extra.pots.reduce((sum, { amount }) => sum + amount, 0n);
  return [balance + pots - extra.emergencyUsed, carry, counters];
}

/** A story with the records that the engine would have journalled. */
function told(seed: number): {
  versions: readonly PlannedVersion[];
  steps: Step[];
  records: Buffer[];
} {
  const teller = new Teller(new Random(seed));
  const { versions } = teller.scene;
  const model = new ModelSide(versions);
  const steps: Step[] = [];
  const records: Buffer[] = [];
  kernel.begin(versions);
  for (let step = teller.next(model); step !== undefined; step = teller.next(model)) {
    steps.push(step);
    model.apply(step);
    kernel.apply(step);
    records.push(kernel.record());
  }
  return { versions, steps, records };
}

describe("the same inputs again", () => {
  const SEEDS = [11, 12, 13, 14, 15];

  it.each(SEEDS)("give the same state, byte for byte (seed %d)", (seed) => {
    const { versions, steps } = told(seed);
    other.begin(versions);
    for (const step of steps) other.apply(step);
    expect(stateDigest(other.memory)).toBe(stateDigest(kernel.memory));
  });

  it.each(SEEDS)("give the same state however they are batched (seed %d)", (seed) => {
    const { records } = told(seed);
    const memory = createMemory();
    const instance = instantiate(loadKernel(), memory);
    instance.format(0);
    const random = new Random(seed);
    while (records.length > 0) {
      const batch = Buffer.concat(records.splice(0, random.int(1, 30)));
      new Uint8Array(memory.buffer).set(batch, INPUT_BASE);
      instance.begin();
      while (instance.run(INPUT_BASE + batch.length) !== RUN_COMPLETE);
    }
    expect(stateDigest(memory)).toBe(stateDigest(kernel.memory));
  });
});

describe("accounts and threads", () => {
  const SEEDS = [21, 22, 23, 24, 25, 26];

  it.each(SEEDS)("an account fares alone as it does among others (seed %d)", (seed) => {
    const { story, expected } = tellToModel(seed, 0);
    const last = expected.at(-1)?.accounts ?? {};
    const alone = Object.keys(last)
      .map(Number)
      .filter((slot) => !givesOrTakes(story.steps, slot));
    for (const slot of alone) {
      other.begin(story.versions);
      let accounts = {};
      for (const [i, step] of story.steps.entries()) {
        const own = ownPart(step, slot);
        // A frame that was refused for another's reading was refused for this one's, too.
        if (own !== undefined && expected[i]?.answer !== "4") accounts = other.apply(own).accounts;
      }
      expect(accounts).toEqual({ [slot]: last[slot] });
    }
  });

  it.each(SEEDS)("it does not matter which of two kernels a batch meets (seed %d)", (seed) => {
    const { records } = told(seed);
    const memory = createMemory();
    const module = loadKernel();
    const workers = [instantiate(module, memory), instantiate(module, memory)];
    const random = new Random(seed);
    workers[0]?.format(0);
    for (const record of records) {
      new Uint8Array(memory.buffer).set(record, INPUT_BASE);
      const worker = random.pick(workers);
      worker.begin();
      while (random.pick(workers).run(INPUT_BASE + record.length) !== RUN_COMPLETE);
    }
    expect(stateDigest(memory)).toBe(stateDigest(kernel.memory));
  });
});

/** Whether an account has to do with another by transfers. */
function givesOrTakes(steps: readonly Step[], slot: number): boolean {
  return steps.some(
    (step) =>
      step.kind === "command" &&
      step.command.op === "transfer_credit" &&
      [step.command.slot, step.command.to_slot].includes(slot),
  );
}

/** The part of a step that concerns an account, or everybody. */
function ownPart(step: Step, slot: number): Step | undefined {
  if (step.kind === "tick") return step;
  if (step.kind === "command")
    return !("slot" in step.command) || step.command.slot === slot ? step : undefined;
  if (step.kind === "profile") {
    const series = step.series.filter((each) => each.slot === slot);
    return series.length > 0 ? { ...step, series } : undefined;
  }
  const readings = step.readings.filter((each) => each.slot === slot);
  const reports = step.reports.filter((each) => each.slot === slot);
  return { ...step, readings, reports };
}

describe("outputs that are full", { timeout: 60_000 }, () => {
  /** A switch each half hour: a reading over ten years brings 175 000 rows and more. */
  const BUSY = listOf({
    schedule: [
      {
        at: Object.fromEntries(
          Array.from({ length: 48 }, (_, i) => [
            `${`${i >> 1}`.padStart(2, "0")}:${i % 2 === 0 ? "00" : "30"}`,
            `p${i % 2}`,
          ]),
        ),
      },
    ],
    rates: { p0: blocksOf([0, "0.1"]), p1: blocksOf([0, "0.2"]) },
    charges: [{ name: "pump", every: "hour", amount: "0.01" }],
  });
  const OPENING = { atS: utc("2001-01-01T00:00Z"), register: 0, quality: "actual" as const };
  const LAST = { atS: utc("2010-12-30T00:00Z"), register: 500_000_000, quality: "actual" as const };
  const SLOTS = [0, 1, 2];
  const TEN_YEARS = { effectiveFromS: OPENING.atS, coversToS: LAST.atS + 86_400 };

  function openAll(side: KernelSide): World {
    const world = World.of(BUSY, side, TEN_YEARS);
    world.open(1, { recorded: true });
    world.open(2, { recorded: true });
    world.frame(SLOTS.map((slot) => ({ slot, ...OPENING })));
    return world;
  }

  it("a frame goes on where it stopped, to the same state and the same rows", () => {
    const report = { slot: 0, kind: 1, state: 1, atS: 0, number: 0, value: 0 };
    const whole = openAll(kernel);
    const suspended = whole.frame(
      SLOTS.map((slot) => ({ slot, ...LAST })),
      [report, report],
    );
    expect(kernel.calls).toBeGreaterThan(2);
    whole.frame([]);
    whole.frame([]);
    whole.frame([]);

    const apart = openAll(other);
    const single = SLOTS.map((slot) => apart.frame([{ slot, ...LAST }]));
    single.push(apart.frame([], [report, report]));
    expect(other.calls).toBe(1);
    expect(stateDigest(kernel.memory)).toBe(stateDigest(other.memory));
    expect(suspended.readings).toEqual(single.flatMap(({ readings }) => readings));
    expect(suspended.charges).toEqual(single.flatMap(({ charges }) => charges));
    expect(suspended.events).toEqual(single.flatMap(({ events }) => events));
    expect([...suspended.faults, ...single.flatMap(({ faults }) => faults)]).toEqual([]);
  });

  it("a tick goes on where it stopped: each entry of ten years, once", () => {
    const world = new World(kernel);
    world.version(BUSY, TEN_YEARS);
    world.policy();
    world.gateway();
    world.nowS = utc("2001-01-01T00:00Z");
    for (const slot of SLOTS) world.open(slot);
    const { charges } = world.tick("2010-12-30T00:00Z");
    expect(kernel.calls).toBeGreaterThan(2);
    const hours = (LAST.atS - OPENING.atS) / 3_600;
    expect(charges).toHaveLength(SLOTS.length * hours);
    expect(new Set(charges).size).toBe(charges.length);
    for (const slot of SLOTS) expect(world.balance(slot)).toBe(BigInt(-hours) * 10_000n);
  });
});
