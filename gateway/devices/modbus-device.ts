/**
 * Device file of a Modbus meter.
 */
import { z } from "zod";
import {
  commonFields,
  deviceText,
  plausibility,
  pollHints,
  type WARNINGS,
  warnsExactly,
} from "./common.ts";
import { CLOCK_WORDS, modbusClock } from "./modbus-clock.ts";
import { modbusLimit } from "./modbus-limit.ts";
import {
  billingRegister,
  billingUnit,
  displayRegister,
  REGISTER_WORDS,
  WORD_ORDERS,
  wireAddress,
} from "./modbus-register.ts";
import { modbusRelay } from "./modbus-relay.ts";

/** Most registers that one Modbus request can ask for, by the protocol. */
const REQUEST_WORDS_MAX = 125;
/** Most display registers of a file. */
const DISPLAY_REGISTERS_MAX = 4;
/** A serial number is read at least at every n-th poll. */
const IDENTITY_EVERY_MAX = 60;

/** A count of this many atoms is a coarse step: 0.1 kWh, 0.1 m³. */
const COARSE_ATOMS = { Wh: 100, mL: 100_000 };

/** The registers that hold the serial number; numbers are written with leading zeros to `digits`. */
const serialRule = z.strictObject({
  rule: z.literal("serial"),
  function_code: z.union([z.literal(3), z.literal(4)]),
  address: wireAddress,
  type: z.enum(["u32", "u64", "ascii"]),
  order: z.enum(WORD_ORDERS),
  /** Registers that the number takes. */
  words: z.int().min(1).max(16),
  digits: z.int().min(1).max(32),
  source: deviceText,
});

/** A model that tells no serial number: all that names it is its unit address on its connection. */
const addressRule = z.strictObject({ rule: z.literal("unit_and_connection"), reason: deviceText });

const plain = z.strictObject({
  protocol: z.literal("modbus"),
  ...commonFields,
  identity: z.discriminatedUnion("rule", [serialRule, addressRule]),
  billing: billingRegister,
  display: z.array(displayRegister).max(DISPLAY_REGISTERS_MAX),
  relay: modbusRelay.optional(),
  limit: modbusLimit.optional(),
  clock: modbusClock.optional(),
  /** How the model speaks when it dials in to the gateway; `rtu` unless told. */
  dial_in: z.strictObject({ framing: z.enum(["rtu", "tcp"]) }).optional(),
  limits: z.strictObject({
    /** Most registers a request may ask for. */
    request_words: z.int().min(1).max(REQUEST_WORDS_MAX),
    /** Most registers without meaning that a request may span; 0 where the device refuses to read across gaps. */
    gap_words: z.int().min(0).max(REQUEST_WORDS_MAX),
    ...plausibility,
  }),
  poll: z.strictObject({
    ...pollHints,
    /** The serial number is read in every n-th poll, and always on a new connection and before a relay is moved. */
    identity_every: z.int().min(1).max(IDENTITY_EVERY_MAX),
  }),
});

/** A Modbus device file. */
export const modbusDevice = plain.superRefine((file, context) => {
  for (const { code, holds } of saidBy(file)) {
    if (warnsExactly(file.warnings, code, holds)) continue;
    const message = holds ? `needs the warning ${code}` : `has no reason for the warning ${code}`;
    context.addIssue({ code: "custom", path: ["warnings"], message });
  }
  const { identity } = file;
  if (
    identity.rule === "serial" &&
    identity.type !== "ascii" &&
    identity.words !== REGISTER_WORDS[identity.type]
  ) {
    const message = `a ${identity.type} takes ${REGISTER_WORDS[identity.type]}`;
    context.addIssue({ code: "custom", path: ["identity", "words"], message });
  }
  const widest = widestRead(file);
  if (widest > file.limits.request_words) {
    const message = `must be at least ${widest}, so that no number is read in two halves`;
    context.addIssue({ code: "custom", path: ["limits", "request_words"], message });
  }
  if (file.limit !== undefined && limitAtom(file.limit.unit) !== billingUnit(file.billing).atom) {
    const message = "must be power for energy, flow for volume";
    context.addIssue({ code: "custom", path: ["limit", "unit"], message });
  }
  if (
    file.relay?.idle_power_w !== undefined &&
    !file.display.some((one) => one.quantity === "power")
  ) {
    const message = "needs a display register of power";
    context.addIssue({ code: "custom", path: ["relay", "idle_power_w"], message });
  }
});
/** A Modbus device file. */
export type ModbusDevice = z.infer<typeof modbusDevice>;

type Plain = z.infer<typeof plain>;

function saidBy(file: Plain): {
  code: (typeof WARNINGS)[number];
  holds: boolean;
}[] {
  return [
    { code: "no_serial", holds: file.identity.rule === "unit_and_connection" },
    { code: "disputed_map", holds: file.confidence === "disputed" },
    { code: "coarse_float32", holds: file.billing.type === "float32" },
    { code: "coarse_step", holds: isCoarse(file.billing) },
    { code: "read_back_of_command", holds: file.relay?.proof === "command" },
  ];
}

function limitAtom(unit: string): string {
  return unit.endsWith("W") ? "Wh" : "mL";
}

/** Whether one count is worth so much that a small balance can be passed by a single step. */
function isCoarse(billing: Plain["billing"]): boolean {
  const unit = billingUnit(billing);
  return (
    Number(billing.step ?? billing.scale) * Number(unit.atoms) >=
    COARSE_ATOMS[unit.atom === "Wh" ? "Wh" : "mL"]
  );
}

function widestRead(file: Plain): number {
  const identity = file.identity.rule === "serial" ? file.identity.words : 0;
  return Math.max(
    identity,
    REGISTER_WORDS[file.billing.type],
    file.relay?.read_back.mask.length ?? 0,
    file.limit === undefined ? 0 : REGISTER_WORDS[file.limit.type],
    file.clock === undefined ? 0 : CLOCK_WORDS[file.clock.kind],
  );
}
