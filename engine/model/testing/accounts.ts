/** Accounts, policies and terms for the model's own tests. */
import { type ModelAccount, openAccount, type Terms } from "../account.ts";
import { debtsMicros } from "../debts.ts";
import type { ModelEvent } from "../events.ts";
import { PLAIN_POLICY, type Policy } from "../policy.ts";
import { readPriceList } from "../price-list.ts";
import type { PriceListJson } from "../price-list-json.ts";
import { flatList } from "./lists.ts";

/** "-3.05" as micros. */
export function money(text: string): bigint {
  const [, sign = "", whole = "", part = ""] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === "") throw new Error(`"${text}" is no amount`);
  return BigInt(`${sign}${whole}${part.padEnd(6, "0")}`);
}

/** A plain policy with changes. */
export function policyOf(changes: Partial<Policy> = {}): Policy {
  return { ...PLAIN_POLICY, ...changes };
}

/** One or several price lists, by their place. */
export function listed(
  ...lists: readonly (PriceListJson | PriceListJson[])[]
): Pick<Terms, "lists"> {
  return { lists: new Map(lists.map((json, index) => [index, readPriceList(json)])) };
}

/** Terms of a flat list in Madrid, a plain meter, and a plain policy with changes. */
export function termsOf(
  changes: Partial<Policy> = {},
  json: Partial<PriceListJson> = {},
  others: Partial<Terms> = {},
): Terms {
  return { ...listed(flatList(json)), meter: {}, policy: policyOf(changes), slot: 7n, ...others };
}

/** What a test says of an account; all else is as opened. */
export type AccountChanges = Partial<Omit<ModelAccount, "emergency" | "paymentDebt">> & {
  emergency?: Partial<ModelAccount["emergency"]>;
  paymentDebt?: Partial<ModelAccount["paymentDebt"]>;
};

/** An account as opened, with changes. */
export function accountOf({
  emergency,
  paymentDebt,
  ...changes
}: AccountChanges = {}): ModelAccount {
  const fresh = openAccount();
  return {
    ...fresh,
    ...changes,
    emergency: { ...fresh.emergency, ...emergency },
    paymentDebt: { ...fresh.paymentDebt, ...paymentDebt },
  };
}

/** A time debt of so much, at so much a day unless said. */
export function timeDebtOf(
  owed: string,
  rate: string,
  changes: Partial<ModelAccount["timeDebt1"]> = {},
): ModelAccount["timeDebt1"] {
  return {
    ...openAccount().timeDebt1,
    owedMicros: money(owed),
    rateMicros: money(rate),
    ...changes,
  };
}

/** What an account comes to: all that is in it less all that is owed. */
export function worthMicros(account: ModelAccount): bigint {
  const pots = account.pots.reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
  const has = account.balanceMicros + pots + account.reservedMicros;
  return has - account.emergency.usedMicros - debtsMicros(account);
}

/** Events in short: "type/level amount @balance", levels of 0 left out. */
export function told(events: readonly ModelEvent[]): string[] {
  return events.map(({ type, level, amount, balanceMicros }) => {
    return `${type}${level === 0 ? "" : `/${level}`} ${amount} @${balanceMicros}`;
  });
}

/** A result that is not a refusal. */
export function granted<Result>(result: Result): Exclude<Result, string> {
  if (typeof result === "string") throw new Error(`refused: ${result}`);
  return result as Exclude<Result, string>;
}
