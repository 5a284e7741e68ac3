/**
 * How a Modbus device file describes a relay or valve: what is written, where its state is read back, and what that
 * proves.
 */
import { z } from "zod";
import { deviceText } from "./common.ts";
import { wireAddress } from "./modbus-register.ts";

/** Most words that a relay is written with or read back by. */
const RELAY_WORDS_MAX = 4;
/** Longest time a relay may take to show its new state, in milliseconds. */
export const SETTLE_MS_MAX = 60_000;

const word = z.int().min(0).max(0xffff);
const words = z.array(word).min(1).max(RELAY_WORDS_MAX);

/** The relay: what to write, and where and how its state is read back. */
const fields = z.strictObject({
  write: z.strictObject({
    function_code: z.union([z.literal(5), z.literal(6), z.literal(16)]),
    address: wireAddress,
    cut: words,
    restore: words,
    /** Leaves the restoring to somebody at the meter, where the model can do that. */
    arm: words.optional(),
  }),
  /** Words (or bits, for function codes 1 and 2) that say the state once `mask` has been laid over them. */
  read_back: z.strictObject({
    function_code: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
    address: wireAddress,
    mask: words,
    connected: words,
    disconnected: words,
    /** Open, and ready for somebody at the meter to close; needed where `arm` is written. */
    ready: words.optional(),
  }),
  /**
   * What the read-back proves: `contact` the main contact itself; `command` only what the meter was told, so that power
   * that still flows (over `idle_power_w`) contradicts it.
   */
  proof: z.enum(["contact", "command"]),
  idle_power_w: z.int().min(0).max(10_000).optional(),
  settle_ms: z.int().min(100).max(SETTLE_MS_MAX),
  source: deviceText,
});
/** The relay of a Modbus device file. */
export type ModbusRelay = z.infer<typeof fields>;

/** A relay whose parts fit together. */
export const modbusRelay = fields
  .refine(
    ({ read_back }) => states(read_back).every((one) => one.length === read_back.mask.length),
    {
      path: ["read_back"],
      message: "mask, connected, disconnected and ready must be of one length",
    },
  )
  .refine(
    ({ read_back }) => allDiffer(states(read_back).map((one) => masked(one, read_back.mask))),
    {
      path: ["read_back"],
      message: "connected, disconnected and ready must differ under the mask",
    },
  )
  .refine(({ write }) => written(write).every((one) => one.length === write.cut.length), {
    path: ["write"],
    message: "cut, restore and arm must be of one length",
  })
  .refine(({ write }) => allDiffer(written(write).map(String)), {
    path: ["write"],
    message: "cut, restore and arm must differ",
  })
  .refine(({ write }) => write.function_code === 16 || write.cut.length === 1, {
    path: ["write"],
    message: "function codes 5 and 6 write one value",
  })
  .refine(({ write }) => write.function_code !== 5 || written(write).flat().every(isBit), {
    path: ["write"],
    message: "function code 5 writes 0 or 1",
  })
  .refine(({ write, read_back }) => (write.arm === undefined) === (read_back.ready === undefined), {
    path: ["read_back"],
    message: "arm and ready belong together: what is armed must be read back",
  });

function states(readBack: ModbusRelay["read_back"]): number[][] {
  const { connected, disconnected, ready } = readBack;
  return [connected, disconnected, ...(ready === undefined ? [] : [ready])];
}

function written(write: ModbusRelay["write"]): number[][] {
  return [write.cut, write.restore, ...(write.arm === undefined ? [] : [write.arm])];
}

function masked(words: readonly number[], mask: readonly number[]): string {
  return String(words.map((one, at) => one & (mask[at] ?? 0)));
}

function allDiffer(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

function isBit(value: number): boolean {
  return value === 0 || value === 1;
}
