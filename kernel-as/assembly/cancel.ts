/**
 * A price list's last version is taken back before it begins (R30).
 */
import { coldOf, hotOf, isOpen, slotCount } from "./account";
import { listOf, seekBoundary, tableOf, versionCount, versionOf } from "./calendar";
import {
  CANCEL_EFFECTIVE_S,
  CODE_APPLIED,
  CODE_PRICE_LIST_ORDER,
  COLD_LIST,
  COLD_VERSION,
  COMMAND_INDEX,
  FLAG_READ,
  HOT_FLAGS,
  HOT_READ_S,
  LIST_EFFECTIVE_S,
  LIST_VERSION_BYTES,
  LIST_VERSIONS,
  LISTS_MAX,
} from "./layout";
import { usesList } from "./list-plan";
import { moveInto } from "./price-lists";
import { schedule } from "./schedule";

/** Takes the version back that begins at the instant given; its table stays unused. */
export function cancelVersion(record: u32, now: u32): u32 {
  const index = load<u32>(record, COMMAND_INDEX);
  const effective = load<u32>(record, CANCEL_EFFECTIVE_S);
  if (index >= <u32>LISTS_MAX) return CODE_PRICE_LIST_ORDER;
  const list = listOf(index);
  const count = versionCount(list);
  if (count < 2 || effective <= now) return CODE_PRICE_LIST_ORDER;
  const last = versionOf(list, count - 1);
  if (load<u32>(last, LIST_EFFECTIVE_S) != effective) return CODE_PRICE_LIST_ORDER;
  memory.fill(last, 0, LIST_VERSION_BYTES);
  store<u32>(list, count - 1, LIST_VERSIONS);
  tellAccounts(index, now);
  return CODE_APPLIED;
}

/** Accounts that were read beyond the version's start go back into the one before it; the others forget where it began. */
function tellAccounts(index: u32, now: u32): void {
  const list = listOf(index);
  const version = versionCount(list) - 1;
  const slots = slotCount();
  for (let slot: u32 = 0; slot < slots; slot++) {
    const cold = coldOf(slot);
    if (!isOpen(slot) || !usesList(slot, index)) continue;
    const isRead = (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_READ) != 0;
    if (isRead && load<u32>(cold, COLD_LIST) == index) {
      if (load<u32>(cold, COLD_VERSION) > version) {
        store<u32>(cold, version, COLD_VERSION);
        moveInto(slot, tableOf(list, version), load<u32>(hotOf(slot), HOT_READ_S));
      } else {
        seekBoundary(slot);
      }
    }
    schedule(slot, now);
  }
}
