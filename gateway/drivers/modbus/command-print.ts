/**
 * How a look at a meter is printed.
 */
import { atomsToText } from "../../../engine/contract/services.ts";
import { billingUnit } from "../../devices/modbus-register.ts";
import type { MeterAsked } from "./command-args.ts";
import type { Seen } from "./poll.ts";

/** A look as JSON: quantities as exact texts, power and flow as numbers. */
export function jsonOf(seen: Seen, asked: MeterAsked) {
  const { billing } = asked.device;
  const atoms = seen.atoms ?? 0n;
  const shown = seen.display.map(({ quantity, value }) => [quantity, value ?? null]);
  return {
    device: asked.name,
    unit: asked.unit,
    serial: seen.serial ?? null,
    register: atomsToText(atoms, billingUnit(billing)),
    register_unit: billing.unit,
    register_atoms: atoms.toString(),
    relay: seen.relay,
    ...Object.fromEntries(shown),
  };
}

/** A look for people. */
export function textOf(seen: Seen, asked: MeterAsked): string {
  const { billing } = asked.device;
  const lines = [
    `serial    ${seen.serial ?? "not told by this model"}`,
    `register  ${atomsToText(seen.atoms ?? 0n, billingUnit(billing))} ${billing.unit}`,
    ...seen.display.map(
      ({ quantity, value }) => `${quantity.padEnd(10)}${shownValue(quantity, value)}`,
    ),
    `relay     ${seen.relay}`,
  ];
  return `${lines.join("\n")}\n`;
}

function shownValue(quantity: "power" | "flow", value: number | undefined): string {
  if (value === undefined) return "not available";
  return `${Number(value.toPrecision(7))} ${quantity === "power" ? "W" : "L/h"}`;
}
