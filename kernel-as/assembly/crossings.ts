/**
 * What a charged reading tells of the time that it crossed (R30, R33, R37): another list or version in force, and the latest
 * cycle that began since the reading that was charged before it.
 */
import { coldOf, hotOf } from "./account";
import { tellAssigned } from "./assignment";
import { versionAt, versionOf } from "./calendar";
import {
  COLD_TABLE,
  EVENT_CYCLE_STARTED,
  EVENT_TARIFF_ACTIVATED,
  HOT_READ_S,
  RUN_BASE,
  RUN_CYCLE_S,
  TABLE_VERSION,
} from "./layout";
import { hasNextList, listAt } from "./list-plan";
import { addEvent } from "./output";

/** Address of the entry of the version in force at the reading that was charged last. */
export function versionRead(slot: u32): u32 {
  const read = load<u32>(hotOf(slot), HOT_READ_S);
  const list = listAt(slot, read);
  return versionOf(list, <u32>max(versionAt(list, read), 0));
}

/**
 * Tells what was crossed, once the reading is the account's last: `from` and `version` are those of the one before it,
 * `wasPending` says whether a change of list was to come when its rating began.
 */
export function tellCrossings(
  slot: u32,
  from: u32,
  version: u32,
  wasPending: bool,
  now: u32,
): void {
  tellAssigned(slot, wasPending, now);
  const isAssigned = wasPending && !hasNextList(slot);
  if (isAssigned || versionRead(slot) != version) {
    const number = load<u32>(load<u32>(coldOf(slot), COLD_TABLE), TABLE_VERSION);
    addEvent(EVENT_TARIFF_ACTIVATED, slot, now, 0, number, 0);
  }
  const cycle = load<u32>(RUN_BASE, RUN_CYCLE_S);
  if (cycle > from) addEvent(EVENT_CYCLE_STARTED, slot, now, 0, cycle, 0);
}
