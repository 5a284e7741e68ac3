/**
 * Which frames are taken (architecture, "The engine's loop", step 1): the one place that judges a frame's key, epoch,
 * sequence and roster. What a slot belongs to is judged in the kernel, where the slots are.
 */
import type { FrameRefusal } from "../contract/acks.ts";
import { type FrameShape, frameShape, tagMatches } from "../contract/frame.ts";

/** What a shard knows of a gateway; `index` is its place in the kernel's directory. */
export type GatewayState = {
  index: number;
  gateway: number;
  key: Uint8Array;
  epoch: number;
  sequence: number;
  rosterVersion: number;
};

/** A frame's fate: taken, known already, or refused with the reason and the gateway it claims. */
export type Admission =
  | { fate: "taken"; gateway: GatewayState; shape: FrameShape }
  | { fate: "repeat"; gateway: GatewayState }
  | { fate: "refused"; code: FrameRefusal; gateway: GatewayState; sequence: number }
  | { fate: "refused"; code: FrameRefusal; gateway: undefined };

/** Judges one frame. A frame that is taken moves the gateway's epoch and sequence on. */
export function admit(
  frame: Uint8Array,
  shard: number,
  gateways: ReadonlyMap<number, GatewayState>,
): Admission {
  const shape = frameShape(frame);
  if (shape === undefined) return { fate: "refused", code: "malformed", gateway: undefined };
  const gateway = gateways.get(shape.gateway);
  if (gateway === undefined)
    return { fate: "refused", code: "unknown_gateway", gateway: undefined };
  // What a stranger sends must not be answered as if it were the gateway's.
  if (!tagMatches(frame, gateway.key))
    return { fate: "refused", code: "bad_tag", gateway: undefined };
  const code = judge(shape, shard, gateway);
  if (code === "repeat") return { fate: "repeat", gateway };
  if (code !== undefined) return { fate: "refused", code, gateway, sequence: shape.sequence };
  gateway.epoch = shape.epoch;
  gateway.sequence = shape.sequence;
  return { fate: "taken", gateway, shape };
}

function judge(
  shape: FrameShape,
  shard: number,
  gateway: GatewayState,
): FrameRefusal | "repeat" | undefined {
  if (shape.shard !== shard) return "wrong_shard";
  if (shape.epoch < gateway.epoch) return "old_epoch";
  if (shape.epoch === gateway.epoch && shape.sequence <= gateway.sequence) return "repeat";
  const expected = shape.epoch === gateway.epoch ? gateway.sequence + 1 : 1;
  if (shape.sequence !== expected) return "sequence_gap";
  return shape.rosterVersion < gateway.rosterVersion ? "old_roster" : undefined;
}
