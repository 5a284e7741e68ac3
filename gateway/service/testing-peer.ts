/**
 * For tests: the engine's side of the wire and no more. Takes frames from FRAMES as the contract says (tag, epoch,
 * sequence, roster version), keeps what it accepted, and acknowledges on `ack.<gateway>`.
 */
import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { DurableAck, FrameRefusal } from "../../engine/contract/acks.ts";
import {
  decodeFrame,
  type FrameReading,
  type FrameReport,
  frameShape,
  tagMatches,
} from "../../engine/contract/frame.ts";
import { ackSubject, STREAMS } from "../../engine/contract/subjects.ts";

/** What the peer accepted and how it behaves; a test changes these at will. */
export type TestPeer = {
  key: Uint8Array;
  known: boolean;
  leastRoster: number;
  foreign: Set<number>;
  /** Takes frames and says nothing. */
  mute: boolean;
  /** Frames, by arrival, that are lost on the way: 1 is the first. */
  lose: Set<number>;
  epoch: number;
  sequence: number;
  readings: FrameReading[];
  reports: FrameReport[];
  arrived: number;
  close(): Promise<void>;
};

/** Starts the peer for one gateway. */
export async function startTestPeer(nc: NatsConnection, gateway: number): Promise<TestPeer> {
  const manager = await jetstreamManager(nc);
  const durable = `peer-${gateway}`;
  await manager.consumers.add(STREAMS.frames, {
    durable_name: durable,
    filter_subject: `frame.*.${gateway}`,
    ack_policy: AckPolicy.Explicit,
  });
  const consumer = await jetstream(nc).consumers.get(STREAMS.frames, durable);
  const messages = await consumer.consume();
  const peer: TestPeer = {
    key: new Uint8Array(32),
    known: true,
    leastRoster: 1,
    foreign: new Set(),
    mute: false,
    lose: new Set(),
    epoch: 0,
    sequence: 0,
    readings: [],
    reports: [],
    arrived: 0,
    close: async () => {
      await messages.close();
    },
  };
  void (async () => {
    for await (const message of messages) {
      message.ack();
      peer.arrived++;
      if (peer.lose.has(peer.arrived)) continue;
      const ack = takeFrame(peer, message.data);
      if (!peer.mute) nc.publish(ackSubject(gateway), JSON.stringify(ack));
    }
  })();
  return peer;
}

function takeFrame(peer: TestPeer, bytes: Uint8Array): DurableAck {
  const shape = frameShape(bytes);
  if (shape === undefined) throw new Error("the gateway sent no frame");
  let code = refusal(peer, bytes);
  if (code === undefined && (shape.epoch > peer.epoch || shape.sequence > peer.sequence)) {
    peer.epoch = shape.epoch;
    peer.sequence = shape.sequence;
    const { readings, reports } = decodeFrame(bytes);
    // Counted, but nothing in it applied: as the kernel does, which judges slots after the frame was taken.
    if (readings.some(({ slot }) => peer.foreign.has(slot))) code = "foreign_slot";
    else {
      peer.readings.push(...readings);
      peer.reports.push(...reports);
    }
  }
  const stand = { shard: shape.shard, epoch: peer.epoch, sequence: peer.sequence };
  return code === undefined ? stand : { ...stand, refused: { sequence: shape.sequence, code } };
}

function refusal(peer: TestPeer, bytes: Uint8Array): FrameRefusal | undefined {
  const shape = frameShape(bytes);
  if (shape === undefined) return "malformed";
  if (!peer.known) return "unknown_gateway";
  if (!tagMatches(bytes, peer.key)) return "bad_tag";
  if (shape.epoch < peer.epoch) return "old_epoch";
  if (shape.rosterVersion < peer.leastRoster) return "old_roster";
  const expected = shape.epoch > peer.epoch ? 1 : peer.sequence + 1;
  return shape.sequence > expected ? "sequence_gap" : undefined;
}
