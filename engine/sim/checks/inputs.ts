/**
 * The inputs that a batch of the journal holds, read by the layout that kernel and engine share.
 */
import {
  COMMAND_NUMBER,
  COMMAND_SLOT,
  KIND_FRAME,
  KIND_TICK,
  RECORD_AT_S,
  RECORD_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_KIND,
} from "../../../kernel-as/assembly/layout.ts";
import {
  decodeFrame,
  FRAME_HEADER_BYTES,
  REPORT_BYTES,
  type SnapshotFrame,
  TAG_BYTES,
} from "../../contract/frame.ts";

/** One input. A command is told by its kind, number and slot; the kinds of shard commands have no slot. */
export type BatchInput =
  | { kind: "tick"; atS: number }
  | { kind: "frame"; atS: number; frame: SnapshotFrame }
  | { kind: "command"; atS: number; op: number; number: number; slot: number };

/** The inputs of a batch, in their order: the same as the indexes of its results. */
export function inputsIn(payload: Uint8Array): BatchInput[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const inputs: BatchInput[] = [];
  for (let at = 0; at < payload.length; at += view.getUint32(at + RECORD_BYTES, true))
    inputs.push(inputAt(view, payload, at));
  return inputs;
}

function inputAt(view: DataView, payload: Uint8Array, at: number): BatchInput {
  const op = view.getUint16(at + RECORD_KIND, true);
  const atS = view.getUint32(at + RECORD_AT_S, true);
  if (op === KIND_TICK) return { kind: "tick", atS };
  if (op === KIND_FRAME) {
    const bytes = payload.subarray(at + RECORD_HEADER_BYTES);
    return { kind: "frame", atS, frame: decodeFrame(bytes.slice(0, frameBytes(bytes))) };
  }
  const number = view.getUint32(at + COMMAND_NUMBER, true);
  return { kind: "command", atS, op, number, slot: view.getUint32(at + COMMAND_SLOT, true) };
}

/** A record is padded; a frame says itself how long it is. */
function frameBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const columns = [40, 44, 48, 52].reduce((sum, at) => sum + view.getUint32(at, true), 0);
  return FRAME_HEADER_BYTES + columns + view.getUint16(36, true) * REPORT_BYTES + TAG_BYTES;
}
