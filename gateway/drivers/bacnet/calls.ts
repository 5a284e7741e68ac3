/**
 * What comes of a request: an acknowledgement, or a refusal with what the device said. Never an exception.
 */
import type { FieldFault } from "../driver.ts";

/** A request that gave nothing. `said` is the device's own word, where it answered. */
export type Failed = {
  ok: false;
  fault: FieldFault;
  message: string;
  said?:
    | { kind: "error"; errorClass: number; errorCode: number }
    | { kind: "reject"; reason: number }
    | { kind: "abort"; reason: number };
};

/** An acknowledgement: the service's own part of it, empty for a write. */
export type Acknowledged = { ok: true; body: Uint8Array };

/** A refusal of our own. */
export function failed(fault: FieldFault, message: string): Failed {
  return { ok: false, fault, message };
}
