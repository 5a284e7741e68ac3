/**
 * The data information block (EN 13757-3, DIF and DIFE): what kind of data a record holds, and which of the meter's
 * many registers it is.
 */
import type { Cursor } from "./cursor.ts";
import { accept, type Result, refuse } from "./result.ts";

/** Most extension bytes behind a DIF. */
const DIFE_MAX = 10;

/** What a value is: momentary, an extreme of a period, or from while the meter was in error. */
export type RecordFunction = "instantaneous" | "maximum" | "minimum" | "error";

const FUNCTIONS: readonly RecordFunction[] = ["instantaneous", "maximum", "minimum", "error"];

/** Coding of a record's data. */
export type Coding =
  | { kind: "none" }
  | { kind: "binary"; bytes: number }
  | { kind: "float" }
  | { kind: "bcd"; bytes: number }
  | { kind: "variable" };

/** A record's data information. Storage 0 is now; subunit is the part of the device. */
export type DataInformation = {
  coding: Coding;
  function: RecordFunction;
  storage: number;
  tariff: number;
  subunit: number;
};

const NONE: Coding = { kind: "none" };
/** By the low four bits of the DIF; the sixteenth are special functions. */
const CODINGS: readonly Coding[] = [
  NONE,
  { kind: "binary", bytes: 1 },
  { kind: "binary", bytes: 2 },
  { kind: "binary", bytes: 3 },
  { kind: "binary", bytes: 4 },
  { kind: "float" },
  { kind: "binary", bytes: 6 },
  { kind: "binary", bytes: 8 },
  NONE, // selection for readout carries no data
  { kind: "bcd", bytes: 1 },
  { kind: "bcd", bytes: 2 },
  { kind: "bcd", bytes: 3 },
  { kind: "bcd", bytes: 4 },
  { kind: "variable" },
  { kind: "bcd", bytes: 6 },
];

/** Reads the extensions behind a DIF and puts storage, tariff and subunit together. */
export function readDataInformation(dif: number, cursor: Cursor): Result<DataInformation> {
  const coding = CODINGS[dif & 0x0f];
  if (coding === undefined) {
    const message = `data information ${dif.toString(16).toUpperCase()} is reserved`;
    return refuse("data_information", cursor.offset() - 1, message);
  }
  let storage = (dif >> 6) & 1;
  let tariff = 0;
  let subunit = 0;
  let more = (dif & 0x80) !== 0;
  for (let index = 0; more; index++) {
    if (index === DIFE_MAX) {
      const message = `more than ${DIFE_MAX} extensions of the data information`;
      return refuse("data_information", cursor.offset(), message);
    }
    const dife = cursor.byte();
    if (dife === undefined) {
      const message = "the telegram ends within the data information of a record";
      return refuse("record_truncated", cursor.offset(), message);
    }
    storage += (dife & 0x0f) * 2 ** (1 + 4 * index);
    tariff += ((dife >> 4) & 0x03) * 2 ** (2 * index);
    subunit += ((dife >> 6) & 0x01) * 2 ** index;
    more = (dife & 0x80) !== 0;
  }
  const label = FUNCTIONS[(dif >> 4) & 0x03] ?? "instantaneous";
  return accept({ coding, function: label, storage, tariff, subunit });
}
