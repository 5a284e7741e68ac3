/**
 * The inverse of decoding: what a slave must hold in its registers so that a driver reads a given value.
 */
import {
  type BillingRegister,
  type DisplayRegister,
  REGISTER_WORDS,
  type RegisterType,
} from "../../devices/modbus-register.ts";
import type { ModbusRelay } from "../../devices/modbus-relay.ts";
import { exactOf, wordsOf } from "./bits.ts";
import type { SerialRule } from "./decode.ts";
import { atomsPerCount, displayCount, scaledAtoms, stepAtoms } from "./scale.ts";

/**
 * Registers that hold some atoms. Like a meter's own counter it shows the last whole count, wrapped at the type's width,
 * so that what is read is never more than `atoms`, and as near as the register allows.
 */
export function encodeAtoms(atoms: bigint, register: BillingRegister): number[] {
  const { over, under } = atomsPerCount(register);
  const words = REGISTER_WORDS[register.type];
  if (!register.type.startsWith("float")) {
    const count = BigInt.asUintN(16 * words, (atoms * under) / over);
    return wordsOf(count, words, register.order);
  }
  const floored = (atoms / stepAtoms(register)) * stepAtoms(register);
  return wordsOf(floatBits(floored, register), words, register.order);
}

/** Registers that hold a power in W or a flow in L/h. */
export function encodeDisplay(value: number, register: DisplayRegister): number[] {
  const count = displayCount(value, register);
  const words = REGISTER_WORDS[register.type];
  const bits = register.type.startsWith("float")
    ? bitsOfFloat(count, register.type)
    : BigInt.asUintN(16 * words, BigInt(Math.round(count)));
  return wordsOf(bits, words, register.order);
}

/** Registers that hold a serial number: a number, or text padded with zero bytes. */
export function encodeSerial(serial: string, rule: SerialRule): number[] {
  if (rule.type !== "ascii") return wordsOf(BigInt(serial), rule.words, rule.order);
  const bytes = Buffer.alloc(rule.words * 2);
  bytes.write(serial, "latin1");
  return wordsOf(BigInt(`0x${bytes.toString("hex")}`), rule.words, rule.order);
}

/** Registers or bits that tell the relay's state. */
export function encodeRelay(closed: boolean, armed: boolean, relay: ModbusRelay): number[] {
  const { connected, disconnected, ready } = relay.read_back;
  if (closed) return connected;
  return armed && ready !== undefined ? ready : disconnected;
}

/** The nearest float that is read back as a value; where floats are too coarse for that, as less and never as more. */
function floatBits(atoms: bigint, register: BillingRegister): bigint {
  const { over, under } = atomsPerCount(register);
  const nearest = bitsOfFloat((Number(atoms) * Number(under)) / Number(over), register.type);
  const around = [nearest, nearest + 1n, nearest - 1n].filter((bits) => bits >= 0n);
  const exact = around.find((bits) => readAs(bits, register) === atoms);
  return exact ?? around.find((bits) => readAs(bits, register) <= atoms) ?? 0n;
}

function readAs(bits: bigint, register: BillingRegister): bigint {
  const value = exactOf(bits, register.type);
  if (value === undefined) throw new Error("a register in range has a finite float");
  return scaledAtoms(value, register);
}

function bitsOfFloat(value: number, type: RegisterType): bigint {
  const bytes = Buffer.alloc(8);
  if (type === "float64") bytes.writeDoubleBE(value);
  else bytes.writeFloatBE(value, 4);
  return bytes.readBigUInt64BE();
}
