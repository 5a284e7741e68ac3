/**
 * All that an account remembers, in the same words on both sides, so that it can be compared field by field. Instants of
 * 0 are none; amounts are micros and atoms.
 */
import type { ModelAccount, TimeDebt } from "../model/account.ts";
import type { KernelExtra } from "./kernel-extra.ts";
import type { KernelAccount } from "./kernel-reader.ts";
import type { ToldAccount } from "./model-account.ts";

/** An account's fields. */
export type StateText = Record<string, string>;

/** The model's account. */
export function modelText(told: ToldAccount): StateText {
  const { state } = told;
  const { emergency, paymentDebt, days, load, allowance, topups } = state;
  return {
    last: state.t0 === undefined ? "none" : `${state.t0} ${state.r0}`,
    balance: `${state.balanceMicros}`,
    carry: `${state.carryP}`,
    counters: countersText(Object.entries(state.counters)),
    quarantine: [...state.quarantineRaised].sort().join(" "),
    commandNumber: `${told.commandNumber}`,
    gateway: `${told.gateway}`,
    list: `${state.listIndex} next ${state.nextList?.listIndex ?? "none"} ${state.nextList?.atS ?? 0n}`,
    policy: `${told.policy}`,
    totals: `${wrapped(state.creditsMicros)} ${wrapped(state.adjustmentsMicros)}`,
    supply: `${state.supplyState} ${state.supplyWanted} ${state.supplyCause} ${state.supplyNumber} ${state.supplyValue}`,
    waits: `notice ${state.noticeS} restore ${state.restoreS} warned ${state.friendlyWarnedS}`,
    flags: flagsText({
      stale: state.isStale,
      estimated: state.estimate !== undefined,
      critical: state.isCritical,
      withheld: state.isCutWithheld,
      exceeded: state.isExceeded,
      daysLow: days.isWarned,
    }),
    alerts: `${state.alertLevel} at ${state.alertS.join(" ")}`,
    days: `${days.seen} mean ${days.meanMicros} today ${days.spentTodayMicros}`,
    emergency: `${emergency.state} used ${emergency.usedMicros} offered ${emergency.isOffered}`,
    pots: potsText(
      state.pots.map(({ amountMicros, expiresS }) => [amountMicros, Number(expiresS)]),
    ),
    reserved: `${state.reservedMicros}`,
    accumulatedDebt: `${state.accumulatedDebtMicros}`,
    paymentDebt: `${paymentDebt.owedMicros} ${capText(paymentDebt.sharePpm, paymentDebt.weeklyCapMicros)} week ${paymentDebt.weekS} used ${paymentDebt.weekUsedMicros}`,
    timeDebt1: modelTimeDebt(state.timeDebt1),
    timeDebt2: modelTimeDebt(state.timeDebt2),
    topups: `${topups.periodS} ${topups.sumMicros}`,
    mode: `${state.mode} ${modelChange(state)}`,
    load: loadText(load.fromS, load.quantityAtoms, load.cutS),
    allowance: `${allowance.renewedS} ${allowance.leftAtoms}`,
    demand: `${state.demand.windowS} ${state.demand.windowAtoms} most ${state.demand.maxAtoms}`,
    bought: `${state.bought.microAtoms} of ${state.bought.cycleS}`,
    estimate: modelEstimate(state),
  };
}

/** The kernel's account. `names` are its periods' names, by index. */
export function kernelText(account: KernelAccount, names: readonly string[]): StateText {
  const { extra } = account;
  const counters = (atoms: readonly bigint[]): string =>
    countersText(atoms.map((each, i) => [names[i] ?? `${i}`, each]));
  return {
    last: account.isRead ? `${account.readS} ${account.register}` : "none",
    balance: `${account.balance}`,
    carry: `${account.carry}`,
    counters: counters(account.counters),
    quarantine: [...account.quarantine].sort().join(" "),
    commandNumber: `${account.commandNumber}`,
    gateway: `${account.gateway}`,
    list: `${account.list} next ${extra.nextList ?? "none"} ${extra.nextListS}`,
    policy: `${account.policy}`,
    totals: `${account.credits} ${account.adjustments}`,
    supply: `${account.supplyState} ${account.supplyWanted} ${account.supplyCause} ${account.supplyNumber} ${extra.supplyValue}`,
    waits: `notice ${extra.noticeS} restore ${extra.restoreS} warned ${extra.friendlyWarnedS}`,
    flags: flagsText({
      stale: account.isStale,
      estimated: account.isEstimated,
      critical: extra.isCritical,
      withheld: extra.isWithheld,
      exceeded: extra.isExceeded,
      daysLow: extra.isDaysLow,
    }),
    alerts: `${account.lowLevel} at ${extra.alertS.join(" ")}`,
    days: `${extra.daysSeen} mean ${extra.daysMean} today ${extra.spentToday}`,
    emergency: `${extra.emergencyState} used ${extra.emergencyUsed} offered ${extra.isOffered}`,
    pots: potsText(extra.pots.map(({ amount, expiresS }) => [amount, expiresS])),
    reserved: `${extra.reserved}`,
    accumulatedDebt: `${extra.accumulatedDebt}`,
    paymentDebt: `${extra.paymentDebt} ${capText(extra.paymentShare, extra.paymentCap)} week ${extra.paymentWeekS} used ${extra.paymentWeekUsed}`,
    timeDebt1: kernelTimeDebt(extra, 0),
    timeDebt2: kernelTimeDebt(extra, 1),
    topups: `${extra.topupPeriodS} ${extra.topupSum}`,
    demand: `${extra.demandWindowS} ${extra.demandQuantity} most ${extra.demandMost}`,
    bought: `${extra.bought} of ${extra.boughtCycleS}`,
    mode: `${extra.mode} ${kernelChange(extra)}`,
    load: loadText(extra.loadFromS, extra.loadQuantity, extra.loadCutS),
    allowance: `${extra.allowanceS} ${extra.allowanceLeft}`,
    estimate: account.isEstimated
      ? `${extra.baseReadS} ${extra.baseRegister} carry ${extra.baseCarry} cost ${extra.estimatedCost} quantity ${extra.estimatedQuantity} counters ${counters(extra.baseCounters)}`
      : "none",
  };
}

/** Where no share is taken, a cap says nothing. */
function capText(share: bigint | number, cap: bigint): string {
  return BigInt(share) === 0n ? "no share" : `share ${share} cap ${cap}`;
}

/** A period that has not begun has gathered nothing. */
function loadText(fromS: bigint | number, quantity: bigint, cutS: bigint | number): string {
  return `${fromS} ${BigInt(fromS) === 0n ? 0n : quantity} cut ${cutS}`;
}

/** Paid and taken back often enough at the bounds, sums go round 2^64. */
function wrapped(sum: bigint): bigint {
  return BigInt.asIntN(64, sum);
}

function flagsText(flags: Readonly<Record<string, boolean>>): string {
  return Object.keys(flags)
    .filter((name) => flags[name])
    .join(" ");
}

function potsText(pots: readonly (readonly [bigint, number])[]): string {
  return pots.map(([amount, expiresS]) => `${amount} until ${expiresS}`).join(", ");
}

function modelTimeDebt({ owedMicros, rateMicros, every, collect }: TimeDebt): string {
  return `${owedMicros} rate ${rateMicros} ${every} while ${flagsText(collect)}`;
}

function kernelTimeDebt({ timeDebts }: KernelExtra, place: number): string {
  const debt = timeDebts[place];
  // Of a debt that never had terms nothing is taken; where some were taken back, they do not matter.
  if (debt?.every === "never") return `${debt.owed} rate 0 day while limited friendly`;
  if (debt === undefined) return "none";
  const { owed, rate, every, disconnected, limited, friendly } = debt;
  return `${owed} rate ${rate} ${every} while ${flagsText({ disconnected, limited, friendly })}`;
}

function modelChange({ modeChange }: ModelAccount): string {
  if (modeChange === undefined) return "stays";
  const { mode, atS, sharePpm, weeklyCapMicros } = modeChange;
  return `then ${mode} at ${atS} share ${sharePpm} cap ${weeklyCapMicros}`;
}

function kernelChange({ modeAtS, modePending, modeShare, modeCap }: KernelExtra): string {
  if (modeAtS === 0) return "stays";
  return `then ${modePending} at ${modeAtS} share ${modeShare} cap ${modeCap}`;
}

function modelEstimate({ estimate }: ModelAccount): string {
  if (estimate === undefined) return "none";
  const { t0, r0, carryP, costMicros, quantityAtoms, counters } = estimate;
  return `${t0} ${r0} carry ${carryP} cost ${costMicros} quantity ${quantityAtoms} counters ${countersText(Object.entries(counters))}`;
}

/** Counters that are not 0, by period. */
function countersText(counters: readonly (readonly [string, bigint])[]): string {
  return counters
    .filter(([, atoms]) => atoms !== 0n)
    .map(([period, atoms]) => `${period} ${atoms}`)
    .sort()
    .join(", ");
}
