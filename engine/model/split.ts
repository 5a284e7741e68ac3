/**
 * R32: an interval's quantity, cut at instants.
 */
import { floorDiv } from "./arithmetic.ts";

/** Quantity of the interval (fromS, toS] that a reading brought. */
export type Interval = { fromS: bigint; toS: bigint; deltaAtoms: bigint };

/** R32: quantity up to instant x = `floor(delta × (x − t₀) / (t − t₀))`. */
export function quantityUpTo({ fromS, toS, deltaAtoms }: Interval, atS: bigint): bigint {
  return floorDiv(deltaAtoms * (atS - fromS), toS - fromS);
}

/** A part (fromS, toS] of an interval, and its quantity: the difference of the quantities up to its ends. */
export type Part = Interval;

/** The parts between the cuts, in order. The cuts are rising and within (fromS, toS]; toS itself ends the last part. */
export function splitAt(interval: Interval, cuts: readonly bigint[]): Part[] {
  const ends = cuts.at(-1) === interval.toS ? cuts : [...cuts, interval.toS];
  let fromS = interval.fromS;
  return ends.map((toS) => {
    const deltaAtoms = quantityUpTo(interval, toS) - quantityUpTo(interval, fromS);
    const part = { fromS, toS, deltaAtoms };
    fromS = toS;
    return part;
  });
}
