/**
 * Sends recorded readings as a gateway would: frames in order over JetStream, until the engine's durable acknowledgement
 * covers them. The epoch and the sequences are always the same, so that a second replay is nothing but repeats.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type DurableAck, durableAck } from "../../engine/contract/acks.ts";
import { encodeSnapshot, type FrameReading } from "../../engine/contract/frame.ts";
import { ackSubject, frameSubject } from "../../engine/contract/subjects.ts";
import type { RecordedReadings } from "../../engine/rating/readings-file.ts";
import type { Registered } from "./registration.ts";

/** Readings of one frame at full speed. */
const READINGS_A_FRAME = 2_048;
/** Most frames that go out ahead of the acknowledgement. */
const WINDOW_MAX = 32;
/** Longest wait for the engine to get on. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 20;
const EPOCH = 1;

/** One frame and the time on the recorded clock at which it would have been sent. */
type Planned = { atS: number; bytes: Uint8Array };

/** Sends all; `speed` is how many times faster than life, undefined for as fast as can be. Settles when all is durable. */
export async function feed(
  nats: NatsConnection,
  registered: Registered,
  recorded: RecordedReadings,
  options: { speed: number | undefined; progress(done: number, all: number): void },
): Promise<{ frames: number; refused: number }> {
  const frames = planFrames(registered, recorded, options.speed);
  const { gateway } = registered;
  let last: DurableAck = { shard: gateway.shard, epoch: EPOCH, sequence: 0 };
  let refused = 0;
  const subscription = nats.subscribe(ackSubject(gateway.number), {
    callback: (error, message) => {
      if (error !== null) return;
      const ack = durableAck.parse(message.json());
      if (ack.refused !== undefined && ack.refused.code !== "sequence_gap") refused += 1;
      if (ack.epoch === EPOCH && ack.sequence >= last.sequence) last = ack;
    },
  });
  try {
    const stream = jetstream(nats);
    const startMs = Date.now();
    for (let next = 0, moved = Date.now(), before = 0; last.sequence < frames.length; ) {
      if (last.sequence > before) [before, moved] = [last.sequence, Date.now()];
      if (Date.now() - moved > PATIENCE_MS)
        throw new Error(
          `the engine has acknowledged only ${last.sequence} of ${frames.length} frames: is it running?`,
        );
      const frame = frames[next];
      if (
        frame === undefined ||
        next - last.sequence >= WINDOW_MAX ||
        !isDue(frame, frames, startMs, options.speed)
      ) {
        await sleep(LOOK_MS);
        // Behind a gap the engine wants what follows its last one.
        if (last.refused?.code === "sequence_gap") next = last.sequence;
        continue;
      }
      await stream.publish(frameSubject(gateway.shard, gateway.number), frame.bytes);
      next += 1;
      options.progress(next, frames.length);
    }
    return { frames: frames.length, refused };
  } finally {
    subscription.unsubscribe();
  }
}

function isDue(
  frame: Planned,
  frames: readonly Planned[],
  startMs: number,
  speed: number | undefined,
): boolean {
  if (speed === undefined) return true;
  const passedS = ((Date.now() - startMs) / 1_000) * speed;
  return frame.atS - (frames[0]?.atS ?? 0) <= passedS;
}

/** Frames in the order of the file or, at a speed, in the order of time, a frame for each second of the wall's clock. */
function planFrames(
  registered: Registered,
  recorded: RecordedReadings,
  speed: number | undefined,
): Planned[] {
  const readings = inFileOrder(registered, recorded);
  if (speed !== undefined) readings.sort((a, b) => a.atS - b.atS);
  const groups: FrameReading[][] = [];
  let group: FrameReading[] = [];
  for (const reading of readings) {
    const first = group[0];
    const isLate = speed !== undefined && first !== undefined && reading.atS - first.atS > speed;
    if (group.length === READINGS_A_FRAME || isLate) {
      groups.push(group);
      group = [];
    }
    group.push(reading);
  }
  if (group.length > 0) groups.push(group);
  const { number, shard, key, roster_version } = registered.gateway;
  const secret = Buffer.from(key, "hex");
  return groups.map((some, i) => ({
    atS: some.at(-1)?.atS ?? 0,
    bytes: encodeSnapshot(
      {
        shard,
        gateway: number,
        epoch: EPOCH,
        sequence: i + 1,
        rosterVersion: roster_version,
        readings: some,
        reports: [],
      },
      secret,
    ),
  }));
}

function inFileOrder({ accounts }: Registered, recorded: RecordedReadings): FrameReading[] {
  const next = new Uint32Array(accounts.length);
  return Array.from(recorded.order, (meter) => {
    const at = next[meter] ?? 0;
    next[meter] = at + 1;
    const reading = recorded.meters[meter]?.readings[at];
    const account = accounts[meter];
    if (reading === undefined || account === undefined) throw new Error("a reading has no place");
    return {
      slot: account.slot,
      register: reading.registerAtoms,
      atS: reading.atS,
      quality: "actual",
    };
  });
}
