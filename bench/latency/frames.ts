/**
 * How long is it from a frame to its durable acknowledgement, and to the cut that it brings about, at half of the load that
 * the engine can carry?
 */

import { encodeSnapshot } from "../../engine/contract/frame.ts";
import { commandSubject } from "../../engine/contract/subjects.ts";
import { FLEET_GATEWAY, FLEET_KEY } from "../engine/fleet-frames.ts";
import { FleetLink } from "../installation/fleet-link.ts";
import { type Role, startRole } from "../installation/roles.ts";
import type { Broker } from "../pipeline/broker.ts";
import { timeSyncs } from "./fdatasync.ts";
import { paced } from "./pace.ts";

const SHARDS = 4;
const ACCOUNTS_OF_SHARD = 2_000;
const FRAME_METERS = 500;
/** Frames of each shard on their way while the highest load is sought. */
const AHEAD = 16;
const CUTS_A_SECOND = 50;
const SYNCS = 200;
const SETTLE_MS = 30_000;
/** What an account to be cut has, and what its second reading uses. */
const LAST_MICROS = 1_000n;
const LAST_WH = 1_000;

/** Milliseconds of one round: of frames, of cuts, and of single syncs of the disk. */
export type FrameRound = { acksMs: number[]; cutsMs: number[]; syncsMs: number[] };

/** An engine under half of its highest load. */
export class HalfLoad {
  /** Frames a second that are half of what passes at most. */
  readonly framesPerSecond: number;
  readonly readingsAFrame = FRAME_METERS;
  readonly #broker: Broker;
  readonly #role: Role;
  readonly #engine: FleetLink;
  #cutSequence = 1;
  #nextCut = 0;

  private constructor(
    broker: Broker,
    { role, engine, framesPerSecond }: { role: Role; engine: FleetLink; framesPerSecond: number },
  ) {
    this.#broker = broker;
    this.#role = role;
    this.#engine = engine;
    this.framesPerSecond = framesPerSecond;
  }

  /** Starts the engine, seeks its highest load for `seconds`, and opens `cuts` accounts that can be cut. */
  static async start(
    broker: Broker,
    { seconds, cuts }: { seconds: number; cuts: number },
  ): Promise<HalfLoad> {
    const role = await startRole("engine", broker.folder, {
      DRAWDOWN_NATS_URL: broker.server.url,
      DRAWDOWN_SHARDS: String(SHARDS + 1),
    });
    try {
      const size = { shards: SHARDS, accountsOfShard: ACCOUNTS_OF_SHARD, automaticCut: true };
      const engine = new FleetLink(broker.nats, size);
      await engine.open();
      await engine.openShard(SHARDS, cuts, LAST_MICROS);
      await engine.sendAll(engine.frames.snapshots(20, FRAME_METERS), AHEAD);
      const framesPerSecond = (await mostFrames(engine, seconds)) / 2;
      const half = new HalfLoad(broker, { role, engine, framesPerSecond });
      await half.#openCuts(cuts);
      return half;
    } catch (error) {
      await role.stop();
      throw error;
    }
  }

  /** One round of so many seconds. */
  async round(seconds: number): Promise<FrameRound> {
    const syncsMs = timeSyncs(this.#broker.folder, SYNCS);
    const steps = Math.ceil(
      (this.framesPerSecond * seconds) / (SHARDS * (ACCOUNTS_OF_SHARD / FRAME_METERS)),
    );
    const before = [...this.#engine.frames.sequences];
    const { frames } = this.#engine.frames.snapshots(steps, FRAME_METERS);
    // Sequences count up by one from here in each shard: the place of a frame in `dueMs` follows from it.
    const dueMs = before.map((): number[] => []);
    const acksMs: number[] = [];
    const told = before.map(() => 0);
    let refusal = "";
    const forget = this.#engine.hear(({ shard, sequence, refused }) => {
      const nowMs = performance.now();
      if (refused !== undefined) refusal = `: ${refused.code} of ${refused.sequence} in ${shard}`;
      const due = dueMs[shard];
      if (due === undefined) return;
      const through = sequence - (before[shard] ?? 0);
      for (let i = told[shard] ?? 0; i < through; i++) acksMs.push(nowMs - (due[i] ?? nowMs));
      told[shard] = Math.max(told[shard] ?? 0, through);
    });
    const cutsMs: number[] = [];
    const cutting = this.#cuts(seconds, cutsMs);
    // What goes wrong is told when it is awaited.
    cutting.catch(() => {});
    await paced(this.framesPerSecond, frames.length / this.framesPerSecond, (due, i) => {
      const frame = frames[i];
      if (frame === undefined) return;
      dueMs[frame.shard]?.push(due);
      this.#engine.send(frame.shard, frame.bytes);
    });
    const sent = dueMs.reduce((sum, each) => sum + each.length, 0);
    await until(
      () => acksMs.length >= sent,
      () => `${sent - acksMs.length} of ${sent} frames are not acknowledged${refusal}`,
    );
    forget();
    await cutting;
    return { acksMs, cutsMs, syncsMs };
  }

  /** Ends the engine. */
  async stop(): Promise<void> {
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

async function until(holds: () => boolean, otherwise: () => string): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${otherwise()} within ${SETTLE_MS} ms`);
    await new Promise((done) => setTimeout(done, 1));
  }
}
