/**
 * Delivery receipts (SMPP 3.4, appendix B): fields where the message centre sends them, else its text.
 */
import type { Pdu } from "smpp";
import { FAULT_MAX } from "../../registry/schema/notifications.ts";

/** What a receipt says of a part. */
export type Receipt = {
  reference: string;
  state: "delivered" | "failed";
  fault: string | null;
};

/** Bits of `esm_class` that tell a receipt of the message centre. */
const TYPE_BITS = 0x3c;
const RECEIPT_TYPE = 0x04;
/** `message_state` by its number. */
const STATES = [
  "",
  "ENROUTE",
  "DELIVRD",
  "EXPIRED",
  "DELETED",
  "UNDELIV",
  "ACCEPTD",
  "UNKNOWN",
  "REJECTD",
];
const FAILED = ["EXPIRED", "DELETED", "UNDELIV", "REJECTD"];
/** Most characters of a receipt's text that are looked at. */
const TEXT_LOOKED_MAX = 512;

/** Reads a receipt; undefined for what is none, or says of no end. */
export function receiptOf(pdu: Pdu): Receipt | undefined {
  if ((Number(pdu["esm_class"] ?? 0) & TYPE_BITS) !== RECEIPT_TYPE) return undefined;
  const text = textOf(pdu["short_message"]).slice(0, TEXT_LOOKED_MAX);
  const field = (name: string): string | undefined =>
    new RegExp(`(?:^|\\s)${name}:(\\S{1,65})`, "i").exec(text)?.[1];
  const named = pdu["receipted_message_id"];
  const reference = typeof named === "string" && named !== "" ? named : field("id");
  const state = STATES[Number(pdu["message_state"] ?? 0)] || (field("stat") ?? "").toUpperCase();
  if (reference === undefined) return undefined;
  if (state.startsWith("DELIV")) return { reference, state: "delivered", fault: null };
  if (!FAILED.includes(state)) return undefined;
  const code = field("err");
  const why = code === undefined || /^0*$/.test(code) ? state : `${state}, error ${code}`;
  return { reference, state: "failed", fault: printable(why).slice(0, FAULT_MAX) };
}

/**
 * How else the same id may be written: the answer to a submission often has it in hexadecimal digits and the receipt in decimal
 * ones, in another case, or with zeros in front.
 */
export function spellingsOf(reference: string): string[] {
  const bare = reference.replace(/^0+(?=.)/, "");
  const numbers = [
    ...(/^\d{1,20}$/.test(bare) ? [BigInt(bare).toString(16)] : []),
    ...(/^[0-9a-f]{1,16}$/i.test(bare) ? [BigInt(`0x${bare}`).toString()] : []),
  ];
  const all = [bare, ...numbers].flatMap((each) => [each, each.toLowerCase(), each.toUpperCase()]);
  return [...new Set(all)].filter((each) => each !== reference);
}

function textOf(message: unknown): string {
  const text = (message as { message?: unknown } | undefined)?.message ?? message;
  if (Buffer.isBuffer(text)) return text.toString("latin1");
  return typeof text === "string" ? text : "";
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
