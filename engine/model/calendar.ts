/**
 * R71, R73: calendars: when no cut happens, and the only time when cuts happen. A calendar is known for a span of time;
 * what lies outside is unknown, and there nothing is ever cut.
 */

/** A half-open stretch of instants [beginS, endS). */
export type Stretch = { beginS: bigint; endS: bigint };

/** A calendar for the span [fromS, toS): its intervals are rising, do not touch, and lie within the span. */
export type Calendar = { fromS: bigint; toS: bigint; intervals: readonly Stretch[] };

/** The calendars that an account's policy names; undefined where it names none. */
export type CalendarTerms = {
  /** R71: the friendly calendar. */
  friendly?: Calendar | undefined;
  /** R73: the cut window. */
  cutWindow?: Calendar | undefined;
};

/** The interval that covers an instant, undefined where none does. */
export function intervalAt({ intervals }: Calendar, atS: bigint): Stretch | undefined {
  return intervals.find(({ beginS, endS }) => beginS <= atS && atS < endS);
}

/** Whether a calendar says anything of an instant. */
export function isKnown({ fromS, toS }: Calendar, atS: bigint): boolean {
  return fromS <= atS && atS < toS;
}

/** R71: whether an instant is friendly: inside an interval, or outside of what is known. */
export function isFriendly({ friendly }: CalendarTerms, atS: bigint): boolean {
  if (friendly === undefined) return false;
  return !isKnown(friendly, atS) || intervalAt(friendly, atS) !== undefined;
}

/** R71: how long after a friendly end an account waits, so that not all are judged at once: (slot × 2654435761) mod 2³² mod jitter. */
export function jitterOf(slot: bigint, friendlyJitterS: bigint): bigint {
  if (friendlyJitterS === 0n) return 0n;
  return ((slot * 2_654_435_761n) % 2n ** 32n) % friendlyJitterS;
}

/** R71: whether an instant is neither friendly nor within the account's jitter (jitterOf) after the last friendly end. */
export function isCalm(terms: CalendarTerms, jitterS: bigint, atS: bigint): boolean {
  if (isFriendly(terms, atS)) return false;
  const last = terms.friendly?.intervals.findLast(({ endS }) => endS <= atS);
  return last === undefined || atS >= last.endS + jitterS;
}

/** R73: whether cuts may happen at an instant: inside the window, if the policy names one. */
export function isInWindow({ cutWindow }: CalendarTerms, atS: bigint): boolean {
  if (cutWindow === undefined) return true;
  return isKnown(cutWindow, atS) && intervalAt(cutWindow, atS) !== undefined;
}
