/**
 * R30 … R36, R38, R42: an interval's consumption and what falls due on the way, part by part.
 */
import { type Charged, type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { chargeThrough } from "./charge-through.ts";
import { type Course, courseOf, listAt, versionOf } from "./course.ts";
import { closeDay, spend } from "./days-left.ts";
import { demandMicros, endCycle, gather } from "./demand.ts";
import type { ModelEvent } from "./events.ts";
import { isHeld } from "./money.ts";
import { holdsQuantity } from "./purchase.ts";
import { type PartCost, type Rated, rateInterval } from "./rate.ts";
import type { Interval } from "./split.ts";

/** R38: the row of a charge for demand. */
const DEMAND_ROW = 40;

/**
 * R38: what an estimate uses makes no demand and ends no cycle of it; the actual reading behind it does both.
 * R35: "at one instant the order is consumption → standing → …"; between them the local day ends (R81), then the cycle
 * (R38). (t₀, r₀) are the caller's to move.
 */
export function consume(
  terms: Terms,
  before: ModelAccount,
  interval: Interval,
  nowS: bigint,
): Step {
  const course = courseOf(terms, before);
  const { rated, costs, tally } = rateInterval(course, interval, before);
  const isEstimated = before.estimate !== undefined;
  let account = before;
  const charged: Charged[] = [];
  const events: ModelEvent[] = [];
  let { fromS } = interval;
  for (const cost of costs) {
    account = takeCost(terms, account, cost);
    if (!isEstimated) {
      const price = versionOf(course, fromS)?.demand;
      const demand = gather(account.demand, price, interval, { fromS, toS: cost.toS });
      account = { ...account, demand };
    }
    if (cost.endsDay) account = closeDay(terms.policy, account);
    if (cost.endsCycle && !isEstimated) {
      const ended = chargeDemand(terms, account, course, cost.toS);
      account = ended.account;
      charged.push(...ended.charged);
    }
    const due = chargeThrough(terms, account, cost.toS, nowS);
    account = due.account;
    charged.push(...due.outputs.charged);
    events.push(...due.outputs.events);
    fromS = cost.toS;
  }
  const outputs = { ...NOTHING, rated: inMoney(terms, before, rated), charged, events };
  return { account: { ...account, ...tally }, outputs };
}

/** R34: what takes quantity costs no money. */
function inMoney(terms: Terms, account: ModelAccount, rated: readonly Rated[]): readonly Rated[] {
  if (!holdsQuantity(terms, account)) return rated;
  return rated.map((piece) => ({ ...piece, costMicros: 0n }));
}

function takeCost(
  { policy }: Terms,
  account: ModelAccount,
  { costMicros }: PartCost,
): ModelAccount {
  const balanceMicros = account.balanceMicros - costMicros;
  return spend(policy, { ...account, balanceMicros }, costMicros);
}

/**
 * R38: a cycle ends at an instant: its highest demand is charged by the version in force just before, whatever the state of
 * supply; unless it could not be held. Without demand in that version there is no row.
 */
function chargeDemand(
  { policy }: Terms,
  account: ModelAccount,
  course: Course,
  atS: bigint,
): { account: ModelAccount; charged: Charged[] } {
  const { maxAtoms, next } = endCycle(account.demand);
  const ended = { ...account, demand: next };
  const version = versionOf(course, atS - 1n);
  if (version?.demand === undefined) return { account: ended, charged: [] };
  const amountMicros = demandMicros(version.demand, maxAtoms);
  const balanceMicros = account.balanceMicros - amountMicros;
  if (!isHeld(balanceMicros)) return { account: ended, charged: [] };
  const list = listAt(course, atS - 1n).index;
  const row = { atS, list, version: version.index, row: DEMAND_ROW, amountMicros };
  return { account: spend(policy, { ...ended, balanceMicros }, amountMicros), charged: [row] };
}
