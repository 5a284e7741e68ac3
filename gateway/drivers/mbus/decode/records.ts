/**
 * The records of a telegram with variable structure (EN 13757-3), one after the other to its end.
 */
import type { Cursor } from "./cursor.ts";
import { type RecordFunction, readDataInformation } from "./dif.ts";
import { formatHex } from "./hex.ts";
import { accept, type Result, refuse } from "./result.ts";
import { type RecordValue, readValue } from "./value.ts";
import { readValueInformation } from "./vib.ts";

/** Most records of one telegram; 240 bytes of two each cannot hold more. */
export const RECORDS_MAX = 120;

const FILLER = 0x2f;
const MANUFACTURER_DATA = 0x0f;
const MORE_RECORDS = 0x1f;

/**
 * One record. `function` is `manufacturer` for the maker's own tail of a telegram, and `more` where that tail says that
 * another telegram follows. `qualifiers` are what combinable extensions add (forward, backward, limits, errors).
 */
export type DataRecord = {
  function: RecordFunction | "manufacturer" | "more";
  storage: number;
  tariff: number;
  subunit: number;
  quantity: string;
  unit: string;
  qualifiers: readonly string[];
  value: RecordValue;
};

/** Reads all records up to the end of the cursor. */
export function readRecords(cursor: Cursor): Result<DataRecord[]> {
  const records: DataRecord[] = [];
  while (cursor.left() > 0) {
    const at = cursor.offset();
    const dif = cursor.byte();
    if (dif === undefined || dif === FILLER) continue;
    if (records.length === RECORDS_MAX) {
      return refuse("records_bound", at, `more than ${RECORDS_MAX} records in one telegram`);
    }
    if (dif === MANUFACTURER_DATA || dif === MORE_RECORDS) {
      records.push(tail(dif, cursor.rest()));
      break;
    }
    const record = readRecord(dif, cursor);
    if (!record.ok) return record;
    records.push(record.value);
  }
  return accept(records);
}

function readRecord(dif: number, cursor: Cursor): Result<DataRecord> {
  const data = readDataInformation(dif, cursor);
  if (!data.ok) return data;
  const said = readValueInformation(cursor);
  if (!said.ok) return said;
  const value = readValue(data.value.coding, said.value, cursor);
  if (!value.ok) return value;
  const { coding: _, ...register } = data.value;
  const { meaning, qualifiers } = said.value;
  const { quantity, unit } = meaning;
  return accept({ ...register, quantity, unit, qualifiers, value: value.value });
}

function tail(dif: number, bytes: Uint8Array): DataRecord {
  return {
    function: dif === MORE_RECORDS ? "more" : "manufacturer",
    storage: 0,
    tariff: 0,
    subunit: 0,
    quantity: "",
    unit: "",
    qualifiers: [],
    value: { kind: "bytes", text: formatHex(bytes) },
  };
}
