/**
 * The engine without its network: shards over one journal, recovered from disk, with pool, ticks and snapshots.
 */
import { dirname, join } from "node:path";
import { loadKernel } from "../../kernel-as/kernel.ts";
import type { DurableAck } from "../contract/acks.ts";
import type { Clock } from "../contract/clock.ts";
import { type Disk, diskErrorCode } from "../contract/disk.ts";
import { machineTime, type Time } from "../contract/time.ts";
import { ImageRoom } from "../journal/image.ts";
import type { Journal } from "../journal/journal.ts";
import { JOURNAL_KIND } from "../journal/record.ts";
import { keptSnapshots } from "../journal/retention.ts";
import { writeSnapshot } from "../journal/snapshot.ts";
import { type DiskTrouble, diskTrouble } from "../journal/trouble.ts";
import type { PumpTools } from "./duties.ts";
import { markedAgain, Outbox, type OutMessage, type PublishMessage } from "./outbox.ts";
import { pendingSupply } from "./pending-supply.ts";
import { type Pool, type StartPool, startPool } from "./pool.ts";
import { Pump } from "./pump.ts";
import { checkInstallation, recover } from "./recover.ts";
import { paymentTrials } from "./trials.ts";

/** What an engine needs to run. `shards` is the installation's number, `owned` those that this process owns. */
export type EngineOptions = {
  disk: Disk;
  folder: string;
  shards: number;
  owned: readonly number[];
  workers: number;
  /** Starts the workers; threads unless told otherwise. */
  startPool?: StartPool;
  /** The machine's unless told otherwise. */
  time?: Time;
  /** Outputs behind this journal sequence are made again, also published ones: the broker has lost them. */
  outputsAfter?: number | undefined;
  clock: Clock;
  maxSkewS: number;
  segmentBytesMax: number;
  publish: PublishMessage;
  acknowledge(gateway: number, ack: DurableAck): void;
  /** Told of each batch that was answered: its readings, and how long it took. */
  onBatch?: PumpTools["onBatch"];
  /** Follows what is traced; nothing is unless it is given. */
  tracer?: PumpTools["tracer"];
  /** Something that a person must know: a damaged snapshot, outputs that are not taken. */
  warn(message: string, cause?: unknown): void;
  /** The engine can't go on; nothing more is acknowledged. */
  fail(error: unknown): void;
};

/** Sequences of a shard's snapshots from the newest on, 0 for one that may be there; and where the shard stands. */
type Saved = { kept: readonly number[]; position: number };

/** A running engine. */
export class Engine {
  readonly pumps: ReadonlyMap<number, Pump>;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly pool: Pool;
  /** Outputs through this journal sequence never have to be made again; published ones unless told otherwise. */
  handedOn = Number.MAX_SAFE_INTEGER;
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #saved = new Map<number, Saved>();
  readonly #warn: EngineOptions["warn"];
  #markedPublished = 0;
  #snapshotTrouble: DiskTrouble | undefined;
  #isClosing = false;
  #saving: Promise<void> | undefined;
  readonly #room = new ImageRoom();
  /** Who waits for the disk's next trouble. */
  readonly #atTrouble: (() => void)[];

  private constructor(
    options: EngineOptions,
    parts: {
      pumps: Map<number, Pump>;
      journal: Journal;
      outbox: Outbox;
      pool: Pool;
      atTrouble: (() => void)[];
    },
  ) {
    this.#disk = options.disk;
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#warn = options.warn;
    this.pumps = parts.pumps;
    this.journal = parts.journal;
    this.outbox = parts.outbox;
    this.pool = parts.pool;
    this.#atTrouble = parts.atTrouble;
  }

  /** Recovers the state from snapshots and journal, hands on outputs that were not published, and is ready for input. */
  static async open(options: EngineOptions): Promise<Engine> {
    await options.disk.mkdir(options.folder);
    await options.disk.syncFolder(dirname(options.folder));
    await checkInstallation(options.disk, options.folder, options.shards);
    const module = loadKernel();
    const time = options.time ?? machineTime;
    const pumps = new Map<number, Pump>();
    const atTrouble: (() => void)[] = [];
    const onTrouble = (trouble: DiskTrouble | undefined): void => {
      options.warn(trouble?.reason ?? "the journal's disk can be written again");
      if (trouble === undefined) return;
      for (const pump of pumps.values()) pump.interrupt(trouble.reason);
      for (const done of atTrouble.splice(0)) done();
    };
    const recovered = await recover({ ...options, time, onTrouble }, module);
    const { shards, journal, outputs, published } = recovered;

    const warn = (error: unknown): void =>
      options.warn("outputs are not taken by NATS; trying again", error);
    const outbox = new Outbox(published, options.publish, warn, time);
    for (const { sequence, messages } of outputs) {
      outbox.begin(sequence);
      outbox.add(sequence, messages.map(markedAgain));
    }
    // Records without outputs may stand behind the last one that has some; nothing of them is waited for.
    outbox.begin(journal.last);
    outbox.add(journal.last, options.outputsAfter === undefined ? [] : pendingOf(shards, options));
    const memories = Array.from(
      { length: options.shards },
      (_, shard) => shards.get(shard)?.memory,
    );
    const pool = await (options.startPool ?? startPool)(module, memories, options.workers);
    const engine = new Engine(options, { pumps, journal, outbox, pool, atTrouble });
    const fail = (error: unknown): void => {
      // What an engine that is told to end gives up was never acknowledged.
      if (!engine.#isClosing) options.fail(error);
    };
    for (const [shard, { memory, sequence }] of shards) {
      const { clock, maxSkewS, acknowledge, onBatch, tracer } = options;
      pumps.set(
        shard,
        new Pump(shard, memory, sequence, {
          pool,
          journal,
          outbox,
          clock,
          maxSkewS,
          tryPayment: paymentTrials(module, memory),
          acknowledge,
          onBatch,
          tracer,
          fail,
        }),
      );
    }
    return engine;
  }

  /** Why nothing, or no snapshot, can be written at the moment. */
  get trouble(): DiskTrouble | undefined {
    return this.journal.trouble ?? this.#snapshotTrouble;
  }

  /** Accounts of all shards. */
  accounts(): number {
    let count = 0;
    for (const pump of this.pumps.values()) count += pump.state.slots;
    return count;
  }

  /** Sends a tick to every shard. */
  tick(): void {
    const nowS = this.#clock.nowS();
    for (const pump of this.pumps.values()) pump.offerTick(nowS);
  }

  /** Notes in the journal how far outputs are published, so that a restart does not publish them all again. */
  async notePublished(): Promise<void> {
    const through = this.outbox.publishedThrough;
    if (through === this.#markedPublished) return;
    const payload = Buffer.alloc(8);
    payload.writeBigUInt64LE(BigInt(through), 0);
    const { sequence, durable } = this.journal.append(0, JOURNAL_KIND.published, payload);
    this.outbox.begin(sequence);
    this.outbox.add(sequence, []);
    // The note itself has no outputs: one that only said so would follow another for ever.
    this.#markedPublished = sequence === through + 1 ? sequence : through;
    try {
      await durable;
    } catch (error) {
      if (!this.#isClosing) throw error;
    }
  }

  /**
   * Saves the shards that changed, and removes what of the journal lies behind both snapshots of every shard. A shard
   * that rests is saved again when its older snapshot would hold back more of the journal than is kept anyway. A disk
   * that can't be written is told of; the next time tries again.
   */
  async snapshot(): Promise<void> {
    // One at a time: there is room for one image.
    while (this.#saving !== undefined) await this.#saving;
    this.#saving = this.#trySave();
    try {
      await this.#saving;
    } finally {
      this.#saving = undefined;
    }
  }

  async #trySave(): Promise<void> {
    // A batch that waits for the disk holds back the image of its shard.
    if (this.journal.trouble !== undefined) return;
    try {
      await this.#saveAll();
      this.#snapshotTrouble = undefined;
    } catch (error) {
      // Outputs that an engine gives up at its end are made again at the next start, and so is the snapshot.
      if (this.#isClosing) return;
      if (diskErrorCode(error) === undefined) throw error;
      this.#snapshotTrouble = diskTrouble(this.#folder, error);
      this.#warn(`no snapshot was written: ${this.#snapshotTrouble.reason}`, error);
    }
  }

  async #saveAll(): Promise<void> {
    let oldest = this.journal.durable;
    for (const [shard, pump] of this.pumps) {
      const saved = this.#saved.get(shard);
      const rests =
        saved !== undefined &&
        saved.position === pump.position &&
        oldestOf(saved) + 1 >= this.journal.keptFrom;
      const next = rests ? saved : await this.#save(shard, pump, saved);
      oldest = Math.min(oldest, oldestOf(next));
    }
    await this.journal.removeThrough(Math.min(oldest, this.outbox.publishedThrough));
  }

  async #save(shard: number, pump: Pump, saved: Saved | undefined): Promise<Saved> {
    // Taken before the image: a batch that comes in between is saved once more, never forgotten.
    const position = pump.position;
    const image = await pump.image(this.#room);
    // Outputs are made again only from the journal, so a snapshot must not get ahead of them.
    await this.outbox.published(image.sequence);
    const { handedOn } = this;
    await writeSnapshot(this.#disk, join(this.#folder, "snapshots"), image, handedOn);
    const next = {
      kept: keptSnapshots([image.sequence, ...(saved?.kept ?? [0])], handedOn),
      position,
    };
    this.#saved.set(shard, next);
    return next;
  }

  /** Settles when nothing is in flight, or can't be finished because the disk can't be written. */
  async rest(): Promise<void> {
    if (this.journal.trouble !== undefined) return;
    const idle = Promise.all([...this.pumps.values()].map((pump) => pump.idle()));
    await Promise.race([idle, new Promise<void>((done) => this.#atTrouble.push(done))]);
  }

  /** Finishes what is in flight and closes. What a failing disk does not take is given up: nobody was told of it. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    await this.rest();
    if (this.journal.trouble !== undefined) await this.journal.close();
    for (const pump of this.pumps.values()) await pump.idle();
    this.outbox.stop();
    await this.journal.close();
    await this.pool.close();
  }
}

/** Supply commands that a broker may have lost before their gateways took them, however long ago. */
function pendingOf(
  shards: ReadonlyMap<number, { memory: WebAssembly.Memory }>,
  { clock }: EngineOptions,
): OutMessage[] {
  const nowS = clock.nowS();
  return [...shards].flatMap(([shard, { memory }]) => pendingSupply(shard, memory, nowS));
}

/** What the journal must still reach back to. */
function oldestOf({ kept }: Saved): number {
  return kept.at(-1) ?? 0;
}
