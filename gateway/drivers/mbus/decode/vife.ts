/**
 * Combinable extensions of the value information (EN 13757-3, VIFE): they turn the meaning of the VIF before them.
 * What they say is kept as qualifiers, so that forward and backward energy never look alike.
 */
import { addDecimal, type Decimal } from "./decimal.ts";
import type { Meaning, TimeUnit } from "./meaning.ts";
import { SECONDS_TO_DAYS } from "./meaning.ts";

/** Only positive contributions are counted: forward flow, import. */
export const FORWARD = "forward";
/** Only the amount of negative contributions is counted: backward flow, export. */
const BACKWARD = "backward";

/** The meaning of a record with all that its extensions changed. */
export type Qualified = { meaning: Meaning; qualifiers: string[]; offset: Decimal };

const RECORD_ERRORS: ReadonlyMap<number, string> = new Map([
  [0x01, "too many DIFEs"],
  [0x02, "storage number not implemented"],
  [0x03, "unit number not implemented"],
  [0x04, "tariff number not implemented"],
  [0x05, "function not implemented"],
  [0x06, "data class not implemented"],
  [0x07, "data size not implemented"],
  [0x0b, "too many VIFEs"],
  [0x0c, "illegal VIF group"],
  [0x0d, "illegal VIF exponent"],
  [0x0e, "VIF and DIF do not fit"],
  [0x0f, "unimplemented action"],
  [0x15, "no data available"],
  [0x16, "data overflow"],
  [0x17, "data underflow"],
  [0x18, "data error"],
  [0x1c, "premature end of record"],
]);

const RATIOS: ReadonlyMap<number, string> = new Map([
  [0x20, "/s"],
  [0x21, "/min"],
  [0x22, "/h"],
  [0x23, "/d"],
  [0x24, "/week"],
  [0x25, "/month"],
  [0x26, "/year"],
  [0x27, "/revolution"],
  [0x2c, "/L"],
  [0x2d, "/m^3"],
  [0x2e, "/kg"],
  [0x2f, "/K"],
  [0x30, "/kWh"],
  [0x31, "/GJ"],
  [0x32, "/kW"],
  [0x33, "/(K·L)"],
  [0x34, "/V"],
  [0x35, "/A"],
  [0x36, "·s"],
  [0x37, "·s/V"],
  [0x38, "·s/A"],
]);

const REMARKS: ReadonlyMap<number, string> = new Map([
  [0x28, "increment per input pulse 0"],
  [0x29, "increment per input pulse 1"],
  [0x2a, "increment per output pulse 0"],
  [0x2b, "increment per output pulse 1"],
  [0x3a, "uncorrected unit"],
  [0x3b, FORWARD],
  [0x3c, BACKWARD],
  [0x3d, "non-metric units"],
  [0x3e, "at base conditions"],
  [0x3f, "OBIS declaration"],
  [0x68, "value during lower limit exceed"],
  [0x69, "leakage"],
  [0x6c, "value during upper limit exceed"],
  [0x6d, "overflow"],
  [0x7e, "future value"],
]);

/** Applies one extension, without its extension bit; every code has an effect or at least a remark. */
export function applyExtension(code: number, before: Qualified): Qualified {
  const { meaning } = before;
  const ratio = RATIOS.get(code);
  if (ratio !== undefined) {
    return { ...before, meaning: { ...meaning, unit: `${meaning.unit}${ratio}` } };
  }
  if (code < 0x20) return applyRecordError(code, before);
  if (code === 0x39) return asTime("start of", before);
  if (code >= 0x40 && code <= 0x6f && REMARKS.get(code) === undefined)
    return applyLimit(code, before);
  if (code >= 0x70 && code <= 0x77) return scaleBy(code - 0x76, before);
  if (code >= 0x78 && code <= 0x7b) return applyAdditive(code - 0x7b, before);
  if (code === 0x7d) return scaleBy(3, before);
  return remark(REMARKS.get(code) ?? `reserved ${code.toString(16).toUpperCase()}`, before);
}

/** Adds a remark that changes no number. */
export function remark(text: string, before: Qualified): Qualified {
  return { ...before, qualifiers: [...before.qualifiers, text] };
}

function applyRecordError(code: number, before: Qualified): Qualified {
  return code === 0 ? before : remark(RECORD_ERRORS.get(code) ?? `record error ${code}`, before);
}

function scaleBy(power: number, before: Qualified): Qualified {
  const { meaning, offset } = before;
  return {
    ...before,
    meaning: { ...meaning, exponent: meaning.exponent + power },
    offset: { digits: offset.digits, exponent: offset.exponent + power },
  };
}

/** A constant of 10^power of the unit that is added; said aloud, since makers differ in what they take as its unit. */
function applyAdditive(power: number, before: Qualified): Qualified {
  const offset = addDecimal(before.offset, { digits: 1n, exponent: power });
  return remark(`plus 10^${power}`, { ...before, offset });
}

function asTime(what: string, before: Qualified): Qualified {
  const meaning: Meaning = { ...before.meaning, unit: "", exponent: 0, factor: 1n, type: "time" };
  return remark(what, { ...before, meaning });
}

/** Exceeded limits: how often, since when, for how long (codes 40 to 6F). */
function applyLimit(code: number, before: Qualified): Qualified {
  const side = (code & 0x08) === 0 ? "lower" : "upper";
  const which = (code & 0x04) === 0 ? "first" : "last";
  if (code >= 0x60 && code <= 0x67) return asDuration(code, `${which} duration`, before);
  if (code >= 0x6a) {
    return asTime(`${(code & 0x01) === 0 ? "begin" : "end"} of ${which} value`, before);
  }
  if (code >= 0x50) return asDuration(code, `duration of ${which} ${side} limit exceed`, before);
  if ((code & 0x07) === 0) return remark(`${side} limit`, before);
  if ((code & 0x07) === 1) {
    const meaning: Meaning = {
      ...before.meaning,
      unit: "",
      exponent: 0,
      factor: 1n,
      type: "unsigned",
    };
    return remark(`number of ${side} limit exceeds`, { ...before, meaning });
  }
  if ((code & 0x02) === 0) return remark(`reserved ${code.toString(16).toUpperCase()}`, before);
  const edge = (code & 0x01) === 0 ? "begin" : "end";
  return asTime(`${edge} of ${which} ${side} limit exceed`, before);
}

function asDuration(code: number, what: string, before: Qualified): Qualified {
  const time: TimeUnit = SECONDS_TO_DAYS[code & 0x03] ?? { unit: "s", factor: 1n };
  const meaning: Meaning = { ...before.meaning, ...time, exponent: 0, type: "number" };
  return remark(what, { ...before, meaning });
}
