/**
 * What meters report of their relays, clocks and covers. Only the meter's own report changes the supply state (R77).
 */
import { coldOf, isOpen } from "./account";
import { keepWord } from "./extra";
import {
  COLD_SUPPLY_NUMBER,
  COLD_SUPPLY_STATE,
  COLD_SUPPLY_WANTED,
  EVENT_CLOCK_DRIFT,
  EVENT_METER_TAMPERED,
  EVENT_SUPPLY_DISAGREED,
  EVENT_SUPPLY_EXECUTED,
  EVENT_SUPPLY_FAILED,
  EXTRA_RESTORE_S,
  REPORT_KIND,
  REPORT_KIND_CLOCK_DRIFT,
  REPORT_KIND_SUPPLY,
  REPORT_KIND_TAMPER,
  REPORT_NUMBER,
  REPORT_SLOT,
  REPORT_STATE,
  REPORT_VALUE,
  SUPPLY_CONNECTED,
  SUPPLY_READY,
  SUPPLY_REPORT_EXPIRED,
  SUPPLY_REPORT_FAILED,
} from "./layout";
import { addEvent } from "./output";

/** Takes one report of a frame; the caller has judged that the slot is the gateway's. */
export function takeReport(report: u32, now: u32): void {
  const slot = load<u32>(report, REPORT_SLOT);
  assert(isOpen(slot));
  const kind = <u32>load<u8>(report, REPORT_KIND);
  if (kind == REPORT_KIND_SUPPLY) takeSupplyReport(slot, report, now);
  if (kind == REPORT_KIND_CLOCK_DRIFT)
    addEvent(EVENT_CLOCK_DRIFT, slot, now, 0, 0, load<i64>(report, REPORT_VALUE));
  if (kind == REPORT_KIND_TAMPER)
    addEvent(EVENT_METER_TAMPERED, slot, now, 0, 0, load<i64>(report, REPORT_VALUE));
}

function takeSupplyReport(slot: u32, report: u32, now: u32): void {
  const cold = coldOf(slot);
  const state = <u32>load<u8>(report, REPORT_STATE);
  const number = load<u32>(report, REPORT_NUMBER);
  const answers = number != 0 && number == load<u32>(cold, COLD_SUPPLY_NUMBER);
  if (isFailure(state)) {
    if (answers) addEvent(EVENT_SUPPLY_FAILED, slot, now, state, number, 0);
    return;
  }
  const before = load<u32>(cold, COLD_SUPPLY_STATE);
  const wanted = load<u32>(cold, COLD_SUPPLY_WANTED);
  store<u32>(cold, state, COLD_SUPPLY_STATE);
  if (state == SUPPLY_CONNECTED || state == SUPPLY_READY) keepWord(slot, EXTRA_RESTORE_S, 0);
  if (answers) takeAnswer(slot, state, number, now);
  else if (number == 0 && wanted == SUPPLY_READY && state == SUPPLY_CONNECTED)
    // Somebody at the meter has switched on what was made ready (R76).
    store<u32>(cold, SUPPLY_CONNECTED, COLD_SUPPLY_WANTED);
  else if (number == 0 && state != wanted && state != before)
    addEvent(EVENT_SUPPLY_DISAGREED, slot, now, state, number, 0);
}

function isFailure(state: u32): bool {
  return (
    state == SUPPLY_REPORT_FAILED || state == SUPPLY_REPORT_EXPIRED || state > <u32>SUPPLY_READY
  );
}

/** The meter says what it made of what was asked; one that disagrees is told of. */
function takeAnswer(slot: u32, state: u32, number: u32, now: u32): void {
  const cold = coldOf(slot);
  const wanted = load<u32>(cold, COLD_SUPPLY_WANTED);
  // Armed, and somebody has switched on meanwhile (R76).
  const isSwitched = wanted == SUPPLY_READY && state == SUPPLY_CONNECTED;
  if (isSwitched) store<u32>(cold, SUPPLY_CONNECTED, COLD_SUPPLY_WANTED);
  const type = state == wanted || isSwitched ? EVENT_SUPPLY_EXECUTED : EVENT_SUPPLY_DISAGREED;
  addEvent(type, slot, now, state, number, 0);
}
