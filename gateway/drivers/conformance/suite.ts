/**
 * What every driver must do, whatever its protocol: give the right meter's value or a refusal, believe a relay only when
 * it is read back, settle in time, and tell the truth about what it can do.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { SupplyAction } from "../../../engine/contract/supply.ts";
import { SUPPLY_ACTIONS } from "../../../engine/contract/supply.ts";
import type { ActOutcome, ReadOutcome, SupplyOrder } from "../driver.ts";
import type { Subject, SubjectField, SubjectMeter } from "./subject.ts";

const NOW_S = 1_772_366_400;
const nowS = () => NOW_S;
/** Rounds of readings in each fault. */
const ROUNDS = 3;
/** Attempts after which a meter that behaves again must be read; a link may have to be quiet first. */
const ATTEMPTS = 20;
const PAUSE_MS = 50;
/** Most meters that a search may find on a link of three. */
const FOUND_MAX = 300;

/** Runs the suite over a driver. */
export function conformance(subject: Subject): void {
  const open: SubjectField[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((field) => field.close()));
  });
  const start = async () => {
    const field = await subject.start();
    open.push(field);
    return field;
  };
  const timeoutMs = subject.settleMs * (ROUNDS + 4) + subject.searchMs;

  describe(subject.name, () => {
    test(
      "meters that behave are read, all at once, each with its own value",
      async () => {
        const { driver, meters } = await start();
        const twice = [...meters, ...meters];
        const seen = await Promise.all(twice.map(({ entry }) => driver.read(entry, nowS)));
        for (const [at, one] of seen.entries()) {
          expect(one).toMatchObject({ ok: true, registerAtoms: twice[at]?.atoms() });
        }
      },
      timeoutMs,
    );

    test.each(subject.faults)(
      "%s: each value is its own meter's, and the others go on",
      async (fault) => {
        const field = await start();
        field.setFault(fault);
        for (let round = 0; round < ROUNDS; round++) {
          const seen = await within(subject.settleMs, readAll(field));
          for (const [at, one] of seen.entries()) expectOwn(one, field.meters[at]);
        }
        const [first, second, third] = field.meters;
        if (!subject.shared.includes(fault))
          for (const one of [first, third]) await eventually(field, one);
        field.setFault(undefined);
        await eventually(field, second);
      },
      timeoutMs,
    );

    test.each(subject.faults)(
      "%s: an order that is said to be done is done",
      async (fault) => {
        const field = await start();
        const { driver, meters } = field;
        field.setFault(fault);
        const done = await within(subject.settleMs, driver.act(meters[1].entry, { action: "cut" }));
        expectDone(done, "disconnected");
        if (done.ok) expect(meters[1].flows()).toBe(false);
        if (subject.lies.includes(fault))
          expect(done).toMatchObject({ ok: false, fault: "not_moved" });
        expect([meters[0].flows(), meters[2].flows()]).toEqual([true, true]);
      },
      timeoutMs,
    );

    test(
      "what it can do it does, and what it cannot do moves nothing",
      async () => {
        const field = await start();
        const { driver, meters } = field;
        const { actions } = driver.capabilities(meters[0].entry);
        expect(actions).toEqual(expect.arrayContaining(["cut", "restore"]));
        for (const action of SUPPLY_ACTIONS) {
          const done = await driver.act(meters[0].entry, orderOf(action));
          if (actions.includes(action)) expectDone(done, stateAfter(action));
          else expect(done.ok).toBe(false);
          if (action === "cut") expect(meters[0].flows()).toBe(false);
          if (action === "restore") expect(meters[0].flows()).toBe(true);
          if (!actions.includes(action)) expect(meters[0].flows()).toBe(true);
        }
        const unknown = { ...meters[0].entry, device: "no-such-model" };
        expect(driver.capabilities(unknown)).toEqual({ actions: [], clock: false });
        expect(await driver.read(unknown, nowS)).toMatchObject({ ok: false });
        expect(await driver.act(unknown, { action: "cut" })).toMatchObject({ ok: false });
        expect(meters[0].flows()).toBe(true);
      },
      timeoutMs,
    );

    test(
      "another meter's number in the roster is a refusal, and its relay stays",
      async () => {
        const { driver, meters } = await start();
        const stranger = { ...meters[0].entry, serial: "87654321" };
        expect(await driver.read(stranger, nowS)).toMatchObject({ ok: false });
        expect(await driver.act(stranger, { action: "cut" })).toMatchObject({ ok: false });
        expect(meters[0].flows()).toBe(true);
      },
      timeoutMs,
    );

    test(
      "closing settles what is under way, and nothing is done afterwards",
      async () => {
        const field = await start();
        const { driver, meters } = field;
        field.setFault(subject.faults[0]);
        const pending = [...meters, ...meters].map(({ entry }) => driver.read(entry, nowS));
        const moving = driver.act(meters[1].entry, { action: "cut" });
        await pause(PAUSE_MS);
        await within(subject.settleMs, driver.close());
        const seen = await within(subject.settleMs, Promise.all([...pending, moving]));
        expect(seen.filter((one) => !one.ok && one.fault === "closed").length).toBeGreaterThan(0);
        expect(await driver.read(meters[0].entry, nowS)).toMatchObject({
          ok: false,
          fault: "closed",
        });
        expect(await driver.act(meters[0].entry, { action: "cut" })).toMatchObject({
          ok: false,
          fault: "closed",
        });
        expect(meters[0].flows()).toBe(true);
      },
      timeoutMs,
    );

    test(
      "a search finds only meters that are there, ends, and can be broken off",
      async () => {
        const { driver, link, meters } = await start();
        const serials = new Set(meters.map(({ entry }) => entry.serial));
        const found: string[] = [];
        await within(
          subject.searchMs,
          (async () => {
            for await (const meter of driver.discover(link)) {
              found.push(meter.serial);
              if (found.length >= Math.min(2, FOUND_MAX)) break;
            }
          })(),
        );
        // Where a serial number is read only later, none is told.
        for (const serial of found) if (serial !== "") expect(serials, serial).toContain(serial);
        await driver.close();
        const after: string[] = [];
        await within(
          subject.searchMs,
          (async () => {
            for await (const meter of driver.discover(link)) after.push(meter.address);
          })(),
        );
        expect(after).toEqual([]);
      },
      timeoutMs,
    );
  });
}

function readAll({ driver, meters }: SubjectField): Promise<ReadOutcome[]> {
  return Promise.all(meters.map(({ entry }) => driver.read(entry, nowS)));
}

function expectOwn(outcome: ReadOutcome, meter: SubjectMeter | undefined): void {
  if (outcome.ok) expect(outcome.registerAtoms).toBe(meter?.atoms());
  else expect(outcome.message.length).toBeGreaterThan(0);
}

function expectDone(outcome: ActOutcome, relay: string): void {
  if (outcome.ok) expect(outcome.relay).toBe(relay);
  else expect(outcome.message.length).toBeGreaterThan(0);
}

async function eventually({ driver }: SubjectField, meter: SubjectMeter): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const seen = await driver.read(meter.entry, nowS);
    expectOwn(seen, meter);
    if (seen.ok) return;
    await pause(PAUSE_MS);
  }
  throw new Error(`${meter.entry.meter_id} is not read again`);
}

function orderOf(action: SupplyAction): SupplyOrder {
  return action === "limit" ? { action, atomsPerHour: 1_000 } : { action };
}

function stateAfter(action: SupplyAction): string {
  const states = {
    cut: "disconnected",
    restore: "connected",
    limit: "limited",
    arm: "ready_for_reconnection",
  };
  return states[action];
}

async function within<T>(boundMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled within ${boundMs} ms`)), boundMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
