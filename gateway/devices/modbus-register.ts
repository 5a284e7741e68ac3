/**
 * How a device file describes one number in Modbus registers, and what makes such a description sound.
 */
import { z } from "zod";
import { type Unit, unitNamed } from "../../engine/contract/services.ts";
import { DEVICE_ENTRIES_MAX, deviceText, positiveDecimal } from "./common.ts";

/** How a number lies in registers, and how many registers each takes. */
export const REGISTER_WORDS = {
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  u64: 4,
  i64: 4,
  float32: 2,
  float64: 4,
} as const;
/** Name of a register type. */
export type RegisterType = keyof typeof REGISTER_WORDS;

/**
 * Order of the bytes: ABCD most significant word first, CDAB least significant word first, BADC and DCBA the same with
 * the bytes of each word swapped. The same letters are used for four words.
 */
export const WORD_ORDERS = ["ABCD", "CDAB", "BADC", "DCBA"] as const;

/** An address as it goes on the wire, from zero; manuals often print another number. */
export const wireAddress = z.int().min(0).max(65_535);

/**
 * The number that the manual prints for an address, and the one that it prints for address zero (1, 30001, 40001).
 * Kept because reading one register too far is the commonest mistake: the two must give the wire address.
 */
const manualNumber = z.strictObject({ number: z.int().min(0), first: z.int().min(0) });

const registerFields = {
  function_code: z.union([z.literal(3), z.literal(4)]),
  address: wireAddress,
  manual: manualNumber.optional(),
  type: z.enum(Object.keys(REGISTER_WORDS) as [RegisterType, ...RegisterType[]]),
  order: z.enum(WORD_ORDERS),
  /** What one count of the raw number is worth, in `unit`. */
  scale: positiveDecimal,
  /** Raw patterns that mean "no value", as hex of the whole number. */
  not_available: z.array(z.string().regex(/^0x[0-9A-F]{2,16}$/)).max(DEVICE_ENTRIES_MAX),
  source: deviceText,
};

/** The billing register: cumulative, in whole atoms after scaling; `step` says what is dropped otherwise. */
export const billingRegister = z
  .strictObject({
    ...registerFields,
    unit: z.enum(["Wh", "kWh", "MWh", "L", "m3"]),
    /** Readings are rounded down to a whole multiple of this, in `unit`. Needed where raw × scale is not whole atoms. */
    step: positiveDecimal.optional(),
  })
  .refine(manualAgrees, { path: ["manual"], message: "number - first must be the wire address" })
  .refine((register) => register.step === undefined || wholeAtoms(register.step, register.unit), {
    path: ["step"],
    message: "must be a whole number of atoms",
  })
  .refine((register) => register.step !== undefined || isExact(register), {
    path: ["step"],
    message: "needed here: raw × scale is not always a whole number of atoms",
  });
/** The billing register. */
export type BillingRegister = z.infer<typeof billingRegister>;

/** A register that is shown and never billed. */
export const displayRegister = z
  .strictObject({
    quantity: z.enum(["power", "flow"]),
    ...registerFields,
    unit: z.enum(["W", "kW", "L/h", "m3/h"]),
  })
  .refine(manualAgrees, { path: ["manual"], message: "number - first must be the wire address" });
/** A display register. */
export type DisplayRegister = z.infer<typeof displayRegister>;

/** The unit of a billing register; the schema holds only names that exist. */
export function billingUnit(register: { unit: string }): Unit {
  const unit = unitNamed(register.unit);
  if (unit === undefined) throw new Error(`no unit ${register.unit}: the schema lets none through`);
  return unit;
}

function manualAgrees(register: {
  address: number;
  manual?: { number: number; first: number } | undefined;
}): boolean {
  const { manual } = register;
  return manual === undefined || manual.number - manual.first === register.address;
}

function isExact(register: { type: RegisterType; scale: string; unit: string }): boolean {
  return !register.type.startsWith("float") && wholeAtoms(register.scale, register.unit);
}

/** Whether a decimal in a unit is a whole number of atoms. */
export function wholeAtoms(text: string, unitName: string): boolean {
  const unit = unitNamed(unitName);
  if (unit === undefined) return false;
  const [whole = "", fraction = ""] = text.split(".");
  return (BigInt(whole + fraction) * unit.atoms) % 10n ** BigInt(fraction.length) === 0n;
}
