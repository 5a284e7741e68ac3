/**
 * Our side: from frames in JetStream to durable acknowledgements, as the engine role does it. The stream is filled first;
 * what is measured is how long it takes from the first open consumer until the last frame is acknowledged. Rated rows are made and thrown
 * away, or published until the stream RATED has them all.
 */
import { join } from "node:path";
import { inboxOf } from "../../engine/contract/broker/permissions.ts";
import { natsTransport } from "../../engine/contract/nats-transport.ts";
import { nodeDisk } from "../../engine/contract/node-disk.ts";
import { ackSubject, frameSubject, STREAMS } from "../../engine/contract/subjects.ts";
import type { Transport } from "../../engine/contract/transport.ts";
import { openInputs } from "../../engine/nats/inputs.ts";
import { Fleet } from "../engine/fleet.ts";
import {
  balanceSumAt,
  FLEET_BEGIN_S,
  FLEET_GATEWAY,
  type FrameSet,
} from "../engine/fleet-frames.ts";
import { type Sample, timed } from "../harness/rounds.ts";
import type { Broker, Outgoing } from "./broker.ts";

/** How many accounts over how many shards; whether rated rows are published. */
export type PipelineSize = { accounts: number; shards: number; publishes?: boolean };

/** Longest wait until the stream has said that it has a block. */
const PUBLISH_WAIT_MS = 10_000;

const WORKERS = 2;
const warn = (message: string): void => console.warn(message);
let opened = 0;

/** An engine behind a broker. */
export class Pipeline {
  readonly fleet: Fleet;
  readonly #broker: Broker;
  /** Sequences acknowledged of each shard's gateway, and who waits for them. */
  readonly #acknowledged: number[];
  #onAck: () => void = () => {};

  private constructor(broker: Broker, fleet: Fleet, acknowledged: number[]) {
    this.#broker = broker;
    this.fleet = fleet;
    this.#acknowledged = acknowledged;
  }

  /** Opens it with all accounts paid and read once. */
  static async open(
    broker: Broker,
    { accounts, shards, publishes = false }: PipelineSize,
  ): Promise<Pipeline> {
    const transport = natsTransport(broker.nats, inboxOf("tools"));
    const acknowledged = Array.from({ length: shards }, () => 0);
    let pipeline: Pipeline | undefined;
    opened += 1;
    const fleet = await Fleet.open({
      disk: nodeDisk,
      folder: join(broker.folder, `engine-${opened}`),
      accounts,
      shards,
      workers: WORKERS,
      ...(publishes && {
        publish: ({ subject, payload, id, headers }) =>
          transport.store(subject, payload, { id, headers, waitMs: PUBLISH_WAIT_MS }),
      }),
      acknowledge: (gateway, ack) => {
        transport.publish(ackSubject(gateway), JSON.stringify(ack));
        acknowledged[ack.shard] = ack.sequence;
        pipeline?.noticeAck();
      },
    });
    pipeline = new Pipeline(broker, fleet, acknowledged);
    await fleet.openAccounts(true);
    await fleet.send(fleet.frames.snapshots(1, 1_000));
    await fleet.engine.outbox.published(fleet.engine.journal.last);
    await broker.manager.streams.purge(STREAMS.rated);
    return pipeline;
  }

  /** Accounts of all shards. */
  get accounts(): number {
    return this.fleet.accountsOfShard * this.#acknowledged.length;
  }

  /** The last step that all accounts were read at. */
  get lastStep(): number {
    return this.fleet.frames.nextStep - 1;
  }

  /** Takes frames that it has not seen; its check is the sum of balances, which must be what the readings cost. */
  async run(set: FrameSet): Promise<Sample> {
    await this.#broker.fill(STREAMS.frames, messagesOf(set));
    const clock = { nowS: () => FLEET_BEGIN_S, speed: 1 };
    const wanted = [...this.fleet.frames.sequences];
    let closed = Promise.resolve();
    const sample = await timed(
      async (begin) => {
        const transport = beginning(natsTransport(this.#broker.nats, inboxOf("tools")), begin);
        const { pumps } = this.fleet.engine;
        const inputs = await openInputs({ transport, pumps, shards: pumps.size, clock, warn });
        await new Promise<void>((done) => {
          this.#onAck = () => {
            if (wanted.every((sequence, shard) => this.#acknowledged[shard] === sequence)) done();
          };
          this.#onAck();
        });
        const { outbox, journal } = this.fleet.engine;
        await outbox.published(journal.last);
        // Closing waits for a pull to run out; it is no part of the work.
        closed = inputs.close();
        return set.readings;
      },
      [this.#broker.server.pid],
    );
    await closed;
    await this.#broker.count(STREAMS.frames, 0);
    await this.#broker.manager.streams.purge(STREAMS.rated);
    const sum = this.fleet.balanceSum();
    const expected = balanceSumAt(this.accounts, set.fromStep + set.steps - 1);
    if (sum !== expected)
      throw new Error(`the engine's balances come to ${sum} in place of ${expected}`);
    return { ...sample, check: String(sum) };
  }

  /** Called when a gateway was told something. */
  noticeAck(): void {
    this.#onAck();
  }

  /** Closes the engine. */
  async close(): Promise<void> {
    await this.fleet.engine.close();
  }
}

/** The frames as messages of FRAMES. */
function messagesOf({ frames }: FrameSet): Outgoing[] {
  return frames.map(({ shard, bytes }) => ({ subject: frameSubject(shard, FLEET_GATEWAY), bytes }));
}

/** The transport, which calls `begin` when its first consumer is open. */
function beginning(transport: Transport, begin: () => void): Transport {
  let isOpen = false;
  return {
    ...transport,
    consume: async (options, take) => {
      const deliveries = await transport.consume(options, take);
      if (!isOpen) begin();
      isOpen = true;
      return deliveries;
    },
  };
}
