/**
 * A meter's own clock, from registers to seconds since 1970 and back. A time that is none is no time, not a fault: the
 * reading beside it counts all the same.
 */
import { CLOCK_WORDS, type ModbusClock } from "../../devices/modbus-clock.ts";
import { bitsOf, wordsOf } from "./bits.ts";

/** Years that a meter's clock can mean: others are a clock that was never set. */
const YEAR_MIN = 2000;
const YEAR_MAX = 2099;

/** The meter's time in seconds since 1970; undefined where the registers hold none. */
export function decodeClock(words: readonly number[], clock: ModbusClock): number | undefined {
  const set = clock.kind === "unix_u32" ? Number(bitsOf(words, clock.order)) : civil(words, clock);
  if (set === undefined) return undefined;
  const year = new Date(set * 1_000).getUTCFullYear();
  return year < YEAR_MIN || year > YEAR_MAX ? undefined : set - clock.utc_offset_min * 60;
}

/** The registers that a meter with this clock shows at a time: the inverse of {@link decodeClock}. */
export function encodeClock(atS: number, clock: ModbusClock): number[] {
  const setS = Math.floor(atS) + clock.utc_offset_min * 60;
  if (clock.kind === "unix_u32") return wordsOf(BigInt(setS), CLOCK_WORDS.unix_u32, clock.order);
  const [year = 0, ...rest] = partsOf(new Date(setS * 1_000));
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest;
  const short = year % 100;
  if (clock.kind === "ymdhms_words") return [year, ...rest];
  if (clock.kind === "ymdhms_bytes") {
    return [(short << 8) | month, (day << 8) | hour, (minute << 8) | second];
  }
  return [short, (month << 8) | day, (hour << 8) | minute, second * 1_000];
}

function partsOf(date: Date): number[] {
  return [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
}

function civil(words: readonly number[], clock: ModbusClock): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = words;
  switch (clock.kind) {
    case "ymdhms_words":
      return secondsOf([a, b, c, d, e, f]);
    case "ymdhms_bytes":
      return secondsOf([a >> 8, a & 0xff, b >> 8, b & 0xff, c >> 8, c & 0xff]);
    case "iec870":
      // Day of the week, summer time and validity share the registers with what is wanted.
      if ((c & 0x80) !== 0) return undefined;
      return secondsOf([
        a & 0x7f,
        (b >> 8) & 0x0f,
        b & 0x1f,
        (c >> 8) & 0x1f,
        c & 0x3f,
        Math.floor(d / 1_000),
      ]);
    case "unix_u32":
      return undefined;
  }
}

function secondsOf(parts: readonly number[]): number | undefined {
  const [short = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const year = short < 100 ? 2_000 + short : short;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // A part that is out of its range would have been carried into another one.
  const same = String(partsOf(date)) === String([year, month, day, hour, minute, second]);
  return same ? date.getTime() / 1_000 : undefined;
}
