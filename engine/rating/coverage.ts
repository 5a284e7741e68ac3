/**
 * Which instants the tables of a price list's versions must cover, so that recorded readings can be rated by them.
 */
import type { PriceListVersion } from "../contract/price-list/versions.ts";

/** A version with the span of its table; `number` counts from 1 in the order of the list. */
export type CoveredVersion = PriceListVersion & { number: number; fromS: number; toS: number };

/** A day beyond the last reading, so that it lies within. */
const MARGIN_S = 86_400;

/** The versions that are in force anywhere in [firstS, lastS], each with its span. Empty where none is. */
export function coverSpan(
  versions: readonly PriceListVersion[],
  firstS: number,
  lastS: number,
): CoveredVersion[] {
  const endS = lastS + MARGIN_S;
  return versions
    .map((version, i) => {
      const nextS = versions[i + 1]?.effectiveFromS ?? endS;
      return {
        ...version,
        number: i + 1,
        fromS: Math.max(version.effectiveFromS, firstS),
        toS: Math.max(nextS, endS),
      };
    })
    .filter(
      (version, i) => version.fromS < endS && (versions[i + 1]?.effectiveFromS ?? endS) > firstS,
    );
}
