/**
 * R50: what a payment is split into.
 */
import assert from "node:assert/strict";
import type { ModelAccount } from "./account.ts";
import { floorDiv } from "./arithmetic.ts";
import { least, most, PPM } from "./money.ts";
import { debtPartsMicros, NO_PARTS, type Parts } from "./parts.ts";
import type { Policy } from "./policy.ts";

/** What of a payment goes to debts; the account's `weekUsedMicros` is of the week of the payment. */
export function payDebts(policy: Policy, account: ModelAccount, paidMicros: bigint): Parts {
  assert(paidMicros > 0n, "a payment is more than 0");
  return { ...NO_PARTS, ...arrearsOf(policy, account, paidMicros) };
}

/** Adds what is left of it, in what the account holds (R34: what that bought). */
export function creditRest(
  policy: Policy,
  account: ModelAccount,
  debts: Parts,
  rest: bigint,
): Parts {
  let left = rest;
  // (c) lift the balance to the disablement threshold; left out without the flag.
  const lack = most(0n, policy.disablementMicros - account.balanceMicros);
  const threshold = policy.restoreThresholdFirst ? least(left, lack) : 0n;
  left -= threshold;
  // (d) repay emergency credit used.
  const emergency = least(left, account.emergency.usedMicros);
  left -= emergency;
  // (e) the rest to the balance.
  return { ...debts, threshold, emergency, balance: left };
}

/**
 * Splits a payment, more than 0 micros. The account's `weekUsedMicros` is of the week of the payment. The parts sum up
 * to the payment.
 */
export function splitPayment(policy: Policy, account: ModelAccount, paidMicros: bigint): Parts {
  const debts = payDebts(policy, account, paidMicros);
  return creditRest(policy, account, debts, paidMicros - debtPartsMicros(debts));
}

type Arrears = Pick<Parts, "paymentDebt" | "accumulatedDebt" | "timeDebt1" | "timeDebt2">;

function arrearsOf(policy: Policy, account: ModelAccount, paidMicros: bigint): Arrears {
  const owed = account.paymentDebt.owedMicros;
  switch (policy.waterfall) {
    case "standard": {
      const { sharePpm, weeklyCapMicros, weekUsedMicros } = account.paymentDebt;
      // (a) "min(P × share, debt, weekly cap left) rounded down to the micro"
      const share = floorDiv(paidMicros * sharePpm, PPM);
      const capLeft = most(0n, weeklyCapMicros - weekUsedMicros);
      const paymentDebt = least(least(share, owed), capLeft);
      // (b)
      const accumulatedDebt = least(paidMicros - paymentDebt, account.accumulatedDebtMicros);
      return { paymentDebt, accumulatedDebt, timeDebt1: 0n, timeDebt2: 0n };
    }
    case "debt_first":
      // "all debts before anything": no share, no cap.
      return inTurn(account, paidMicros);
    case "share":
      // "a fixed share of each payment to arrears"
      return inTurn(account, floorDiv(paidMicros * policy.arrearsSharePpm, PPM));
  }
}

/** Debts one after the other, as far as an amount goes. */
function inTurn(account: ModelAccount, amountMicros: bigint): Arrears {
  let left = amountMicros;
  const pay = (owedMicros: bigint): bigint => {
    const part = least(left, owedMicros);
    left -= part;
    return part;
  };
  const paymentDebt = pay(account.paymentDebt.owedMicros);
  const accumulatedDebt = pay(account.accumulatedDebtMicros);
  const timeDebt1 = pay(account.timeDebt1.owedMicros);
  const timeDebt2 = pay(account.timeDebt2.owedMicros);
  return { paymentDebt, accumulatedDebt, timeDebt1, timeDebt2 };
}
