/**
 * Commands of an account on the model's side: each number once and in order, the last answer kept (architecture,
 * "Commands").
 */
import { COMMAND_REFUSALS, type EngineCommand } from "../contract/commands.ts";
import { NO_CAP_MICROS, type Step } from "../model/account.ts";
import { applyExchange } from "../model/closing.ts";
import {
  applyActivateEmergency,
  applyAdjust,
  applyAssignPriceList,
  applyCancelModeChange,
  applyChangeTenancy,
  applyCredit,
  applyGrantCredit,
  applyReleaseCredit,
  applyReserveCredit,
  applyReverseCredit,
  applySetDebt,
  applySetPaymentMode,
  applyTransferCredit,
} from "../model/commands.ts";
import type { DebtSetting } from "../model/debts.ts";
import { applyCut, applyRestore } from "../model/manual.ts";
import { NO_PARTS, type Parts } from "../model/parts.ts";
import { applyAcceptReading, applyRejectReading } from "../model/quarantine.ts";
import { applyCriticalNeed, applyPolicy } from "../model/steps.ts";
import { meterOf, type Op, remember, type ToldAccount } from "./model-account.ts";
import type { ModelSide } from "./model-side.ts";
import type { Outcome } from "./outcome.ts";

const CODE_APPLIED = 0;
const CODE_GAP = 1;
const CODE_STALE = 2;
/** Refusals are numbered from here, in their order. */
const CODE_REFUSED = 16;

/** A command of an account. */
export type AccountCommand = Extract<EngineCommand, { slot: number }>;
type Refusal = (typeof COMMAND_REFUSALS)[number];

/** What an answer tells of parts where there are none. */
export const NO_PARTS_TEXT = partsText(NO_PARTS);

/** Applies a command to an account that is open; gives its answer. */
export function applyCommand(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: { command: AccountCommand; atS: number },
  outcome: Outcome,
): string {
  const last = told.commandNumber;
  if (command.number === last + 1) {
    // The number is the account's last only when the command is done, as events and accounts tell it.
    const result = applyNext(side, told, { command, atS: BigInt(atS) }, outcome);
    const isRefused = typeof result === "string";
    told.commandNumber = command.number;
    told.command = command;
    told.commandCode = isRefused ? CODE_REFUSED + COMMAND_REFUSALS.indexOf(result) : CODE_APPLIED;
    told.commandBalance = told.state.balanceMicros;
    told.commandParts = isRefused ? NO_PARTS : result;
    if (!isRefused && command.op === "credit")
      remember(told.credits, { parts: result, amount: BigInt(command.amount_micros), atS });
  } else if (command.number !== last) {
    return `${command.number > last ? CODE_GAP : CODE_STALE} ${last + 1} 0 ${NO_PARTS_TEXT}`;
  }
  // Another command under the number that was used is told what became of that one, but for its parts.
  const parts = command.op === told.command?.op ? told.commandParts : NO_PARTS;
  return `${told.commandCode} 0 ${told.commandBalance} ${partsText(parts)}`;
}

/** Applies a command in its turn; gives what the money came to, or why it is refused. */
function applyNext(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: { command: AccountCommand; atS: bigint },
  outcome: Outcome,
): Parts | Refusal {
  switch (command.op) {
    case "open_account":
      return "account_open";
    case "transfer_credit":
      return transfer(side, told, { command, atS }, outcome);
    case "assign_policy":
      return assignPolicy(side, told, { command, atS }, outcome);
    case "accept_reading":
      return acceptReading(side, told, { command, atS }, outcome);
    case "exchange_meter":
      return exchange(side, told, { command, atS }, outcome);
    case "change_tenancy":
      return changeTenancy(side, told, { command, atS }, outcome);
    default: {
      const step = stepOf(side, told, { command, atS });
      if (typeof step === "string") return step;
      side.settle(told, step, outcome);
      return step.outputs.parts ?? NO_PARTS;
    }
  }
}

type Plain = Exclude<
  AccountCommand,
  Op<
    | "open_account"
    | "transfer_credit"
    | "assign_policy"
    | "accept_reading"
    | "exchange_meter"
    | "change_tenancy"
  >
>;

/** Commands that concern nothing but the account and leave no rows. */
function stepOf(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: { command: AccountCommand; atS: bigint },
): Step | Refusal {
  const terms = side.termsOf(told);
  const { state } = told;
  const plain = command as Plain;
  const number = BigInt(plain.number);
  switch (plain.op) {
    case "credit":
      return applyCredit(terms, state, { paidMicros: BigInt(plain.amount_micros), number }, atS);
    case "adjust":
      return applyAdjust(terms, state, { amountMicros: BigInt(plain.amount_micros), number }, atS);
    case "grant_credit": {
      const pot = {
        amountMicros: BigInt(plain.amount_micros),
        expiresS: BigInt(plain.expires_s),
      };
      return applyGrantCredit(terms, state, pot, atS);
    }
    case "activate_emergency_credit":
      return applyActivateEmergency(terms, state, atS);
    case "set_debt":
      return applySetDebt(state, debtOf(plain), atS);
    case "reverse_credit":
      return applyReverseCredit(terms, state, reversalOf(plain), atS);
    case "assign_price_list": {
      const assignment = {
        listIndex: plain.price_list,
        atS: BigInt(plain.at_s),
        livesByClock: !told.isRecorded,
      };
      return applyAssignPriceList(terms, state, assignment, atS);
    }
    case "set_payment_mode":
      return applySetPaymentMode(terms, state, modeChangeOf(plain, atS), atS);
    case "cancel_mode_change":
      return applyCancelModeChange(state);
    case "reserve_credit":
      return applyReserveCredit(terms, state, BigInt(plain.amount_micros), atS);
    case "release_credit":
      return applyReleaseCredit(terms, state, BigInt(plain.amount_micros), atS);
    case "cut":
      return applyCut(terms, state, { override: plain.override === true }, atS);
    case "restore":
      return applyRestore(terms, state, atS);
    case "set_critical_need":
      return applyCriticalNeed(terms, state, plain.critical, atS);
    case "reject_reading":
      return applyRejectReading(terms, state, BigInt(plain.register_atoms), atS);
  }
}

function debtOf(command: Op<"set_debt">): DebtSetting {
  const owedMicros = BigInt(command.owed_micros);
  if (command.debt === "accumulated_debt") return { debt: "accumulatedDebt", owedMicros };
  if (command.debt === "payment_debt") {
    const { share_ppm, weekly_cap_micros } = command;
    return {
      debt: "paymentDebt",
      owedMicros,
      sharePpm: BigInt(share_ppm ?? 0),
      weeklyCapMicros: weekly_cap_micros === undefined ? NO_CAP_MICROS : BigInt(weekly_cap_micros),
    };
  }
  return {
    debt: command.debt === "time_debt_1" ? "timeDebt1" : "timeDebt2",
    owedMicros,
    rateMicros: BigInt(command.rate_micros ?? 0),
    every: command.every ?? "day",
    collect: {
      disconnected: command.collect?.disconnected ?? false,
      limited: command.collect?.limited ?? true,
      friendly: command.collect?.friendly ?? true,
    },
  };
}

function reversalOf(command: Op<"reverse_credit">) {
  const { parts, confirmed_removed, number, amount_micros = "0", vended_s = 0 } = command;
  return {
    // The record has no other word for none.
    amountMicros: amount_micros === "0" ? undefined : BigInt(amount_micros),
    vendedS: BigInt(vended_s),
    parts: {
      paymentDebt: BigInt(parts.payment_debt),
      accumulatedDebt: BigInt(parts.accumulated_debt),
      timeDebt1: BigInt(parts.time_debt_1),
      timeDebt2: BigInt(parts.time_debt_2),
      threshold: BigInt(parts.threshold),
      emergency: BigInt(parts.emergency),
      balance: BigInt(parts.balance),
      restricted: 0n,
    },
    isConfirmedRemoved: confirmed_removed,
    number: BigInt(number),
  };
}

function modeChangeOf(command: Op<"set_payment_mode">, nowS: bigint) {
  const { mode, at_s, share_ppm, weekly_cap_micros } = command;
  return {
    mode,
    atS: at_s === 0 ? nowS : BigInt(at_s),
    sharePpm: BigInt(share_ppm ?? 0),
    weeklyCapMicros: weekly_cap_micros === undefined ? NO_CAP_MICROS : BigInt(weekly_cap_micros),
  };
}

type Given<Name> = { command: Op<Name>; atS: bigint };

function transfer(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: Given<"transfer_credit">,
  outcome: Outcome,
): Parts | Refusal {
  const receiver = side.accounts.get(command.to_slot);
  const sideOf = (each: ToldAccount) => ({ terms: side.termsOf(each), account: each.state });
  const what = {
    amountMicros: BigInt(command.amount_micros),
    isReserved: command.reserved,
    converts: command.convert === true,
  };
  const to = receiver === undefined ? undefined : sideOf(receiver);
  const moved = applyTransferCredit(sideOf(told), to, what, atS);
  if (typeof moved === "string") return moved;
  side.settle(told, moved.giver, outcome);
  if (receiver !== undefined) side.settle(receiver, moved.receiver, outcome);
  return NO_PARTS;
}

function assignPolicy(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: Given<"assign_policy">,
  outcome: Outcome,
): Parts | Refusal {
  if (!side.policies.has(command.policy)) return "policy_unknown";
  told.policy = command.policy;
  side.settle(told, applyPolicy(side.termsOf(told), told.state, atS), outcome);
  return NO_PARTS;
}

/** R16: the reading's row, if it was consumed, or that of a new beginning. */
function acceptReading(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: Given<"accept_reading">,
  outcome: Outcome,
): Parts | Refusal {
  const registerAtoms = BigInt(command.register_atoms);
  const acceptance = { atS: BigInt(command.at_s), registerAtoms, as: command.as };
  const step = applyAcceptReading(side.termsOf(told), told.state, acceptance, atS);
  if (typeof step === "string") return step;
  const consumed = step.outputs.rollover ? "rollover" : "accepted";
  const verdict = command.as === "baseline" ? "opening" : consumed;
  side.addReading(told, verdict, registerAtoms, step.outputs, outcome);
  side.settle(told, step, outcome);
  return NO_PARTS;
}

function exchange(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: Given<"exchange_meter">,
  outcome: Outcome,
): Parts | Refusal {
  const openingAtoms = BigInt(command.opening_atoms);
  const closingAtoms = closingOf(command);
  const { t0 } = told.state;
  const last = told.state.estimate?.r0 ?? told.state.r0;
  const number = BigInt(command.number);
  const given = { atS, closingAtoms, openingAtoms, number };
  const step = applyExchange(side.termsOf(told), told.state, given);
  if (typeof step === "string") return step;
  const register = t0 === undefined ? openingAtoms : (closingAtoms ?? last ?? 0n);
  side.addClosing(told, { isOpening: t0 === undefined, register }, step, outcome);
  told.meter = meterOf(command);
  told.gateway = command.gateway;
  side.settle(told, step, outcome);
  return NO_PARTS;
}

function changeTenancy(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: Given<"change_tenancy">,
  outcome: Outcome,
): Parts | Refusal {
  const closingAtoms = closingOf(command);
  const last = told.state.estimate?.r0 ?? told.state.r0;
  const given = { closingAtoms, number: BigInt(command.number) };
  const step = applyChangeTenancy(side.termsOf(told), told.state, given, atS);
  if (typeof step === "string") return step;
  const register = closingAtoms ?? last ?? 0n;
  side.addClosing(told, { isOpening: false, register }, step, outcome);
  side.settle(told, step, outcome);
  return step.outputs.parts ?? NO_PARTS;
}

function closingOf({ closing_atoms }: { closing_atoms?: string | undefined }): bigint | undefined {
  return closing_atoms === undefined ? undefined : BigInt(closing_atoms);
}

/** In the order of CREDIT_PARTS. */
function partsText(parts: Parts): string {
  const { paymentDebt, accumulatedDebt, timeDebt1, timeDebt2 } = parts;
  const { threshold, emergency, balance, restricted } = parts;
  return [
    ...[paymentDebt, accumulatedDebt, timeDebt1, timeDebt2],
    ...[threshold, emergency, balance, restricted],
  ].join("/");
}
