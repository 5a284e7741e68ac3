/**
 * The frame: what a gateway sends and the engine journals. Little-endian; a fixed header, columns of varints,
 * reports of fixed size, and an HMAC-SHA256 tag of all of it under the gateway's key.
 *
 * Two shapes: a *snapshot* holds one reading each of many meters (each with its own time where the times differ);
 * a *profile* holds `perSlot` readings each of few meters, `intervalS` apart, the first at `baseS`.
 * The kernel decodes the same bytes; docs/frames.md tells the layout byte by byte.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { GATEWAY_MAX, SLOTS_MAX } from "./ids.ts";
import {
  type Cursor,
  getVarint,
  getZigzag,
  putVarint,
  putZigzag,
  VARINT_BYTES_MAX,
} from "./varint.ts";

/** "DDF1" read as a little-endian number: the frame's magic and version. */
export const FRAME_MAGIC = 0x3146_4444;
/** Bytes of the fixed header. */
export const FRAME_HEADER_BYTES = 56;
/** Bytes of one report. */
export const REPORT_BYTES = 24;
/** Bytes of the tag at the end. */
export const TAG_BYTES = 32;
/** Longest frame, tag included; a gateway starts another before it is reached. */
export const FRAME_BYTES_MAX = 65_536;
/** Most readings in one frame. */
export const FRAME_READINGS_MAX = 16_384;
/** Most reports in one frame. */
export const FRAME_REPORTS_MAX = 1_024;
/** Highest register in atoms: what a double holds exactly. */
export const REGISTER_MAX = Number.MAX_SAFE_INTEGER;
/** Latest time that a frame can carry: the last second of u32 (2106). */
export const TIME_MAX = 0xffff_ffff;

/** How a value came to be (semantics, glossary). */
export const QUALITY = { actual: 0, estimated: 1 } as const;
/** Name of a quality. */
export type Quality = keyof typeof QUALITY;

/** What a gateway reports beside readings. */
export const REPORT = { supply: 1, clockDrift: 2, tamper: 3 } as const;
/** State in a supply report: what the relay's read-back said, or why a command was not carried out. */
export const SUPPLY_REPORT = {
  connected: 1,
  disconnected: 2,
  limited: 3,
  failed: 4,
  expired: 5,
  ready_for_reconnection: 6,
} as const;

/** One reading: slot, register in atoms, time in epoch seconds. */
export type FrameReading = { slot: number; register: number; atS: number; quality: Quality };
/** One report: `number` is the supply command's, `value` the drift in seconds or the like. */
export type FrameReport = {
  slot: number;
  kind: number;
  state: number;
  atS: number;
  number: number;
  value: number;
};
/** Whose frame it is and where it stands in the gateway's order. */
export type FrameHead = {
  shard: number;
  gateway: number;
  epoch: number;
  sequence: number;
  rosterVersion: number;
};
/** A snapshot: readings in any order, any times. */
export type SnapshotFrame = FrameHead & {
  readings: readonly FrameReading[];
  reports: readonly FrameReport[];
};
/** A profile: for each slot `registers` read at baseS, baseS + intervalS, … */
export type ProfileFrame = FrameHead & {
  baseS: number;
  intervalS: number;
  series: readonly { slot: number; registers: readonly number[] }[];
};

const FLAG_TIMES = 1;
const FLAG_QUALITY = 2;
const SHAPE_SNAPSHOT = 1;
const SHAPE_PROFILE = 2;

/** Encodes and tags a snapshot. Throws a RangeError that names the bound when something does not fit. */
export function encodeSnapshot(frame: SnapshotFrame, key: Uint8Array): Uint8Array {
  const { readings, reports } = frame;
  checkCounts(readings.length, reports.length);
  const baseS = readings[0]?.atS ?? reports[0]?.atS ?? 0;
  const timed = readings.some((reading) => reading.atS !== baseS);
  const qualified = readings.some((reading) => reading.quality !== "actual");
  const writer = startColumns(
    readings.length * (3 * VARINT_BYTES_MAX + 1) + reports.length * REPORT_BYTES,
  );

  let previous = 0;
  const slotBytes = column(writer, () => {
    for (const { slot } of readings) {
      putZigzag(writer, checkedSlot(slot) - previous);
      previous = slot;
    }
  });
  previous = baseS;
  const timeBytes = column(writer, () => {
    if (!timed) return;
    for (const { atS } of readings) {
      putZigzag(writer, checkedTime(atS) - previous);
      previous = atS;
    }
  });
  const registerBytes = column(writer, () => {
    for (const { register } of readings) putVarint(writer, checkedRegister(register));
  });
  const qualityBytes = column(writer, () => {
    if (!qualified) return;
    for (const { quality } of readings) writer.bytes[writer.at++] = QUALITY[quality];
  });
  for (const report of reports) putReport(writer, report);
  const flags = (timed ? FLAG_TIMES : 0) | (qualified ? FLAG_QUALITY : 0);
  return finish(writer, frame, key, {
    shape: SHAPE_SNAPSHOT,
    flags,
    baseS,
    intervalS: 0,
    slots: readings.length,
    perSlot: 1,
    reports: reports.length,
    slotBytes,
    timeBytes,
    registerBytes,
    qualityBytes,
  });
}

/** Encodes and tags a profile. Every series must be of one length. */
export function encodeProfile(frame: ProfileFrame, key: Uint8Array): Uint8Array {
  const { series, baseS, intervalS } = frame;
  const perSlot = series[0]?.registers.length ?? 0;
  checkCounts(series.length * perSlot, 0);
  if (series.some(({ registers }) => registers.length !== perSlot)) {
    throw new RangeError("the series of a profile must all have the same number of readings");
  }
  checkedTime(baseS + intervalS * perSlot);
  const writer = startColumns(series.length * (perSlot + 1) * VARINT_BYTES_MAX);
  let previous = 0;
  const slotBytes = column(writer, () => {
    for (const { slot } of series) {
      putZigzag(writer, checkedSlot(slot) - previous);
      previous = slot;
    }
  });
  const registerBytes = column(writer, () => {
    for (const { registers } of series) putSeries(writer, registers);
  });
  return finish(writer, frame, key, {
    shape: SHAPE_PROFILE,
    flags: 0,
    baseS,
    intervalS,
    slots: series.length,
    perSlot,
    reports: 0,
    slotBytes,
    timeBytes: 0,
    registerBytes,
    qualityBytes: 0,
  });
}

/** What a frame says of itself, read without its columns; undefined when it is no frame or its lengths do not add up. */
export type FrameShape = FrameHead & { readings: number; reports: number };

/** Reads and checks the header and the lengths. */
export function frameShape(frame: Uint8Array): FrameShape | undefined {
  if (frame.length < FRAME_HEADER_BYTES + TAG_BYTES || frame.length > FRAME_BYTES_MAX)
    return undefined;
  const view = viewOf(frame);
  if (view.getUint32(0, true) !== FRAME_MAGIC) return undefined;
  const shape = view.getUint8(4);
  const slots = view.getUint16(32, true);
  const perSlot = view.getUint16(34, true);
  const reports = view.getUint16(36, true);
  const columns =
    view.getUint32(40, true) +
    view.getUint32(44, true) +
    view.getUint32(48, true) +
    view.getUint32(52, true);
  const whole = FRAME_HEADER_BYTES + columns + reports * REPORT_BYTES + TAG_BYTES;
  if (whole !== frame.length || (shape !== SHAPE_SNAPSHOT && shape !== SHAPE_PROFILE))
    return undefined;
  if (slots * perSlot > FRAME_READINGS_MAX || reports > FRAME_REPORTS_MAX) return undefined;
  return {
    shard: view.getUint16(6, true),
    gateway: view.getUint32(8, true),
    epoch: view.getUint32(12, true),
    sequence: view.getUint32(16, true),
    rosterVersion: view.getUint32(20, true),
    readings: slots * perSlot,
    reports,
  };
}

/** Whether the tag at the end is the HMAC-SHA256 of the rest under this key. */
export function tagMatches(frame: Uint8Array, key: Uint8Array): boolean {
  const body = frame.subarray(0, frame.length - TAG_BYTES);
  return timingSafeEqual(
    createHmac("sha256", key).update(body).digest(),
    frame.subarray(frame.length - TAG_BYTES),
  );
}

/** All readings and reports of a frame, for tools and tests; throws a RangeError on a column that does not decode. */
export function decodeFrame(frame: Uint8Array): SnapshotFrame {
  const shape = frameShape(frame);
  if (shape === undefined) throw new RangeError("no frame: magic or lengths are wrong");
  const view = viewOf(frame);
  const slotsAt = FRAME_HEADER_BYTES;
  const timesAt = slotsAt + view.getUint32(40, true);
  const registersAt = timesAt + view.getUint32(44, true);
  const qualitiesAt = registersAt + view.getUint32(48, true);
  const reportsAt = qualitiesAt + view.getUint32(52, true);
  const slots = { bytes: frame.subarray(0, timesAt), at: slotsAt };
  const times = { bytes: frame.subarray(0, registersAt), at: timesAt };
  const registers = { bytes: frame.subarray(0, qualitiesAt), at: registersAt };
  const flags = view.getUint8(5);
  const profile = view.getUint8(4) === SHAPE_PROFILE;
  const baseS = view.getUint32(24, true);
  const readings: FrameReading[] = [];
  let slot = 0;
  let atS = baseS;
  for (let i = 0; i < view.getUint16(32, true); i++) {
    slot += getZigzag(slots);
    if (flags & FLAG_TIMES) atS += getZigzag(times);
    const quality =
      flags & FLAG_QUALITY && frame[qualitiesAt + i] === QUALITY.estimated ? "estimated" : "actual";
    let register = getVarint(registers);
    readings.push({ slot, register, atS, quality });
    for (let k = 1; profile && k < view.getUint16(34, true); k++) {
      register += getZigzag(registers);
      readings.push({ slot, register, atS: baseS + k * view.getUint32(28, true), quality });
    }
  }
  const reports = Array.from({ length: shape.reports }, (_, i) =>
    getReport(view, reportsAt + i * REPORT_BYTES),
  );
  const { shard, gateway, epoch, sequence, rosterVersion } = shape;
  return { shard, gateway, epoch, sequence, rosterVersion, readings, reports };
}

type Layout = {
  shape: number;
  flags: number;
  baseS: number;
  intervalS: number;
  slots: number;
  perSlot: number;
  reports: number;
  slotBytes: number;
  timeBytes: number;
  registerBytes: number;
  qualityBytes: number;
};

function finish(writer: Cursor, head: FrameHead, key: Uint8Array, layout: Layout): Uint8Array {
  const length = writer.at + TAG_BYTES;
  if (length > FRAME_BYTES_MAX)
    throw new RangeError(`a frame is longer than FRAME_BYTES_MAX (${FRAME_BYTES_MAX})`);
  if (head.gateway > GATEWAY_MAX)
    throw new RangeError(`a gateway number is over GATEWAY_MAX (${GATEWAY_MAX})`);
  const view = viewOf(writer.bytes);
  view.setUint32(0, FRAME_MAGIC, true);
  view.setUint8(4, layout.shape);
  view.setUint8(5, layout.flags);
  view.setUint16(6, head.shard, true);
  view.setUint32(8, head.gateway, true);
  view.setUint32(12, head.epoch, true);
  view.setUint32(16, head.sequence, true);
  view.setUint32(20, head.rosterVersion, true);
  view.setUint32(24, layout.baseS, true);
  view.setUint32(28, layout.intervalS, true);
  view.setUint16(32, layout.slots, true);
  view.setUint16(34, layout.perSlot, true);
  view.setUint16(36, layout.reports, true);
  view.setUint32(40, layout.slotBytes, true);
  view.setUint32(44, layout.timeBytes, true);
  view.setUint32(48, layout.registerBytes, true);
  view.setUint32(52, layout.qualityBytes, true);
  const body = writer.bytes.subarray(0, writer.at);
  writer.bytes.set(createHmac("sha256", key).update(body).digest(), writer.at);
  return writer.bytes.slice(0, length);
}

function startColumns(room: number): Cursor {
  return { bytes: new Uint8Array(FRAME_HEADER_BYTES + room + TAG_BYTES), at: FRAME_HEADER_BYTES };
}

function column(writer: Cursor, write: () => void): number {
  const start = writer.at;
  write();
  return writer.at - start;
}

function putSeries(writer: Cursor, registers: readonly number[]): void {
  let previous: number | undefined;
  for (const register of registers) {
    checkedRegister(register);
    if (previous === undefined) putVarint(writer, register);
    else putZigzag(writer, register - previous);
    previous = register;
  }
}

function putReport(writer: Cursor, report: FrameReport): void {
  const view = viewOf(writer.bytes);
  view.setUint32(writer.at, checkedSlot(report.slot), true);
  view.setUint8(writer.at + 4, report.kind);
  view.setUint8(writer.at + 5, report.state);
  view.setUint32(writer.at + 8, checkedTime(report.atS), true);
  view.setUint32(writer.at + 12, report.number, true);
  view.setBigInt64(writer.at + 16, BigInt(report.value), true);
  writer.at += REPORT_BYTES;
}

function getReport(view: DataView, at: number): FrameReport {
  return {
    slot: view.getUint32(at, true),
    kind: view.getUint8(at + 4),
    state: view.getUint8(at + 5),
    atS: view.getUint32(at + 8, true),
    number: view.getUint32(at + 12, true),
    value: Number(view.getBigInt64(at + 16, true)),
  };
}

function checkCounts(readings: number, reports: number): void {
  if (readings > FRAME_READINGS_MAX)
    throw new RangeError(
      `a frame holds at most FRAME_READINGS_MAX (${FRAME_READINGS_MAX}) readings`,
    );
  if (reports > FRAME_REPORTS_MAX)
    throw new RangeError(`a frame holds at most FRAME_REPORTS_MAX (${FRAME_REPORTS_MAX}) reports`);
}

function checkedSlot(slot: number): number {
  if (Number.isInteger(slot) && slot >= 0 && slot < SLOTS_MAX) return slot;
  throw new RangeError(`slot ${slot} is not within 0 and SLOTS_MAX (${SLOTS_MAX})`);
}

function checkedTime(atS: number): number {
  if (Number.isInteger(atS) && atS >= 0 && atS <= TIME_MAX) return atS;
  throw new RangeError(`time ${atS} is no whole epoch second up to TIME_MAX (${TIME_MAX})`);
}

function checkedRegister(register: number): number {
  if (Number.isSafeInteger(register) && register >= 0) return register;
  throw new RangeError(
    `register ${register} is not within 0 and REGISTER_MAX (${REGISTER_MAX}) atoms`,
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
