/**
 * Forecasts and top-up reminders as rows.
 */
import type { AccountState } from "../../engine/contract/queries.ts";
import { shownIn } from "../account-view.ts";
import { heldIn, heldText } from "../holding.ts";
import { timeText } from "../schemas.ts";
import { daysLeftOf, errorCells, moneyText, type Outlook } from "./outlook.ts";
import { type Column, column, maybe, type Row, SHARED } from "./table.ts";

/** Columns that say how good a forecast was in the back-test. */
function errorColumns(prefix: string, of: string): Column[] {
  return [
    column(`${prefix}model`, "text", `The forecast of ${of} that was least off in the back-test`),
    maybe(`${prefix}mae`, "decimal", `Its mean absolute error, in the unit of ${of}`),
    maybe(
      `${prefix}mase`,
      "decimal",
      "The same over the mean change from week to week; under 1 is better",
    ),
    maybe(`${prefix}smape_percent`, "decimal", "Its symmetric mean absolute percentage error"),
  ];
}

/** Columns of the forecast. */
export const FORECAST_COLUMNS: readonly Column[] = [
  SHARED.accountId,
  SHARED.unitName,
  SHARED.service,
  SHARED.from,
  SHARED.to,
  SHARED.timezone,
  SHARED.quantity,
  SHARED.unit,
  SHARED.quantityAtoms,
  column("cost", "money", "What consumption and charges will come to"),
  SHARED.currency,
  maybe(
    "days_left",
    "decimal",
    "Days that the account's credit lasts by this forecast; null: over a year",
  ),
  ...errorColumns("", "quantity"),
  ...errorColumns("cost_", "cost"),
];

/** Columns of the reminders. */
export const REMINDER_COLUMNS: readonly Column[] = [
  SHARED.accountId,
  SHARED.site,
  SHARED.unitName,
  SHARED.service,
  column("available_credit", "decimal", "In `balance_in`"),
  column("balance_in", "text", "The currency, or the unit of what is held"),
  column("days_left", "decimal", "Days that it lasts by the forecast"),
  column("runs_out_at", "time", "When it is used up by the forecast"),
  column("threshold_days", "count", "The threshold that was asked for"),
  column("cost_next_week", "money", "What the next seven days will come to"),
  SHARED.currency,
  ...errorColumns("cost_", "cost"),
];

/** A row for each interval of a forecast. */
export function forecastRows(
  outlook: Outlook,
  state: AccountState | null | undefined,
  edges: readonly number[],
): Row[] {
  const { subject, atoms, micros, quantity, cost } = outlook;
  const { service } = subject;
  const left = daysLeftOf(outlook, state);
  const errors = {
    ...errorCells(quantity, "", (whole) => shownIn(whole, service).quantity),
    ...errorCells(cost, "cost_", moneyText),
  };
  return atoms.map((each, at) => ({
    account_id: subject.accountId,
    unit_name: subject.unit,
    service,
    from: timeText(edges[at] ?? 0),
    to: timeText(edges[at + 1] ?? 0),
    timezone: subject.timezone,
    ...shownIn(each, service),
    quantity_atoms: String(each),
    cost: moneyText(micros[at] ?? 0n),
    currency: subject.currency,
    days_left: left === null ? null : left.toFixed(1),
    ...errors,
  }));
}

/** The reminder of an account whose credit lasts for less than the threshold; undefined of any other. */
export function reminderRow(
  outlook: Outlook,
  state: AccountState | null | undefined,
  { nowS, thresholdDays }: { nowS: number; thresholdDays: number },
): Row | undefined {
  const left = daysLeftOf(outlook, state);
  if (!state || left === null || left >= thresholdDays) return undefined;
  const { subject, micros, cost } = outlook;
  return {
    account_id: subject.accountId,
    site: subject.site,
    unit_name: subject.unit,
    service: subject.service,
    available_credit: heldText(BigInt(state.available_credit_micros), subject),
    balance_in: heldIn(subject),
    days_left: left.toFixed(1),
    runs_out_at: timeText(nowS + Math.floor(left * 86_400)),
    threshold_days: thresholdDays,
    cost_next_week: moneyText(micros.slice(0, 7).reduce((sum, each) => sum + each, 0n)),
    currency: subject.currency,
    ...errorCells(cost, "cost_", moneyText),
  };
}
