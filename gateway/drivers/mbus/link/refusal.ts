/**
 * How a conversation on the bus fails. The codes are those that every field driver gives.
 */
import type { FieldFault } from "../../driver.ts";

/** Why nothing that can be used came back. */
export type Refusal = { ok: false; fault: FieldFault; message: string };

/** A refusal as a value. */
export function refusal(fault: FieldFault, message: string): Refusal {
  return { ok: false, fault, message };
}
