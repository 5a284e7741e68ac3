/**
 * From the bytes of one frame to a meter's telegram: the decoder's front door.
 */
import { type ApplicationError, applicationError } from "./application-error.ts";
import { type ByteOrder, cursorOver } from "./cursor.ts";
import { readFixed } from "./fixed.ts";
import { type Frame, parseFrame, USER_DATA_OFFSET } from "./frame.ts";
import { HEADER_BYTES, type MeterHeader, readHeader } from "./header.ts";
import { type DataRecord, readRecords } from "./records.ts";
import { accept, type Result, refuse } from "./result.ts";
import { plainRecords } from "./security.ts";

/** What a meter sent as data; `encrypted` tells whether it came so and a key opened it. */
type DataTelegram = {
  kind: "data";
  header: MeterHeader;
  records: DataRecord[];
  moreFollows: boolean;
  encrypted: boolean;
};

/** A meter's answer: its identity and records, or its refusal. */
type Telegram = DataTelegram | { kind: "error"; error: ApplicationError };

/** A frame that carries an answer, and the telegram in it. */
export type Answer = { address: number; telegram: Telegram };

const RESPONSE = 0x08;
/** Bits of the control field that say "response with user data"; access demand and flow control may be set or not. */
const RESPONSE_MASK = 0x4f;

/** Decodes the bytes of exactly one frame, with the meter's AES-128 key (16 bytes) where it encrypts. Never throws. */
export function decodeTelegram(bytes: Uint8Array, key?: Uint8Array): Result<Answer> {
  const frame = parseFrame(bytes);
  return frame.ok ? decodeFrame(frame.value, key) : frame;
}

/** Decodes a frame that the link layer has already checked. */
export function decodeFrame(frame: Frame, key?: Uint8Array): Result<Answer> {
  const long = answerFrame(frame);
  if (!long.ok) return long;
  const { ci, data, address } = long.value;
  const telegram = decodeUserData(ci, data, key);
  return telegram.ok ? accept({ address, telegram: telegram.value }) : telegram;
}

/** Reads only who it is that answers: also of a meter whose records cannot be read. */
export function decodeIdentity(frame: Frame): Result<{ address: number; header: MeterHeader }> {
  const long = answerFrame(frame);
  if (!long.ok) return long;
  const { ci, data, address } = long.value;
  const order = ci === 0x76 ? "highest_first" : "lowest_first";
  if (ci === 0x72 || ci === 0x76) {
    const read = readHeader(cursorOver(data, USER_DATA_OFFSET, order));
    return read.ok ? accept({ address, header: read.value.header }) : read;
  }
  const answer = decodeFrame(frame);
  if (!answer.ok) return answer;
  const { telegram } = answer.value;
  return telegram.kind === "data"
    ? accept({ address, header: telegram.header })
    : refuse("no_data", USER_DATA_OFFSET, `the meter reports: ${telegram.error.text}`);
}

type LongFrame = Extract<Frame, { kind: "long" }>;

function answerFrame(frame: Frame): Result<LongFrame> {
  if (frame.kind !== "long") {
    const what = frame.kind === "ack" ? "an acknowledgement" : "a short frame";
    return refuse("no_data", 0, `${what} carries no data`);
  }
  if ((frame.control & RESPONSE_MASK) !== RESPONSE) {
    const control = frame.control.toString(16).padStart(2, "0").toUpperCase();
    return refuse("direction", 4, `control field ${control} is not that of a meter's answer`);
  }
  return accept(frame);
}

function decodeUserData(
  ci: number,
  data: Uint8Array,
  key: Uint8Array | undefined,
): Result<Telegram> {
  switch (ci) {
    case 0x70:
      return accept({ kind: "error", error: applicationError(data) });
    case 0x72:
      return decodeVariable(data, "lowest_first", key);
    case 0x76:
      return decodeVariable(data, "highest_first", key);
    case 0x73:
      return decodeFixed(data, "lowest_first");
    case 0x77:
      return decodeFixed(data, "highest_first");
    default: {
      const message = `control information ${ci.toString(16).padStart(2, "0").toUpperCase()} is not one that carries a meter's identity and data (70, 72, 73, 76, 77)`;
      return refuse("control_information", USER_DATA_OFFSET - 1, message);
    }
  }
}

function decodeVariable(
  data: Uint8Array,
  order: ByteOrder,
  key: Uint8Array | undefined,
): Result<Telegram> {
  const read = readHeader(cursorOver(data, USER_DATA_OFFSET, order));
  if (!read.ok) return read;
  const { header, security } = read.value;
  const opened = plainRecords(data, { security, order, key });
  if (!opened.ok) return opened;
  const { bytes, encrypted } = opened.value;
  const records = readRecords(cursorOver(bytes, USER_DATA_OFFSET + HEADER_BYTES, order));
  if (!records.ok) return records;
  const moreFollows = records.value.at(-1)?.function === "more";
  return accept({ kind: "data", header, records: records.value, moreFollows, encrypted });
}

function decodeFixed(data: Uint8Array, order: ByteOrder): Result<Telegram> {
  const fixed = readFixed(cursorOver(data, USER_DATA_OFFSET, order));
  return fixed.ok
    ? accept({ kind: "data", ...fixed.value, moreFollows: false, encrypted: false })
    : fixed;
}
