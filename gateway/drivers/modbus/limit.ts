/**
 * Limits of power or flow between the orders' atoms an hour and a device's raw number.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import { LIMIT_UNITS, type ModbusLimit } from "../../devices/modbus-limit.ts";
import { REGISTER_WORDS } from "../../devices/modbus-register.ts";
import { bitsOf, wordsOf } from "./bits.ts";
import type { Unreadable } from "./decode.ts";

/** The raw number of a limit, rounded down so that it is never more than was asked, or why it cannot be written. */
export function limitBits(
  atomsPerHour: number,
  limit: ModbusLimit,
): { ok: true; bits: bigint } | Unreadable {
  const [whole = "", fraction = ""] = limit.scale.split(".");
  const over = BigInt(whole + fraction) * LIMIT_UNITS[limit.unit];
  const asked = Number.isSafeInteger(atomsPerHour) && atomsPerHour > 0 ? BigInt(atomsPerHour) : 0n;
  const bits = (asked * 10n ** BigInt(fraction.length)) / over;
  const most = (1n << BigInt(16 * REGISTER_WORDS[limit.type])) - 1n;
  if (bits >= 1n && bits <= most && bits !== BigInt(limit.off)) return { ok: true, bits };
  const message = `a limit of ${atomsPerHour} atoms an hour cannot be written: one count is ${limit.scale} ${limit.unit}, and 1 to ${most} counts can`;
  return { ok: false, fault: "not_available", message };
}

/** The registers of a raw limit. */
export function limitWords(bits: bigint, limit: ModbusLimit): number[] {
  return wordsOf(bits, REGISTER_WORDS[limit.type], limit.order);
}

/** The raw limit that some registers hold; undefined where it says that there is none. */
export function limitShown(words: readonly number[], limit: ModbusLimit): bigint | undefined {
  const bits = bitsOf(words, limit.order);
  return bits === BigInt(limit.off) ? undefined : bits;
}

/** The raw number that lifts the limit of a device. */
export function liftedBits(device: ModbusDevice): bigint | undefined {
  return device.limit === undefined ? undefined : BigInt(device.limit.off);
}
