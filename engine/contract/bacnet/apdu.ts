/**
 * The header of a message (clause 20.1): request, acknowledgement, segment, error, reject or abort.
 */
import { BacnetFault, ByteReader, ByteWriter } from "./bytes.ts";
import { readTag } from "./tags.ts";
import { smallOf, writeValue } from "./values.ts";

/** A part of a long message: its number, how many the other side may send at once, and whether more follow. */
export type Segment = { sequence: number; window: number; more: boolean };

/** A message. `body` is the service's own part. */
export type Apdu =
  | {
      kind: "confirmed";
      service: number;
      invokeId: number;
      segment?: Segment;
      /** Most segments that the asker takes in an answer; 0 when it takes no segments. */
      segmentsAccepted: number;
      maxApdu: number;
      body: Uint8Array;
    }
  | { kind: "unconfirmed"; service: number; body: Uint8Array }
  | { kind: "simple_ack"; invokeId: number; service: number }
  | { kind: "complex_ack"; invokeId: number; service: number; segment?: Segment; body: Uint8Array }
  | {
      kind: "segment_ack";
      invokeId: number;
      negative: boolean;
      server: boolean;
      sequence: number;
      window: number;
    }
  | { kind: "error"; invokeId: number; service: number; errorClass: number; errorCode: number }
  | { kind: "reject"; invokeId: number; reason: number }
  | { kind: "abort"; invokeId: number; server: boolean; reason: number };

const SEGMENTED = 0x08;
const MORE = 0x04;
const SEGMENTS_TAKEN = 0x02;
/** What the three bits of "segments accepted" mean; 0 is "unspecified", which we read as few. */
const SEGMENTS = [2, 2, 4, 8, 16, 32, 64, 64];
const APDU_LENGTHS = [50, 128, 206, 480, 1_024, 1_476];
const WINDOW_MAX = 127;

/** Reads a message's header. */
export function readApdu(bytes: Uint8Array): Apdu {
  const from = new ByteReader(bytes);
  const first = from.u8();
  switch (first >>> 4) {
    case 0:
      return confirmed(first, from);
    case 1:
      return { kind: "unconfirmed", service: from.u8(), body: from.rest() };
    case 2:
      return { kind: "simple_ack", invokeId: from.u8(), service: from.u8() };
    case 3: {
      const invokeId = from.u8();
      const segment = segmentOf(first, from);
      return { kind: "complex_ack", invokeId, ...segment, service: from.u8(), body: from.rest() };
    }
    case 4: {
      const flags = { negative: (first & 2) !== 0, server: (first & 1) !== 0 };
      const invokeId = from.u8();
      return {
        kind: "segment_ack",
        ...flags,
        invokeId,
        sequence: from.u8(),
        window: windowOf(from),
      };
    }
    case 5:
      return errorOf(from);
    case 6:
      return { kind: "reject", invokeId: from.u8(), reason: from.u8() };
    case 7:
      return { kind: "abort", server: (first & 1) !== 0, invokeId: from.u8(), reason: from.u8() };
    default:
      throw new BacnetFault(`message type ${first >>> 4} is reserved`);
  }
}

function confirmed(first: number, from: ByteReader): Apdu {
  const sizes = from.u8();
  const maxApdu = APDU_LENGTHS[sizes & 0x0f];
  if (maxApdu === undefined) throw new BacnetFault("a longest message of a reserved length");
  const taken = (first & SEGMENTS_TAKEN) !== 0;
  const segmentsAccepted = taken ? (SEGMENTS[(sizes >>> 4) & 7] ?? 2) : 0;
  const invokeId = from.u8();
  const segment = segmentOf(first, from);
  const service = from.u8();
  return {
    kind: "confirmed",
    invokeId,
    segmentsAccepted,
    maxApdu,
    ...segment,
    service,
    body: from.rest(),
  };
}

function segmentOf(first: number, from: ByteReader): { segment?: Segment } {
  if ((first & SEGMENTED) === 0) return {};
  const sequence = from.u8();
  return { segment: { sequence, window: windowOf(from), more: (first & MORE) !== 0 } };
}

function windowOf(from: ByteReader): number {
  const window = from.u8();
  if (window < 1 || window > WINDOW_MAX) throw new BacnetFault(`a window of ${window}`);
  return window;
}

/** Class and code stand first in every error; what some services add behind them is left alone. */
function errorOf(from: ByteReader): Apdu {
  const invokeId = from.u8();
  const service = from.u8();
  const errorClass = enumeratedFrom(from);
  return { kind: "error", invokeId, service, errorClass, errorCode: enumeratedFrom(from) };
}

const ENUMERATED = 9;

function enumeratedFrom(from: ByteReader): number {
  let tag = readTag(from);
  if (tag.kind === "opening") tag = readTag(from);
  if (tag.context || tag.number !== ENUMERATED) throw new BacnetFault("an error without its class");
  return smallOf(from.take(tag.length));
}

/** Writes a message. Requests say that they take answers of up to 1 476 bytes. */
export function writeApdu(apdu: Apdu): Uint8Array {
  const to = new ByteWriter();
  switch (apdu.kind) {
    case "confirmed":
      to.u8(apdu.segmentsAccepted > 0 ? SEGMENTS_TAKEN : 0);
      to.u8(
        (Math.max(0, SEGMENTS.indexOf(apdu.segmentsAccepted, 1)) << 4) |
          APDU_LENGTHS.indexOf(apdu.maxApdu),
      );
      to.u8(apdu.invokeId);
      to.u8(apdu.service);
      break;
    case "unconfirmed":
      to.u8(0x10);
      to.u8(apdu.service);
      break;
    case "simple_ack":
      to.u8(0x20);
      to.u8(apdu.invokeId);
      to.u8(apdu.service);
      break;
    case "complex_ack":
      to.u8(0x30 | (apdu.segment ? SEGMENTED : 0) | (apdu.segment?.more === true ? MORE : 0));
      to.u8(apdu.invokeId);
      if (apdu.segment !== undefined) {
        to.u8(apdu.segment.sequence);
        to.u8(apdu.segment.window);
      }
      to.u8(apdu.service);
      break;
    default:
      shortApdu(to, apdu);
  }
  if ("body" in apdu) to.bytes(apdu.body);
  return to.done();
}

type Short = Extract<Apdu, { kind: "segment_ack" | "error" | "reject" | "abort" }>;

function shortApdu(to: ByteWriter, apdu: Short): void {
  if (apdu.kind === "segment_ack") {
    to.u8(0x40 | (apdu.negative ? 2 : 0) | (apdu.server ? 1 : 0));
    to.u8(apdu.invokeId);
    to.u8(apdu.sequence);
    to.u8(apdu.window);
  } else if (apdu.kind === "error") {
    to.u8(0x50);
    to.u8(apdu.invokeId);
    to.u8(apdu.service);
    writeValue(to, { type: "enumerated", value: apdu.errorClass });
    writeValue(to, { type: "enumerated", value: apdu.errorCode });
  } else {
    to.u8(apdu.kind === "reject" ? 0x60 : 0x70 | (apdu.server ? 1 : 0));
    to.u8(apdu.invokeId);
    to.u8(apdu.reason);
  }
}
