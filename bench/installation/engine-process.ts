/**
 * The engine role as a process of its own behind a broker, with a fleet's accounts in it, and somebody who sends it
 * frames and hears its acknowledgements.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
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
import type { Broker } from "../pipeline/broker.ts";
import { type Role, startRole } from "./roles.ts";

const DAY_S = 86_400;
/** How far back readings begin: they may go on for that long before they meet the present. */
const BACK_S = 300 * DAY_S;
const ASK_MS = 30_000;
const READY_MS = 60_000;
const COMMANDS_AHEAD = 2_000;

/** Accounts of each shard, the micros that each is paid, and whether they are cut at 0. */
export type Fleet = { shards: number; accountsOfShard: number; automaticCut?: boolean };

/** The engine's process and its fleet. */
export class EngineProcess {
  readonly frames: FleetFrames;
  readonly beginS: number;
  readonly role: Role;
  readonly #broker: Broker;

  private constructor(broker: Broker, role: Role, fleet: Fleet, beginS: number) {
    this.#broker = broker;
    this.role = role;
    this.beginS = beginS;
    this.frames = new FleetFrames(fleet.shards, fleet.accountsOfShard, beginS);
  }

  /**
   * Starts it with accounts open and paid; `spare` shards are made behind the fleet's, with the directory and no accounts.
   */
  static async start(broker: Broker, fleet: Fleet, spare = 0): Promise<EngineProcess> {
    mkdirSync(join(broker.folder, "logs"), { recursive: true });
    const shards = fleet.shards + spare;
    const env = { DRAWDOWN_NATS_URL: broker.server.url, DRAWDOWN_SHARDS: String(shards) };
    const role = await startRole("engine", broker.folder, env);
    const beginS = Math.floor(Date.now() / 1_000) - BACK_S;
    const engine = new EngineProcess(broker, role, fleet, beginS);
    try {
      await engine.#untilReady(shards);
      for (let shard = 0; shard < shards; shard++) {
        for (const each of directory(beginS, fleet.automaticCut)) await engine.ask(shard, each);
        if (shard < fleet.shards)
          await engine.open(shard, fleet.accountsOfShard, FLEET_CREDIT_MICROS);
      }
      return engine;
    } catch (error) {
      await role.stop();
      throw error;
    }
  }

  /** Opens and pays the first accounts of a shard. */
  async open(shard: number, accounts: number, micros: bigint): Promise<void> {
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
    const answer = await this.#broker.nats.request(engineCommand(shard), text, { timeout: ASK_MS });
    const reply = answer.json<EngineCommandReply>();
    if (reply.status !== "applied") throw new Error(`the engine answers ${JSON.stringify(reply)}`);
  }

  /** Sends one frame, without waiting. */
  send(shard: number, bytes: Uint8Array): void {
    this.#broker.nats.publish(frameSubject(shard, FLEET_GATEWAY), bytes);
  }

  /** Calls `heard` with each durable acknowledgement; gives the end of it. */
  hear(heard: (ack: DurableAck) => void): () => void {
    const subscription = this.#broker.nats.subscribe(ackSubject(FLEET_GATEWAY), {
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
    for (const { shard, bytes } of frames) queues.set(shard, [...(queues.get(shard) ?? []), bytes]);
    await Promise.all([...queues].map(([shard, queue]) => this.#sendShard(shard, queue, ahead)));
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.role.stop();
  }

  /** Settles when the engine answers for all shards. */
  async #untilReady(shards: number): Promise<void> {
    const until = performance.now() + READY_MS;
    for (let shard = 0; shard < shards; ) {
      try {
        await this.#broker.nats.request(engineQuery(shard), '{"slots":[]}', { timeout: ASK_MS });
        shard += 1;
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
