/**
 * Random readings: mostly what meters send, often just on a boundary, and all that R10-R15 turn away.
 */
import { type FrameReading, type FrameReport, REPORT } from "../contract/frame.ts";
import type { ToldAccount } from "./model-account.ts";
import { momentsOf } from "./moments.ts";
import type { Random } from "./random.ts";
import { boundaryAfter, type Telling } from "./scene.ts";

const REGISTER_MAX = 2n ** 53n - 1n;
const QUANTITY_MAX = 2n ** 40n;
const INTERVAL_S_MAX = 316_224_000;
const SKEW_S = 120;

/** A reading of an account, which may be its first. */
export function makeReading(telling: Telling, told: ToldAccount): FrameReading {
  const { random, side } = telling;
  const atS = told.isRecorded ? recordedTime(telling, told) : liveTime(telling, told);
  const register = makeRegister(telling, told, atS);
  const isCharged = side.policies.get(told.policy)?.policy.chargeEstimates === true;
  const quality = random.chance(isCharged ? 0.25 : 0.02) ? "estimated" : "actual";
  return { slot: told.slot, register: Number(register), atS, quality };
}

/** Readings of one account, one after the other at one interval. */
export function makeSeries(
  telling: Telling,
  told: ToldAccount,
  count: number,
): { slot: number; registers: number[] } {
  let register = makeRegister(telling, told, telling.nowS);
  const registers = Array.from({ length: count }, () => {
    const used = BigInt(telling.random.spread(2_000));
    register = clamped(telling.random.chance(0.03) ? register - used : register + used);
    return Number(register);
  });
  return { slot: told.slot, registers };
}

/** What a gateway reports of an account's meter. */
export function makeReport({ random, nowS }: Telling, { slot, state }: ToldAccount): FrameReport {
  const kind = random.weigh({ supply: 8, drift: 1, tamper: 1 });
  if (kind !== "supply") {
    const value = kind === "drift" ? random.int(-100, 100) : 0;
    const code = kind === "drift" ? REPORT.clockDrift : REPORT.tamper;
    return { slot, kind: code, state: 0, atS: nowS, number: 0, value };
  }
  const last = Number(state.supplyNumber);
  const head = { slot, kind: REPORT.supply, atS: nowS, value: 0 };
  // Often what was asked for is done.
  const done = { ready: 1, connected: 1, disconnected: 2, limited: 3 }[state.supplyWanted];
  if (random.chance(0.4)) return { ...head, state: done, number: random.pick([last, last, 0]) };
  const number = random.pick([last, last, last, 0, 0, Math.max(last - 1, 0), last + 1]);
  const reported = random.pick([1, 1, 2, 2, 3, 3, 4, 5, 6]);
  return { ...head, state: reported, number };
}

/** Where the next register of a meter nobody has read yet begins. */
export function makeOpening(random: Random, modulus: bigint | undefined): bigint {
  if (modulus !== undefined && random.chance(0.7)) return modulus - BigInt(random.spread(5_000));
  return random.chance(0.02) ? REGISTER_MAX : BigInt(random.spread(10_000_000));
}

function liveTime(telling: Telling, told: ToldAccount): number {
  const { random, scene, nowS } = telling;
  const { state } = told;
  const lastS = state.t0 === undefined ? nowS - 3_600 : Number(state.t0);
  const between = betweenEstimates(telling, told);
  if (between !== undefined) return between;
  const kind = random.weigh({
    now: 50,
    recent: 15,
    boundary: 20,
    ahead: 5,
    clock: 3,
    same: 4,
    late: 3,
  });
  switch (kind) {
    case "now":
      return nowS;
    case "recent":
      return nowS - random.int(0, 900);
    case "boundary": {
      const boundary = boundaryAfter(scene, lastS);
      return boundary === undefined || boundary > nowS + SKEW_S
        ? nowS
        : boundary + random.pick([0, 0, 0, -1, 1]);
    }
    case "ahead":
      return nowS + random.pick([SKEW_S, random.int(1, SKEW_S)]);
    case "clock":
      return nowS + SKEW_S + random.int(1, 4_000);
    case "same":
      return lastS;
    case "late":
      return lastS - random.int(1, 90_000);
  }
}

/** An actual reading that comes late: between the last actual one and the estimates since, or at either. */
function betweenEstimates({ random, side }: Telling, { state }: ToldAccount): number | undefined {
  const { estimate, t0 } = state;
  if (estimate === undefined || t0 === undefined || random.chance(0.75)) return undefined;
  if (t0 >= side.reachS) return undefined;
  const [fromS, toS] = [Number(estimate.t0), Number(t0)];
  return random.pick([fromS, toS, random.int(fromS, toS), random.int(fromS, toS)]);
}

/** Recorded readings go on from the last one; their story's end holds them back. */
function recordedTime(telling: Telling, told: ToldAccount): number {
  const { random, scene, side } = telling;
  const { state } = told;
  // Its time has nothing to do with the clock.
  if (state.t0 === undefined) return scene.startS + random.int(-770_000, 100_000);
  const lastS = Number(state.t0);
  const endS = Math.min(scene.endS, side.reachS - 1);
  const kind = random.weigh({
    gap: 50,
    boundary: 25,
    moment: 12,
    same: 5,
    late: 4,
    far: 1,
    longest: scene.kind === "years" ? 10 : 0,
  });
  const between = betweenEstimates(telling, told);
  if (between !== undefined) return between;
  // Longer than any interval may be, whatever reading of the same frame comes before.
  if (kind === "far")
    return Math.min(Math.max(scene.endS, lastS) + INTERVAL_S_MAX + 1, 0xffff_ffff);
  if (kind === "late") return lastS - random.int(1, 90_000);
  if (kind === "same" || lastS >= endS) return lastS;
  if (kind === "boundary") {
    let boundary = boundaryAfter(scene, lastS) ?? endS;
    for (let more = random.pick([0, 0, 0, 1, 5]); more > 0; more--)
      boundary = boundaryAfter(scene, boundary) ?? endS;
    return Math.min(boundary + random.pick([0, 0, 0, -1, 1]), endS);
  }
  if (kind === "moment") {
    const moments = momentsOf(telling, told, lastS).filter((atS) => atS <= endS);
    if (moments.length > 0) return random.pick(moments) + random.pick([0, 0, -1, 1]);
  }
  if (kind === "longest") return Math.min(lastS + INTERVAL_S_MAX + random.pick([0, 1]), endS);
  const most = scene.kind === "years" && random.chance(0.2) ? INTERVAL_S_MAX : usualGap(scene);
  return Math.min(lastS + 1 + random.spread(most), endS);
}

/** So long that some dozens of readings fill the span. */
function usualGap({ startS, endS }: Telling["scene"]): number {
  return Math.max(Math.floor((endS - startS) / 8), 1);
}

function makeRegister({ random, scene }: Telling, told: ToldAccount, atS: number): bigint {
  const { state, meter } = told;
  if (state.r0 === undefined || state.t0 === undefined) return makeOpening(random, meter.modulus);
  // After estimates the meter may show less than they came to.
  const last = (random.chance(0.5) ? state.estimate?.r0 : undefined) ?? state.r0;
  const isSame = BigInt(atS) === state.t0;
  if (isSame && random.chance(0.5)) return last;
  const kind = random.weigh({
    zero: 12,
    small: 25,
    usual: 40,
    edge: 8,
    large: 3,
    most: scene.kind === "extreme" ? 20 : 1,
    back: 5,
    bound: meter.maxRatePerHour === undefined ? 0 : 6,
  });
  const delta = deltaOf(kind, { random, scene }, told, BigInt(atS) - state.t0);
  const next = last + delta;
  const { modulus } = meter;
  const canWrap = meter.maxRatePerHour === undefined ? 0.2 : 0.9;
  const wraps = modulus !== undefined && next >= modulus && random.chance(canWrap);
  return clamped(wraps ? next % modulus : next);
}

function deltaOf(
  kind: string,
  { random, scene }: Pick<Telling, "random" | "scene">,
  { state, meter }: ToldAccount,
  elapsedS: bigint,
): bigint {
  switch (kind) {
    case "zero":
      return 0n;
    case "small":
      return BigInt(random.int(1, 10));
    case "edge":
      return toEdge(random, scene.blockStarts, Object.values(state.counters));
    case "large":
      return BigInt(random.spread(2 ** 36));
    case "most":
      return random.pick([QUANTITY_MAX, QUANTITY_MAX - 1n, QUANTITY_MAX + 1n, QUANTITY_MAX >> 8n]);
    case "back":
      return BigInt(-random.spread(50_000));
    case "bound": {
      const passed = (meter.maxRatePerHour ?? 0n) * elapsedS * 11n;
      const most = passed > 0n ? passed / 36_000n : 0n;
      return most + (meter.step ?? 1n) + BigInt(random.pick([0, 0, 1, -1]));
    }
    default:
      return BigInt(random.spread(5_000));
  }
}

/** So much that a counter comes to a block's start, or next to it. */
function toEdge(random: Random, starts: readonly bigint[], counters: readonly bigint[]): bigint {
  if (starts.length === 0) return 1n;
  const sum = counters.reduce((all, each) => all + each, 0n);
  const counted = random.pick([sum, ...counters]);
  const missing = random.pick(starts) - counted + BigInt(random.pick([0, 0, 0, -1, 1]));
  return missing > 0n ? missing : 1n;
}

function clamped(register: bigint): bigint {
  if (register < 0n) return 0n;
  return register > REGISTER_MAX ? REGISTER_MAX : register;
}
