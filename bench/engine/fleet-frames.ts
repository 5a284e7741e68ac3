/**
 * What the fleet's meters show at any step, as a pure rule, and the frames that carry it: so that every side of a comparison
 * can be given the same readings, and the sum of all balances is known beforehand.
 */
import { encodeProfile, encodeSnapshot, type FrameHead } from "../../engine/contract/frame.ts";

/** When accounts are opened: 2026-01-01T00:00:00Z. */
export const FLEET_BEGIN_S = 1_767_225_600;
/** Seconds between two readings of a meter. */
export const FLEET_STEP_S = 900;
/** The gateway of each shard, and its key. */
export const FLEET_GATEWAY = 1;
export const FLEET_KEY = Buffer.alloc(32, 7);
/** The price of a Wh in picos: 0.2412 a kWh, so that every reading leaves a carry. */
export const FLEET_PRICE_P = 241_200_000n;
/** What each account is paid at the start, in micros. */
export const FLEET_CREDIT_MICROS = 1_000_000_000_000n;
const PICOS_A_MICRO = 1_000_000n;
const OPENING_MAX = 50_000_000;
const USED_WH_MIN = 100;
const USED_WH_SPAN = 101;

/** The register of an account's meter at a step, in Wh; step 0 is the opening. */
export function registerOf(account: number, step: number): number {
  const chance = Math.imul(account + 1, 0x9e3779b1) >>> 0;
  return (chance % OPENING_MAX) + step * (USED_WH_MIN + ((chance >>> 8) % USED_WH_SPAN));
}

/** Sum of all balances in micros behind a step. */
export function balanceSumAt(accounts: number, step: number): bigint {
  let sum = 0n;
  for (let account = 0; account < accounts; account++) {
    const used = BigInt(registerOf(account, step) - registerOf(account, 0));
    sum += FLEET_CREDIT_MICROS - (used * FLEET_PRICE_P) / PICOS_A_MICRO;
  }
  return sum;
}

/** Frames in the order in which they are to be sent, and the steps that they cover: from `fromStep`, `steps` of them. */
export type FrameSet = {
  frames: { shard: number; bytes: Uint8Array }[];
  readings: number;
  bytes: number;
  fromStep: number;
  steps: number;
};

/** Makes the frames of one gateway a shard. Account number: shards from the first on × accounts of a shard + slot. */
export class FleetFrames {
  readonly #shards: number;
  readonly #accountsOfShard: number;
  readonly #sequences: number[];
  readonly #beginS: number;
  readonly #firstShard: number;
  #step = 0;

  /** `beginS` is the time of step 0. */
  constructor(shards: number, accountsOfShard: number, beginS = FLEET_BEGIN_S, firstShard = 0) {
    this.#beginS = beginS;
    this.#firstShard = firstShard;
    this.#shards = shards;
    this.#accountsOfShard = accountsOfShard;
    this.#sequences = Array.from({ length: firstShard + shards }, () => 0);
  }

  /** The step of the next frames; 0 before the first. */
  get nextStep(): number {
    return this.#step;
  }

  /** The last frame's sequence of each shard's gateway; 0 for shards before the first. */
  get sequences(): readonly number[] {
    return this.#sequences;
  }

  /** All meters' readings of the next steps, step by step, `meters` in a frame. */
  snapshots(steps: number, meters: number): FrameSet {
    const frames: FrameSet["frames"] = [];
    for (let step = this.#step; step < this.#step + steps; step++) {
      const atS = this.#beginS + step * FLEET_STEP_S;
      this.#each(meters, (shard, first, count) => {
        const readings = Array.from({ length: count }, (_, i) => ({
          slot: first + i,
          register: registerOf(this.#accountOf(shard, first + i), step),
          atS,
          quality: "actual" as const,
        }));
        const frame = { ...this.#head(shard), readings, reports: [] };
        frames.push({ shard, bytes: encodeSnapshot(frame, FLEET_KEY) });
      });
    }
    return this.#set(frames, steps);
  }

  /** All meters' readings of the next `perSlot` steps, meter by meter, `meters` in a frame. */
  profiles(perSlot: number, meters: number): FrameSet {
    const frames: FrameSet["frames"] = [];
    const baseS = this.#beginS + this.#step * FLEET_STEP_S;
    this.#each(meters, (shard, first, count) => {
      const series = Array.from({ length: count }, (_, i) => {
        const account = this.#accountOf(shard, first + i);
        const registers = Array.from({ length: perSlot }, (__, k) =>
          registerOf(account, this.#step + k),
        );
        return { slot: first + i, registers };
      });
      const frame = { ...this.#head(shard), baseS, intervalS: FLEET_STEP_S, series };
      frames.push({ shard, bytes: encodeProfile(frame, FLEET_KEY) });
    });
    return this.#set(frames, perSlot);
  }

  #accountOf(shard: number, slot: number): number {
    return (shard - this.#firstShard) * this.#accountsOfShard + slot;
  }

  #each(meters: number, make: (shard: number, first: number, count: number) => void): void {
    for (let first = 0; first < this.#accountsOfShard; first += meters) {
      const count = Math.min(meters, this.#accountsOfShard - first);
      for (let i = 0; i < this.#shards; i++) make(this.#firstShard + i, first, count);
    }
  }

  #head(shard: number): FrameHead {
    const sequence = (this.#sequences[shard] ?? 0) + 1;
    this.#sequences[shard] = sequence;
    return { shard, gateway: FLEET_GATEWAY, epoch: 1, sequence, rosterVersion: 1 };
  }

  #set(frames: FrameSet["frames"], steps: number): FrameSet {
    const fromStep = this.#step;
    this.#step += steps;
    const readings = this.#shards * this.#accountsOfShard * steps;
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    return { frames, readings, bytes, fromStep, steps };
  }
}
