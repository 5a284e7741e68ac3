/**
 * One connection to a Modbus gateway or device, shared by all units behind it. Strictly one request is in flight; an
 * exchange (several requests to one unit) holds the connection for itself, so that an identity read in it vouches for
 * the values read beside it. After a time-out or a reply that is not right the connection is dropped and stays quiet
 * for a while: a late answer then finds nobody whom it could be mistaken for.
 *
 * The only file that uses modbus-serial. What it is guarded against: no time-out of its own, answers matched by a
 * number of 0 to 255, a `destroy()` that never settles what is pending, lengths and echoes that are not compared, and
 * the unit as state of the client (here it goes with each call).
 */
import { connect, type Socket } from "node:net";
import modbus from "modbus-serial";
import {
  exceptionFault,
  type Failed,
  failed,
  type ReadRequest,
  type WordsResult,
  type WriteRequest,
  type WriteResult,
} from "./calls.ts";
import { echoFault, wordsOfReply } from "./reply.ts";

/** Most exchanges that wait on one connection; one more is refused as busy. */
export const REQUESTS_MAX = 512;
/** Most requests of one exchange. */
const EXCHANGE_REQUESTS_MAX = 64;
/** Longest time that failing connections are not tried again, in milliseconds. */
const BACK_OFF_MS_MAX = 30_000;

/** How to reach the bus. Serial lines and RTU over TCP are further kinds of this union. */
export type ModbusTransport = { kind: "tcp"; host: string; port: number };

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

/** Which unit an exchange is with, and how long to wait for each answer. */
export type Party = { unit: number; timeoutMs: number };

type Client = InstanceType<typeof modbus.default>;
type Reply = { error: unknown } | { reply: unknown };
/** An open connection; `abandon` settles the call that is under way, if any. */
type Wire = {
  client: Client;
  socket: Socket;
  number: number;
  abandon: ((fault: Failed) => void) | undefined;
};
type Turn = { take: () => Promise<void>; refuse: (fault: Failed) => void };

/** A connection, its queue and its manners. All methods settle; none throws for what the field does. */
export class ModbusLink {
  readonly #transport: ModbusTransport;
  readonly #times: LinkTimes;
  readonly #turns: Turn[] = [];
  #running: Promise<void> | undefined;
  #wire: Wire | undefined;
  #connections = 0;
  #failures = 0;
  #notBefore = 0;
  #closed = false;

  constructor(transport: ModbusTransport, times: LinkTimes = LINK_TIMES) {
    this.#transport = transport;
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
      const message = `${this.#name()} has ${REQUESTS_MAX} exchanges waiting: poll less often`;
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
    if (this.#wire !== undefined) this.#drop(this.#wire, failed("closed", "the link was closed"));
    await this.#running;
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
    let calls = 0;
    let over = false;
    const call = async <R>(run: () => Promise<R | Failed>): Promise<R | Failed> => {
      if (over || wire.abandon !== undefined)
        throw new Error("one call at a time, within its exchange");
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
      if (wire.abandon !== undefined)
        this.#drop(wire, failed("closed", "the exchange ended early"));
    }
  }

  async #read(wire: Wire, party: Party, request: ReadRequest): Promise<WordsResult> {
    const { functionCode, address, count } = request;
    const answer = await this.#call(wire, party, (client, next) => {
      if (functionCode === 1) client.writeFC1(party.unit, address, count, next);
      else if (functionCode === 2) client.writeFC2(party.unit, address, count, next);
      else if (functionCode === 3) client.writeFC3(party.unit, address, count, next);
      else client.writeFC4(party.unit, address, count, next);
    });
    if (!("reply" in answer)) return answer;
    const words = wordsOfReply(answer.reply, request);
    return words.ok ? words : this.#drop(wire, words);
  }

  async #write(wire: Wire, party: Party, request: WriteRequest): Promise<WriteResult> {
    const { functionCode, address, values } = request;
    const [first = 0] = values;
    const answer = await this.#call(wire, party, (client, next) => {
      if (functionCode === 5) client.writeFC5(party.unit, address, first !== 0, next);
      else if (functionCode === 6) client.writeFC6(party.unit, address, first, next);
      else client.writeFC16(party.unit, address, [...values], next);
    });
    if (!("reply" in answer)) return answer;
    const fault = echoFault(answer.reply, request);
    return fault === undefined ? { ok: true } : this.#drop(wire, fault);
  }

  /** Sends one request and waits for its answer; every fault but an exception of the unit costs the connection. */
  async #call(
    wire: Wire,
    party: Party,
    send: (client: Client, next: (error: unknown, reply: unknown) => void) => void,
  ): Promise<{ reply: unknown } | Failed> {
    const answer = await new Promise<Reply | Failed>((resolve) => {
      const late = failed(
        "timeout",
        `unit ${party.unit} does not answer within ${party.timeoutMs} ms`,
      );
      const timer = setTimeout(resolve, party.timeoutMs, late);
      wire.abandon = (fault) => {
        clearTimeout(timer);
        resolve(fault);
      };
      wire.client.setTimeout(party.timeoutMs + this.#times.quietMs);
      send(wire.client, (error, reply) => {
        clearTimeout(timer);
        resolve(error ? { error } : { reply });
      });
    });
    wire.abandon = undefined;
    if ("reply" in answer) return answer;
    if ("ok" in answer) return this.#drop(wire, answer);
    const code = (answer.error as { modbusCode?: unknown }).modbusCode;
    if (typeof code === "number") return exceptionFault(party.unit, code);
    const message = answer.error instanceof Error ? answer.error.message : String(answer.error);
    return this.#drop(wire, failed("malformed", `unit ${party.unit} answers wrongly: ${message}`));
  }

  async #open(): Promise<Wire | Failed> {
    const waitMs = this.#notBefore - Date.now();
    if (waitMs > this.#times.quietMs) {
      return failed("unreachable", `${this.#name()} did not answer; tried again in ${waitMs} ms`);
    }
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (this.#closed) return failed("closed", "the link was closed");
    const socket = await openSocket(this.#transport, this.#times.connectMs);
    if (typeof socket === "string") return this.#notReached(socket);
    if (this.#closed) {
      socket.destroy();
      return failed("closed", "the link was closed");
    }
    this.#failures = 0;
    return this.#attach(socket);
  }

  async #attach(socket: Socket): Promise<Wire> {
    const client = new modbus.default();
    client.on("error", () => undefined);
    await client.linkTCP(socket, { port: this.#transport.port });
    const wire: Wire = { client, socket, number: ++this.#connections, abandon: undefined };
    const fault = failed("unreachable", `${this.#name()} closed the connection`);
    socket.once("close", () => this.#drop(wire, fault));
    this.#wire = wire;
    return wire;
  }

  #notReached(reason: string): Failed {
    const backOffMs = this.#times.quietMs * 2 ** Math.min(this.#failures++, 16);
    this.#notBefore = Date.now() + Math.min(backOffMs, BACK_OFF_MS_MAX);
    return failed("unreachable", `${this.#name()} cannot be reached: ${reason}`);
  }

  /** Gives up a connection: first what is pending is settled, only then is it destroyed. */
  #drop<F extends Failed>(wire: Wire, fault: F): F {
    if (this.#wire !== wire) return fault;
    this.#wire = undefined;
    this.#notBefore = Date.now() + this.#times.quietMs;
    wire.abandon?.(fault);
    wire.client.destroy(() => undefined);
    wire.socket.destroy();
    return fault;
  }

  #name(): string {
    return `${this.#transport.host}:${this.#transport.port}`;
  }
}

/** A connected socket, or the reason why there is none. */
function openSocket(transport: ModbusTransport, connectMs: number): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect({ host: transport.host, port: transport.port, noDelay: true });
    const timer = setTimeout(() => give(`no connection within ${connectMs} ms`), connectMs);
    const onError = (error: Error) => give(error.message);
    const give = (reason?: string) => {
      clearTimeout(timer);
      socket.removeListener("error", onError);
      socket.on("error", () => undefined);
      if (reason === undefined) return resolve(socket);
      socket.destroy();
      resolve(reason);
    };
    socket.once("error", onError);
    socket.once("connect", () => give());
  });
}
