/**
 * A process's connection to the simulated broker.
 */
import type { ConsumerOptions, Delivery, Transport } from "../../contract/transport.ts";
import type { Broker } from "./broker.ts";
import type { Life } from "./life.ts";
import type { Network } from "./network.ts";
import type { Stored } from "./stream.ts";

/** Longest wait for the broker's word on a consumer. */
const CONSUME_WAIT_MS = 5_000;

/** A message of a stream, with what the checkers want to know of it. */
export type SimDelivery = Delivery & { id: string | undefined };

/** The messages of a consumer. */
export type SimDeliveries = AsyncIterable<SimDelivery> & { stop(): void };

/** A connection to the simulated broker. */
export type SimTransport = Omit<Transport, "consume"> &
  SimAsking & { consume(options: ConsumerOptions): Promise<SimDeliveries> };

/** Asks as a NATS connection does. */
export type SimAsking = {
  request(
    subject: string,
    text: string,
    options: { timeout: number },
  ): Promise<{ json(): unknown }>;
};

/** A connection for a process; its link has the name of the process. */
export function connectSim(parts: { broker: Broker; network: Network; life: Life }): SimTransport {
  const { broker, network, life } = parts;
  const up = (work: () => void): void => network.carry(life.name, "up", broker.owner, work);
  const down = (work: () => void): void => network.carry(life.name, "down", life, work);
  return {
    publish: (subject, text) =>
      up(() => broker.spread(subject, Buffer.from(text, "utf8"), () => undefined)),
    subscribe: (subject, take) => broker.listen(life, subject, take),
    request: (subject, text, { timeout }) =>
      inTime(life, timeout, (done, failed) =>
        up(() => {
          const isHeard = broker.spread(subject, Buffer.from(text, "utf8"), (from, answer) =>
            network.carry(from.name, "up", broker.owner, () =>
              down(() => done({ json: () => JSON.parse(answer) })),
            ),
          );
          if (!isHeard) down(() => failed(new Error("no responders")));
        }),
      ),
    store: (subject, payload, { waitMs, id }) => {
      const message = { subject, payload: Uint8Array.from(payload), id };
      return inTime<void>(life, waitMs, (done, failed) =>
        up(() => {
          const fault = broker.store(message);
          down(() => (fault === undefined ? done() : failed(new Error(fault))));
        }),
      );
    },
    consume: (options) => {
      // One inbox, however often the network brings the request.
      const inbox = new Inbox(options, parts);
      const opened = inTime<SimDeliveries>(life, CONSUME_WAIT_MS, (done) =>
        up(() => {
          inbox.begin();
          down(() => done(inbox));
        }),
      );
      opened.catch(() => inbox.stop());
      return opened;
    },
  };
}

function inTime<Result>(
  life: Life,
  waitMs: number,
  begin: (done: (result: Result) => void, failed: (error: Error) => void) => void,
): Promise<Result> {
  return new Promise((done, failed) => {
    const cancel = life.time.after(waitMs, () => failed(new Error(`nothing within ${waitMs} ms`)));
    begin(
      (result) => {
        cancel();
        done(result);
      },
      (error) => {
        cancel();
        failed(error);
      },
    );
  });
}

/** What has come for a consumer and was not yet taken. */
class Inbox implements SimDeliveries {
  readonly #options: ConsumerOptions;
  readonly #broker: Broker;
  readonly #network: Network;
  readonly #owner: { readonly alive: boolean };
  readonly #life: Life;
  #waiting: Stored[] = [];
  #isEnded = false;
  #wake: () => void = () => undefined;

  constructor(options: ConsumerOptions, parts: { broker: Broker; network: Network; life: Life }) {
    this.#options = options;
    this.#broker = parts.broker;
    this.#network = parts.network;
    this.#life = parts.life;
    const isEnded = (): boolean => this.#isEnded;
    const { life } = parts;
    this.#owner = {
      get alive() {
        return life.alive && !isEnded();
      },
    };
  }

  begin(): void {
    const { stream, name, filter, pendingMax, aheadMax, pullMs } = this.#options;
    this.#broker.pull(
      stream,
      name,
      { filter, pendingMax },
      {
        owner: this.#owner,
        aheadMax,
        take: (message) =>
          this.#network.carry(this.#life.name, "down", this.#owner, () => {
            this.#waiting.push(message);
            this.#wake();
          }),
        gone: () => {
          this.#life.time.after(pullMs, () => this.stop());
        },
      },
    );
  }

  stop(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SimDelivery> {
    for (;;) {
      const next = this.#waiting.shift();
      if (this.#isEnded) return;
      if (next === undefined)
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      else {
        const { payload: data, id, subject } = next;
        yield { data, id, subject, ack: () => this.#acknowledge(next) };
      }
    }
  }

  #acknowledge(message: Stored): void {
    const { stream, name } = this.#options;
    this.#network.carry(this.#life.name, "up", this.#broker.owner, () =>
      this.#broker.acknowledge(stream, name, message),
    );
  }
}
