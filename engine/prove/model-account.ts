/**
 * The reference model's account with what surrounds it in the engine: meter, policy, gateway, command numbers.
 */
import type { EngineCommand } from "../contract/commands.ts";
import { type ModelAccount, type Step as ModelStep, openAccount } from "../model/account.ts";
import type { Meter } from "../model/judge.ts";
import { countersText } from "./kernel-side.ts";
import { type EventFacts, eventText, type Outcome } from "./outcome.ts";

/** A command by its name. */
export type Op<Name> = Extract<EngineCommand, { op: Name }>;

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
};

/** An account as `open_account` makes it. */
export function toldAccount(command: Op<"open_account">, atS: number): ToldAccount {
  return {
    slot: command.slot,
    state: openAccount(command.recorded ? undefined : BigInt(atS)),
    meter: meterOf(command),
    policy: command.policy,
    gateway: command.gateway,
    isRecorded: command.recorded,
    commandNumber: 1,
    commandCode: 0,
    commandBalance: 0n,
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

/** All that both sides must agree on. */
export function accountText(told: ToldAccount): Outcome["accounts"][string] {
  const { state } = told;
  const wanted = state.supplyWanted === "on" ? "connected" : "disconnected";
  return {
    last: state.t0 === undefined ? "none" : `${state.t0} ${state.r0}`,
    balance: `${state.balanceMicros}`,
    carry: `${state.carryP}`,
    counters: countersText(Object.entries(state.counters)),
    alertLevel: `${state.alertLevel}`,
    supply: `${state.supplyState} ${wanted} ${state.supplyCause} ${state.supplyNumber}`,
    quarantine: [...state.quarantineRaised].sort().join(" "),
    commandNumber: `${told.commandNumber}`,
    gateway: `${told.gateway}`,
  };
}

/** An event of an account, with its balance as it stands. */
export function eventOf(
  { slot, state }: ToldAccount,
  at: number | bigint,
  facts: Pick<EventFacts, "type"> & Partial<EventFacts>,
): string {
  return eventText({
    slot,
    at: BigInt(at),
    level: 0,
    number: 0n,
    amount: 0n,
    balance: state.balanceMicros,
    ...facts,
  });
}

/** The events of R80 and R76 that a step's judgement gave. `thresholdsMicros` are the policy's. */
export function judgementEvents(
  told: ToldAccount,
  { outputs }: ModelStep,
  thresholdsMicros: readonly bigint[],
  at: number | bigint,
): string[] {
  const events = outputs.alerts.map(({ kind, threshold }) =>
    eventOf(told, at, {
      type: kind === "low" ? "credit.low" : "credit.recovered",
      level: threshold + 1,
      amount: thresholdsMicros[threshold] ?? 0n,
    }),
  );
  if (outputs.wish !== undefined) {
    const type = `supply.${outputs.wish}_requested`;
    events.push(eventOf(told, at, { type, number: told.state.supplyNumber, cause: "automatic" }));
  }
  return events;
}
