/**
 * Judges a meter's answer: a reading counts only if it carries the identity of the meter that was asked.
 */
import { APPLICATION_BUSY } from "../decode/application-error.ts";
import type { Frame } from "../decode/frame.ts";
import { HEADER_BYTES, type MeterHeader } from "../decode/header.ts";
import { formatHex } from "../decode/hex.ts";
import type { DataRecord } from "../decode/records.ts";
import type { Fault } from "../decode/result.ts";
import { decodeFrame, decodeIdentity } from "../decode/telegram.ts";
import type { Verdict } from "./ask.ts";
import { refusal } from "./refusal.ts";

/** What the answer must carry; undefined where it is not known yet. */
export type Expected = {
  address: number | undefined;
  id: string | undefined;
  /** Where there is a key, what comes in the clear is refused: it could be anybody's word. */
  key?: Uint8Array | undefined;
};

/** One accepted telegram. `content` is its records as text, by which the same telegram is known again. */
export type AcceptedTelegram = {
  address: number;
  header: MeterHeader;
  records: DataRecord[];
  moreFollows: boolean;
  content: string;
};

/** Checks control field, address and id, and decodes. */
export function judgeAnswer(expected: Expected): (frame: Frame) => Verdict<AcceptedTelegram> {
  return (frame) => {
    if (frame.kind !== "long") {
      return { ...refusal("malformed", "the answer carries no data"), again: true };
    }
    if (expected.address !== undefined && frame.address !== expected.address) {
      return stranger(`address ${frame.address} answered, ${expected.address} was asked`);
    }
    const answer = decodeFrame(frame, expected.key);
    if (!answer.ok) return notDecoded(frame, expected, answer.fault);
    const { telegram } = answer.value;
    if (telegram.kind === "error") {
      const fault = telegram.error.code === APPLICATION_BUSY ? "busy" : "refused";
      return { ...refusal(fault, `the meter reports: ${telegram.error.text}`), again: false };
    }
    const { header, records, moreFollows } = telegram;
    if (expected.id !== undefined && header.id !== expected.id) {
      return stranger(`meter ${header.id} answered, ${expected.id} was asked`);
    }
    if (expected.key !== undefined && !telegram.encrypted) {
      const message = `meter ${header.id} sent its data in the clear, though a key is registered for it`;
      return { ...refusal("not_available", message), again: false };
    }
    const content = formatHex(frame.data.subarray(HEADER_BYTES));
    return { ok: true, value: { address: frame.address, header, records, moreFollows, content } };
  };
}

/** Takes the identity of an answer, whatever is in it. */
export function judgeIdentity(frame: Frame): Verdict<{ address: number; header: MeterHeader }> {
  const answer = decodeIdentity(frame);
  return answer.ok
    ? { ok: true, value: answer.value }
    : { ...refusal("malformed", answer.fault.message), again: true };
}

/** What cannot be read may still say that it comes from somebody else. */
function notDecoded(frame: Frame, { id }: Expected, { code, message }: Fault): Verdict<never> {
  const identity = decodeIdentity(frame);
  if (identity.ok && id !== undefined && identity.value.header.id !== id) {
    return stranger(`meter ${identity.value.header.id} answered, ${id} was asked`);
  }
  if (code === "key") {
    return { ...refusal("not_available", `wrong key: ${message}`), again: false };
  }
  const fault = code === "encrypted" ? "not_available" : "malformed";
  return { ...refusal(fault, message), again: false };
}

function stranger(message: string): Verdict<never> {
  return { ...refusal("wrong_identity", message), again: true };
}
