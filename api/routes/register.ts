/**
 * Registers of meters, in the unit that people know their service by.
 */
import { z } from "@hono/zod-openapi";
import { REGISTER_MAX } from "../../engine/contract/frame.ts";
import { atomsFromText, type Service } from "../../engine/contract/services.ts";
import { unitShown } from "../shown-unit.ts";
import { refuseWrong } from "./refuse-wrong.ts";

/** A register as it is asked for. */
export const registerText = z
  .string()
  .regex(/^\d{1,19}(\.\d{1,12})?$/, 'must be a decimal in quotes, such as "4403.82"')
  .openapi({ example: "4403.82" });

/** A register in atoms; throws a Problem that names the place where it is finer than one or beyond what can be counted. */
export function registerAtoms(text: string, service: Service, pointer: string): bigint {
  const unit = unitShown(service);
  const atoms = atomsFromText(text, unit);
  if (atoms !== undefined && atoms <= BigInt(REGISTER_MAX)) return atoms;
  throw refuseWrong(
    pointer,
    `must be whole ${unit.atom} when it is read in ${unit.name}, within what a register can count`,
  );
}
