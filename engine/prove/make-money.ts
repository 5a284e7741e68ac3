/**
 * Random money: credits, adjustments, grants, reversals, what is set aside and moved; amounts that often bring the account
 * just to where something is judged.
 */
import { DEBT_MICROS_MAX, MONEY_MAX } from "../contract/fields.ts";
import { ceilDiv } from "../model/arithmetic.ts";
import { courseOf, listAt } from "../model/course.ts";
import { debtPartsMicros, type Parts } from "../model/parts.ts";
import { availableMicros, ownMicros } from "../model/pots.ts";
import { type Block, versionAt } from "../model/price-list.ts";
import { BUY_MICROS_MAX, MICRO_ATOMS } from "../model/purchase.ts";
import type { Op, ToldAccount, ToldCredit } from "./model-account.ts";
import type { PutPolicy } from "./model-policy.ts";
import type { Random } from "./random.ts";
import type { Telling } from "./scene.ts";

const DAY_S = 86_400;

type Made<Name> = Omit<Op<Name>, "number" | "slot">;

/** A payment or an adjustment. Before the first version begins the kernel knows no weeks: then nobody pays. */
export function makeMoney(telling: Telling, told: ToldAccount): Made<"credit"> | Made<"adjust"> {
  const { random, nowS } = telling;
  const canPay = nowS >= (telling.scene.versions[0]?.effectiveFromS ?? 0);
  const prices = saleOf(telling, told);
  if (prices !== undefined && canPay && random.chance(0.75))
    return makePurchase(telling, told, prices);
  const near = BigInt(random.pick([0, 0, 1, -1, random.spread(1e6)]));
  const missing = missingTo(telling, told, makeTarget(telling, told)) + near;
  let amount = random.chance(0.6) ? missing : BigInt(random.spread(random.pick([100, 1e7, 1e10])));
  const { theme, isMixed } = telling.scene;
  const isRich = theme === "transfers" || theme === "pots" || isMixed;
  if (random.chance(isRich ? 0.6 : 0.15)) amount = missing + BigInt(random.spread(1e10));
  const owed = owedOf(told);
  if (owed > 0n && random.chance(0.2)) amount = owed + BigInt(random.pick([0, 0, 1, -1]));
  const bounds = boundsOf(telling, told);
  if (bounds.length > 0 && random.chance(0.3))
    amount = random.pick(bounds) + BigInt(random.pick([0, 0, 1, -1]));
  if (amount > MONEY_MAX || amount < -MONEY_MAX) amount = MONEY_MAX;
  if (amount > 0n && canPay && random.chance(0.85))
    return { op: "credit", amount_micros: `${amount}` };
  return { op: "adjust", amount_micros: `${random.chance(0.1) ? -amount : amount}` };
}

/** R34: whether an account holds quantity. */
export function isBuyer(telling: Telling, told: ToldAccount): boolean {
  return saleOf(telling, told) !== undefined;
}

/** R34: the steps by which an account buys just now; undefined where it holds money. */
function saleOf({ side, nowS }: Telling, told: ToldAccount): readonly Block[] | undefined {
  const terms = side.termsOf(told);
  const { list } = listAt(courseOf(terms, told.state), BigInt(nowS));
  return (versionAt(list, BigInt(nowS)) ?? list.versions[0])?.vendBlocks;
}

/** R34: a payment that buys to where something is judged, to the edge of a block, pays debts, or just as much as may be. */
function makePurchase(
  telling: Telling,
  told: ToldAccount,
  prices: readonly Block[],
): Made<"credit"> {
  const { random, scene } = telling;
  const { microAtoms: bought } = told.state.bought;
  const at = prices.findLast(({ startAtoms }) => startAtoms * MICRO_ATOMS <= bought);
  const costOf = (quantity: bigint): bigint =>
    quantity > 0n ? ceilDiv(quantity * (at?.priceP ?? 0n), 10n ** 12n) : 0n;
  const edges = prices.map(({ startAtoms }) => startAtoms * MICRO_ATOMS - bought);
  const owed = owedOf(told);
  const most = scene.kind === "extreme" ? 40 : 2;
  // So that as much is bought as others are given (makeMoney).
  const costs = Math.min(Number(costOf(BigInt(1e10))), 1e12) + 1;
  const kind = random.weigh({ target: 30, edge: 25, owed: 15, bound: 10, any: 30, most });
  const bounds = boundsOf(telling, told);
  const amount = {
    target: costOf(missingTo(telling, told, makeTarget(telling, told))),
    edge: costOf(random.chance(0.7) ? (edges.find((room) => room > 0n) ?? 0n) : random.pick(edges)),
    owed: owed + costOf(random.pick([0n, ...edges])),
    bound: bounds.length > 0 ? random.pick(bounds) : 1n,
    any: BigInt(random.spread(random.pick([10, 1e5, 1e7, 1e9, costs]))),
    most: BUY_MICROS_MAX - BigInt(random.spread(2) - 1),
  }[kind];
  const near = amount + BigInt(random.pick([0, 0, 0, 1, -1]));
  const paid = near > 0n ? near : 1n;
  return { op: "credit", amount_micros: `${paid > MONEY_MAX ? MONEY_MAX : paid}` };
}

/** Payments that are just taken by the policy's bounds (R52). */
function boundsOf({ side }: Telling, { policy, state }: ToldAccount): bigint[] {
  const topup = side.policies.get(policy)?.policy.topup;
  if (topup === undefined) return [];
  const { minMicros, maxMicros, capMicros } = topup;
  const bounds = [minMicros, maxMicros, capMicros, capMicros - state.topups.sumMicros];
  return bounds.filter((amount) => amount > 0n);
}

/** Restricted credit; some of it lives for a moment. */
export function makeGrant(
  { random, scene, nowS }: Telling,
  { state }: ToldAccount,
): Made<"grant_credit"> {
  const isExtreme = scene.kind === "extreme" && random.chance(0.3);
  const amount = isExtreme
    ? DEBT_MICROS_MAX - BigInt(random.int(0, 1))
    : BigInt(random.spread(random.pick([10, 1e5, 1e7, 1e10]))) + 1n;
  const [soon, late] = [random.pick([0, 1, 600, 3_600, DAY_S]), random.int(1, 40 * DAY_S)];
  const expiresS = nowS + (random.chance(scene.theme === "pots" ? 0.2 : 0.6) ? soon : late);
  const others = state.pots.map((pot) => Number(pot.expiresS));
  const same = others.length > 0 && random.chance(0.3) ? random.pick(others) : expiresS;
  return { op: "grant_credit", amount_micros: `${amount}`, expires_s: same };
}

/** A credit that came is taken back, or what never was. */
export function makeReversal(telling: Telling, told: ToldAccount): Made<"reverse_credit"> {
  const { random } = telling;
  const known = told.credits.length > 0 && random.chance(0.9);
  const credit = known ? random.pick(told.credits) : undefined;
  const parts = credit?.parts ?? makeParts(random);
  const { paymentDebt, accumulatedDebt, timeDebt1, timeDebt2, threshold, emergency, balance } =
    parts;
  return {
    op: "reverse_credit",
    parts: {
      payment_debt: `${paymentDebt}`,
      accumulated_debt: `${accumulatedDebt}`,
      time_debt_1: `${timeDebt1}`,
      time_debt_2: `${timeDebt2}`,
      threshold: `${threshold}`,
      emergency: `${emergency}`,
      balance: `${balance}`,
    },
    confirmed_removed: random.chance(0.4),
    ...makeVended(telling, told, credit ?? { parts, amount: 0n, atS: telling.nowS }),
  };
}

/** R34: what was paid and when: as it was, as nobody knows it, just at a bound, or wildly. */
function makeVended(telling: Telling, told: ToldAccount, { parts, amount, atS }: ToldCredit) {
  const { random, nowS } = telling;
  const debts = debtPartsMicros(parts);
  const sum = debts + parts.threshold + parts.emergency + parts.balance;
  const isPurchase = isBuyer(telling, told);
  const near = random.pick([sum, sum + 1n, sum - 1n, debts, debts - 1n, debts + 1n]);
  const wild = random.pick([BUY_MICROS_MAX, BUY_MICROS_MAX + 1n, BigInt(random.spread(1e7))]);
  const kind = random.weigh({ paid: isPurchase ? 70 : 10, none: 15, near: 10, wild: 5 });
  const paid = { paid: amount, none: 0n, near, wild }[kind];
  const cycleS = Number(told.state.bought.cycleS);
  const others = [0, nowS, cycleS, cycleS - 1, atS - 40 * DAY_S, 0xffff_ffff];
  const vended = random.chance(0.6) ? atS : random.pick([cycleS, cycleS, ...others]);
  return {
    ...(paid > 0n && paid <= MONEY_MAX && { amount_micros: `${paid}` }),
    ...(random.chance(isPurchase ? 0.9 : 0.2) && { vended_s: Math.max(0, vended) }),
  };
}

function makeParts(random: Random): Parts {
  const part = (): bigint =>
    random.chance(0.5)
      ? 0n
      : random.chance(0.03)
        ? DEBT_MICROS_MAX
        : BigInt(random.spread(random.pick([10, 1e6])));
  return {
    paymentDebt: part(),
    accumulatedDebt: part(),
    timeDebt1: part(),
    timeDebt2: part(),
    threshold: part(),
    emergency: part(),
    balance: part(),
    restricted: 0n,
  };
}

/** Credit is set aside, or given back: mostly what is there, or a little more than that. */
export function makeReserve(
  telling: Telling,
  told: ToldAccount,
): Made<"reserve_credit"> | Made<"release_credit"> {
  const { random } = telling;
  const isBack = told.state.reservedMicros > 0n && random.chance(0.5);
  const amount = isBack ? someOf(random, told.state.reservedMicros) : spare(telling, told);
  return { op: isBack ? "release_credit" : "reserve_credit", amount_micros: `${amount}` };
}

/** Credit goes to another account; rarely to itself or to nobody. */
export function makeTransfer(telling: Telling, told: ToldAccount): Made<"transfer_credit"> {
  const { random, side, scene } = telling;
  const mates = [...side.accounts.values()].filter(({ slot }) => slot !== told.slot);
  const isOfOther = (each: ToldAccount) => isBuyer(telling, each) !== isBuyer(telling, told);
  const unlike = random.chance(0.6) ? mates.filter(isOfOther) : [];
  const others = unlike.length > 0 ? unlike : mates;
  const other = others.length > 0 && random.chance(0.95) ? random.pick(others) : undefined;
  const reserved = told.state.reservedMicros > 0n ? random.chance(0.6) : random.chance(0.1);
  const usual = reserved ? someOf(random, told.state.reservedMicros) : spare(telling, told);
  const edges = soldEdges(telling, told);
  const isToEdge = edges.length > 0 && random.chance(0.3);
  const amount = isToEdge ? random.pick(edges) + BigInt(random.pick([0, 0, 1])) : usual;
  return {
    op: "transfer_credit",
    to_slot: other?.slot ?? random.pick([told.slot, 61]),
    amount_micros: `${amount}`,
    reserved,
    ...(random.chance(scene.isMixed ? 0.75 : 0.15) && { convert: random.chance(0.95) }),
  };
}

/** R6: quantities that are sold just down to where a block begins that was bought. */
function soldEdges(telling: Telling, told: ToldAccount): bigint[] {
  const { microAtoms } = told.state.bought;
  return (saleOf(telling, told) ?? [])
    .map(({ startAtoms }) => microAtoms - startAtoms * MICRO_ATOMS)
    .filter((amount) => amount > 0n && amount < DEBT_MICROS_MAX);
}

/** Whether an account has nothing to give: what is over its threshold, while it owes no emergency credit. */
export function isPoor({ side }: Telling, { policy, state }: ToldAccount): boolean {
  return state.emergency.usedMicros > 0n || state.balanceMicros <= leastOf(side, policy);
}

/** What an account can give without falling to its threshold, a part of it, or more. */
function spare({ random, side }: Telling, told: ToldAccount): bigint {
  return someOf(random, told.state.balanceMicros - leastOf(side, told.policy));
}

function leastOf(side: Telling["side"], policy: number): bigint {
  const disablement = side.policies.get(policy)?.policy.disablementMicros ?? 0n;
  return disablement > 0n ? disablement : 0n;
}

function someOf(random: Random, all: bigint): bigint {
  const kind = random.weigh({ all: 30, part: 40, more: 10, any: 20 });
  if (kind === "all" && all > 0n) return bounded(all);
  if (kind === "more") return bounded(all + 1n);
  if (kind === "part" && all > 0n) return bounded(all / BigInt(random.int(1, 5)));
  return BigInt(random.spread(random.pick([1e6, 1e10]))) + 1n;
}

function bounded(amount: bigint): bigint {
  if (amount < 1n) return 1n;
  return amount > DEBT_MICROS_MAX ? DEBT_MICROS_MAX : amount;
}

/** A sum of debts that payments can clear. */
function owedOf({ state }: ToldAccount): bigint {
  const { paymentDebt, accumulatedDebtMicros, emergency, timeDebt1, timeDebt2 } = state;
  return (
    paymentDebt.owedMicros +
    accumulatedDebtMicros +
    emergency.usedMicros +
    timeDebt1.owedMicros +
    timeDebt2.owedMicros
  );
}

/** An amount at which something is judged, and of what sum it is. */
export type Target = { micros: bigint; of: "balance" | "own" | "available" };

/** Where an alert, emergency credit, a rung, a cut, a restore or a limit is decided. */
export function makeTarget({ random, side, scene }: Telling, told: ToldAccount): Target {
  const put = side.policies.get(told.policy);
  if (put === undefined) return { micros: 0n, of: "balance" };
  const bounds = [MONEY_MAX, -MONEY_MAX, MONEY_MAX - (1n << 56n), (1n << 56n) - MONEY_MAX];
  if (scene.kind === "extreme" && random.chance(0.4))
    return { micros: random.pick(bounds), of: "balance" };
  return random.pick(targetsOf(put));
}

function targetsOf({ policy }: PutPolicy): Target[] {
  const { disablementMicros: cutOff, hysteresisMicros: hysteresis, emergency } = policy;
  const own: bigint[] = policy.lowCreditMicros.flatMap((each) => [each, each + hysteresis]);
  if (policy.exceedMicros !== undefined)
    own.push(policy.exceedMicros, policy.exceedMicros - hysteresis);
  if (emergency.limitMicros > 0n)
    own.push(emergency.thresholdMicros, emergency.thresholdMicros + hysteresis);
  const available = [cutOff, cutOff + policy.clearanceMicros];
  if (policy.notice.leadS > 0n)
    available.push(policy.notice.thresholdMicros, policy.notice.thresholdMicros + hysteresis);
  if (policy.limit.atomsPerHour > 0n) available.push(policy.limit.thresholdMicros);
  if (policy.trickle.atomsPerHour > 0n) available.push(policy.trickle.thresholdMicros);
  const balance = [cutOff, policy.balanceMaxMicros, cutOff - emergency.limitMicros];
  return [
    ...own.map((micros) => ({ micros, of: "own" }) as const),
    ...available.map((micros) => ({ micros, of: "available" }) as const),
    ...balance.map((micros) => ({ micros, of: "balance" }) as const),
  ];
}

/** How much the account is short of a target just now; negative where it has more. */
export function missingTo({ side, nowS }: Telling, told: ToldAccount, target: Target): bigint {
  const policy = side.policies.get(told.policy)?.policy;
  const now = BigInt(nowS);
  if (policy === undefined || target.of === "balance")
    return target.micros - told.state.balanceMicros;
  if (target.of === "own") return target.micros - ownMicros(told.state, now);
  return target.micros - availableMicros(policy, told.state, now);
}
