/**
 * One connection to a Modbus gateway or device, shared by all units behind it. Strictly one request is in flight; an
 * exchange (several requests to one unit) holds the connection for itself, so that an identity read in it vouches for
 * the values read beside it. After a time-out or a reply that is not right the connection is dropped and stays quiet
 * for a while: a late answer then finds nobody whom it could be mistaken for.
 */
import {
  type Failed,
  failed,
  type ReadRequest,
  type WordsResult,
  type WriteRequest,
  type WriteResult,
} from "./calls.ts";
import { Doubts } from "./doubt.ts";
import type { Line } from "./line.ts";
import { echoFault, wordsOfReply } from "./reply.ts";
import { type Party, Wire } from "./wire.ts";

/** Most exchanges that wait on one connection; one more is refused as busy. */
export const REQUESTS_MAX = 512;
/** Most requests of one exchange. */
const EXCHANGE_REQUESTS_MAX = 64;
/** Longest time that failing connections are not tried again, in milliseconds. */
const BACK_OFF_MS_MAX = 30_000;

/** Times of a link in milliseconds: to connect, and of silence after a dropped connection. */
export type LinkTimes = { connectMs: number; quietMs: number };
/** Times that suit a device on a wired network. */
export const LINK_TIMES: LinkTimes = { connectMs: 3_000, quietMs: 100 };

/** One exchange with one unit. After a fault that dropped the connection every further call gives a fault as well. */
export type Session = {
  /** Counts the connections of this link: the same number means the same, unbroken connection. */
  readonly connection: number;
  read(request: ReadRequest): Promise<WordsResult>;
  write(request: WriteRequest): Promise<WriteResult>;
};

type Turn = { take: () => Promise<void>; refuse: (fault: Failed) => void };

/** A connection, its queue and its manners. All methods settle; none throws for what the field does. */
export class ModbusLink {
  readonly #line: Line;
  readonly #times: LinkTimes;
  readonly #turns: Turn[] = [];
  #running: Promise<void> | undefined;
  readonly #doubts = new Doubts();
  #wire: Wire | undefined;
  #fallen: Promise<void> | undefined;
  #connections = 0;
  #failures = 0;
  #notBefore = 0;
  #closed = false;

  constructor(line: Line, times: LinkTimes = LINK_TIMES) {
    this.#line = line;
    this.#times = times;
  }

  /** Whether nothing is under way or waiting. */
  get idle(): boolean {
    return this.#running === undefined;
  }

  /**
   * Runs `work` alone on the connection, which is opened where it is not. Gives what `work` gives, or why it was not
   * begun: `busy` (queue full), `unreachable` (no connection) or `closed`.
   */
  exchange<T>(party: Party, work: (session: Session) => Promise<T>): Promise<T | Failed> {
    if (this.#closed) return Promise.resolve(failed("closed", "the link is closed"));
    if (this.#turns.length >= REQUESTS_MAX) {
      const message = `${this.#line.name} has ${REQUESTS_MAX} exchanges waiting: poll less often`;
      return Promise.resolve(failed("busy", message));
    }
    return new Promise((resolve, reject) => {
      const take = () => this.#take(party, work).then(resolve, reject);
      this.#turns.push({ take, refuse: resolve });
      this.#running ??= this.#run();
    });
  }

  /** Closes the connection; what is under way or waiting settles as `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const turn of this.#turns.splice(0)) turn.refuse(failed("closed", "the link was closed"));
    this.#wire?.fall(failed("closed", "the link was closed"));
    await this.#running;
    await this.#fallen;
  }

  async #run(): Promise<void> {
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      await turn.take();
    }
    this.#running = undefined;
  }

  async #take<T>(party: Party, work: (session: Session) => Promise<T>): Promise<T | Failed> {
    const wire = this.#wire ?? (await this.#open());
    if ("ok" in wire) return wire;
    const outOfStep = await this.#inStep(wire, party);
    if (outOfStep !== undefined) return outOfStep;
    let calls = 0;
    let over = false;
    const call = async <R>(run: () => Promise<R | Failed>): Promise<R | Failed> => {
      if (over || wire.busy) throw new Error("one call at a time, within its exchange");
      if (this.#wire !== wire)
        return failed("unreachable", "the connection was lost in this exchange");
      if (++calls > EXCHANGE_REQUESTS_MAX) throw new Error("an exchange has a bound of requests");
      return run();
    };
    try {
      return await work({
        connection: wire.number,
        read: (request) => call(() => this.#read(wire, party, request)),
        write: (request) => call(() => this.#write(wire, party, request)),
      });
    } finally {
      over = true;
      if (wire.busy) wire.fall(failed("closed", "the exchange ended early"));
    }
  }

  /** A unit that left a request unanswered must be in step again before anything of it counts. */
  async #inStep(wire: Wire, party: Party): Promise<Failed | undefined> {
    const probe = this.#line.framing === "rtu" ? this.#doubts.probe(party.unit) : undefined;
    if (probe !== undefined) {
      const answer = await this.#read(wire, party, probe);
      if (!answer.ok && answer.exception === undefined) return answer;
    }
    this.#doubts.settled(party.unit);
    return undefined;
  }

  async #read(wire: Wire, party: Party, request: ReadRequest): Promise<WordsResult> {
    const answer = await this.#call(wire, party, request);
    if (!("reply" in answer)) return answer;
    const words = wordsOfReply(answer.reply, request);
    if (!words.ok) return wire.fall(words);
    this.#doubts.answered(party.unit, request);
    return words;
  }

  async #write(wire: Wire, party: Party, request: WriteRequest): Promise<WriteResult> {
    const answer = await this.#call(wire, party, request);
    if (!("reply" in answer)) return answer;
    const fault = echoFault(answer.reply, request);
    return fault === undefined ? { ok: true } : wire.fall(fault);
  }

  async #call(wire: Wire, party: Party, request: ReadRequest | WriteRequest) {
    const answer = await wire.call(party, request);
    if (!("reply" in answer) && answer.exception === undefined) {
      this.#doubts.unanswered(party.unit, request);
    }
    return answer;
  }

  async #open(): Promise<Wire | Failed> {
    const waitMs = this.#notBefore - Date.now();
    if (waitMs > this.#times.quietMs) {
      return failed(
        "unreachable",
        `${this.#line.name} did not answer; tried again in ${waitMs} ms`,
      );
    }
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await this.#fallen;
    if (this.#closed) return failed("closed", "the link was closed");
    const opened = await this.#line.open(this.#times.connectMs);
    if (typeof opened === "string") return this.#notReached(opened);
    if (this.#closed) {
      await opened.close().catch(() => undefined);
      return failed("closed", "the link was closed");
    }
    this.#failures = 0;
    const wire = new Wire(this.#line, opened, {
      number: ++this.#connections,
      onFallen: (fallen) => this.#onFallen(wire, fallen),
    });
    this.#wire = wire;
    return wire;
  }

  #notReached(reason: string): Failed {
    const backOffMs = this.#times.quietMs * 2 ** Math.min(this.#failures++, 16);
    this.#notBefore = Date.now() + Math.min(backOffMs, BACK_OFF_MS_MAX);
    return failed("unreachable", `${this.#line.name} cannot be reached: ${reason}`);
  }

  #onFallen(wire: Wire, fallen: Promise<void>): void {
    this.#fallen = fallen;
    this.#notBefore = Date.now() + this.#times.quietMs;
    if (this.#wire === wire) this.#wire = undefined;
  }
}
