/**
 * How a Modbus device file says where the meter's own clock is. It is compared and reported, never billed by.
 */
import { z } from "zod";
import { deviceText } from "./common.ts";
import { WORD_ORDERS, wireAddress } from "./modbus-register.ts";

/**
 * Ways to write a time, and the registers that each takes: seconds since 1970; six bytes or six registers of year,
 * month, day, hour, minute, second (a year under 100 is one of this century); the four registers of IEC 870-5-4
 * (year, month and day, hour and minute, milliseconds).
 */
export const CLOCK_WORDS = { unix_u32: 2, ymdhms_bytes: 3, ymdhms_words: 6, iec870: 4 } as const;
/** Name of a way to write a time. */
export type ClockKind = keyof typeof CLOCK_WORDS;

/** Furthest that a meter's clock may be set from UTC, in minutes. */
const OFFSET_MIN_MAX = 14 * 60;

/** The clock of a Modbus device file. */
export const modbusClock = z.strictObject({
  function_code: z.union([z.literal(3), z.literal(4)]),
  address: wireAddress,
  kind: z.enum(Object.keys(CLOCK_WORDS) as [ClockKind, ...ClockKind[]]),
  order: z.enum(WORD_ORDERS),
  /** What the clock is set ahead of UTC, in minutes. */
  utc_offset_min: z.int().min(-OFFSET_MIN_MAX).max(OFFSET_MIN_MAX),
  source: deviceText,
});
/** The clock of a Modbus device file. */
export type ModbusClock = z.infer<typeof modbusClock>;
