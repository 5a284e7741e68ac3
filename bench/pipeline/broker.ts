/**
 * A real NATS server of the bench's own, and frames put into its streams.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import {
  headers as emptyHeaders,
  type MsgHdrs,
  type NatsConnection,
} from "@nats-io/transport-node";
import { type BrokerAccess, connectBroker } from "../../engine/contract/broker/connect.ts";
import { inboxOf } from "../../engine/contract/broker/permissions.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { toolsCredentials } from "../../engine/host/broker-files.ts";
import { startNats } from "../../engine/host/nats.ts";
import type { Running } from "../../engine/host/running.ts";
import { asSkip } from "../harness/skip.ts";

const POLL_MS = 2;
/** Longest wait for a stream to have what was sent. */
const STORED_MS = 60_000;
/** Messages that are sent before the server is asked whether it has them. */
const FLUSH_EVERY = 2_000;

/** A message for a stream. */
export type Outgoing = { subject: string; bytes: Uint8Array; headers?: Record<string, string> };

/** A server with the product's streams, and a connection to it. */
export class Broker {
  readonly folder: string;
  readonly server: Running;
  /** The way to it with credentials that may do everything. */
  readonly access: BrokerAccess & { credentials: string };
  readonly nats: NatsConnection;
  readonly manager: JetStreamManager;

  private constructor(
    folder: string,
    parts: {
      server: Running;
      access: BrokerAccess & { credentials: string };
      nats: NatsConnection;
      manager: JetStreamManager;
    },
  ) {
    this.folder = folder;
    this.server = parts.server;
    this.access = parts.access;
    this.nats = parts.nats;
    this.manager = parts.manager;
  }

  /** Starts it in a temporary folder, with cores as the product gives it unless told. Throws a SkipError where NATS can't be had. */
  static async start(cores?: number): Promise<Broker> {
    const folder = mkdtempSync(join(tmpdir(), "drawdown-bench-"));
    const server = await asSkip(
      startNats({ data: folder, port: 0, ...(cores !== undefined && { cores }) }),
    );
    const credentials = toolsCredentials(folder);
    const access = { servers: server.url, inbox: inboxOf("tools"), credentials };
    const nats = await connectBroker(access, "bench");
    const manager = await jetstreamManager(nats);
    await ensureStreams(manager);
    return new Broker(folder, { server, access, nats, manager });
  }

  /** Puts messages into an empty stream; settles when it has all of them. */
  async fill(stream: string, messages: readonly Outgoing[]): Promise<void> {
    await this.count(stream, 0);
    for (const [i, { subject, bytes, headers }] of messages.entries()) {
      this.nats.publish(
        subject,
        bytes,
        headers === undefined ? {} : { headers: headersOf(headers) },
      );
      if (i % FLUSH_EVERY === 0) await this.nats.flush();
    }
    await this.nats.flush();
    await this.count(stream, messages.length);
  }

  /** Settles when the stream has just so many messages. */
  async count(stream: string, wanted: number): Promise<void> {
    const until = performance.now() + STORED_MS;
    for (;;) {
      const { state } = await this.manager.streams.info(stream);
      if (state.messages === wanted) return;
      if (performance.now() > until)
        throw new Error(`${stream} has ${state.messages} messages in place of ${wanted}`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.nats.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function headersOf(fields: Record<string, string>): MsgHdrs {
  const made = emptyHeaders();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}
