/**
 * One open connection with the client on it: sends a request, waits for its answer, and falls at the first fault. The
 * only file that uses modbus-serial. What it is guarded against: no time-out of its own, answers matched by a number of
 * 0 to 255 or not at all, an exception taken from any unit, a `destroy()` that never settles what is pending, lengths
 * and echoes that are not compared, and the unit as state of the client (here it goes with each call).
 */
import modbus from "modbus-serial";
import {
  exceptionFault,
  type Failed,
  failed,
  type ReadRequest,
  type WriteRequest,
} from "./calls.ts";
import { StreamPort } from "./framing/port.ts";
import { createRtuFraming } from "./framing/rtu.ts";
import { createTcpFraming } from "./framing/tcp.ts";
import type { Line, Opened } from "./line.ts";

/** Shortest silence between an answer and the next request of an RTU line, in milliseconds. */
const GAP_MS_MIN = 10;
/** The same in characters, by the protocol. */
const GAP_CHARACTERS = 3.5;
/** Bytes of a request or answer beside its data, on the longest framing. */
const FRAME_BYTES = 16;

/** Which unit is asked, and how long to wait for each answer once it can begin. */
export type Party = { unit: number; timeoutMs: number };

type Client = InstanceType<typeof modbus.default>;
type Reply = { error: unknown } | { reply: unknown };

/** An open connection. */
export class Wire {
  /** Counts the connections of a link. */
  readonly number: number;
  readonly #line: Line;
  readonly #opened: Opened;
  readonly #client: Client;
  readonly #onFallen: (fallen: Promise<void>) => void;
  readonly #onClose: () => void;
  #abandon: ((fault: Failed) => void) | undefined;
  #answeredMs = 0;
  #fallen: Failed | undefined;

  constructor(
    line: Line,
    opened: Opened,
    told: { number: number; onFallen(fallen: Promise<void>): void },
  ) {
    this.number = told.number;
    this.#onFallen = told.onFallen;
    this.#line = line;
    this.#opened = opened;
    const framing = line.framing === "rtu" ? createRtuFraming() : createTcpFraming();
    const port = new StreamPort(opened.stream, framing, {
      onBroken: (message) => this.fall(failed("malformed", `wrong bytes: ${message}`)),
      onUnasked: () => this.#unasked(),
    });
    this.#client = new modbus.default(port);
    this.#client.on("error", () => undefined);
    this.#client.open();
    this.#onClose = () => {
      this.fall(failed("unreachable", `${line.name} closed the connection`));
    };
    opened.stream.once("close", this.#onClose);
  }

  /** Whether a call is under way. */
  get busy(): boolean {
    return this.#abandon !== undefined;
  }

  /** Sends one request and waits for its answer; every fault but an exception of the unit fells the connection. */
  async call(
    party: Party,
    request: ReadRequest | WriteRequest,
  ): Promise<{ reply: unknown } | Failed> {
    const pauseMs = this.#gapMs() - (Date.now() - this.#answeredMs);
    const answer = await new Promise<Reply | Failed>((resolve) => {
      if (this.#fallen !== undefined) return resolve(this.#fallen);
      const waitMs = Math.ceil(party.timeoutMs + Math.max(0, pauseMs) + this.#transferMs(request));
      const late = failed(
        "timeout",
        `unit ${party.unit} does not answer within ${party.timeoutMs} ms`,
      );
      const timer = setTimeout(resolve, waitMs, late);
      this.#abandon = (fault) => {
        clearTimeout(timer);
        resolve(fault);
      };
      const ask = () => {
        if (this.#fallen !== undefined) return;
        this.#client.setTimeout(waitMs * 2);
        send(this.#client, party.unit, request, (error, reply) => {
          clearTimeout(timer);
          resolve(error ? { error } : { reply });
        });
      };
      if (pauseMs > 0) setTimeout(ask, pauseMs);
      else ask();
    });
    this.#abandon = undefined;
    this.#answeredMs = Date.now();
    return this.#judged(answer, party);
  }

  /** Gives up the connection: first what is pending is settled, only then is it closed. Gives the fault back. */
  fall<F extends Failed>(fault: F): F {
    if (this.#fallen !== undefined) return fault;
    this.#fallen = fault;
    this.#abandon?.(fault);
    this.#client.destroy(() => undefined);
    this.#opened.stream.removeListener("close", this.#onClose);
    this.#onFallen(this.#opened.close().catch(() => undefined));
    return fault;
  }

  #judged(answer: Reply | Failed, party: Party): { reply: unknown } | Failed {
    if ("ok" in answer) return this.fall(answer);
    if ("error" in answer) {
      const code = (answer.error as { modbusCode?: unknown }).modbusCode;
      if (typeof code !== "number") {
        const { message } = answer.error instanceof Error ? answer.error : new Error("no reason");
        return this.fall(failed("malformed", `unit ${party.unit} answers wrongly: ${message}`));
      }
      this.#opened.answered?.();
      return exceptionFault(party.unit, code);
    }
    this.#opened.answered?.();
    return answer;
  }

  /** Bytes right behind an answer are a second one; later ones are noise, or a modem that shows that it is there. */
  #unasked(): void {
    if (Date.now() - this.#answeredMs > this.#gapMs()) return;
    this.fall(failed("malformed", "more bytes behind an answer: two answer to one request"));
  }

  #gapMs(): number {
    if (this.#line.framing === "tcp") return 0;
    return Math.max(GAP_MS_MIN, Math.ceil(GAP_CHARACTERS * this.#line.byteMs));
  }

  /** How long request and answer are on the wire. */
  #transferMs(request: ReadRequest | WriteRequest): number {
    const words = "count" in request ? request.count : request.values.length;
    return (FRAME_BYTES + words * 2) * this.#line.byteMs;
  }
}

function send(
  client: Client,
  unit: number,
  request: ReadRequest | WriteRequest,
  next: (error: unknown, reply: unknown) => void,
): void {
  const { functionCode, address } = request;
  if ("count" in request) {
    const { count } = request;
    if (functionCode === 1) client.writeFC1(unit, address, count, next);
    else if (functionCode === 2) client.writeFC2(unit, address, count, next);
    else if (functionCode === 3) client.writeFC3(unit, address, count, next);
    else client.writeFC4(unit, address, count, next);
    return;
  }
  const [first = 0] = request.values;
  if (functionCode === 5) client.writeFC5(unit, address, first !== 0, next);
  else if (functionCode === 6) client.writeFC6(unit, address, first, next);
  else client.writeFC16(unit, address, [...request.values], next);
}
