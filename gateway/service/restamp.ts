/**
 * Gives a packed frame another place in the order, or fits it to a newer roster, with the same readings and reports.
 */
import {
  decodeFrame,
  encodeSnapshot,
  type FrameHead,
  type FrameReading,
  type FrameReport,
} from "../../engine/contract/frame.ts";

/** What a restamped frame gets anew. */
export type Restamp = Partial<Pick<FrameHead, "epoch" | "sequence" | "rosterVersion">>;

/** What a frame held for slots that are not the gateway's any more. */
export type SetAside = { sequence: number; readings: FrameReading[]; reports: FrameReport[] };

/** The frame with these fields in its head and a new tag. Throws a RangeError when it is no frame. */
export function restamp(frame: Uint8Array, fields: Restamp, key: Uint8Array): Uint8Array {
  return encodeSnapshot({ ...decodeFrame(frame), ...fields }, key);
}

/**
 * The frame under another roster version, without what belongs to slots that `owns` denies: the engine refuses a frame
 * whole for one of them. What was taken out is handed back.
 */
export function refit(
  frame: Uint8Array,
  roster: { version: number; owns(slot: number): boolean },
  key: Uint8Array,
): { frame: Uint8Array; setAside: SetAside | undefined } {
  const whole = decodeFrame(frame);
  const ours = ({ slot }: { slot: number }): boolean => roster.owns(slot);
  const foreign = ({ slot }: { slot: number }): boolean => !roster.owns(slot);
  const readings = whole.readings.filter(foreign);
  const reports = whole.reports.filter(foreign);
  const rest = {
    ...whole,
    rosterVersion: Math.max(whole.rosterVersion, roster.version),
    readings: whole.readings.filter(ours),
    reports: whole.reports.filter(ours),
  };
  const empty = readings.length + reports.length === 0;
  return {
    frame: encodeSnapshot(rest, key),
    setAside: empty ? undefined : { sequence: whole.sequence, readings, reports },
  };
}
