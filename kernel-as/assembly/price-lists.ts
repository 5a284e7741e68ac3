/**
 * A shard's price lists with their compiled versions (R30): a version is added behind the last, or its table is put again.
 */
import { coldOf, hotOf, isOpen, slotCount } from "./account";
import { listOf, locate, seekBoundary, tableOf, versionCount, versionOf } from "./calendar";
import {
  CODE_APPLIED,
  CODE_DIRECTORY_FULL,
  CODE_PRICE_LIST_BASIS,
  CODE_PRICE_LIST_ORDER,
  COLD_CHARGED_S,
  COLD_LIST,
  COLD_VERSION,
  COMMAND_INDEX,
  COMMAND_TABLE,
  FLAG_READ,
  FLAG_RECORDED,
  HOT_BOUNDARY_S,
  HOT_FLAGS,
  HOT_READ_S,
  LIST_EFFECTIVE_S,
  LIST_TABLE,
  LIST_VERSIONS,
  LISTS_MAX,
  RECORD_BYTES,
  STATE_BASE,
  STATE_TABLES_BYTES,
  STATE_TICKED_S,
  TABLE_BYTES,
  TABLE_EFFECTIVE_S,
  TABLE_FROM_S,
  TABLE_MAGIC,
  TABLE_TO_S,
  TABLES_BASE,
  TABLES_BYTES_MAX,
  VERSIONS_MAX,
} from "./layout";
import { accountCoverage, usesList } from "./list-plan";
import { isPurchaseList, isPurchaseTable } from "./purchase";
import { schedule } from "./schedule";

/** Adds a version behind the list's last, or puts a table in the place of the last one's. */
export function setPriceList(record: u32, now: u32): u32 {
  const index = load<u32>(record, COMMAND_INDEX);
  const source = record + COMMAND_TABLE;
  const bytes = load<u32>(source, TABLE_BYTES);
  assert(
    load<u32>(source) == <u32>TABLE_MAGIC &&
      <u32>COMMAND_TABLE + bytes <= load<u32>(record, RECORD_BYTES),
  );
  if (index >= <u32>LISTS_MAX) return CODE_DIRECTORY_FULL;
  const list = listOf(index);
  const effective = load<u32>(source, TABLE_EFFECTIVE_S);
  if (versionCount(list) > 0 && isPurchaseList(list) != isPurchaseTable(source))
    return CODE_PRICE_LIST_BASIS;
  const version = versionFor(list, effective);
  if (version < 0) return CODE_PRICE_LIST_ORDER;
  const used = load<u32>(STATE_BASE, STATE_TABLES_BYTES);
  if (version >= VERSIONS_MAX || used + bytes > <u32>TABLES_BYTES_MAX) return CODE_DIRECTORY_FULL;
  if (versionCount(list) > 0) settleCharges(index);
  const table: u32 = TABLES_BASE + used;
  memory.copy(table, source, bytes);
  store<u32>(STATE_BASE, used + ((bytes + 7) & ~7), STATE_TABLES_BYTES);
  store<u32>(versionOf(list, version), effective, LIST_EFFECTIVE_S);
  store<u32>(versionOf(list, version), table, LIST_TABLE);
  store<u32>(list, max(versionCount(list), <u32>version + 1), LIST_VERSIONS);
  tellAccounts(index, <u32>version, effective, now);
  return CODE_APPLIED;
}

/** The place of a version: the last one's if it starts at the same instant, else behind it; -1 where neither may be. */
function versionFor(list: u32, effective: u32): i32 {
  const count = versionCount(list);
  if (count == 0) return 0;
  const last = load<u32>(versionOf(list, count - 1), LIST_EFFECTIVE_S);
  if (effective == last) return count - 1;
  const reach = load<u32>(tableOf(list, count - 1), TABLE_TO_S);
  return effective > last && effective <= reach ? count : -1;
}

/** What was charged so far stays so: a version that starts before now does not charge anew what lies behind. */
function settleCharges(index: u32): void {
  const ticked = load<u32>(STATE_BASE, STATE_TICKED_S);
  const slots = slotCount();
  for (let slot: u32 = 0; slot < slots; slot++) {
    const cold = coldOf(slot);
    if (!isOpen(slot) || !usesList(slot, index)) continue;
    const flags = load<u32>(hotOf(slot), HOT_FLAGS);
    let charged = load<u32>(cold, COLD_CHARGED_S);
    if ((flags & FLAG_RECORDED) == 0)
      charged = max(charged, min(ticked, accountCoverage(slot) - 1));
    if (flags & FLAG_READ) charged = max(charged, load<u32>(hotOf(slot), HOT_READ_S));
    store<u32>(cold, charged, COLD_CHARGED_S);
  }
}

/** Accounts read ahead of the version's start move into it; the others learn where it begins. */
function tellAccounts(index: u32, version: u32, effective: u32, now: u32): void {
  const slots = slotCount();
  for (let slot: u32 = 0; slot < slots; slot++) {
    const cold = coldOf(slot);
    if (!isOpen(slot) || !usesList(slot, index)) continue;
    const read = load<u32>(hotOf(slot), HOT_READ_S);
    const isRead = (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_READ) != 0;
    if (isRead && load<u32>(cold, COLD_LIST) == index) {
      const isBehind = load<u32>(cold, COLD_VERSION) < version;
      const isPlaced = load<u32>(hotOf(slot), HOT_BOUNDARY_S) > read;
      if (read >= effective && (isBehind || !isPlaced))
        moveInto(slot, tableOf(listOf(index), version), read);
      else seekBoundary(slot);
    }
    schedule(slot, now);
  }
}

/** Where the table does not cover the last reading, nothing can be rated from there: every reading is judged with care. */
export function moveInto(slot: u32, table: u32, read: u32): void {
  if (read >= load<u32>(table, TABLE_FROM_S) && read < load<u32>(table, TABLE_TO_S))
    locate(slot, read);
  else store<u32>(hotOf(slot), read, HOT_BOUNDARY_S);
}
