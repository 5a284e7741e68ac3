/**
 * Which ranges of a shard's memory hold its state. Pages of zeros of the directories are left out; accounts and what
 * belongs to them are taken as they lie.
 */
import {
  CALENDARS_BASE,
  COLD_BASE,
  COLD_BYTES,
  DUE_BASE,
  EXTRA_BASE,
  EXTRA_BYTES,
  GATEWAYS_BASE,
  HOT_BASE,
  HOT_BYTES,
  INPUT_BASE,
  RESULTS_BASE,
  STATE_BASE,
  STATE_BYTES,
  STATE_EXTRAS,
  STATE_SLOTS,
  STATE_TABLES_BYTES,
  TABLES_BASE,
} from "../../kernel-as/assembly/layout.ts";

/** A range of the memory: where it begins and how long it is. */
export type Extent = { address: number; bytes: number };

const PAGE_BYTES = 4_096;
const ZERO_PAGE = Buffer.alloc(PAGE_BYTES);

/** The ranges that hold state, by address in the order in which they are saved. */
export function stateExtents(memory: WebAssembly.Memory): Extent[] {
  const view = new DataView(memory.buffer);
  const slots = view.getUint32(STATE_BASE + STATE_SLOTS, true);
  const ranges = [
    { address: TABLES_BASE, bytes: view.getUint32(STATE_BASE + STATE_TABLES_BYTES, true) },
    { address: DUE_BASE, bytes: slots * 4 },
    { address: HOT_BASE, bytes: slots * HOT_BYTES },
    { address: COLD_BASE, bytes: slots * COLD_BYTES },
    {
      address: EXTRA_BASE,
      bytes: view.getUint32(STATE_BASE + STATE_EXTRAS, true) * EXTRA_BYTES,
    },
  ];
  return [
    { address: STATE_BASE, bytes: STATE_BYTES },
    ...pagesInUse(memory, GATEWAYS_BASE, INPUT_BASE),
    ...ranges.filter(({ bytes }) => bytes > 0),
    ...pagesInUse(memory, CALENDARS_BASE, RESULTS_BASE),
  ];
}

function pagesInUse(memory: WebAssembly.Memory, from: number, to: number): Extent[] {
  const bytes = Buffer.from(memory.buffer);
  const extents: Extent[] = [];
  for (let address = from; address < to; address += PAGE_BYTES) {
    if (bytes.compare(ZERO_PAGE, 0, PAGE_BYTES, address, address + PAGE_BYTES) !== 0)
      extents.push({ address, bytes: PAGE_BYTES });
  }
  return extents;
}
