/**
 * Commands that move money, in their binary form.
 */
import {
  COMMAND_AMOUNT,
  DEBT_BYTES,
  DEBT_CAP,
  DEBT_EVERY,
  DEBT_NUMBER,
  DEBT_OWED,
  DEBT_RATE,
  DEBT_SHARE,
  DEBT_WHILE,
  GRANT_BYTES,
  GRANT_EXPIRES_S,
  KIND_ADJUST,
  KIND_CREDIT,
  KIND_GRANT_CREDIT,
  KIND_RELEASE_CREDIT,
  KIND_RESERVE_CREDIT,
  KIND_REVERSE_CREDIT,
  KIND_SET_DEBT,
  KIND_TRANSFER_CREDIT,
  MARK_DAY,
  MARK_MONTH,
  MARK_WEEK,
  REVERSE_AMOUNT,
  REVERSE_BYTES,
  REVERSE_CONFIRMED,
  REVERSE_PARTS,
  REVERSE_VENDED_S,
  TRANSFER_BYTES,
  TRANSFER_CONVERT,
  TRANSFER_RESERVED,
  TRANSFER_TO_SLOT,
  WHILE_DISCONNECTED,
  WHILE_FRIENDLY,
  WHILE_LIMITED,
} from "../../kernel-as/assembly/layout.ts";
import { DEBTS, MONEY_MAX } from "../contract/fields.ts";
import { account, type CommandResult, fault, type Op, putAmount } from "./record-body.ts";

/** The mark's flag of an interval of local days. */
export const EVERY_FLAG = { day: MARK_DAY, week: MARK_WEEK, month: MARK_MONTH } as const;

/** In the order of the parts of a reversal. */
const REVERSED = [
  "payment_debt",
  "accumulated_debt",
  "time_debt_1",
  "time_debt_2",
  "threshold",
  "emergency",
  "balance",
] as const;

type MoneyCommand = Op<
  | "credit"
  | "adjust"
  | "grant_credit"
  | "set_debt"
  | "reverse_credit"
  | "reserve_credit"
  | "release_credit"
  | "transfer_credit"
>;

/** The record of a command that moves money. */
export function moneyRecord(command: MoneyCommand): CommandResult {
  switch (command.op) {
    case "credit":
      return positive(KIND_CREDIT, command, "use adjust to take money");
    case "adjust":
      return amount(KIND_ADJUST, command);
    case "reserve_credit":
      return positive(KIND_RESERVE_CREDIT, command, "use release_credit to give back");
    case "release_credit":
      return positive(KIND_RELEASE_CREDIT, command, "use reserve_credit to set aside");
    case "grant_credit":
      return grant(command);
    case "transfer_credit":
      return transfer(command);
    case "set_debt":
      return setDebt(command);
    case "reverse_credit":
      return reverse(command);
  }
}

type WithAmount = { number: number; slot: number; amount_micros: string };

function amount(kind: number, command: WithAmount): CommandResult {
  return account(kind, command, COMMAND_AMOUNT + 8, (view) =>
    putAmount(view, COMMAND_AMOUNT, command.amount_micros),
  );
}

function positive(kind: number, command: WithAmount, mend: string): CommandResult {
  return BigInt(command.amount_micros) > 0n
    ? amount(kind, command)
    : fault("/amount_micros", `must be above 0; ${mend}`);
}

function grant(command: Op<"grant_credit">): CommandResult {
  if (BigInt(command.amount_micros) === 0n)
    return fault("/amount_micros", "must be above 0; a grant of nothing has no use");
  return account(KIND_GRANT_CREDIT, command, GRANT_BYTES, (view) => {
    putAmount(view, COMMAND_AMOUNT, command.amount_micros);
    view.setUint32(GRANT_EXPIRES_S, command.expires_s, true);
  });
}

function transfer(command: Op<"transfer_credit">): CommandResult {
  if (BigInt(command.amount_micros) === 0n)
    return fault("/amount_micros", "must be above 0; a transfer of nothing has no use");
  return account(KIND_TRANSFER_CREDIT, command, TRANSFER_BYTES, (view) => {
    putAmount(view, COMMAND_AMOUNT, command.amount_micros);
    view.setUint32(TRANSFER_TO_SLOT, command.to_slot, true);
    view.setUint32(TRANSFER_RESERVED, command.reserved ? 1 : 0, true);
    view.setUint32(TRANSFER_CONVERT, command.convert === true ? 1 : 0, true);
  });
}

function reverse(command: Op<"reverse_credit">): CommandResult {
  if (command.amount_micros !== undefined && BigInt(command.amount_micros) === 0n)
    return fault("/amount_micros", "must be above 0; leave it out for the sum of the parts");
  return account(KIND_REVERSE_CREDIT, command, REVERSE_BYTES, (view) => {
    view.setUint32(REVERSE_CONFIRMED, command.confirmed_removed ? 1 : 0, true);
    view.setUint32(REVERSE_VENDED_S, command.vended_s ?? 0, true);
    for (const [i, part] of REVERSED.entries())
      putAmount(view, REVERSE_PARTS + i * 8, command.parts[part]);
    // Without it the kernel takes the sum of the parts.
    putAmount(view, REVERSE_AMOUNT, command.amount_micros ?? "0");
  });
}

/** Terms that a debt does not have are faults, not silence. */
function setDebt(command: Op<"set_debt">): CommandResult {
  const isTimed = command.debt === "time_debt_1" || command.debt === "time_debt_2";
  const isPayment = command.debt === "payment_debt";
  const { rate_micros, every, collect, share_ppm, weekly_cap_micros } = command;
  if (isTimed && (rate_micros === undefined || every === undefined))
    return fault("/rate_micros", "a time debt needs rate_micros and every");
  if (!isTimed && (rate_micros !== undefined || every !== undefined || collect !== undefined))
    return fault("/rate_micros", "only time debts have rate_micros, every and collect");
  if (isPayment && share_ppm === undefined)
    return fault("/share_ppm", "a payment debt needs share_ppm");
  if (!isPayment && (share_ppm !== undefined || weekly_cap_micros !== undefined))
    return fault("/share_ppm", "only the payment debt has share_ppm and weekly_cap_micros");
  const states =
    (collect?.disconnected === true ? WHILE_DISCONNECTED : 0) |
    (collect?.limited === false ? 0 : WHILE_LIMITED) |
    (collect?.friendly === false ? 0 : WHILE_FRIENDLY);
  return account(KIND_SET_DEBT, command, DEBT_BYTES, (view) => {
    view.setUint32(DEBT_NUMBER, DEBTS.indexOf(command.debt) + 1, true);
    view.setUint32(DEBT_EVERY, EVERY_FLAG[every ?? "day"], true);
    putAmount(view, DEBT_OWED, command.owed_micros);
    putAmount(view, DEBT_RATE, rate_micros ?? "0");
    putAmount(view, DEBT_CAP, weekly_cap_micros ?? MONEY_MAX.toString());
    view.setUint32(DEBT_WHILE, states, true);
    view.setUint32(DEBT_SHARE, share_ppm ?? 0, true);
  });
}
