/**
 * Frames that the engine has counted but not applied, because a slot in them is not this gateway's or because they do
 * not decode. Their sequence is used, so what is ours in them goes into the spool again, as new frames; what is not, and
 * what does not decode, is set aside for people.
 *
 * Frames that it did not name and that hold foreign slots were refused too.
 * A reading that comes twice or late this way is dropped or only recorded by the rules of readings (R10, R11).
 */
import type { UnappliedFrame } from "../../engine/contract/acks.ts";
import {
  decodeFrame,
  encodeSnapshot,
  type FrameReading,
  type FrameReport,
} from "../../engine/contract/frame.ts";
import type { Spool } from "./spool.ts";

/** Bytes of frames looked at with one read. */
const READ_BYTES_MAX = 524_288;

/** What is kept for people: readings and reports of slots that are not ours, or of a frame that the engine cannot read. */
export type SetAside = {
  sequence: number;
  readings: readonly FrameReading[];
  reports: readonly FrameReport[];
};

/** The refused frames, and the last sequence that their acknowledgement covers. */
export type Refused = { unapplied: readonly UnappliedFrame[]; upTo: number };

/** Where frames come from and go to; `owns` judges by the newest roster. */
export type RescueTools = {
  spool: Spool;
  key: Uint8Array;
  rosterVersion: number;
  owns(slot: number): boolean;
  setAside(entries: SetAside): void;
};

/**
 * Rescues what the acknowledgement would otherwise let go. False when a refused frame held nothing foreign by our
 * roster: the engine does not know one of its slots yet, and sending again at once would be refused again.
 */
export async function rescue(refused: Refused, tools: RescueTools): Promise<boolean> {
  const { spool } = tools;
  let explained = true;
  for (let from = spool.acknowledged + 1; from <= refused.upTo; ) {
    const frames = await spool.unacknowledged(from, READ_BYTES_MAX);
    if (frames.length === 0) break;
    for (const { sequence, frame } of frames) {
      from = sequence + 1;
      if (sequence > refused.upTo) break;
      const told = refused.unapplied.find((each) => each.sequence === sequence)?.code;
      const whole = decodeFrame(frame);
      if (told === "malformed") {
        tools.setAside(whole);
        continue;
      }
      const { ours, foreign } = divide(whole, tools);
      if (isEmpty(foreign)) {
        if (told === undefined) continue;
        explained = false;
      }
      if (!isEmpty(foreign)) tools.setAside(foreign);
      if (!isEmpty(ours)) await again(ours, whole, tools);
    }
  }
  return explained;
}

function divide(whole: SetAside, { owns }: RescueTools): { ours: SetAside; foreign: SetAside } {
  const part = (wanted: boolean): SetAside => ({
    sequence: whole.sequence,
    readings: whole.readings.filter(({ slot }) => owns(slot) === wanted),
    reports: whole.reports.filter(({ slot }) => owns(slot) === wanted),
  });
  return { ours: part(true), foreign: part(false) };
}

async function again(
  ours: SetAside,
  whole: { shard: number; gateway: number },
  { spool, key, rosterVersion, setAside }: RescueTools,
): Promise<void> {
  const { shard, gateway } = whole;
  const { readings, reports } = ours;
  const appended = await spool.append((sequence, epoch) =>
    encodeSnapshot({ shard, gateway, epoch, sequence, rosterVersion, readings, reports }, key),
  );
  if (!appended.ok) setAside(ours);
}

function isEmpty({ readings, reports }: SetAside): boolean {
  return readings.length + reports.length === 0;
}
