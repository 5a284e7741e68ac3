/**
 * R35, R36, R50: debts: what is owed by whom to what terms. Events number them: time debts 1 and 2, payment debt 3,
 * accumulated debt 4.
 */
import assert from "node:assert/strict";
import type { ModelAccount, TimeDebt } from "./account.ts";
import type { Moment } from "./collect.ts";
import { type Change, eventOf } from "./events.ts";
import { DEBT_MICROS_MAX } from "./money.ts";

/** Levels of debt.changed and debt.cleared. */
export const DEBT_NUMBER = {
  timeDebt1: 1,
  timeDebt2: 2,
  paymentDebt: 3,
  accumulatedDebt: 4,
} as const;

/** What is put in the place of a debt. */
export type DebtSetting =
  | ({ readonly debt: "timeDebt1" | "timeDebt2" } & TimeDebt)
  | {
      readonly debt: "paymentDebt";
      readonly owedMicros: bigint;
      readonly sharePpm: bigint;
      readonly weeklyCapMicros: bigint;
    }
  | { readonly debt: "accumulatedDebt"; readonly owedMicros: bigint };

/** Puts a debt and its terms in the place of what was owed of it; the payment debt's week goes on. Nothing is judged. */
export function setDebt(account: ModelAccount, setting: DebtSetting, nowS: bigint): Change {
  const amount = setting.owedMicros;
  assert(amount >= 0n && amount <= DEBT_MICROS_MAX, "a debt is within its bounds");
  const changed = withDebt(account, setting);
  const level = DEBT_NUMBER[setting.debt];
  return { account: changed, events: [eventOf(changed, nowS, "debt.changed", { level, amount })] };
}

function withDebt(account: ModelAccount, setting: DebtSetting): ModelAccount {
  switch (setting.debt) {
    case "timeDebt1":
    case "timeDebt2": {
      const { debt, ...terms } = setting;
      return { ...account, [debt]: terms };
    }
    case "paymentDebt": {
      const { debt, ...terms } = setting;
      return { ...account, paymentDebt: { ...account.paymentDebt, ...terms } };
    }
    case "accumulatedDebt":
      return { ...account, accumulatedDebtMicros: setting.owedMicros };
  }
}

/** R36: whether a time debt is taken in this state; "not while disconnected" unless it says so. */
export function isTaken({ collect }: TimeDebt, { state, isFriendly }: Moment): boolean {
  if (state === "disconnected" && !collect.disconnected) return false;
  if (state === "limited" && !collect.limited) return false;
  return !isFriendly || collect.friendly;
}

/** All that is owed beside emergency credit. */
export function debtsMicros(account: ModelAccount): bigint {
  return (
    account.paymentDebt.owedMicros +
    account.accumulatedDebtMicros +
    account.timeDebt1.owedMicros +
    account.timeDebt2.owedMicros
  );
}
