/**
 * Judges a meter's answer: a reading counts only if it carries the identity of the meter that was asked.
 */
import { APPLICATION_BUSY } from "../decode/application-error.ts";
import type { Frame } from "../decode/frame.ts";
import { HEADER_BYTES, type MeterHeader } from "../decode/header.ts";
import { formatHex } from "../decode/hex.ts";
import type { DataRecord } from "../decode/records.ts";
import { decodeFrame } from "../decode/telegram.ts";
import type { Verdict } from "./ask.ts";
import { refusal } from "./refusal.ts";

/** What the answer must carry; undefined where it is not known yet. */
export type Expected = { address: number | undefined; id: string | undefined };

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
    const answer = decodeFrame(frame);
    if (!answer.ok) return { ...refusal("malformed", answer.fault.message), again: false };
    const { telegram } = answer.value;
    if (telegram.kind === "error") {
      const fault = telegram.error.code === APPLICATION_BUSY ? "busy" : "refused";
      return { ...refusal(fault, `the meter reports: ${telegram.error.text}`), again: false };
    }
    const { header, records, moreFollows } = telegram;
    if (expected.id !== undefined && header.id !== expected.id) {
      return stranger(`meter ${header.id} answered, ${expected.id} was asked`);
    }
    const content = formatHex(frame.data.subarray(HEADER_BYTES));
    return { ok: true, value: { address: frame.address, header, records, moreFollows, content } };
  };
}

function stranger(message: string): Verdict<never> {
  return { ...refusal("wrong_identity", message), again: true };
}
