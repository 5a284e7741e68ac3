/**
 * How long is it from a frame to its durable acknowledgement, and to the cut that it brings about, at half of the load that
 * the engine can carry?
 */

import { encodeSnapshot } from "../../engine/contract/frame.ts";
import { commandSubject, STREAMS } from "../../engine/contract/subjects.ts";
import { FLEET_GATEWAY, FLEET_KEY } from "../engine/fleet-frames.ts";
import { FleetLink } from "../installation/fleet-link.ts";
import { type Role, startRole } from "../installation/roles.ts";
import type { Broker } from "../pipeline/broker.ts";
import { timeSyncs } from "./fdatasync.ts";
import { paced } from "./pace.ts";
import { Sender } from "./sender.ts";
import { until } from "./until.ts";

const SHARDS = 4;
const ACCOUNTS_OF_SHARD = 2_000;
const FRAME_METERS = 500;
/** Frames of each shard on their way while the highest load is sought. */
const AHEAD = 16;
const CUTS_A_SECOND = 50;
/** Single writes before a round, and as many behind it. */
const SYNCS = 200;
/** What an account to be cut has, and what its second reading uses. */
const LAST_MICROS = 1_000n;
const LAST_WH = 1_000;

/** One round: frames a second, and milliseconds of frames, of cuts, and of single syncs of the disk. */
export type FrameRound = {
  framesPerSecond: number;
  acksMs: number[];
  cutsMs: number[];
  syncsMs: number[];
};

/** An engine under half of its highest load, which is sought anew before each round: machines are not equally fast all the time. */
export class HalfLoad {
  readonly readingsAFrame = FRAME_METERS;
  readonly #broker: Broker;
  readonly #role: Role;
  readonly #engine: FleetLink;
  readonly #sender: Sender;
  #cutSequence = 1;
  #nextCut = 0;

  private constructor(broker: Broker, parts: { role: Role; engine: FleetLink; sender: Sender }) {
    this.#broker = broker;
    this.#role = parts.role;
    this.#engine = parts.engine;
    this.#sender = parts.sender;
  }

  /** Starts the engine and opens `cuts` accounts that can be cut. */
  static async start(broker: Broker, cuts: number): Promise<HalfLoad> {
    const role = await startRole("engine", broker.folder, {
      DRAWDOWN_NATS_URL: broker.server.url,
      DRAWDOWN_SHARDS: String(SHARDS + 1),
    });
    let sender: Sender | undefined;
    try {
      const size = { shards: SHARDS, accountsOfShard: ACCOUNTS_OF_SHARD, automaticCut: true };
      const engine = new FleetLink(broker.nats, size);
      await engine.open();
      await engine.openShard(SHARDS, cuts, LAST_MICROS);
      await engine.sendAll(engine.frames.snapshots(20, FRAME_METERS), AHEAD);
      sender = await Sender.start(broker.access);
      const half = new HalfLoad(broker, { role, engine, sender });
      await half.#openCuts(cuts);
      return half;
    } catch (error) {
      await sender?.stop();
      await role.stop();
      throw error;
    }
  }

  /** One round of so many seconds, and half of that before it to seek the highest load. */
  async round(seconds: number): Promise<FrameRound> {
    // As a store leaves it that keeps up: what nobody takes is written to the disk that is timed.
    await this.#broker.manager.streams.purge(STREAMS.rated);
    const framesPerSecond = (await mostFrames(this.#engine, seconds / 2)) / 2;
    const syncsMs = timeSyncs(this.#broker.folder, SYNCS);
    const steps = Math.ceil(
      (framesPerSecond * seconds) / (SHARDS * (ACCOUNTS_OF_SHARD / FRAME_METERS)),
    );
    const before = [...this.#engine.frames.sequences];
    const set = this.#engine.frames.snapshots(steps, FRAME_METERS);
    const cutsMs: number[] = [];
    const [acksMs] = await Promise.all([
      this.#sender.round(set, { framesPerSecond, before }),
      this.#cuts(seconds, cutsMs),
    ]);
    syncsMs.push(...timeSyncs(this.#broker.folder, SYNCS));
    return { framesPerSecond, acksMs, cutsMs, syncsMs };
  }

  /** Ends the engine. */
  async stop(): Promise<void> {
    await this.#sender.stop();
    await this.#role.stop();
  }

  /** The opening readings of the accounts that are to be cut. */
  async #openCuts(cuts: number): Promise<void> {
    let sequence = 0;
    const forget = this.#engine.hear((ack) => {
      if (ack.shard === SHARDS) sequence = ack.sequence;
    });
    const slots = Array.from({ length: cuts }, (_, slot) => slot);
    this.#engine.send(SHARDS, this.#frame(slots, 0));
    await until(
      () => sequence === this.#cutSequence - 1,
      () => "opening readings are not acknowledged",
    );
    forget();
  }

  async #cuts(seconds: number, cutsMs: number[]): Promise<void> {
    const dueMs = new Map<number, number>();
    const subscription = this.#broker.nats.subscribe(commandSubject(FLEET_GATEWAY), {
      callback: (_, message) => {
        const { slot } = message.json<{ slot: number }>();
        const due = dueMs.get(slot);
        if (due !== undefined) cutsMs.push(performance.now() - due);
        dueMs.delete(slot);
      },
    });
    await paced(CUTS_A_SECOND, seconds, (due) => {
      const slot = this.#nextCut;
      this.#nextCut += 1;
      dueMs.set(slot, due);
      this.#engine.send(SHARDS, this.#frame([slot], LAST_WH));
    });
    await until(
      () => dueMs.size === 0,
      () => `${dueMs.size} cuts are not asked for`,
    );
    subscription.unsubscribe();
  }

  #frame(slots: readonly number[], register: number): Uint8Array {
    const atS = this.#engine.beginS + (register === 0 ? 0 : 900);
    const sequence = this.#cutSequence;
    this.#cutSequence += 1;
    const head = { shard: SHARDS, gateway: FLEET_GATEWAY, epoch: 1, sequence, rosterVersion: 1 };
    const readings = slots.map((slot) => ({ slot, register, atS, quality: "actual" as const }));
    return encodeSnapshot({ ...head, readings, reports: [] }, FLEET_KEY);
  }
}

/** Frames a second that pass when they come as fast as they are acknowledged; the making of frames is not counted. */
async function mostFrames(engine: FleetLink, seconds: number): Promise<number> {
  let frames = 0;
  let tookMs = 0;
  while (tookMs < seconds * 1_000) {
    const set = engine.frames.snapshots(50, FRAME_METERS);
    const begun = performance.now();
    await engine.sendAll(set, AHEAD);
    tookMs += performance.now() - begun;
    frames += set.frames.length;
  }
  return (frames * 1_000) / tookMs;
}

/** Cuts that rounds of so many seconds need. */
export function cutsOf(rounds: number, seconds: number): number {
  return rounds * Math.ceil(seconds * CUTS_A_SECOND);
}
