/**
 * Device file of a BACnet meter: which properties name it, which object is billed, and its relay if any. Object instances
 * are `instance + stride × point`, so that one file covers a panel that holds several meters; the roster's address names
 * the device and the point.
 */
import { z } from "zod";
import {
  commonFields,
  deviceText,
  plausibility,
  pollHints,
  positiveDecimal,
  warnsExactly,
} from "./common.ts";
import { billingUnit, wholeAtoms } from "./modbus-register.ts";

/** Largest instance of an object (22 bits, the last one is a wildcard). */
export const BACNET_INSTANCE_MAX = 4_194_302;
/** Longest time a relay may take to show its new state, in milliseconds. */
const SETTLE_MS_MAX = 60_000;
/** Bounds of a subscription's lifetime: renewed at half of it. */
const COV_LIFETIME_S = { min: 60, max: 86_400 };
/** A count of this many atoms is a coarse step: 0.1 kWh, 0.1 m³. */
const COARSE_ATOMS = { Wh: 100, mL: 100_000 };

/** Types of objects that a billing register can be, by the number that goes on the wire. */
export const BACNET_REGISTER_TYPES = {
  accumulator: 23,
  analog_input: 0,
  analog_value: 2,
  integer_value: 45,
  large_analog_value: 46,
  positive_integer_value: 48,
} as const;
/** Types of objects that a relay can be. */
export const BACNET_RELAY_TYPES = { binary_output: 4, binary_value: 5 } as const;
/** Types that a relay can be read back by: a contact of its own is an input. */
export const BACNET_READ_BACK_TYPES = { binary_input: 3, ...BACNET_RELAY_TYPES } as const;
/** Properties that a serial number can be in. */
export const BACNET_SERIAL_PROPERTIES = {
  serial_number: 372,
  object_name: 77,
  description: 28,
  location: 58,
} as const;

const instance = {
  instance: z.int().min(0).max(BACNET_INSTANCE_MAX),
  /** From one point (meter) of the device to the next. */
  stride: z.int().min(0).max(BACNET_INSTANCE_MAX),
};

/** The serial number's place; `object` is the device itself or an object that belongs to the point. */
const serialRule = z.strictObject({
  rule: z.literal("serial"),
  object: z.union([
    z.literal("device"),
    z.strictObject({ type: namesOf(BACNET_REGISTER_TYPES), ...instance }),
  ]),
  property: namesOf(BACNET_SERIAL_PROPERTIES),
  /** What stands before the number in the property's text. */
  prefix: z.string().min(1).max(32).optional(),
  source: deviceText,
});
/** A model that tells no serial number: all that names it is its device instance, at its address. */
const instanceRule = z.strictObject({ rule: z.literal("device_instance"), reason: deviceText });

/** How the present value counts; all others are refused. */
const billing = z.strictObject({
  object: z.strictObject({ type: namesOf(BACNET_REGISTER_TYPES), ...instance }),
  /**
   * `unsigned` and `signed` are exact; `real` is float32 and `double` float64: only with a step, and a `real` with the
   * warning coarse_float32.
   */
  encoding: z.enum(["unsigned", "signed", "real", "double"]),
  /** What one count is worth, in `unit`; an accumulator's own scale property must say the same where it is read. */
  scale: positiveDecimal,
  /** Whether the accumulator's scale is read with each value, and refused when it is another. */
  check_scale: z.boolean(),
  /** The accumulator's prescale as it was commissioned: read with each value, and refused when it is another. */
  prescale: z
    .strictObject({
      multiplier: z.int().min(1).max(0xffff_ffff),
      modulo_divide: z.int().min(1).max(0xffff_ffff),
    })
    .optional(),
  /** The engineering unit's number in the object's `units`; read with each value, and refused when it is another. */
  units: z.int().min(0).max(65_535).optional(),
  unit: z.enum(["Wh", "kWh", "MWh", "L", "m3"]),
  /** Readings are rounded down to a whole multiple of this, in `unit`. Needed where a count is not whole atoms. */
  step: positiveDecimal.optional(),
  source: deviceText,
});

const binary = z.union([z.literal(0), z.literal(1)]);

/** A relay: what is written at which priority, and where its state is read back. */
const bacnetRelay = z.strictObject({
  object: z.strictObject({ type: namesOf(BACNET_RELAY_TYPES), ...instance }),
  /** Priority of our writes; 1 and 2 belong to the safety of life, 6 to minimum on and off times. */
  priority: z
    .int()
    .min(3)
    .max(16)
    .refine((value) => value !== 6, "6 is kept for minimum times"),
  cut: binary,
  /** The value that restores, or `relinquish`: our place in the priority array is given up. */
  restore: z.union([binary, z.literal("relinquish")]),
  read_back: z.strictObject({
    object: z.strictObject({ type: namesOf(BACNET_READ_BACK_TYPES), ...instance }),
    connected: binary,
  }),
  /** What the read-back proves: the main `contact`, or only the `command` that the object was given. */
  proof: z.enum(["contact", "command"]),
  settle_ms: z.int().min(100).max(SETTLE_MS_MAX),
  source: deviceText,
});
/** The relay of a BACnet device file. */
export type BacnetRelay = z.infer<typeof bacnetRelay>;

const plain = z.strictObject({
  protocol: z.literal("bacnet"),
  ...commonFields,
  /** `model_name` is the device object's own, and checked in each poll. */
  model_name: z.string().min(1).max(64).optional(),
  identity: z.discriminatedUnion("rule", [serialRule, instanceRule]),
  billing,
  relay: bacnetRelay.optional(),
  /** Change of value of the billing object, where the model offers it: lifetime of a subscription, in seconds. */
  cov: z
    .strictObject({ lifetime_s: z.int().min(COV_LIFETIME_S.min).max(COV_LIFETIME_S.max) })
    .optional(),
  limits: z.strictObject({
    /** Whether several properties can be asked for at once (ReadPropertyMultiple). */
    read_multiple: z.boolean(),
    ...plausibility,
  }),
  poll: z.strictObject(pollHints),
});

/** A BACnet device file. What its parts say of each other must fit. */
export const bacnetDevice = plain.superRefine((file, context) => {
  const { billing: register, identity, relay } = file;
  const warned = [
    ["no_serial", identity.rule === "device_instance"],
    ["disputed_map", file.confidence === "disputed"],
    ["coarse_float32", register.encoding === "real"],
    ["coarse_step", isCoarse(register)],
    ["read_back_of_command", relay?.proof === "command"],
  ] as const;
  for (const [code, holds] of warned) {
    if (warnsExactly(file.warnings, code, holds)) continue;
    const message = holds ? `needs the warning ${code}` : `has no reason for the warning ${code}`;
    context.addIssue({ code: "custom", path: ["warnings"], message });
  }
  const isFloat = register.encoding === "real" || register.encoding === "double";
  const exact = !isFloat && wholeAtoms(register.scale, register.unit);
  const stepIsWhole = register.step !== undefined && wholeAtoms(register.step, register.unit);
  if (register.step === undefined ? !exact : !stepIsWhole) {
    const message =
      "a step of whole atoms is needed: a count is not always a whole number of atoms";
    context.addIssue({ code: "custom", path: ["billing", "step"], message });
  }
  const named = identity.rule === "serial" ? identity.object : undefined;
  if (
    named !== undefined &&
    register.object.stride > 0 &&
    (named === "device" || named.stride === 0)
  ) {
    const message = "a serial number that all points share names none of them: it needs a stride";
    context.addIssue({ code: "custom", path: ["identity", "object"], message });
  }
  const counts = register.object.type === "accumulator";
  if (!counts && (register.check_scale || register.prescale !== undefined)) {
    const message = "only an accumulator has a scale and a prescale";
    context.addIssue({ code: "custom", path: ["billing", "object"], message });
  }
});
/** A BACnet device file. */
export type BacnetDevice = z.infer<typeof bacnetDevice>;

/** Whether one count is worth so much that a small balance can be passed by a single step. */
function isCoarse(register: z.infer<typeof billing>): boolean {
  const unit = billingUnit(register);
  const worth = Number(register.step ?? register.scale) * Number(unit.atoms);
  return worth >= COARSE_ATOMS[unit.atom === "Wh" ? "Wh" : "mL"];
}

function namesOf<const Names extends Record<string, number>>(names: Names) {
  return z.enum(Object.keys(names) as [keyof Names & string, ...(keyof Names & string)[]]);
}
