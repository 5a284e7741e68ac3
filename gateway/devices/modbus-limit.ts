/**
 * How a Modbus device file describes a limit of power or flow that the meter itself enforces.
 */
import { z } from "zod";
import { deviceText, positiveDecimal } from "./common.ts";
import { WORD_ORDERS, wireAddress } from "./modbus-register.ts";
import { SETTLE_MS_MAX } from "./modbus-relay.ts";

/** Units of a limit, and the atoms an hour that one of each is. */
export const LIMIT_UNITS = {
  W: 1n,
  kW: 1_000n,
  "L/h": 1_000n,
  "m3/h": 1_000_000n,
} as const;

const LIMIT_UNIT_NAMES = Object.keys(LIMIT_UNITS) as [keyof typeof LIMIT_UNITS];

/** A limit: one number that is written and read back. */
export const modbusLimit = z
  .strictObject({
    write: z.strictObject({
      function_code: z.union([z.literal(6), z.literal(16)]),
      address: wireAddress,
    }),
    read_back: z.strictObject({
      function_code: z.union([z.literal(3), z.literal(4)]),
      address: wireAddress,
    }),
    type: z.enum(["u16", "u32"]),
    order: z.enum(WORD_ORDERS),
    /** What one count is worth, in `unit`. */
    scale: positiveDecimal,
    unit: z.enum(LIMIT_UNIT_NAMES),
    /** The raw number that means "no limit", as hex; it is written to lift one. */
    off: z.string().regex(/^0x[0-9A-F]{2,8}$/),
    settle_ms: z.int().min(100).max(SETTLE_MS_MAX),
    source: deviceText,
  })
  .refine(({ type, write }) => type === "u16" || write.function_code === 16, {
    path: ["write"],
    message: "a u32 is written by function code 16",
  })
  .refine(({ type, off }) => type === "u32" || BigInt(off) <= 0xffffn, {
    path: ["off"],
    message: "must fit the type",
  });
/** The limit of a Modbus device file. */
export type ModbusLimit = z.infer<typeof modbusLimit>;
