/**
 * NATS with JetStream as the transport of frames, acknowledgements, commands and outputs.
 */
import { type DeliveryInfo, type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { StreamPublisher } from "./stream-publisher.ts";
import { ensureConsumer, ensureStreams } from "./streams.ts";
import type { ConsumerOptions, Deliveries, Delivery, Transport } from "./transport.ts";

/** A connection as a transport; `inbox` is where it may listen for answers (permissions.ts). */
export function natsTransport(nats: NatsConnection, inbox: string): Transport {
  const publisher = new StreamPublisher(nats, inbox);
  return {
    publish: (subject, text) => nats.publish(subject, text),
    subscribe: (subject, take) => {
      const subscription = nats.subscribe(subject, {
        callback: (error, message) => {
          if (error === null)
            take({
              data: message.data,
              respond: (text) => message.respond(text),
              respondBytes: (bytes) => message.respond(bytes),
              header: (name) => message.headers?.get(name),
            });
        },
      });
      return () => {
        if (!subscription.isClosed()) subscription.unsubscribe();
      };
    },
    store: (subject, payload, options) => publisher.store(subject, payload, options),
    consume: (options, take) => consume(nats, options, take),
  };
}

async function consume(
  nats: NatsConnection,
  options: ConsumerOptions,
  take?: (message: Delivery) => void,
): Promise<Deliveries> {
  const { stream, name } = options;
  const manager = await jetstreamManager(nats);
  // A broker that came back empty has no streams either.
  await ensureStreams(manager);
  await ensureConsumer(manager, stream, name, options);
  const consumer = await jetstream(nats).consumers.get(stream, name);
  const messages = await consumer.consume({
    max_messages: options.aheadMax,
    expires: options.pullMs,
    abort_on_missing_resource: true,
    ...(take !== undefined && { callback: (message) => take(new NatsDelivery(message)) }),
  });
  return {
    async *[Symbol.asyncIterator]() {
      if (take === undefined) for await (const message of messages) yield new NatsDelivery(message);
      else await messages.closed();
    },
    // Not close(): that waits for an iteration to end, which may never have begun.
    stop: () => messages.stop(),
  };
}

/** A message as it came: there are many of them, so what is seldom asked for is worked out when it is. */
class NatsDelivery implements Delivery {
  readonly #message: JsMsg;

  constructor(message: JsMsg) {
    this.#message = message;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  ack(): void {
    this.#message.ack();
  }

  place(): { storedMs: number; behind: number } {
    return placeOf(this.#message.info);
  }

  header(name: string): string | undefined {
    return this.#message.headers?.get(name);
  }
}

function placeOf({ timestampNanos, pending }: DeliveryInfo): { storedMs: number; behind: number } {
  return { storedMs: timestampNanos / 1e6, behind: pending };
}
