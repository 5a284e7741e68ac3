/**
 * The reference model's account with what surrounds it in the engine: meter, policy, gateway, command numbers; and what
 * a story remembers of it, to come back to later.
 */
import type { EngineCommand } from "../contract/commands.ts";
import { type ModelAccount, openAccount } from "../model/account.ts";
import type { ModelEvent } from "../model/events.ts";
import type { Meter } from "../model/judge.ts";
import { NO_PARTS, type Parts } from "../model/parts.ts";
import { eventText } from "./outcome.ts";

/** A command by its name. */
export type Op<Name> = Extract<EngineCommand, { op: Name }>;

/** What a credit paid, when, and what it came to. */
export type ToldCredit = { parts: Parts; amount: bigint; atS: number };

/** An account of a story. */
export type ToldAccount = {
  slot: number;
  state: ModelAccount;
  meter: Meter;
  policy: number;
  gateway: number;
  isRecorded: boolean;
  commandNumber: number;
  commandCode: number;
  commandBalance: bigint;
  commandParts: Parts;
  /** The last command that was done in its turn. */
  command: EngineCommand | undefined;
  /** What the last credits came to, for reversals. */
  credits: ToldCredit[];
  /** The last readings that were put in quarantine, for people's word on them. */
  quarantined: { atS: number; register: bigint }[];
};

/** Things of an account that a story remembers of one kind. */
const REMEMBERED_MAX = 3;

/** An account as `open_account` makes it. */
export function toldAccount(command: Op<"open_account">, atS: number): ToldAccount {
  return {
    slot: command.slot,
    state: openAccount(command.recorded ? undefined : BigInt(atS), command.price_list),
    meter: meterOf(command),
    policy: command.policy,
    gateway: command.gateway,
    isRecorded: command.recorded,
    commandNumber: 1,
    commandCode: 0,
    commandBalance: 0n,
    commandParts: NO_PARTS,
    command,
    credits: [],
    quarantined: [],
  };
}

/** A meter's terms; "0" is unknown. */
export function meterOf(command: Op<"open_account"> | Op<"exchange_meter">): Meter {
  const maxRatePerHour = BigInt(command.max_rate_atoms_per_hour);
  const modulus = BigInt(command.modulus_atoms);
  return {
    step: BigInt(command.step_atoms),
    ...(maxRatePerHour > 0n && { maxRatePerHour }),
    ...(modulus > 0n && { modulus }),
  };
}

/** Remembers one thing more, and forgets the oldest of too many. */
export function remember<T>(things: T[], thing: T): void {
  things.push(thing);
  if (things.length > REMEMBERED_MAX) things.shift();
}

/** The model's event of an account, as both sides tell it. */
export function modelEventText(slot: number, event: ModelEvent): string {
  const { type, atS, level, number, amount, balanceMicros, cause } = event;
  return eventText({
    ...{ type, slot, at: atS, level, number, balance: balanceMicros, amount },
    ...(cause !== undefined && { cause }),
  });
}
