/**
 * Registers to what a reading needs: atoms, serial number, power, relay state. What a meter cannot tell is a refusal.
 */
import { REGISTER_MAX } from "../../../engine/contract/frame.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { BillingRegister, DisplayRegister } from "../../devices/modbus-register.ts";
import type { ModbusRelay } from "../../devices/modbus-relay.ts";
import type { FieldFault } from "../driver.ts";
import { bitsOf, exactOf, isNan } from "./bits.ts";
import { displayValue, scaledAtoms } from "./scale.ts";

/** A refusal of what was read. */
export type Unreadable = { ok: false; fault: FieldFault; message: string };
/** Atoms, or why there are none. */
export type AtomsResult = { ok: true; atoms: bigint } | Unreadable;
/** A serial number as text, or why there is none. */
export type SerialResult = { ok: true; serial: string } | Unreadable;
/** A relay's state, or why it cannot be said. */
export type RelayResult =
  | { ok: true; relay: "connected" | "disconnected" | "ready_for_reconnection" }
  | Unreadable;

/** The device file's rule for a serial number. */
export type SerialRule = Extract<ModbusDevice["identity"], { rule: "serial" }>;

/** The billing register in atoms, rounded down to its step. Never negative, never over REGISTER_MAX. */
export function decodeAtoms(words: readonly number[], register: BillingRegister): AtomsResult {
  const bits = bitsOf(words, register.order);
  if (saysNothing(bits, register)) {
    return refusal("not_available", `the meter says "not available" (${hex(bits)})`);
  }
  const value = exactOf(bits, register.type);
  if (value === undefined) return refusal("malformed", `the register is infinite (${hex(bits)})`);
  const atoms = scaledAtoms(value, register);
  if (atoms < 0n || atoms > BigInt(REGISTER_MAX)) {
    return refusal(
      "malformed",
      `the register ${atoms} is out of range: look at type and word order`,
    );
  }
  return { ok: true, atoms };
}

/** A display register in W or L/h; undefined where the meter has no value. */
export function decodeDisplay(
  words: readonly number[],
  register: DisplayRegister,
): number | undefined {
  const bits = bitsOf(words, register.order);
  if (saysNothing(bits, register)) return undefined;
  const value = exactOf(bits, register.type);
  return value === undefined ? undefined : displayValue(value, register);
}

/** The serial number: digits with leading zeros, or printable text without the padding. */
export function decodeSerial(words: readonly number[], rule: SerialRule): SerialResult {
  const bits = bitsOf(words, rule.order);
  const width = BigInt(16 * words.length);
  if (bits === 0n || bits === (1n << width) - 1n) {
    return refusal("not_available", "the meter's serial number register is empty");
  }
  if (rule.type !== "ascii") {
    const serial = bits.toString().padStart(rule.digits, "0");
    return { ok: true, serial };
  }
  const bytes = Buffer.from(bits.toString(16).padStart(words.length * 4, "0"), "hex");
  const serial = bytes
    .toString("latin1")
    .replace(/[\0 ]+$/, "")
    .trimStart();
  if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(serial)) {
    return refusal(
      "malformed",
      "the serial number is no printable text: look at address and word order",
    );
  }
  return { ok: true, serial };
}

/** Whether two serial numbers are the same: leading zeros of numbers and case of text do not matter. */
export function sameSerial(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

/** The relay's state by its read-back words; a pattern that is neither is no state. */
export function decodeRelay(words: readonly number[], relay: ModbusRelay): RelayResult {
  const { mask, connected, disconnected, ready } = relay.read_back;
  const masked = words.map((word, at) => word & (mask[at] ?? 0));
  if (same(masked, connected, mask)) return { ok: true, relay: "connected" };
  if (same(masked, disconnected, mask)) return { ok: true, relay: "disconnected" };
  if (ready !== undefined && same(masked, ready, mask)) {
    return { ok: true, relay: "ready_for_reconnection" };
  }
  return refusal(
    "malformed",
    `the relay's read-back ${masked.join(" ")} is no state of the device file`,
  );
}

function saysNothing(bits: bigint, register: BillingRegister | DisplayRegister): boolean {
  if (isNan(bits, register.type)) return true;
  return register.not_available.some((pattern) => BigInt(pattern) === bits);
}

function same(
  masked: readonly number[],
  wanted: readonly number[],
  mask: readonly number[],
): boolean {
  return masked.every((word, at) => word === ((wanted[at] ?? -1) & (mask[at] ?? 0)));
}

function comparable(serial: string): string {
  const text = serial.trim().toUpperCase();
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, "") : text;
}

function refusal(fault: FieldFault, message: string): Unreadable {
  return { ok: false, fault, message };
}

function hex(bits: bigint): string {
  return `0x${bits.toString(16).toUpperCase()}`;
}
