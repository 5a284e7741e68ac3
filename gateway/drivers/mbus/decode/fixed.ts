/**
 * The fixed structure (CI 73 and 77) of older meters: one id and two counters.
 */
import type { Cursor } from "./cursor.ts";
import { fixedMeaning, SAME_BUT_HISTORIC } from "./fixed-units.ts";
import type { MeterHeader } from "./header.ts";
import { formatHex } from "./hex.ts";
import { fixedMediumName } from "./medium.ts";
import { bcdText } from "./numbers.ts";
import type { DataRecord } from "./records.ts";
import { accept, type Result, refuse } from "./result.ts";
import { readValue } from "./value.ts";

/** Bytes of user data of the fixed structure. */
const FIXED_BYTES = 16;

const BINARY_COUNTERS = 0x01;
const STORED_VALUES = 0x02;
const COUNTER_BYTES = 4;

/** A telegram of the fixed structure as header and two records. */
export type FixedTelegram = { header: MeterHeader; records: DataRecord[] };

/** Reads the fixed structure; storage 1 marks counters that were kept at a fixed date. */
export function readFixed(cursor: Cursor): Result<FixedTelegram> {
  if (cursor.left() !== FIXED_BYTES) {
    const message = `the fixed structure has ${FIXED_BYTES} bytes, not ${cursor.left()}`;
    return refuse("header", cursor.offset(), message);
  }
  const id = bcdText(cursor.field(4) ?? new Uint8Array(4));
  const [accessNumber = 0, status = 0, first = 0, second = 0] = Array.from({ length: 4 }, () =>
    cursor.byte(),
  );
  const mediumCode = ((second >> 4) & 0x0c) | ((first >> 6) & 0x03);
  const medium = fixedMediumName(mediumCode);
  const header = {
    id,
    manufacturer: null,
    version: null,
    medium,
    mediumCode,
    status,
    accessNumber,
  };
  const historic = (second & 0x3f) === SAME_BUT_HISTORIC;
  const storage = (status & STORED_VALUES) === 0 ? 0 : 1;
  return accept({
    header,
    records: [
      counter(first & 0x3f, cursor, { status, storage }),
      counter((historic ? first : second) & 0x3f, cursor, {
        status,
        storage: historic ? 1 : storage,
      }),
    ],
  });
}

type Setting = { status: number; storage: number };

function counter(code: number, cursor: Cursor, { status, storage }: Setting): DataRecord {
  const place = {
    function: "instantaneous",
    storage,
    tariff: 0,
    subunit: 0,
    qualifiers: [],
  } as const;
  const meaning = fixedMeaning(code);
  if (meaning === undefined) {
    const text = formatHex(cursor.field(COUNTER_BYTES) ?? new Uint8Array(0));
    return { ...place, quantity: "Reserved", unit: "Reserved", value: { kind: "bytes", text } };
  }
  const kind = (status & BINARY_COUNTERS) === 0 ? "bcd" : "binary";
  const said = { meaning, qualifiers: [], offset: { digits: 0n, exponent: 0 } };
  const value = readValue({ kind, bytes: COUNTER_BYTES }, said, cursor);
  const { quantity, unit } = meaning;
  return { ...place, quantity, unit, value: value.ok ? value.value : { kind: "none" } };
}
