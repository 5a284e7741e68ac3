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
export const BACKWARD = "backward";

/** The meaning of a record with all that its extensions changed. */
export type Qualified = { meaning: Meaning; qualifiers: string[]; offset: Decimal };

const RECORD_ERRORS: Readonly<Record<number, string>> = {
  1: "too many DIFEs",
  2: "storage number not implemented",
  3: "unit number not implemented",
  4: "tariff number not implemented",
  5: "function not implemented",
  6: "data class not implemented",
  7: "data size not implemented",
  11: "too many VIFEs",
  12: "illegal VIF group",
  13: "illegal VIF exponent",
  14: "VIF and DIF do not fit",
  15: "unimplemented action",
  21: "no data available",
  22: "data overflow",
  23: "data underflow",
  24: "data error",
  28: "premature end of record",
};

const RATIOS: Readonly<Record<number, string>> = {
  32: "/s",
  33: "/min",
  34: "/h",
  35: "/d",
  36: "/week",
  37: "/month",
  38: "/year",
  39: "/revolution",
  40: "/input pulse 0",
  41: "/input pulse 1",
  42: "/output pulse 0",
  43: "/output pulse 1",
  44: "/L",
  45: "/m^3",
  46: "/kg",
  47: "/K",
  48: "/kWh",
  49: "/GJ",
  50: "/kW",
  51: "/(K·L)",
  52: "/V",
  53: "/A",
  54: "·s",
  55: "·s/V",
  56: "·s/A",
};

const REMARKS: Readonly<Record<number, string>> = {
  58: "uncorrected unit",
  59: FORWARD,
  60: BACKWARD,
  61: "non-metric units",
  62: "at base conditions",
  63: "OBIS declaration",
  104: "value during lower limit exceed",
  105: "leakage",
  108: "value during upper limit exceed",
  109: "overflow",
  126: "future value",
};

/** Applies one extension, without its extension bit; every code has an effect or at least a remark. */
export function applyExtension(code: number, before: Qualified): Qualified {
  const { meaning } = before;
  const ratio = RATIOS[code];
  if (ratio !== undefined) {
    return { ...before, meaning: { ...meaning, unit: `${meaning.unit}${ratio}` } };
  }
  if (code < 0x20) return applyRecordError(code, before);
  if (code === 0x39) return asTime("start of", before);
  if (code >= 0x40 && code <= 0x6f && REMARKS[code] === undefined) return applyLimit(code, before);
  if (code >= 0x70 && code <= 0x77) return scaleBy(code - 0x76, before);
  if (code >= 0x78 && code <= 0x7b) return applyAdditive(code - 0x7b, before);
  if (code === 0x7d) return scaleBy(3, before);
  return remark(REMARKS[code] ?? `reserved ${code.toString(16).toUpperCase()}`, before);
}

/** Adds a remark that changes no number. */
export function remark(text: string, before: Qualified): Qualified {
  return { ...before, qualifiers: [...before.qualifiers, text] };
}

function applyRecordError(code: number, before: Qualified): Qualified {
  return code === 0 ? before : remark(RECORD_ERRORS[code] ?? `record error ${code}`, before);
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
