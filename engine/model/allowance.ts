/**
 * R74: what may be used each day when credit has run out.
 */
import type { Assignment, ModelAccount, Terms } from "./account.ts";
import { midnightsBetween } from "./acting.ts";
import { courseOf, stretchesOf, versionOf, zoneAt } from "./course.ts";
import { lastMark } from "./last-mark.ts";
import { least, most } from "./money.ts";

/** Most day starts counted at once. */
const DAY_STARTS_MAX = 4_096n;

/** When the allowance's day began that holds an instant: so long after its local midnight; 0, unknown, before the list's first version. */
export function dayStart(terms: Terms, account: Assignment, atS: bigint): bigint {
  const { dayStartS } = terms.policy.dailyAllowance;
  const askedS = atS - dayStartS;
  if (versionOf(courseOf(terms, account), askedS) === undefined) return 0n;
  const midnightS = lastMark(zoneAt(terms, account, askedS), "day", askedS);
  return midnightS === 0n ? 0n : midnightS + dayStartS;
}

/** A day's allowance more for each day start since the last time, up to so many days' in all. */
export function renewAllowance(terms: Terms, account: ModelAccount, nowS: bigint): ModelAccount {
  const { atoms, stackDays } = terms.policy.dailyAllowance;
  const { renewedS, leftAtoms } = account.allowance;
  const startS = dayStart(terms, account, nowS);
  const left =
    renewedS === 0n
      ? atoms
      : least(leftAtoms + dayStarts(terms, account, startS) * atoms, stackDays * atoms);
  // Known to have begun, also where the day start is not.
  const renewed = startS > 0n ? startS : most(renewedS, 1n);
  return { ...account, allowance: { renewedS: renewed, leftAtoms: left } };
}

/** Takes what was used; never more than is left. */
export function takeAllowance(account: ModelAccount, deltaAtoms: bigint): ModelAccount {
  const leftAtoms = most(account.allowance.leftAtoms - deltaAtoms, 0n);
  return { ...account, allowance: { ...account.allowance, leftAtoms } };
}

/** Day starts since the last renewal, up to and with `toS`. */
function dayStarts(terms: Terms, account: ModelAccount, toS: bigint): bigint {
  const { dayStartS } = terms.policy.dailyAllowance;
  // So far back there are more than are counted.
  const backS = toS - (DAY_STARTS_MAX + 4n) * 86_400n;
  const fromS = most(account.allowance.renewedS, backS);
  const midnights = stretchesOf(
    courseOf(terms, account),
    fromS - dayStartS,
    toS - dayStartS,
  ).flatMap((stretch) => midnightsBetween(stretch.list.zone, stretch.fromS, stretch.toS));
  return least(BigInt(midnights.length), DAY_STARTS_MAX);
}
