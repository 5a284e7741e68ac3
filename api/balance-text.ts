/**
 * A balance as JSON, written straight from the engine's record: the same text as that of `balanceView`, which a test keeps
 * it to. Most amounts of an account are 0 or small; those cost no big numbers.
 */
import { formatMicros } from "../engine/contract/decimal.ts";
import { CREDIT_STATUSES, EMERGENCY_STATUSES } from "../engine/contract/queries.ts";
import { atomsToText, type Service } from "../engine/contract/services.ts";
import {
  RECORD,
  RECORD_FLAG,
  RECORD_POT_BYTES,
  RECORD_POT_EXPIRES,
} from "../engine/contract/state-record.ts";
import { supplyStateOf } from "../engine/contract/supply.ts";
import type { BalanceOf } from "./account-view.ts";
import { type Holding, heldIn, heldText } from "./holding.ts";
import { timeText } from "./schemas.ts";
import { unitShown } from "./shown-unit.ts";

/** A record, and where it begins. */
type Record = { view: DataView; at: number };

/** The body of a balance; no functions are made on the way, as they would be for each answer. Throws a RangeError on a record that is none. */
export function balanceText({ view, at }: Record, of: BalanceOf): string {
  const flags = view.getUint16(at + RECORD.flags, true);
  const { service, currency } = of;
  const isQuantity = (flags & RECORD_FLAG.holdsQuantity) !== 0;
  const holds = isQuantity ? "quantity" : "money";
  const holding: Holding | undefined = isQuantity ? { holds, service, currency } : undefined;
  const level = view.getUint8(at + RECORD.lowLevel);
  const noticeS = view.getUint32(at + RECORD.noticeS, true);
  const daysLeft = view.getFloat64(at + RECORD.daysLeft, true);
  return (
    `{"account_id":"${of.accountId}","currency":"${currency}","holds":"${holds}"` +
    `,"balance_in":"${holding === undefined ? currency : heldIn(holding)}"` +
    `,"balance":"${amountAt(view, at + RECORD.balance, holding)}","available_credit":"${amountAt(view, at + RECORD.available, holding)}"` +
    `,"emergency_credit":{"status":"${name(EMERGENCY_STATUSES[view.getUint8(at + RECORD.emergencyStatus)])}"` +
    `,"limit":"${amountAt(view, at + RECORD.emergencyLimit, holding)}","used":"${amountAt(view, at + RECORD.emergencyUsed, holding)}"}` +
    `,"debts":{"accumulated":"${amountAt(view, at + RECORD.accumulatedDebt, undefined)}","payment":"${amountAt(view, at + RECORD.paymentDebt, undefined)}"` +
    `,"time_1":"${amountAt(view, at + RECORD.timeDebt1, undefined)}","time_2":"${amountAt(view, at + RECORD.timeDebt2, undefined)}"}` +
    `,"restricted_credit":[${potsText(view, at, holding)}],"reserved":"${amountAt(view, at + RECORD.reserved, holding)}"` +
    `,"bought_in_cycle":${isQuantity ? `"${amountAt(view, at + RECORD.bought, holding)}"` : "null"}` +
    `,"mode_change":${changeText(view, at, has(flags, RECORD_FLAG.creditToCome))}` +
    `,"critical_need":${has(flags, RECORD_FLAG.critical)}` +
    `,"notice_at":${noticeS === 0 ? "null" : `"${timeText(noticeS)}"`}` +
    `,"supply_state":"${name(supplyStateOf(view.getUint8(at + RECORD.supplyState)))}"` +
    `,"supply_wanted":"${wanted(view.getUint8(at + RECORD.supplyWanted))}"` +
    `,"credit_status":"${name(CREDIT_STATUSES[view.getUint8(at + RECORD.creditStatus)])}"` +
    `,"low_credit":${level > 0},"low_credit_level":${level}` +
    `,"days_left":${daysLeft < 0 ? of.daysLeft : daysLeft}` +
    `,"quarantined":${has(flags, RECORD_FLAG.quarantined)},"as_of":"${secondText(of.asOfS)}"` +
    `,"last_reading":${has(flags, RECORD_FLAG.isRead) ? readingText(view, at, service) : "null"}}`
  );
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

/** An amount as a decimal text: of money where nothing else is held. */
function amountAt(view: DataView, at: number, holding: Holding | undefined): string {
  const low = view.getUint32(at, true);
  const high = view.getInt32(at + 4, true);
  if (holding !== undefined) return heldText(view.getBigInt64(at, true), holding);
  if (low === 0 && high === 0) return "0.000000";
  // Up to 2^52 a number is exact.
  if (high < 0 || high >= 0x10_0000) return formatMicros(view.getBigInt64(at, true));
  const micros = high * 0x1_0000_0000 + low;
  const whole = Math.floor(micros / 1_000_000);
  return `${whole}.${String(micros - whole * 1_000_000).padStart(6, "0")}`;
}

function potsText(view: DataView, at: number, holding: Holding | undefined): string {
  const many = view.getUint8(at + RECORD.pots);
  let text = "";
  for (let i = 0; i < many; i++) {
    const pot = at + RECORD.potFirst + i * RECORD_POT_BYTES;
    const expires = timeText(view.getUint32(pot + RECORD_POT_EXPIRES, true));
    const amount = amountAt(view, pot, holding);
    text += `${i === 0 ? "" : ","}{"amount":"${amount}","expires_at":"${expires}"}`;
  }
  return text;
}

function changeText(view: DataView, at: number, isCredit: boolean): string {
  const atS = view.getUint32(at + RECORD.modeAtS, true);
  if (atS === 0) return "null";
  return `{"payment_mode":"${isCredit ? "credit" : "prepayment"}","at":"${timeText(atS)}"}`;
}

function readingText(view: DataView, at: number, service: Service): string {
  const unit = unitShown(service);
  const register = atomsToText(view.getBigInt64(at + RECORD.register, true), unit);
  const readAt = timeText(view.getUint32(at + RECORD.readS, true));
  return `{"at":"${readAt}","register":"${register}","unit":"${unit.name}"}`;
}

/** A supply is never wanted to be unknown. */
function wanted(code: number): string {
  const state = name(supplyStateOf(code));
  return state === "unknown" ? "connected" : state;
}

function name<Name>(known: Name | undefined): Name {
  if (known === undefined)
    throw new RangeError("the record of an account has a state that is none");
  return known;
}

/** The second that was written last: nearly all answers of a second are of that second. */
let last = { s: -1, text: "" };

function secondText(epochS: number): string {
  if (last.s !== epochS) last = { s: epochS, text: timeText(epochS) };
  return last.text;
}
