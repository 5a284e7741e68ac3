/**
 * For tests: puts blocks into RATED as an engine does.
 */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers, type NatsConnection } from "@nats-io/transport-node";
import { ensureStreams } from "../../../engine/contract/streams.ts";
import { ratedSubject } from "../../../engine/contract/subjects.ts";
import type { RatedBlock } from "../rated-block.ts";
import { ratedLag } from "../rated-consumer.ts";
import { blockHeaders } from "./rows.ts";

/** A publisher of blocks. */
export class Publisher {
  readonly nats: NatsConnection;

  private constructor(nats: NatsConnection) {
    this.nats = nats;
  }

  /** Connects and makes the streams. */
  static async open(natsUrl: string): Promise<Publisher> {
    const nats = await connect({ servers: natsUrl });
    await ensureStreams(await jetstreamManager(nats));
    return new Publisher(nats);
  }

  /** Publishes each block as a message that JetStream has not seen. */
  async publish(blocks: readonly RatedBlock[]): Promise<void> {
    for (const { table, token, rows, bytes } of blocks) {
      await this.raw(blockHeaders(table, token, rows), bytes);
    }
  }

  /** Publishes any message. */
  async raw(fields: Record<string, string>, bytes: Uint8Array): Promise<void> {
    const own = headers();
    for (const [name, value] of Object.entries(fields)) own.set(name, value);
    await jetstream(this.nats).publish(ratedSubject(0), bytes, { headers: own });
  }

  /** Settles when nothing is left in RATED. */
  async drained(): Promise<void> {
    const manager = await jetstreamManager(this.nats);
    while ((await ratedLag(manager)) > 0) await new Promise((done) => setTimeout(done, 20));
  }
}
