/**
 * A fleet's accounts in an engine that runs as a process of its own, over NATS: opens them, sends frames as their
 * gateways do, and hears the acknowledgements.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import type { DurableAck } from "../../engine/contract/acks.ts";
import type { EngineCommand, EngineCommandReply } from "../../engine/contract/commands.ts";
import {
  ackSubject,
  engineCommand,
  engineQuery,
  frameSubject,
} from "../../engine/contract/subjects.ts";
import { creditAccount, directory, openAccount } from "../engine/fleet-commands.ts";
import {
  FLEET_CREDIT_MICROS,
  FLEET_GATEWAY,
  FleetFrames,
  type FrameSet,
} from "../engine/fleet-frames.ts";

const DAY_S = 86_400;
/** How far back readings begin: they may go on for that long before they meet the present. */
const BACK_S = 390 * DAY_S;
const ASK_MS = 30_000;
const READY_MS = 60_000;
const COMMANDS_AHEAD = 2_000;

/** Shards of the fleet from the first on, and accounts of each; whether they are cut at 0. */
export type FleetSize = {
  shards: number;
  accountsOfShard: number;
  firstShard?: number;
  automaticCut?: boolean;
};

/** The fleet. */
export class FleetLink {
  readonly frames: FleetFrames;
  readonly beginS = Math.floor(Date.now() / 1_000) - BACK_S;
  readonly #nats: NatsConnection;
  readonly #size: Required<FleetSize>;

  constructor(nats: NatsConnection, size: FleetSize) {
    this.#nats = nats;
    this.#size = { firstShard: 0, automaticCut: false, ...size };
    const { shards, accountsOfShard, firstShard } = this.#size;
    this.frames = new FleetFrames(shards, accountsOfShard, this.beginS, firstShard);
  }

  /** Opens and pays all accounts, and reads each once. */
  async open(): Promise<void> {
    const { firstShard, shards, accountsOfShard } = this.#size;
    for (let shard = firstShard; shard < firstShard + shards; shard++)
      await this.openShard(shard, accountsOfShard, FLEET_CREDIT_MICROS);
    await this.sendAll(this.frames.snapshots(1, 1_000), 16);
  }

  /** Makes a shard's directory, and its first accounts with so much credit each. */
  async openShard(shard: number, accounts: number, micros: bigint): Promise<void> {
    await this.#untilReady(shard);
    for (const each of directory(this.beginS, this.#size.automaticCut)) await this.ask(shard, each);
    for (let first = 0; first < accounts; first += COMMANDS_AHEAD) {
      const last = Math.min(accounts, first + COMMANDS_AHEAD);
      const all = Array.from({ length: last - first }, (_, i) => first + i);
      await Promise.all(
        all.map(async (slot) => {
          await this.ask(shard, openAccount(slot));
          await this.ask(shard, creditAccount(slot, micros));
        }),
      );
    }
  }

  /** Has a command applied. */
  async ask(shard: number, command: EngineCommand): Promise<void> {
    const text = JSON.stringify(command);
    const answer = await this.#nats.request(engineCommand(shard), text, { timeout: ASK_MS });
    const reply = answer.json<EngineCommandReply>();
    if (reply.status !== "applied") throw new Error(`the engine answers ${JSON.stringify(reply)}`);
  }

  /** Sends one frame, without waiting. */
  send(shard: number, bytes: Uint8Array): void {
    this.#nats.publish(frameSubject(shard, FLEET_GATEWAY), bytes);
  }

  /** Calls `heard` with each durable acknowledgement; gives the end of it. */
  hear(heard: (ack: DurableAck) => void): () => void {
    const subscription = this.#nats.subscribe(ackSubject(FLEET_GATEWAY), {
      callback: (error, message) => {
        if (error === null) heard(message.json<DurableAck>());
      },
    });
    return () => subscription.unsubscribe();
  }

  /**
   * Sends frames with so many on their way at most in each shard; settles when the last one is acknowledged. Frames of a shard
   * must lie in order.
   */
  async sendAll({ frames }: FrameSet, ahead: number): Promise<void> {
    const queues = new Map<number, Uint8Array[]>();
    for (const { shard, bytes } of frames) {
      const queue = queues.get(shard) ?? [];
      queue.push(bytes);
      queues.set(shard, queue);
    }
    await Promise.all([...queues].map(([shard, queue]) => this.#sendShard(shard, queue, ahead)));
  }

  /** Settles when the engine answers for the shard. */
  async #untilReady(shard: number): Promise<void> {
    const until = performance.now() + READY_MS;
    for (;;) {
      try {
        await this.#nats.request(engineQuery(shard), '{"slots":[]}', { timeout: ASK_MS });
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  #sendShard(shard: number, queue: readonly Uint8Array[], ahead: number): Promise<void> {
    const last = this.frames.sequences[shard] ?? 0;
    const before = last - queue.length;
    let sent = 0;
    return new Promise((done, failed) => {
      const forget = this.hear((ack) => {
        if (ack.shard !== shard) return;
        if (ack.refused !== undefined) failed(new Error(`refused: ${JSON.stringify(ack.refused)}`));
        if (ack.sequence < last) {
          more(ack.sequence - before);
          return;
        }
        forget();
        done();
      });
      const more = (acknowledged: number): void => {
        for (; sent < Math.min(queue.length, acknowledged + ahead); sent++) {
          const bytes = queue[sent];
          if (bytes !== undefined) this.send(shard, bytes);
        }
      };
      more(0);
    });
  }
}
