/**
 * Accounts as the interface shows them: the registry's row and the engine's state in one.
 */
import { z } from "@hono/zod-openapi";
import { formatMicros } from "../engine/contract/decimal.ts";
import {
  type AccountState,
  CREDIT_STATUSES,
  EMERGENCY_STATUSES,
  HOLDINGS,
} from "../engine/contract/queries.ts";
import { atomsToText, SERVICES, type Service } from "../engine/contract/services.ts";
import { SUPPLY_STATES } from "../engine/contract/supply.ts";
import { heldIn, heldText } from "./holding.ts";
import type { AccountInPlace } from "./registry/accounts.ts";
import { PAYMENT_MODES } from "./registry/schema/accounts.ts";
import { currencyOut, heldOut, moneyOut, timeOut, timeText } from "./schemas.ts";
import { unitShown } from "./shown-unit.ts";

const supply = z.enum(SUPPLY_STATES);
const credit = z.enum(CREDIT_STATUSES);

/** An account. Balance and states are null while the engine does not answer or has yet to open it. */
export const accountOut = z
  .object({
    account_id: z.uuid(),
    unit_id: z.uuid(),
    unit: z.string(),
    site_id: z.uuid(),
    site: z.string(),
    service: z.enum(SERVICES),
    meter_serial: z.string().nullable(),
    gateway: z.int(),
    currency: currencyOut,
    holds: z.enum(HOLDINGS),
    balance_in: z.string().openapi({ description: "The currency, or the unit of what is held" }),
    payment_mode: z.enum(PAYMENT_MODES),
    price_list_id: z.uuid(),
    supply_policy_id: z.uuid(),
    cost_center: z.string().nullable().openapi({
      description: "What reports group by: the account's own, else its unit's",
    }),
    balance: heldOut.nullable(),
    supply_state: supply.nullable(),
    credit_status: credit.nullable(),
    opened_at: timeOut,
  })
  .openapi("Account");

const reading = z.object({ at: timeOut, register: z.string(), unit: z.string() });

/** A balance, exact. `days_left` is null until there is enough consumption to tell. */
export const balanceOut = z
  .object({
    account_id: z.uuid(),
    currency: currencyOut,
    holds: z.enum(HOLDINGS),
    balance_in: z.string().openapi({
      description: "What all but debts is in: the currency, or the unit of what is held",
    }),
    balance: heldOut,
    available_credit: heldOut,
    emergency_credit: z.object({
      status: z.enum(EMERGENCY_STATUSES),
      limit: heldOut,
      used: heldOut,
    }),
    debts: z.object({
      accumulated: moneyOut,
      payment: moneyOut,
      time_1: moneyOut,
      time_2: moneyOut,
    }),
    restricted_credit: z.array(z.object({ amount: heldOut, expires_at: timeOut })),
    reserved: heldOut,
    bought_in_cycle: heldOut.nullable(),
    mode_change: z.object({ payment_mode: z.enum(PAYMENT_MODES), at: timeOut }).nullable(),
    critical_need: z.boolean(),
    notice_at: timeOut.nullable(),
    supply_state: supply,
    supply_wanted: z.enum(["connected", "disconnected", "limited", "ready_for_reconnection"]),
    credit_status: credit,
    low_credit: z.boolean(),
    low_credit_level: z.int().nonnegative(),
    days_left: z.number().nonnegative().nullable(),
    quarantined: z.boolean(),
    as_of: timeOut,
    last_reading: reading.nullable(),
  })
  .openapi("Balance");

/** The account of a row and its state, if that is known. */
export function accountView(
  { account, unit, site, meter }: AccountInPlace,
  state: AccountState | null | undefined,
): z.input<typeof accountOut> {
  return {
    account_id: account.id,
    unit_id: unit.id,
    unit: unit.name,
    site_id: site.id,
    site: site.name,
    service: account.service,
    meter_serial: meter?.serial ?? null,
    gateway: account.gateway,
    currency: account.currency,
    holds: account.holds,
    balance_in: heldIn(account),
    payment_mode: account.payment_mode,
    price_list_id: account.price_list_id,
    supply_policy_id: account.policy_id,
    cost_center: account.cost_center ?? unit.cost_center,
    balance: state ? heldText(BigInt(state.balance_micros), account) : null,
    supply_state: state?.supply_state ?? null,
    credit_status: state?.credit_status ?? null,
    opened_at: account.opened_at.toISOString(),
  };
}

/** What a balance is made of beside the state: whose it is, when it was asked, and how long it lasts, if known. */
export type BalanceOf = {
  accountId: string;
  currency: string;
  service: Service;
  asOfS: number;
  daysLeft: number | null;
};

/** The balance of a state. `daysLeft` stands in where the engine keeps no trailing mean for the account. */
export function balanceView(state: AccountState, of: BalanceOf): z.input<typeof balanceOut> {
  const holding = { holds: state.holds, service: of.service, currency: of.currency };
  const held = (amount: string): string => heldText(BigInt(amount), holding);
  const { bought_micro_atoms: bought, mode_change: change } = state;
  return {
    account_id: of.accountId,
    currency: of.currency,
    holds: state.holds,
    balance_in: heldIn(holding),
    balance: held(state.balance_micros),
    available_credit: held(state.available_credit_micros),
    emergency_credit: {
      status: state.emergency_credit.status,
      limit: held(state.emergency_credit.limit_micros),
      used: held(state.emergency_credit.used_micros),
    },
    debts: {
      accumulated: moneyOf(state.debts.accumulated_debt),
      payment: moneyOf(state.debts.payment_debt),
      time_1: moneyOf(state.debts.time_debt_1),
      time_2: moneyOf(state.debts.time_debt_2),
    },
    restricted_credit: state.restricted_credit.map(({ amount_micros, expires_s }) => {
      return { amount: held(amount_micros), expires_at: timeText(expires_s) };
    }),
    reserved: held(state.reserved_micros),
    bought_in_cycle: bought === undefined ? null : held(bought),
    mode_change: change && { payment_mode: change.mode, at: timeText(change.at_s) },
    critical_need: state.critical_need,
    notice_at: state.notice_s === null ? null : timeText(state.notice_s),
    supply_state: state.supply_state,
    supply_wanted: state.supply_wanted,
    credit_status: state.credit_status,
    low_credit: state.low_credit_level > 0,
    low_credit_level: state.low_credit_level,
    days_left: state.days_left ?? of.daysLeft,
    quarantined: state.quarantined,
    as_of: timeText(of.asOfS),
    last_reading: readingView(state, of.service),
  };
}

function moneyOf(micros: string): string {
  return formatMicros(BigInt(micros));
}

function readingView(
  { last_reading }: AccountState,
  service: Service,
): z.input<typeof reading> | null {
  if (last_reading === null) return null;
  const shown = shownIn(BigInt(last_reading.register_atoms), service);
  return { at: timeText(last_reading.at_s), register: shown.quantity, unit: shown.unit };
}

/** A quantity of a service in the unit that people know it by. */
export function shownIn(atoms: bigint, service: Service): { quantity: string; unit: string } {
  const unit = unitShown(service);
  return { quantity: atomsToText(atoms, unit), unit: unit.name };
}
