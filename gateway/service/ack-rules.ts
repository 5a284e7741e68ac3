/**
 * What a durable acknowledgement asks of the gateway: the rules, without any sending.
 */
import type { DurableAck, FrameRefusal, UnappliedFrame } from "../../engine/contract/acks.ts";

/** Refusals that no repeat mends: a person must look. */
type HaltingRefusal = Extract<
  FrameRefusal,
  "malformed" | "foreign_slot" | "unknown_gateway" | "bad_tag" | "wrong_shard"
>;

/** Where the spool stands: its epoch, its last frame on disk, and the last one that the engine has acknowledged. */
export type SpoolStand = { epoch: number; durable: number; acknowledged: number };

/**
 * `progress`: the engine holds everything up to `sequence`. `renew`: it knows a later epoch, or more of ours than is here,
 * so that ours would be taken for repeats; or it lost what it had acknowledged, which is no longer here to be sent in
 * its place. `rewind`: send again from the first unacknowledged. `restamp`: fetch the
 * roster and send again under its version. `rescue`: everything up to `upTo` is used, but frames in it were not applied.
 * `halt`: stop and raise an alarm.
 */
export type AckStep =
  | { step: "progress"; sequence: number }
  | { step: "renew"; epoch: number; reason: string }
  | { step: "rewind" }
  | { step: "restamp" }
  | { step: "rescue"; unapplied: readonly UnappliedFrame[]; upTo: number }
  | { step: "halt"; code: HaltingRefusal };

const LATER_SPOOL = "the engine knows a later spool of this gateway";
const OLDER_ENGINE =
  "the engine no longer has frames that it had acknowledged: was it restored from an older backup?";

/** The steps that an acknowledgement asks for, in order; none for one that is about frames of an epoch gone by. */
export function ackSteps(ack: DurableAck, stand: SpoolStand): AckStep[] {
  if (ack.epoch > stand.epoch || (ack.epoch === stand.epoch && ack.sequence > stand.durable))
    return [{ step: "renew", epoch: ack.epoch + 1, reason: LATER_SPOOL }];
  const progress = progressOf(ack, stand);
  if (ack.refused === undefined) return progress;
  const { code, sequence } = ack.refused;
  switch (code) {
    case "old_epoch":
      return progress;
    case "sequence_gap":
      return isBehind(ack, stand)
        ? [{ step: "renew", epoch: Math.max(ack.epoch, stand.epoch) + 1, reason: OLDER_ENGINE }]
        : [...progress, { step: "rewind" }];
    case "old_roster":
      return [...progress, { step: "restamp" }];
    case "foreign_slot":
    case "malformed":
      if (ack.epoch === stand.epoch && sequence <= ack.sequence) return progress;
      return [...progress, { step: "halt", code }];
    case "bad_tag":
    case "unknown_gateway":
    case "wrong_shard":
      return [...progress, { step: "halt", code }];
  }
}

/** What the acknowledgement lets go of, and before that what has to be saved of it. */
function progressOf(ack: DurableAck, stand: SpoolStand): AckStep[] {
  if (ack.epoch !== stand.epoch) return [];
  const unapplied = unappliedIn(ack).filter(({ sequence }) => sequence > stand.acknowledged);
  return unapplied.length === 0
    ? [{ step: "progress", sequence: ack.sequence }]
    : [{ step: "rescue", unapplied, upTo: ack.sequence }];
}

function unappliedIn({ sequence: last, refused, unapplied = [] }: DurableAck): UnappliedFrame[] {
  if (refused === undefined || refused.sequence > last) return unapplied;
  const { sequence, code } = refused;
  if (code !== "foreign_slot" && code !== "malformed") return unapplied;
  const isNamed = unapplied.some((each) => each.sequence === sequence);
  return isNamed ? unapplied : [...unapplied, { sequence, code }];
}

/** Whether the engine wants a frame that it had acknowledged before. */
function isBehind(ack: DurableAck, stand: SpoolStand): boolean {
  const wanted = ack.epoch === stand.epoch ? ack.sequence + 1 : 1;
  return wanted <= stand.acknowledged;
}
