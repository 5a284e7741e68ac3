/**
 * What can be asked of a Modbus unit, and what comes of it: never an exception, always a value of a union.
 */
import type { FieldFault } from "../driver.ts";

/** Function codes that read: coils, discrete inputs, holding registers, input registers. */
export type ReadCode = 1 | 2 | 3 | 4;
/** Reads `count` registers (or bits) from a wire address. */
export type ReadRequest = { functionCode: ReadCode; address: number; count: number };
/** Writes one coil (5), one register (6) or several (16). Values of a coil are 0 and 1. */
export type WriteRequest = { functionCode: 5 | 6 | 16; address: number; values: readonly number[] };

/** Faults that a link can have. */
export type LinkFault = Extract<
  FieldFault,
  "timeout" | "unreachable" | "malformed" | "refused" | "busy" | "closed"
>;
/** A call that gave nothing; `exception` is the unit's Modbus exception code where it sent one. */
export type Failed = { ok: false; fault: LinkFault; message: string; exception?: number };
/** Words (or bits as 0 and 1) in the order of their addresses. */
export type WordsResult = { ok: true; words: number[] } | Failed;
/** A write whose echo was the same as what was asked. It says nothing about what the device did. */
export type WriteResult = { ok: true } | Failed;

/** Meaning of the exception codes, and the fault that each is to us. */
const EXCEPTIONS: Record<number, { fault: LinkFault; text: string }> = {
  1: { fault: "refused", text: "function not supported" },
  2: { fault: "refused", text: "no such register" },
  3: { fault: "refused", text: "value or length not allowed" },
  4: { fault: "refused", text: "device failure" },
  5: { fault: "busy", text: "accepted, still working" },
  6: { fault: "busy", text: "device busy" },
  10: { fault: "unreachable", text: "gateway has no path to the unit" },
  11: { fault: "timeout", text: "unit behind the gateway does not answer" },
};

/** A refusal of the link's own. */
export function failed(fault: LinkFault, message: string): Failed {
  return { ok: false, fault, message };
}

/** The unit answered with an exception: a clear refusal, after which the connection goes on. */
export function exceptionFault(unit: number, code: number): Failed {
  const { fault, text } = EXCEPTIONS[code] ?? { fault: "refused", text: "unknown reason" };
  return {
    ok: false,
    fault,
    message: `unit ${unit} answers exception ${code}: ${text}`,
    exception: code,
  };
}
