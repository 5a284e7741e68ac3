/**
 * What a device's error, reject or abort means to us.
 */
import type { Apdu } from "../../../engine/contract/bacnet/apdu.ts";
import { ERROR_CODE } from "../../../engine/contract/bacnet/names.ts";
import type { FieldFault } from "../driver.ts";
import type { Failed } from "./calls.ts";

const ERRORS: Record<number, { fault: FieldFault; text: string }> = {
  [ERROR_CODE.deviceBusy]: { fault: "busy", text: "busy" },
  [ERROR_CODE.unknownObject]: { fault: "refused", text: "no such object" },
  [ERROR_CODE.unknownProperty]: { fault: "refused", text: "no such property" },
  [ERROR_CODE.writeAccessDenied]: { fault: "refused", text: "it may not be written" },
  [ERROR_CODE.valueOutOfRange]: { fault: "refused", text: "the value is out of range" },
  [ERROR_CODE.serviceRequestDenied]: { fault: "refused", text: "the service is denied" },
};

/** The refusal that an error, reject or abort is. */
export function refusalOf(
  said: Extract<Apdu, { kind: "error" | "reject" | "abort" }>,
  peer: string,
): Failed {
  if (said.kind === "error") {
    const { errorClass, errorCode } = said;
    const { fault, text } = errorMeaning(errorCode);
    const message = `${peer} answers error ${errorClass}/${errorCode}: ${text}`;
    return { ok: false, fault, message, said: { kind: "error", errorClass, errorCode } };
  }
  const message = `${peer} answers ${said.kind} ${said.reason}`;
  return { ok: false, fault: "refused", message, said: { kind: said.kind, reason: said.reason } };
}

/** The fault and the words of an error code. */
export function errorMeaning(errorCode: number): { fault: FieldFault; text: string } {
  return ERRORS[errorCode] ?? { fault: "refused", text: "its meaning is in the standard" };
}
