/**
 * Ways in which a simulated meter misbehaves, in one vocabulary over all protocols.
 */
import type { SlaveFault as BacnetFault } from "../drivers/bacnet/slave-faults.ts";
import type { SlaveFault as MbusFault } from "../drivers/mbus/slave/faults.ts";
import type { SlaveFault as ModbusFault } from "../drivers/modbus/slave-faults.ts";

/** The faults: `relay_lying` acknowledges every command and moves nothing. */
export const FIELD_FAULTS = [
  "silent",
  "garbage",
  "late",
  "wrong_identity",
  "reset",
  "relay_lying",
] as const;
/** A fault. */
export type FieldFaultMode = (typeof FIELD_FAULTS)[number];

/** A late answer comes when nobody waits for it any more. */
const LATE_MS = 3_000;
const ANOTHER_SERIAL = "99999999";

/** The fault as the Modbus slave knows it. */
export function modbusFault(fault: FieldFaultMode): ModbusFault {
  switch (fault) {
    case "late":
      return { kind: "late", delayMs: LATE_MS };
    case "wrong_identity":
      return { kind: "wrong_serial", serial: ANOTHER_SERIAL };
    case "relay_lying":
      return { kind: "lying_relay" };
    default:
      return { kind: fault };
  }
}

/** The fault as the M-Bus slave knows it. */
export function mbusFault(fault: FieldFaultMode): MbusFault {
  if (fault === "wrong_identity") return "wrong_id";
  return fault === "relay_lying" ? "stuck_relay" : fault;
}

/** The fault as the BACnet slave knows it. */
export function bacnetFault(fault: FieldFaultMode): BacnetFault {
  switch (fault) {
    case "late":
      return { kind: "late", delayMs: LATE_MS };
    case "wrong_identity":
      return { kind: "wrong_serial", serial: ANOTHER_SERIAL };
    case "relay_lying":
      return { kind: "lying_relay" };
    default:
      return { kind: fault };
  }
}
