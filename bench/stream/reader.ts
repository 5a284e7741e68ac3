/**
 * One reader of the stream that loses nothing: it remembers the last sequence, asks for what came after it when it was
 * away or too slow, and checks that every event of its topic comes once and in order.
 */
import { WebSocket } from "ws";
import { nowMicros } from "./event-source.ts";

const EVENT = /"seq":(\d+),.*?"id":"0-(\d+)-(\d+)".*?"balance_micros":"(\d+)"/;
const RETRY_MS = 200;

/** What a reader hears: an account's events, or all. */
export type Hears = { topic: string; isAll: boolean };

/** What went wrong, and how often a reader lagged and came back. */
export type ReaderCounts = {
  events: number;
  repeated: number;
  missed: number;
  lagged: number;
  resumes: number;
};

/** Where readers connect, what they come with, and who is told of each event that came live, in microseconds from its making. */
export type ReaderHost = { url: string; key: string; onLatency(micros: number): void };

/** A reader. */
export class Reader {
  readonly counts: ReaderCounts = { events: 0, repeated: 0, missed: 0, lagged: 0, resumes: 0 };
  readonly #host: ReaderHost;
  readonly #hears: Hears;
  readonly #localAddress: string;
  #socket: WebSocket | undefined;
  /** The last sequence that it has; undefined before the first answer. */
  #since: number | undefined;
  /** Which event it had last. */
  #last = 0;
  /** What came between a gap and the answer to its resume is sent again. */
  #isDeaf = false;
  /** Events made after this came live. */
  #liveFrom = 0n;
  #isEnded = false;
  #isPaused = false;
  /** Whether how long events take to it is worth telling: not where it is slow by intent. */
  isTimed = true;

  constructor(host: ReaderHost, hears: Hears, localAddress: string) {
    this.#host = host;
    this.#hears = hears;
    this.#localAddress = localAddress;
  }

  /** The number of the last event that it has: of its account, or of all. */
  get last(): number {
    return this.#last;
  }

  /** Connects; settles when its subscription is answered. */
  connect(): Promise<void> {
    return new Promise((resolve) => this.#open(resolve));
  }

  /** Reads nothing more from its socket, or goes on. */
  set isPaused(is: boolean) {
    this.#isPaused = is;
    if (is) this.#socket?.pause();
    else this.#socket?.resume();
  }

  /** Breaks the connection without a word; it comes back by itself. */
  break(): void {
    this.#socket?.terminate();
  }

  /** Ends it. */
  end(): void {
    this.#isEnded = true;
    this.#socket?.terminate();
  }

  #open(onAnswer: () => void): void {
    const socket = new WebSocket(this.#host.url, {
      headers: { authorization: `Bearer ${this.#host.key}` },
      localAddress: this.#localAddress,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    this.#socket = socket;
    this.#isDeaf = false;
    socket.on("open", () => {
      const since = this.#since === undefined ? {} : { since: this.#since };
      if (this.#since !== undefined) this.counts.resumes++;
      socket.send(JSON.stringify({ subscribe: [this.#hears.topic], ...since }));
    });
    socket.on("message", (data: Buffer) => this.#take(data.toString("latin1"), onAnswer));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (!this.#isEnded) setTimeout(() => this.#open(onAnswer), RETRY_MS);
    });
    socket.once("open", () => {
      if (this.#isPaused) socket.pause();
    });
  }

  #take(text: string, onAnswer: () => void): void {
    if (text.startsWith('{"topic"')) this.#takeEvent(text);
    else if (text.startsWith('{"subscribed"')) {
      const { seq } = JSON.parse(text) as { seq: number };
      this.#since ??= seq;
      this.#isDeaf = false;
      this.#liveFrom = nowMicros();
      onAnswer();
    } else if (text.startsWith('{"lagged"')) this.#resume();
  }

  #takeEvent(text: string): void {
    if (this.#isDeaf) return;
    const [, seq, ofAccount, ofAll, madeAt] = EVENT.exec(text) ?? [];
    const number = Number(this.#hears.isAll ? ofAll : ofAccount);
    this.counts.events++;
    if (number <= this.#last) this.counts.repeated++;
    else this.counts.missed += number - this.#last - 1;
    this.#last = Math.max(this.#last, number);
    this.#since = Number(seq);
    const made = BigInt(madeAt ?? 0);
    if (this.isTimed && made > this.#liveFrom) this.#host.onLatency(Number(nowMicros() - made));
  }

  /** Some are missing here: all after the last one is asked for, and what comes before the answer is left alone. */
  #resume(): void {
    if (this.#isDeaf || this.#since === undefined) return;
    this.counts.lagged++;
    this.counts.resumes++;
    this.#isDeaf = true;
    this.#socket?.send(JSON.stringify({ since: this.#since }));
  }
}
