/**
 * The steps of an account: a reading, a tick, credit, a supply report, an exchange. Each is pure and atomic (R42):
 * it gives the account after it and what it gave out, or throws on misuse and changes nothing.
 */
import assert from "node:assert/strict";
import { type Charged, type ModelAccount, NOTHING, type Step, type Terms } from "./account.ts";
import { collectionOf, type SupplyState } from "./collect.ts";
import { chargesDue } from "./due.ts";
import { judge, QUARANTINED, type Reading, type Verdict } from "./judge.ts";
import { judgeLowCredit } from "./low-credit.ts";
import { rateInterval } from "./rate.ts";
import { judgeSupply } from "./supply.ts";

/**
 * R10 … R16, R30 … R36: a reading. Consumption of its interval first, then the charges that are due by its time:
 * all of them move the balance in one step (R42), which is judged once, at its end.
 */
export function applyReading(terms: Terms, account: ModelAccount, reading: Reading): Step {
  const { verdict, deltaAtoms, rollover } = judge(
    reading,
    lastReading(account),
    terms.meter,
    terms.list.versions[0]?.fromS,
  );
  if (verdict !== "accepted") return refused(account, verdict);

  const { atS: t0, registerAtoms: r0 } = reading;
  if (account.t0 === undefined) {
    // R15: the opening charges nothing; R35: charges run from it.
    return judgeCredit(terms, {
      account: { ...account, t0, r0, chargedThrough: t0 },
      outputs: { ...NOTHING, verdict },
    });
  }
  const interval = { fromS: account.t0, toS: t0, deltaAtoms };
  const { rated, tally } = rateInterval(terms.list, interval, account);
  const consumption = rated.reduce((sum, { costMicros }) => sum + costMicros, 0n);
  const consumed = {
    ...account,
    ...tally,
    t0,
    r0,
    balanceMicros: account.balanceMicros - consumption,
  };
  const paid = chargeThrough(terms, consumed, t0);
  return judgeCredit(terms, {
    account: paid.account,
    outputs: { ...paid.outputs, verdict, rollover, rated },
  });
}

/** R35: time alone, for accounts that are ticked: what is due up to and with `toS` is charged. Earlier ticks do nothing. */
export function applyTick(terms: Terms, account: ModelAccount, toS: bigint): Step {
  return judgeCredit(terms, chargeThrough(terms, account, toS));
}

/** Money onto the balance, in micros, more than 0. */
export function applyCredit(terms: Terms, account: ModelAccount, amountMicros: bigint): Step {
  assert(amountMicros > 0n, "credit is more than 0");
  return applyAdjust(terms, account, amountMicros);
}

/** An adjustment of the balance by micros of either sign. */
export function applyAdjust(terms: Terms, account: ModelAccount, amountMicros: bigint): Step {
  const balanceMicros = account.balanceMicros + amountMicros;
  return judgeCredit(terms, { account: { ...account, balanceMicros }, outputs: NOTHING });
}

/** What the meter reports of its supply; only that changes the state that R36 asks for. */
export function applySupplyReport(account: ModelAccount, supplyState: SupplyState): Step {
  return { account: { ...account, supplyState }, outputs: NOTHING };
}

/** R16: a person has dealt with a meter's quarantine of one kind: the next one of it raises an event again. */
export function clearQuarantine(account: ModelAccount, kind: Verdict): ModelAccount {
  const quarantineRaised = account.quarantineRaised.filter((raised) => raised !== kind);
  return { ...account, quarantineRaised };
}

/**
 * R17: the meter is exchanged. The closing register of the old one is judged and rated as its last reading; if that is
 * refused (other than as a repeat of the last reading), nothing is exchanged. Then the new one's opening stands in its
 * place at the same instant; counters, carry, balance and debts stay with the usage point.
 */
export function applyExchange(
  terms: Terms,
  account: ModelAccount,
  closing: Reading,
  openingAtoms: bigint,
): Step {
  const closed = applyReading(terms, account, closing);
  const { verdict } = closed.outputs;
  if (verdict !== "accepted" && verdict !== "duplicate") return closed;
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

/** R35, R36: all charges due after `chargedThrough` up to and with toS. Nothing is due before the opening. */
function chargeThrough(terms: Terms, account: ModelAccount, toS: bigint): Step {
  const fromS = account.chargedThrough;
  if (fromS === undefined || toS <= fromS) return { account, outputs: NOTHING };
  let { balanceMicros, accumulatedDebtMicros } = account;
  const charged: Charged[] = [];
  for (const { atS, version, charge } of chargesDue(terms.list, fromS, toS)) {
    const { name, amountMicros } = charge;
    const collection = collectionOf(charge, account.supplyState);
    if (collection === "collect") balanceMicros -= amountMicros;
    if (collection === "debt") accumulatedDebtMicros += amountMicros;
    charged.push({ atS, version, name, amountMicros, collection });
  }
  return {
    account: { ...account, balanceMicros, accumulatedDebtMicros, chargedThrough: toS },
    outputs: { ...NOTHING, charged },
  };
}

/** R80 and R76: judges the balance at the end of a step. */
function judgeCredit(terms: Terms, { account, outputs }: Step): Step {
  const { level, alerts } = judgeLowCredit(
    account.alertLevel,
    account.balanceMicros,
    terms.lowCredit,
  );
  const wish = judgeSupply(account.supplyWanted, account.balanceMicros, terms.supply);
  const supplyWanted = wish === undefined ? account.supplyWanted : wish === "cut" ? "off" : "on";
  return {
    account: { ...account, alertLevel: level, supplyWanted },
    outputs: { ...outputs, alerts, wish },
  };
}
