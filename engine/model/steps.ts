/**
 * The steps of an account: a reading, a tick, credit, a change of policy, supply by hand, an exchange. Each is pure and
 * atomic (R42): it gives the account after it and what it gave out, or throws on misuse and changes nothing.
 */
import assert from "node:assert/strict";
import { type Charged, type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { collectionOf } from "./collect.ts";
import { chargesDue } from "./due.ts";
import { judge, MONEY_MICROS_MAX, QUARANTINED, type Reading, type Verdict } from "./judge.ts";
import { judgeLowCredit } from "./low-credit.ts";
import { dearestMicros } from "./price-list.ts";
import { rateInterval } from "./rate.ts";
import { isCertain, judgeSupply, type SupplyCause, type SupplyWish } from "./supply.ts";

/**
 * R10 … R16, R30 … R36: a reading. Consumption of its interval first, then the charges that are due by its time:
 * all of them move the balance in one step (R42), which is judged once, at its end.
 */
export function applyReading(terms: Terms, account: ModelAccount, reading: Reading): Step {
  const { verdict, deltaAtoms, rollover } = judge(reading, lastReading(account), terms.meter, {
    firstVersionS: terms.list.versions[0]?.fromS,
    dearestMicros: dearestMicros(terms.list),
    balanceMicros: account.balanceMicros,
  });
  if (verdict !== "accepted") return refused(account, verdict);

  const { atS: t0, registerAtoms: r0 } = reading;
  const nowS = reading.receivedAtS ?? t0;
  // R16: what waited in quarantine does so no longer.
  const read = { ...account, t0, r0, quarantineRaised: [] };
  if (account.t0 === undefined) {
    // R15: the opening charges nothing of its own.
    const opened = { ...read, chargedThrough: account.chargedThrough ?? t0 };
    const { account: paid, outputs } = chargeThrough(terms, opened, t0);
    return judgeCredit(terms, { account: paid, outputs: { ...outputs, verdict } }, nowS);
  }
  const interval = { fromS: account.t0, toS: t0, deltaAtoms };
  const { rated, tally } = rateInterval(terms.list, interval, account);
  const consumption = rated.reduce((sum, { costMicros }) => sum + costMicros, 0n);
  const balanceMicros = account.balanceMicros - consumption;
  const paid = chargeThrough(terms, { ...read, ...tally, balanceMicros }, t0);
  const outputs = { ...paid.outputs, verdict, rollover, rated };
  return judgeCredit(terms, { account: paid.account, outputs }, nowS);
}

/**
 * R35: time alone, for accounts that are ticked: what is due up to and with `toS` is charged. Earlier ticks do nothing.
 * Where nothing was due, nothing is judged: a new account without credit warns nobody.
 */
export function applyTick(terms: Terms, account: ModelAccount, toS: bigint): Step {
  const step = chargeThrough(terms, account, toS);
  return step.outputs.charged.length === 0 ? step : judgeCredit(terms, step, toS);
}

/** Money onto the balance, in micros, more than 0. */
export function applyCredit(
  terms: Terms,
  account: ModelAccount,
  amountMicros: bigint,
  nowS: bigint,
): Step {
  assert(amountMicros > 0n, "credit is more than 0");
  return applyAdjust(terms, account, amountMicros, nowS);
}

/** An adjustment of the balance by micros of either sign. */
export function applyAdjust(
  terms: Terms,
  account: ModelAccount,
  amountMicros: bigint,
  nowS: bigint,
): Step {
  const balanceMicros = account.balanceMicros + amountMicros;
  return judgeCredit(terms, { account: { ...account, balanceMicros }, outputs: NOTHING }, nowS);
}

/** Another policy: the balance as it stands is judged by it. */
export function applyPolicy(terms: Terms, account: ModelAccount, nowS: bigint): Step {
  return judgeCredit(terms, { account, outputs: NOTHING }, nowS);
}

/**
 * R78: a person cuts or restores; asked for each time, under its own number. Then credit is judged: a supply that is
 * restored without credit is cut again. `wish` is what that gave.
 */
export function applyManual(
  terms: Terms,
  account: ModelAccount,
  wish: SupplyWish,
  nowS: bigint,
): Step {
  return judgeCredit(terms, { account: asked(account, wish, "manual"), outputs: NOTHING }, nowS);
}
/** R16: a person has dealt with a meter's quarantine of one kind: the next one of it raises an event again. */
export function clearQuarantine(account: ModelAccount, kind: Verdict): ModelAccount {
  const quarantineRaised = account.quarantineRaised.filter((raised) => raised !== kind);
  return { ...account, quarantineRaised };
}

/** R17: an exchange at `atS`. The old meter's closing register may be unknown, if it could not be read. */
export type Exchange = { atS: bigint; closingAtoms: bigint | undefined; openingAtoms: bigint };

/**
 * R17: the meter is exchanged. The closing register of the old one is judged and rated as its last reading; if that is
 * refused, nothing is exchanged, and that is the verdict. Then the new one's opening stands in its place at the same
 * instant; counters, carry, balance and debts stay with the usage point, the old meter's quarantine does not.
 * Not after the last reading, the closing can only be that one again.
 */
export function applyExchange(terms: Terms, account: ModelAccount, exchange: Exchange): Step {
  const { atS, openingAtoms } = exchange;
  const at = { atS, receivedAtS: atS };
  if (account.t0 === undefined || account.r0 === undefined) {
    return applyReading(terms, account, { ...at, registerAtoms: openingAtoms });
  }
  const registerAtoms = exchange.closingAtoms ?? account.r0;
  if (atS <= account.t0) {
    if (registerAtoms !== account.r0)
      return { account, outputs: { ...NOTHING, verdict: "conflict" } };
    const exchanged = { ...account, r0: openingAtoms, quarantineRaised: [] };
    const outputs = { ...NOTHING, verdict: "duplicate" } as const;
    return judgeCredit(terms, { account: exchanged, outputs }, atS);
  }
  const closed = applyReading(terms, account, { ...at, registerAtoms });
  if (closed.outputs.verdict !== "accepted") return { account, outputs: closed.outputs };
  return { ...closed, account: { ...closed.account, r0: openingAtoms } };
}

function lastReading({ t0, r0 }: ModelAccount) {
  return t0 === undefined || r0 === undefined ? undefined : { atS: t0, registerAtoms: r0 };
}

/** A reading that is not accepted changes nothing of the meter; R16: it raises its kind's event once. */
function refused(account: ModelAccount, verdict: Verdict): Step {
  const raises = QUARANTINED.includes(verdict) && !account.quarantineRaised.includes(verdict);
  if (!raises) return { account, outputs: { ...NOTHING, verdict } };
  return {
    account: { ...account, quarantineRaised: [...account.quarantineRaised, verdict] },
    outputs: { ...NOTHING, verdict, quarantine: verdict },
  };
}

/** R35, R36: all charges due after `chargedThrough` up to and with toS; none that would leave more than can be held. */
function chargeThrough(terms: Terms, account: ModelAccount, toS: bigint): Step {
  const fromS = account.chargedThrough;
  if (fromS === undefined || toS <= fromS) return { account, outputs: NOTHING };
  let { balanceMicros, accumulatedDebtMicros } = account;
  const charged: Charged[] = [];
  for (const { atS, version, charge } of chargesDue(terms.list, fromS, toS)) {
    const { name, amountMicros } = charge;
    const collection = collectionOf(charge, account.supplyState);
    if (collection === "collect") {
      if (!isHeld(balanceMicros - amountMicros)) continue;
      balanceMicros -= amountMicros;
    }
    if (collection === "debt") accumulatedDebtMicros += amountMicros;
    charged.push({ atS, version, name, amountMicros, collection });
  }
  return {
    account: { ...account, balanceMicros, accumulatedDebtMicros, chargedThrough: toS },
    outputs: { ...NOTHING, charged },
  };
}

function isHeld(micros: bigint): boolean {
  return micros <= MONEY_MICROS_MAX && micros >= -MONEY_MICROS_MAX;
}

/** R80, R73 and R76: judges the balance at the end of a step. */
function judgeCredit(terms: Terms, { account, outputs }: Step, nowS: bigint): Step {
  const { level, alerts } = judgeLowCredit(
    account.alertLevel,
    account.balanceMicros,
    terms.lowCredit,
  );
  const judged = { ...account, alertLevel: level };
  const wish = wishOf(terms, judged, nowS);
  return {
    account: wish === undefined ? judged : asked(judged, wish, "automatic"),
    outputs: { ...outputs, alerts, wish },
  };
}

/** An automatic cut waits for certain data (R73); what a person cut only a person restores (R78). */
function wishOf({ supply }: Terms, account: ModelAccount, nowS: bigint): SupplyWish | undefined {
  const wish = judgeSupply(account.supplyWanted, account.balanceMicros, supply);
  const data = { t0: account.t0, isQuarantined: account.quarantineRaised.length > 0 };
  if (wish === "cut" && !((supply.automaticCut ?? true) && isCertain(data, supply, nowS))) {
    return undefined;
  }
  return wish === "restore" && account.supplyCause === "manual" ? undefined : wish;
}

/** R77: each wish has the meter's next number. */
function asked(account: ModelAccount, wish: SupplyWish, supplyCause: SupplyCause): ModelAccount {
  return {
    ...account,
    supplyWanted: wish === "cut" ? "off" : "on",
    supplyCause,
    supplyNumber: account.supplyNumber + 1n,
  };
}
