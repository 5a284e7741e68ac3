/**
 * R30 … R36, R42: an interval's consumption and what falls due on the way, part by part.
 */
import { type Charged, type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { chargeThrough } from "./charge-through.ts";
import { courseOf } from "./course.ts";
import { closeDay, spend } from "./days-left.ts";
import type { ModelEvent } from "./events.ts";
import { rateInterval } from "./rate.ts";
import type { Interval } from "./split.ts";

/**
 * R35: "at one instant the order is consumption → standing → …"; R81: between them the local day ends. (t₀, r₀) are the
 * caller's to move.
 */
export function consume(
  terms: Terms,
  before: ModelAccount,
  interval: Interval,
  nowS: bigint,
): Step {
  const { rated, costs, tally } = rateInterval(courseOf(terms, before), interval, before);
  let account = before;
  const charged: Charged[] = [];
  const events: ModelEvent[] = [];
  for (const { toS, costMicros, endsDay } of costs) {
    account = { ...account, balanceMicros: account.balanceMicros - costMicros };
    account = spend(terms.policy, account, costMicros);
    if (endsDay) account = closeDay(terms.policy, account);
    const due = chargeThrough(terms, account, toS, nowS);
    account = due.account;
    charged.push(...due.outputs.charged);
    events.push(...due.outputs.events);
  }
  return { account: { ...account, ...tally }, outputs: { ...NOTHING, rated, charged, events } };
}
