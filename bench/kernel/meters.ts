/**
 * Meters of all accounts of a shard, and the frames that they send: each uses a little more or less than the others, by
 * its number, so that varints have every length that occurs and no two rows are the same.
 */
import { encodeProfile, encodeSnapshot } from "../../engine/contract/frame.ts";
import { SHARD_KEY, type Shard } from "./shard.ts";

/** Readings of one batch: what the engine takes at most. */
const BATCH_READINGS = 65_536;
/** Meters of a snapshot, and of a profile; both frames have 4 to 8 KiB. */
const SNAPSHOT_METERS = 1_000;
const PROFILE_METERS = 32;
/** Highest register at the opening, in Wh. */
const OPENING_MAX = 50_000_000;

/** Batches of input records as the kernel takes them, and how many readings they hold. */
export type Batches = { batches: Buffer[]; readings: number; frameBytes: number };

/** The meters of a shard's accounts. */
export class Meters {
  readonly #shard: Shard;
  readonly #registers: Float64Array;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#registers = Float64Array.from(
      { length: shard.accounts },
      (_, slot) => mixed(slot, 0) % OPENING_MAX,
    );
  }

  /** A reading of every meter at one time; each has used `leastWh` and up to twice as much. */
  snapshots(atS: number, leastWh: number): Batches {
    const build = (first: number, meters: number): Uint8Array => {
      const readings = Array.from({ length: meters }, (_, i) => ({
        slot: first + i,
        register: this.#advance(first + i, atS, leastWh),
        atS,
        quality: "actual" as const,
      }));
      return encodeSnapshot({ ...this.#shard.head(), readings, reports: [] }, SHARD_KEY);
    };
    return this.#batches(build, { meters: SNAPSHOT_METERS, perSlot: 1, receivedS: atS });
  }

  /** `perSlot` readings of every meter, `intervalS` apart from `baseS` on. */
  profiles(baseS: number, intervalS: number, perSlot: number, leastWh: number): Batches {
    const build = (first: number, meters: number): Uint8Array => {
      const series = Array.from({ length: meters }, (_, i) => ({
        slot: first + i,
        registers: Array.from({ length: perSlot }, (_, k) =>
          this.#advance(first + i, baseS + k * intervalS, leastWh),
        ),
      }));
      return encodeProfile({ ...this.#shard.head(), baseS, intervalS, series }, SHARD_KEY);
    };
    const receivedS = baseS + perSlot * intervalS;
    return this.#batches(build, { meters: PROFILE_METERS, perSlot, receivedS });
  }

  #advance(slot: number, atS: number, leastWh: number): number {
    const register = (this.#registers[slot] ?? 0) + leastWh + (mixed(slot, atS) % (leastWh + 1));
    this.#registers[slot] = register;
    return register;
  }

  #batches(
    build: (first: number, meters: number) => Uint8Array,
    { meters, perSlot, receivedS }: { meters: number; perSlot: number; receivedS: number },
  ): Batches {
    const batches: Buffer[] = [];
    let inHand = 0;
    let frameBytes = 0;
    const { accounts } = this.#shard;
    for (let first = 0; first < accounts; first += meters) {
      const count = Math.min(meters, accounts - first);
      if (inHand + count * perSlot > BATCH_READINGS) {
        batches.push(this.#shard.takeBatch());
        inHand = 0;
      }
      const frame = build(first, count);
      frameBytes += frame.length;
      this.#shard.add(frame, receivedS);
      inHand += count * perSlot;
    }
    batches.push(this.#shard.takeBatch());
    return { batches, readings: accounts * perSlot, frameBytes };
  }
}

/** A number below 2^32 that looks like chance (a multiplicative hash). */
function mixed(a: number, b: number): number {
  const word = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b);
  return (word ^ (word >>> 15)) >>> 0;
}
