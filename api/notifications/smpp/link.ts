/**
 * The connection to a message centre: bound as transceiver, asked whether it is there, bound again when it was lost. What was
 * sent and not answered when a link is lost has failed: whether it was taken nobody knows.
 */
import { isIP } from "node:net";
import smpp, { type Pdu, type Session } from "smpp";
import { SendFault } from "../send-fault.ts";
import { isUnwelcome, OK, statusName } from "./status.ts";

/** Who binds where. `ca` is whom TLS believes, beside those that Node.js does. */
export type LinkAt = {
  host: string;
  port: number;
  tls: boolean;
  systemId: string;
  password: string;
  ca?: string;
};
/** Waits of a link; tests have shorter ones. */
export type LinkTimes = {
  /** For connection and bind together. */
  bindMs: number;
  /** For any other answer. */
  answerMs: number;
  /** Between two questions whether it is there. */
  enquireMs: number;
  /** Before the first bind after a loss, and the longest. */
  againMs: number;
  againMsMax: number;
};
/** What a link tells: receipts and other messages (the answer is a status), and why it cannot be bound. */
export type LinkEvents = {
  onDeliver: (pdu: Pdu) => Promise<number>;
  onFault: (fault: Error) => void;
};

const TIMES: LinkTimes = {
  bindMs: 10_000,
  answerMs: 8_000,
  enquireMs: 30_000,
  againMs: 1_000,
  againMsMax: 60_000,
};
/** A longer PDU ends the link: nothing that is expected is near it. */
const PDU_BYTES_MAX = 16_384;
/** Receipts that are looked at side by side; beyond them the message centre is asked to send again. */
const DELIVERIES_MAX = 64;
const SYSTEM_ERROR = 0x08;
const TRY_AGAIN = 0x64;
/** SMPP 3.4. */
const VERSION = 0x34;

type Waiting = { fail: (fault: SendFault) => void };

/** A link that keeps itself up until it is closed. */
export class Link {
  readonly #at: LinkAt;
  readonly #times: LinkTimes;
  readonly #events: LinkEvents;
  readonly #waiting = new Set<Waiting>();
  readonly #onBound = new Set<() => void>();
  #session: Session | undefined;
  #isBound = false;
  #isClosed = false;
  #losses = 0;
  #deliveries = 0;
  #again: NodeJS.Timeout | undefined;
  #enquire: NodeJS.Timeout | undefined;
  #enquiry: NodeJS.Timeout | undefined;
  /** Why the last bind failed. */
  #why = "it is being bound";

  constructor(at: LinkAt, events: LinkEvents, times: Partial<LinkTimes> = {}) {
    this.#at = at;
    this.#events = events;
    this.#times = { ...TIMES, ...times };
    smpp.PDU.maxLength = PDU_BYTES_MAX;
    this.#connect();
  }

  /** Waits until it is bound, at most so long. Throws a SendFault where it is not by then. */
  async bound(waitMs: number): Promise<void> {
    if (this.#isBound) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        this.#onBound.delete(go);
        resolve();
      };
      const timer = setTimeout(go, waitMs);
      this.#onBound.add(go);
    });
    if (!this.#isBound) throw new SendFault(`the SMS centre cannot be used: ${this.#why}`);
  }

  /** Submits one part and gives the answer. Throws a SendFault where there is none: then it may have been taken or not. */
  submit(fields: Record<string, unknown>): Promise<Pdu> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { fail: (fault) => end(() => reject(fault)) };
      const end = (then: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        then();
      };
      const late = `the SMS centre did not answer within ${this.#times.answerMs} ms`;
      const timer = setTimeout(() => waiting.fail(new SendFault(late)), this.#times.answerMs);
      this.#waiting.add(waiting);
      const isSent =
        this.#isBound && this.#session?.submit_sm(fields, (pdu) => end(() => resolve(pdu)));
      if (isSent !== true) waiting.fail(new SendFault("the link to the SMS centre is lost"));
    });
  }

  /** Ends it: unbinds where it can. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    const session = this.#session;
    if (session === undefined) return;
    if (this.#isBound) session.unbind({});
    session.close();
    this.#lost(session, "the api ends");
    setTimeout(() => session.destroy(), this.#times.answerMs).unref();
  }

  #connect(): void {
    const { host, port, tls, ca, systemId: system_id, password } = this.#at;
    const secure = tls
      ? { ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) }
      : {};
    const session = smpp.connect({ host, port, tls, ...secure });
    this.#session = session;
    const lose = (why: string): void => this.#lost(session, why);
    const late = setTimeout(
      () => lose(`no bind within ${this.#times.bindMs} ms`),
      this.#times.bindMs,
    );
    session.on("error", (error: NodeJS.ErrnoException) => {
      lose(`the connection failed (${error.code ?? "not SMPP"})`);
    });
    session.on("close", () => {
      clearTimeout(late);
      lose("the connection ended");
    });
    session.on("unbind", (pdu: Pdu) => {
      session.send(pdu.response());
      lose("the SMS centre unbound");
    });
    session.on("enquire_link", (pdu: Pdu) => session.send(pdu.response()));
    session.on("deliver_sm", (pdu: Pdu) => void this.#deliver(session, pdu));
    session.on(tls ? "secureConnect" : "connect", () => {
      session.bind_transceiver({ system_id, password, interface_version: VERSION }, (pdu) => {
        clearTimeout(late);
        if (pdu.command_status === OK) this.#nowBound(session);
        else this.#refused(session, pdu.command_status);
      });
    });
  }

  #nowBound(session: Session): void {
    if (session !== this.#session) return;
    this.#isBound = true;
    this.#losses = 0;
    for (const go of [...this.#onBound]) go();
    this.#enquire = setInterval(() => this.#ask(session), this.#times.enquireMs);
  }

  /** A wrong password is tried again seldom: some centres lock out who tries often. */
  #refused(session: Session, status: number): void {
    const name = statusName(status);
    if (isUnwelcome(status)) {
      this.#losses = Number.MAX_SAFE_INTEGER;
      this.#events.onFault(
        new Error(
          `the SMS centre refuses the bind (${name}): check user and password in DRAWDOWN_SMS_GATEWAY_URL`,
        ),
      );
    }
    this.#lost(session, `it refuses the bind (${name})`);
  }

  #ask(session: Session): void {
    if (this.#enquiry !== undefined) return;
    this.#enquiry = setTimeout(() => {
      this.#lost(session, `no answer to enquire_link within ${this.#times.answerMs} ms`);
    }, this.#times.answerMs);
    session.enquire_link({}, () => {
      clearTimeout(this.#enquiry);
      this.#enquiry = undefined;
    });
  }

  async #deliver(session: Session, pdu: Pdu): Promise<void> {
    let status = TRY_AGAIN;
    if (this.#deliveries < DELIVERIES_MAX) {
      this.#deliveries++;
      status = await this.#events.onDeliver(pdu).catch((error: unknown) => {
        this.#events.onFault(error instanceof Error ? error : new Error(String(error)));
        return SYSTEM_ERROR;
      });
      this.#deliveries--;
    }
    session.send(pdu.response({ command_status: status }));
  }

  /** Once a session: what waits has failed, and another session is begun after a while. */
  #lost(session: Session, why: string): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    this.#isBound = false;
    this.#why = why;
    clearInterval(this.#enquire);
    clearTimeout(this.#enquiry);
    this.#enquiry = undefined;
    if (!this.#isClosed) session.destroy();
    for (const { fail } of [...this.#waiting]) {
      fail(new SendFault(`the link to the SMS centre was lost before its answer: ${why}`));
    }
    if (this.#isClosed) return;
    const { againMs, againMsMax } = this.#times;
    const waitMs = Math.min(againMs * 2 ** Math.min(this.#losses, 30), againMsMax);
    this.#losses = Math.min(this.#losses + 1, Number.MAX_SAFE_INTEGER);
    // Half of it by chance: many processes do not come back at the same instant.
    this.#again = setTimeout(() => this.#connect(), waitMs * (0.5 + Math.random() / 2));
  }
}
