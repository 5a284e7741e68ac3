/**
 * The bytes of a compiled version of a price list: written here, read by the kernel in place, and decoded here again for
 * tests and tools. Little-endian, offsets relative to the first byte, a multiple of 8 long. Layout: kernel-as layout.ts.
 */
import {
  CHARGE_AMOUNT,
  CHARGE_BYTES,
  CHARGE_DUE,
  CHARGE_INDEX,
  CHARGE_PRIORITY,
  CHARGE_WHILE,
  MARK_AT,
  MARK_BYTES,
  MARK_FLAGS,
  MARK_PERIOD,
  PERIOD_BLOCKS,
  PERIOD_BYTES,
  PERIOD_FIRST,
  SCOPE_ALL,
  SCOPE_PER_PERIOD,
  STEP_BLOCK,
  STEP_BYTES,
  STEP_END,
  STEP_PERIOD,
  STEP_PRICE_HI,
  STEP_PRICE_LO,
  STEP_START,
  STEP_TARIFF,
  TABLE_BYTES,
  TABLE_CHARGES,
  TABLE_CHARGES_AT,
  TABLE_COST_MAX,
  TABLE_DEMAND_HI,
  TABLE_DEMAND_LO,
  TABLE_DEMAND_WINDOW_S,
  TABLE_EFFECTIVE_S,
  TABLE_FROM_S,
  TABLE_HEADER_BYTES,
  TABLE_MAGIC,
  TABLE_MARKS,
  TABLE_MARKS_AT,
  TABLE_PERIODS,
  TABLE_PERIODS_AT,
  TABLE_SCOPE,
  TABLE_STEPS_AT,
  TABLE_TO_S,
  TABLE_VEND_AT,
  TABLE_VEND_STEPS,
  TABLE_VERSION,
} from "../../kernel-as/assembly/layout.ts";
import type { BlockScope } from "../contract/price-list/price-list.ts";

/** From this instant on this period is in force; the flags (MARK_*) tell what falls due or starts at the instant. */
export type Mark = { atS: number; period: number; flags: number };
/** A block: from `startAtoms` accumulated on, `priceP` picos per atom with taxes. */
type TableBlock = { startAtoms: bigint; priceP: bigint };
/**
 * A charge: the flag of the marks at which it falls due, its place in the list, its priority, what becomes of it (CHARGE_WHILE)
 * and its amount with taxes.
 */
export type TableCharge = {
  due: number;
  index: number;
  priority: number;
  while: number;
  amountMicros: bigint;
};
/** Maximum demand: seconds of a window, and picos per atom in one, with taxes (R38). */
type TableDemand = { windowS: number; priceP: bigint };
/**
 * A table's contents: prices and what falls due in [fromS, toS). The marks begin before that, to be looked back at; the first
 * tells the period in force from it on.
 */
export type Table = {
  version: number;
  effectiveFromS: number;
  fromS: number;
  toS: number;
  scope: BlockScope;
  marks: readonly Mark[];
  periods: readonly (readonly TableBlock[])[];
  charges: readonly TableCharge[];
  demand: TableDemand | undefined;
  /** The blocks that quantity is sold by (R34); undefined of a list by consumption. */
  vend: readonly TableBlock[] | undefined;
};

/** The end of a period's last block. */
const ATOMS_END = (1n << 63n) - 1n;
const PRICE_LO = 10n ** 6n;

/** The bytes of a table. */
export function writeTable(table: Table): Uint8Array {
  const { marks, periods, charges } = table;
  const { vend = [] } = table;
  const steps = periods.reduce((sum, blocks) => sum + blocks.length, 0);
  const marksAt = TABLE_HEADER_BYTES;
  const periodsAt = marksAt + marks.length * MARK_BYTES;
  const stepsAt = periodsAt + periods.length * PERIOD_BYTES;
  const chargesAt = stepsAt + steps * STEP_BYTES;
  const vendAt = chargesAt + charges.length * CHARGE_BYTES;
  const bytes = new Uint8Array(vendAt + vend.length * STEP_BYTES);
  const view = new DataView(bytes.buffer);
  const u32 = (at: number, value: number): void => view.setUint32(at, value, true);

  u32(0, TABLE_MAGIC);
  u32(TABLE_BYTES, bytes.length);
  u32(TABLE_VERSION, table.version);
  u32(TABLE_EFFECTIVE_S, table.effectiveFromS);
  u32(TABLE_FROM_S, table.fromS);
  u32(TABLE_TO_S, table.toS);
  u32(TABLE_MARKS, marks.length);
  u32(TABLE_MARKS_AT, marksAt);
  u32(TABLE_PERIODS_AT, periodsAt);
  u32(TABLE_STEPS_AT, stepsAt);
  u32(TABLE_CHARGES_AT, chargesAt);
  view.setUint8(TABLE_PERIODS, periods.length);
  view.setUint8(TABLE_CHARGES, charges.length);
  view.setUint8(TABLE_SCOPE, table.scope === "all" ? SCOPE_ALL : SCOPE_PER_PERIOD);
  view.setBigInt64(TABLE_COST_MAX, costMax(periods), true);
  writeDemand(view, table);
  if (vend.length > 0) {
    u32(TABLE_VEND_AT, vendAt);
    view.setUint8(TABLE_VEND_STEPS, vend.length);
    writeSteps(view, vendAt, vend, { version: table.version, period: 0 });
  }
  for (const [index, mark] of marks.entries()) {
    const at = marksAt + index * MARK_BYTES;
    u32(at + MARK_AT, mark.atS);
    view.setUint8(at + MARK_PERIOD, mark.period);
    view.setUint8(at + MARK_FLAGS, mark.flags);
  }
  writePeriods(view, table, { periodsAt, stepsAt });
  for (const [i, charge] of charges.entries()) {
    const at = chargesAt + i * CHARGE_BYTES;
    view.setUint32(at + CHARGE_DUE, charge.due, true);
    view.setUint8(at + CHARGE_INDEX, charge.index);
    view.setUint8(at + CHARGE_PRIORITY, charge.priority);
    view.setUint8(at + CHARGE_WHILE, charge.while);
    view.setBigInt64(at + CHARGE_AMOUNT, charge.amountMicros, true);
  }
  return bytes;
}

function writeDemand(view: DataView, { demand }: Table): void {
  if (demand === undefined) return;
  const hi = priceHi(demand.priceP);
  view.setUint32(TABLE_DEMAND_WINDOW_S, demand.windowS, true);
  view.setUint32(TABLE_DEMAND_LO, Number(demand.priceP - hi * PRICE_LO), true);
  view.setBigInt64(TABLE_DEMAND_HI, hi, true);
}

function writePeriods(
  view: DataView,
  { periods, version }: Table,
  { periodsAt, stepsAt }: { periodsAt: number; stepsAt: number },
): void {
  let step = 0;
  for (const [period, blocks] of periods.entries()) {
    view.setUint32(periodsAt + period * PERIOD_BYTES + PERIOD_FIRST, step, true);
    view.setUint32(periodsAt + period * PERIOD_BYTES + PERIOD_BLOCKS, blocks.length, true);
    writeSteps(view, stepsAt + step * STEP_BYTES, blocks, { version, period });
    step += blocks.length;
  }
}

function writeSteps(
  view: DataView,
  stepsAt: number,
  blocks: readonly TableBlock[],
  { version, period }: { version: number; period: number },
): void {
  for (const [block, { startAtoms, priceP }] of blocks.entries()) {
    const at = stepsAt + block * STEP_BYTES;
    const hi = priceHi(priceP);
    view.setBigInt64(at + STEP_START, startAtoms, true);
    view.setBigInt64(at + STEP_END, blocks[block + 1]?.startAtoms ?? ATOMS_END, true);
    view.setBigInt64(at + STEP_PRICE_HI, hi, true);
    view.setUint32(at + STEP_PRICE_LO, Number(priceP - hi * PRICE_LO), true);
    view.setUint32(at + STEP_TARIFF, version, true);
    view.setUint8(at + STEP_PERIOD, period);
    view.setUint8(at + STEP_BLOCK, block);
  }
}

/** floor(p / 10^6), for negative prices too. */
function priceHi(priceP: bigint): bigint {
  return (priceP - (((priceP % PRICE_LO) + PRICE_LO) % PRICE_LO)) / PRICE_LO;
}

function costMax(periods: Table["periods"]): bigint {
  let most = 0n;
  for (const { priceP } of periods.flat()) {
    const hi = priceHi(priceP);
    const size = hi < 0n ? -hi : hi;
    if (size > most) most = size;
  }
  return most + 1n;
}

/** A table's contents from its bytes. Throws a RangeError where they are no table. */
export function readTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (at: number): number => view.getUint32(at, true);
  if (
    bytes.length < TABLE_HEADER_BYTES ||
    u32(0) !== TABLE_MAGIC ||
    u32(TABLE_BYTES) !== bytes.length
  ) {
    throw new RangeError("these bytes are no compiled price list: compile it again");
  }
  const marksAt = u32(TABLE_MARKS_AT);
  const chargesAt = u32(TABLE_CHARGES_AT);
  return {
    version: u32(TABLE_VERSION),
    effectiveFromS: u32(TABLE_EFFECTIVE_S),
    fromS: u32(TABLE_FROM_S),
    toS: u32(TABLE_TO_S),
    scope: view.getUint8(TABLE_SCOPE) === SCOPE_ALL ? "all" : "per_period",
    marks: Array.from({ length: u32(TABLE_MARKS) }, (_, index) => {
      const at = marksAt + index * MARK_BYTES;
      return {
        atS: u32(at + MARK_AT),
        period: view.getUint8(at + MARK_PERIOD),
        flags: view.getUint8(at + MARK_FLAGS),
      };
    }),
    periods: readPeriods(view),
    charges: Array.from({ length: view.getUint8(TABLE_CHARGES) }, (_, index) => {
      const at = chargesAt + index * CHARGE_BYTES;
      return {
        due: u32(at + CHARGE_DUE),
        index: view.getUint8(at + CHARGE_INDEX),
        priority: view.getUint8(at + CHARGE_PRIORITY),
        while: view.getUint8(at + CHARGE_WHILE),
        amountMicros: view.getBigInt64(at + CHARGE_AMOUNT, true),
      };
    }),
    demand: readDemand(view),
    vend: readVend(view),
  };
}

function readDemand(view: DataView): TableDemand | undefined {
  const windowS = view.getUint32(TABLE_DEMAND_WINDOW_S, true);
  if (windowS === 0) return undefined;
  const lo = BigInt(view.getUint32(TABLE_DEMAND_LO, true));
  return { windowS, priceP: view.getBigInt64(TABLE_DEMAND_HI, true) * PRICE_LO + lo };
}

function readPeriods(view: DataView): TableBlock[][] {
  const periodsAt = view.getUint32(TABLE_PERIODS_AT, true);
  const stepsAt = view.getUint32(TABLE_STEPS_AT, true);
  return Array.from({ length: view.getUint8(TABLE_PERIODS) }, (_, period) => {
    const first = view.getUint32(periodsAt + period * PERIOD_BYTES + PERIOD_FIRST, true);
    const blocks = view.getUint32(periodsAt + period * PERIOD_BYTES + PERIOD_BLOCKS, true);
    return readSteps(view, stepsAt + first * STEP_BYTES, blocks);
  });
}

function readVend(view: DataView): TableBlock[] | undefined {
  const count = view.getUint8(TABLE_VEND_STEPS);
  return count === 0 ? undefined : readSteps(view, view.getUint32(TABLE_VEND_AT, true), count);
}

function readSteps(view: DataView, stepsAt: number, count: number): TableBlock[] {
  return Array.from({ length: count }, (_, block) => {
    const at = stepsAt + block * STEP_BYTES;
    const lo = BigInt(view.getUint32(at + STEP_PRICE_LO, true));
    return {
      startAtoms: view.getBigInt64(at + STEP_START, true),
      priceP: view.getBigInt64(at + STEP_PRICE_HI, true) * PRICE_LO + lo,
    };
  });
}
