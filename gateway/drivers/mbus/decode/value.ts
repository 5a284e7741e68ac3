/**
 * The value of a record: its data bytes, taken as its data and value information say.
 */
import type { Cursor } from "./cursor.ts";
import { addDecimal, type Decimal, decimalOfFloat32 } from "./decimal.ts";
import type { Coding } from "./dif.ts";
import { formatHex } from "./hex.ts";
import type { Meaning, ValueType } from "./meaning.ts";
import { bcdNumber, bcdText, signedNumber, unsignedNumber } from "./numbers.ts";
import { accept, type Result, refuse } from "./result.ts";
import { latin1 } from "./text.ts";
import { timeOf } from "./time.ts";
import type { Qualified } from "./vife.ts";

/**
 * A value. `refused` stands where the bytes are no value of their kind (BCD with A to F, a float that is no number):
 * the other records of the telegram keep theirs, this one has none.
 */
export type RecordValue =
  | { kind: "none" }
  | { kind: "number"; number: Decimal }
  | { kind: "text"; text: string }
  | { kind: "time"; text: string; valid: boolean; stepS: number }
  | { kind: "bytes"; text: string }
  | { kind: "refused"; reason: string };

/** What a variable-length field holds, by the length byte (LVAR) in front of it. */
type VariableCoding = { kind: "text" | "bcd" | "negative_bcd" | "binary"; bytes: number };

/** Reads the data of a record and gives its value; the cursor stands behind the data afterwards. */
export function readValue(coding: Coding, said: Qualified, cursor: Cursor): Result<RecordValue> {
  if (coding.kind === "none") return accept({ kind: "none" });
  if (coding.kind === "variable") return readVariable(said, cursor);
  const bytes = cursor.field(coding.kind === "float" ? 4 : coding.bytes);
  if (bytes === undefined) return cutShort(cursor);
  if (coding.kind === "bcd") return accept(bcdValue(bytes, said));
  if (coding.kind === "float") return accept(floatValue(bytes, said));
  return accept(binaryValue(bytes, said));
}

function bcdValue(bytes: Uint8Array, said: Qualified): RecordValue {
  if (said.meaning.type === "identification") return { kind: "text", text: bcdText(bytes) };
  const digits = bcdNumber(bytes);
  if (digits === undefined) {
    return { kind: "refused", reason: `BCD ${bcdText(bytes)} holds digits from A to F` };
  }
  return scaledValue({ digits, exponent: 0 }, said);
}

function floatValue(bytes: Uint8Array, said: Qualified): RecordValue {
  const number = decimalOfFloat32(Number(unsignedNumber(bytes)));
  if (number === undefined) {
    return { kind: "refused", reason: `float ${formatHex(bytes)} is no number` };
  }
  return scaledValue(number, said);
}

function binaryValue(bytes: Uint8Array, said: Qualified): RecordValue {
  const { type } = said.meaning;
  if (type === "bytes") return { kind: "bytes", text: formatHex(bytes) };
  const time = type === "time" ? timeOf(bytes) : undefined;
  if (time !== undefined) return { kind: "time", ...time };
  const digits = isUnsigned(type) ? unsignedNumber(bytes) : signedNumber(bytes);
  return scaledValue({ digits, exponent: 0 }, said);
}

function scaledValue(raw: Decimal, { meaning, offset }: Qualified): RecordValue {
  return { kind: "number", number: addDecimal(scale(raw, meaning), offset) };
}

function scale({ digits, exponent }: Decimal, meaning: Meaning): Decimal {
  return { digits: digits * meaning.factor, exponent: exponent + meaning.exponent };
}

function isUnsigned(type: ValueType): boolean {
  return type === "unsigned" || type === "identification";
}

function readVariable(said: Qualified, cursor: Cursor): Result<RecordValue> {
  const lvar = cursor.byte();
  if (lvar === undefined) return cutShort(cursor);
  const coding = variableCoding(lvar);
  if (coding === undefined) {
    const message = `variable length ${lvar.toString(16).toUpperCase()} is reserved`;
    return refuse("data_information", cursor.offset() - 1, message);
  }
  const bytes = cursor.field(coding.bytes);
  if (bytes === undefined) return cutShort(cursor);
  if (coding.kind === "text") return accept({ kind: "text", text: latin1(bytes) });
  // The standard leaves open whether such a number has a sign, so it stays what it is: bytes.
  if (coding.kind === "binary") return accept({ kind: "bytes", text: formatHex(bytes) });
  return accept(variableBcd(coding.kind, bytes, said));
}

function variableBcd(
  kind: "bcd" | "negative_bcd",
  bytes: Uint8Array,
  said: Qualified,
): RecordValue {
  const text = bcdText(bytes);
  if (!/^\d+$/.test(text))
    return { kind: "refused", reason: `BCD ${text} holds digits from A to F` };
  const digits = kind === "negative_bcd" ? -BigInt(text) : BigInt(text);
  return scaledValue({ digits, exponent: 0 }, said);
}

function variableCoding(lvar: number): VariableCoding | undefined {
  if (lvar <= 0xbf) return { kind: "text", bytes: lvar };
  if (lvar >= 0xc0 && lvar <= 0xc9) return { kind: "bcd", bytes: lvar - 0xc0 };
  if (lvar >= 0xd0 && lvar <= 0xd9) return { kind: "negative_bcd", bytes: lvar - 0xd0 };
  if (lvar >= 0xe0 && lvar <= 0xef) return { kind: "binary", bytes: lvar - 0xe0 };
  if (lvar >= 0xf0 && lvar <= 0xf4) return { kind: "binary", bytes: 4 * (lvar - 0xec) };
  if (lvar === 0xf5) return { kind: "binary", bytes: 48 };
  if (lvar === 0xf6) return { kind: "binary", bytes: 64 };
  return undefined;
}

function cutShort(cursor: Cursor): Result<never> {
  const message = "the telegram ends within the data of a record";
  return refuse("record_truncated", cursor.offset(), message);
}
