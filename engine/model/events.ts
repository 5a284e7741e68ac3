/**
 * Events of an account, in the order in which they happen, each with the balance as it stands at that moment.
 */
import type { ModelAccount, SupplyCause } from "./account.ts";

/** What an account can tell of itself. */
export type ModelEventType =
  | "vend.applied"
  | "account.adjusted"
  | "credit.low"
  | "credit.recovered"
  | "supply.cut_requested"
  | "supply.restore_requested"
  | "supply.executed"
  | "supply.failed"
  | "supply.disagreed"
  | "reading.quarantined"
  | "reading.rollover"
  | "meter.exchanged"
  | "emergency_credit.offered"
  | "emergency_credit.invoked"
  | "emergency_credit.in_use"
  | "emergency_credit.exhausted"
  | "emergency_credit.repaid"
  | "credit.exceeded"
  | "credit.granted"
  | "credit.expired"
  | "debt.changed"
  | "debt.cleared"
  | "vend.reversed"
  | "supply.notice_due"
  | "supply.limit_requested"
  | "supply.cut_withheld"
  | "supply.overdue"
  | "friendly_period.ending"
  | "meter.stale"
  | "reading.accepted"
  | "reading.rejected"
  | "mode.changed"
  | "tenancy.changed"
  | "credit.transferred"
  | "credit.reserved"
  | "credit.released"
  | "tariff.assigned"
  | "tariff.activated"
  | "cycle.started"
  | "credit.bought"
  | "credit.converted";

/** One event. What does not apply is 0; `cause` is only of supply requests. */
export type ModelEvent = {
  readonly type: ModelEventType;
  readonly atS: bigint;
  readonly level: number;
  readonly number: bigint;
  readonly amount: bigint;
  readonly balanceMicros: bigint;
  readonly cause: SupplyCause | undefined;
};

/** What an event says beside its type, time and balance. */
export type EventFacts = Partial<Pick<ModelEvent, "level" | "number" | "amount" | "cause">>;

/** An account after a rule, and the events that it gave in their order. */
export type Change = { readonly account: ModelAccount; readonly events: readonly ModelEvent[] };

/** An event of an account as it stands now. */
export function eventOf(
  { balanceMicros }: ModelAccount,
  atS: bigint,
  type: ModelEventType,
  facts: EventFacts = {},
): ModelEvent {
  return {
    type,
    atS,
    level: 0,
    number: 0n,
    amount: 0n,
    balanceMicros,
    cause: undefined,
    ...facts,
  };
}
