/**
 * Commands of an account on the model's side: each number once and in order, the last answer kept (architecture,
 * "Commands").
 */
import type { EngineCommand } from "../contract/commands.ts";
import { MONEY_MICROS_MAX, REGISTER_ATOMS_MAX } from "../model/judge.ts";
import { applyAdjust, applyExchange, applyManual } from "../model/steps.ts";
import { eventOf, meterOf, type Op, type ToldAccount } from "./model-account.ts";
import type { ModelSide } from "./model-side.ts";
import type { Outcome } from "./outcome.ts";

const CODE_APPLIED = 0;
const CODE_GAP = 1;
const CODE_STALE = 2;
const CODE_ACCOUNT_OPEN = 17;
const CODE_BALANCE_LIMIT = 22;
const CODE_MONEY_LIMIT = 23;
const CODE_REGISTER_INVALID = 25;

type Told = { command: EngineCommand; atS: number };

/** Applies a command to an account that is open; gives its answer. */
export function applyCommand(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: Told,
  outcome: Outcome,
): string {
  const last = told.commandNumber;
  if (command.number === last + 1) {
    // The number is the account's last only when the command is done, as events and accounts tell it.
    const code = applyNext(side, told, { command, atS }, outcome);
    told.commandNumber = command.number;
    told.commandCode = code;
    told.commandBalance = told.state.balanceMicros;
  } else if (command.number !== last) {
    return `${command.number > last ? CODE_GAP : CODE_STALE} ${last + 1} 0`;
  }
  return `${told.commandCode} 0 ${told.commandBalance}`;
}

function applyNext(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: Told,
  outcome: Outcome,
): number {
  switch (command.op) {
    case "credit":
    case "adjust":
      return pay(side, told, { command, atS }, outcome);
    case "cut":
    case "restore": {
      const step = applyManual(side.termsOf(told), told.state, command.op, BigInt(atS));
      const automatic = step.outputs.wish === undefined ? 0n : 1n;
      const number = step.account.supplyNumber - automatic;
      const type = `supply.${command.op}_requested`;
      outcome.events.push(eventOf(told, atS, { type, number, cause: "manual" }));
      side.settle(told, step, atS, outcome);
      return CODE_APPLIED;
    }
    case "exchange_meter":
      return exchange(side, told, { command, atS }, outcome);
    default:
      return CODE_ACCOUNT_OPEN;
  }
}

function pay(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: { command: Op<"credit"> | Op<"adjust">; atS: number },
  outcome: Outcome,
): number {
  const amount = BigInt(command.amount_micros);
  const balance = told.state.balanceMicros + amount;
  if (balance > MONEY_MICROS_MAX || balance < -MONEY_MICROS_MAX) return CODE_MONEY_LIMIT;
  const most = side.policies.get(told.policy)?.balanceMaxMicros ?? 0n;
  if (command.op === "credit" && balance > most) return CODE_BALANCE_LIMIT;
  const type = command.op === "credit" ? "vend.applied" : "account.adjusted";
  const number = BigInt(command.number);
  outcome.events.push(eventOf(told, atS, { type, number, amount, balance }));
  const step = applyAdjust(side.termsOf(told), told.state, amount, BigInt(atS));
  side.settle(told, step, atS, outcome);
  return CODE_APPLIED;
}

function exchange(
  side: ModelSide,
  told: ToldAccount,
  { command, atS }: { command: Op<"exchange_meter">; atS: number },
  outcome: Outcome,
): number {
  const opening = BigInt(command.opening_atoms);
  if (opening > REGISTER_ATOMS_MAX) return CODE_REGISTER_INVALID;
  const closing =
    command.closing_atoms === undefined ? told.state.r0 : BigInt(command.closing_atoms);
  const isOpening = told.state.t0 === undefined;
  const step = applyExchange(side.termsOf(told), told.state, {
    atS: BigInt(atS),
    closingAtoms: closing,
    openingAtoms: opening,
  });
  const { verdict, rollover, rated } = step.outputs;
  if (verdict !== "accepted" && verdict !== "duplicate") return CODE_REGISTER_INVALID;
  if (verdict === "accepted") {
    const name = isOpening ? "opening" : rollover ? "rollover" : "accepted";
    const register = isOpening ? opening : (closing ?? 0n);
    outcome.readings.push(side.addReading(told, name, register, rated));
    if (rollover) {
      const balance = step.account.balanceMicros;
      const type = "reading.rollover";
      outcome.events.push(eventOf(told, atS, { type, amount: register, balance }));
    }
  }
  told.meter = meterOf(command);
  told.gateway = command.gateway;
  told.state = step.account;
  const number = BigInt(command.number);
  outcome.events.push(eventOf(told, atS, { type: "meter.exchanged", number, amount: opening }));
  side.settle(told, step, atS, outcome);
  return CODE_APPLIED;
}
