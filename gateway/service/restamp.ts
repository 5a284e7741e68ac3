/**
 * Gives a packed frame another place in the order, or another roster version, with the same readings and reports.
 */
import { decodeFrame, encodeSnapshot, type FrameHead } from "../../engine/contract/frame.ts";

/** What a restamped frame gets anew. */
export type Restamp = Partial<Pick<FrameHead, "epoch" | "sequence" | "rosterVersion">>;

/** The frame with these fields in its head and a new tag. Throws a RangeError when it is no frame. */
export function restamp(frame: Uint8Array, fields: Restamp, key: Uint8Array): Uint8Array {
  return encodeSnapshot({ ...decodeFrame(frame), ...fields }, key);
}
