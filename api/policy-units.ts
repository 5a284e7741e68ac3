/**
 * Flows and quantities of supply policies, in the units that people write.
 */
import { z } from "@hono/zod-openapi";
import {
  type Atom,
  atomOf,
  atomsFromText,
  atomsToText,
  type Service,
  type Unit,
  unitNamed,
} from "../engine/contract/services.ts";
import type { POLICY_UNITS } from "./registry/schema/pricing.ts";

/** Unit of a flow → the unit of what passes in an hour. */
const FLOWS: Readonly<Record<string, string>> = {
  W: "Wh",
  kW: "kWh",
  MW: "MWh",
  "mL/h": "mL",
  "L/h": "L",
  "m³/h": "m³",
};
const FLOW_NAMES = Object.keys(FLOWS);
/** Units of quantities that a day's allowance can be in. */
const QUANTITY_NAMES = ["Wh", "kWh", "MWh", "mL", "L", "m³", "s", "min", "h", "count"];
const ATOMS_PER_HOUR_MAX = 0xffff_ffffn;
const ATOMS_MAX = 10n ** 16n - 1n;

/** A flow as it is given. */
export const flowOut = z.object({ value: z.string(), unit: z.string() });
/** A flow as it is asked for, above 0: atoms an hour inside, with the unit. */
export const flowText = z
  .strictObject({ value: z.string(), unit: z.enum(FLOW_NAMES) })
  .transform(({ value, unit }, ctx) => {
    const atoms = atomsFromText(value, flowUnit(unit));
    if (atoms === undefined || atoms <= 0n || atoms > ATOMS_PER_HOUR_MAX) {
      ctx.addIssue({
        code: "custom",
        path: ["value"],
        message: `must be a decimal above 0 of whole ${FLOWS[unit] === undefined ? "atoms" : flowUnit(unit).atom} an hour, at most ${ATOMS_PER_HOUR_MAX} of them`,
      });
      return z.NEVER;
    }
    return { atoms_per_hour: Number(atoms), unit };
  })
  .openapi({ example: { value: "500", unit: "W" } });

/** A quantity as it is asked for, above 0: atoms inside, with the unit. */
export const quantityText = z
  .strictObject({ value: z.string(), unit: z.enum(QUANTITY_NAMES) })
  .transform(({ value, unit }, ctx) => {
    const atoms = atomsFromText(value, quantityUnit(unit));
    if (atoms === undefined || atoms <= 0n || atoms > ATOMS_MAX) {
      ctx.addIssue({
        code: "custom",
        path: ["value"],
        message: `must be a decimal above 0 of whole ${quantityUnit(unit).atom}, at most ${ATOMS_MAX} of them`,
      });
      return z.NEVER;
    }
    return { atoms: String(atoms), unit };
  })
  .openapi({ example: { value: "2", unit: "kWh" } });

/** A flow in its unit. */
export function flowView(flow: { atoms_per_hour: number; unit: string }): z.input<typeof flowOut> {
  const value = atomsToText(BigInt(flow.atoms_per_hour), flowUnit(flow.unit));
  return { value, unit: flow.unit };
}

/** A quantity in its unit. */
export function quantityView(of: { atoms: string; unit: string }): z.input<typeof flowOut> {
  return { value: atomsToText(BigInt(of.atoms), quantityUnit(of.unit)), unit: of.unit };
}

/** Whether a unit of a flow or quantity is one of this service. */
export function isUnitOf(unit: string, service: Service): boolean {
  const atom: Atom | undefined = unitNamed(FLOWS[unit] ?? unit)?.atom;
  return atom === atomOf(service);
}

function flowUnit(name: string): Unit {
  return quantityUnit(FLOWS[name] ?? name);
}

function quantityUnit(name: string): Unit {
  const unit = unitNamed(name);
  if (unit === undefined) throw new Error(`${name} is no unit`);
  return unit;
}

/** A unit of what is held. */
export type PolicyUnit = (typeof POLICY_UNITS)[number];

/** Atoms of what is held in one of it; 1 for money, whose micros are told as they are. */
export function atomsIn(unit: PolicyUnit | null): bigint {
  return unit === null ? 1n : quantityUnit(unit).atoms;
}
