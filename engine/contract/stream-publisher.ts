/**
 * Messages into JetStream, with one listener for the streams' answers. The client's own way makes for each message a
 * timer, a race of promises and an error that is thrown away: a sixth of the engine's main thread in small batches
 * (docs/decisions/0033).
 */
import {
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  nuid,
  PermissionViolationError,
} from "@nats-io/transport-node";
import type { StoreOptions } from "./transport.ts";

/** How often messages are looked at that wait too long for their answer. */
const LOOK_MS = 250;
/** The header by which a stream knows a message again, in its own words. */
const ID_HEADER = "Nats-Msg-Id";
/** What the broker answers where no stream takes the subject. */
const NO_STREAM = 503;

type Waiting = {
  subject: string;
  untilMs: number;
  onStored: StoreOptions["onStored"];
  done: () => void;
  failed: (error: Error) => void;
};
/** A stream's answer, as JetStream writes it. */
type PubAck = {
  stream?: string;
  seq?: number;
  duplicate?: boolean;
  error?: { description?: string };
};

/** Puts messages into streams over one connection. Its callers bound how many wait (PUBLISH_GROUP_MAX of the outbox, a gateway's window). */
export class StreamPublisher {
  readonly #nats: NatsConnection;
  readonly #inbox: string;
  /** By the last part of the subject that the answer comes on. */
  readonly #waiting = new Map<string, Waiting>();
  #next = 0;
  #isListening = false;
  #looking: NodeJS.Timeout | undefined;

  /** `inbox` is where the connection may listen for answers. */
  constructor(nats: NatsConnection, inbox: string) {
    this.#nats = nats;
    this.#inbox = `${inbox}.${nuid.next()}`;
  }

  /** Settles when the stream has it; rejects when it has not said so in time, or that it does not take it. */
  store(
    subject: string,
    payload: Uint8Array,
    { waitMs, id, headers: fields, onStored }: StoreOptions,
  ): Promise<void> {
    const token = (this.#next++).toString(36);
    return new Promise((done, failed) => {
      this.#listen();
      const untilMs = performance.now() + waitMs;
      this.#waiting.set(token, { subject, untilMs, onStored, done, failed });
      this.#looking ??= setInterval(() => this.#giveUpLate(), LOOK_MS);
      try {
        this.#nats.publish(subject, payload, {
          reply: `${this.#inbox}.${token}`,
          ...(id === undefined && fields === undefined ? {} : { headers: headersOf(id, fields) }),
        });
      } catch (error) {
        this.#take(token)?.failed(error as Error);
      }
    });
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#nats.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#answered(message);
      },
    });
    this.#isListening = true;
    void this.#hearOfForbidden();
    void this.#nats
      .closed()
      .then(() => this.#giveUp(() => true, "the connection to NATS is closed"));
  }

  /** The server answers nothing to a message that it does not let through: it says so beside, by its subject. */
  async #hearOfForbidden(): Promise<void> {
    for await (const status of this.#nats.status()) {
      const error = status.type === "error" ? status.error : undefined;
      if (error instanceof PermissionViolationError && error.operation === "publish")
        this.#giveUp(
          ({ subject }) => subject === error.subject,
          "NATS forbids this user to send it",
        );
    }
  }

  #answered(message: Msg): void {
    const waiting = this.#take(message.subject.slice(this.#inbox.length + 1));
    if (waiting === undefined) return;
    const { error, stream, seq, duplicate } = pubAckOf(message);
    // A refusal names the stream, too.
    if (error !== undefined || stream === undefined || seq === undefined) {
      const why = error?.description ?? "the answer is not a stream's";
      waiting.failed(new Error(`${waiting.subject}: ${why}`));
      return;
    }
    if (duplicate !== true) waiting.onStored?.(stream, seq);
    waiting.done();
  }

  #take(token: string): Waiting | undefined {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    return waiting;
  }

  #giveUpLate(): void {
    const nowMs = performance.now();
    this.#giveUp(({ untilMs }) => untilMs <= nowMs, "no stream has said in time that it has it");
    if (this.#waiting.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #giveUp(which: (waiting: Waiting) => boolean, why: string): void {
    for (const [token, waiting] of this.#waiting) {
      if (which(waiting)) this.#take(token)?.failed(new Error(`${waiting.subject}: ${why}`));
    }
  }
}

/** The answer; empty where it is not a stream's. */
function pubAckOf(message: Msg): PubAck {
  if (message.data.length === 0 && message.headers?.code === NO_STREAM)
    return { error: { description: "no stream takes this subject" } };
  try {
    return message.json<PubAck | null>() ?? {};
  } catch {
    return {};
  }
}

function headersOf(id: string | undefined, fields: Record<string, string> = {}): MsgHdrs {
  const made = headers();
  // Not set(), which looks for each name twice.
  if (id !== undefined) made.append(ID_HEADER, id);
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  return made;
}
