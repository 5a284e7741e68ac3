/**
 * What a message centre's answer means for what was sent (SMPP 3.4, 5.1.3).
 */
import smpp from "smpp";

/** The one status of success. */
export const OK = 0;

const NAMES = new Map(Object.entries(smpp.errors).map(([name, code]) => [code, name]));

/** It has too much to do: the same is taken later. */
const BUSY = ["ESME_RTHROTTLED", "ESME_RMSGQFUL"];
/** Sending the same again cannot help. */
const FINAL = [
  "ESME_RINVMSGLEN",
  "ESME_RINVSRCADR",
  "ESME_RINVDSTADR",
  "ESME_RINVESMCLASS",
  "ESME_RINVSRCTON",
  "ESME_RINVSRCNPI",
  "ESME_RINVDSTTON",
  "ESME_RINVDSTNPI",
  "ESME_RINVDCS",
  "ESME_RINVEXPIRY",
  "ESME_RINVSCHED",
  "ESME_RX_P_APPN",
  "ESME_RX_R_APPN",
  "ESME_RPROHIBITED",
];
/** What refuses a bind until somebody changes something. */
const UNWELCOME = ["ESME_RINVPASWD", "ESME_RINVSYSID", "ESME_RBINDFAIL", "ESME_RINVSYSTYP"];

/** The name of a status, or its number for one of a vendor's own. */
export function statusName(status: number): string {
  return NAMES.get(status) ?? `status 0x${status.toString(16).padStart(8, "0")}`;
}

/** What is to be done about a status: a vendor's own counts as one that may pass. */
export function meaningOf(status: number): "taken" | "busy" | "final" | "later" {
  if (status === OK) return "taken";
  const name = statusName(status);
  if (BUSY.includes(name)) return "busy";
  return FINAL.includes(name) ? "final" : "later";
}

/** Whether a refused bind is about who binds. */
export function isUnwelcome(status: number): boolean {
  return UNWELCOME.includes(statusName(status));
}
