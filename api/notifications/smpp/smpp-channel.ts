/**
 * SMS over SMPP 3.4: parts one after the other, at most so many in flight, slower when the message centre says so.
 */
import { createHash } from "node:crypto";
import type { Pdu } from "smpp";
import { SendFault } from "../send-fault.ts";
import type { Sms, SmsChannel } from "../sms-channel.ts";
import { Link, type LinkAt, type LinkEvents, type LinkTimes } from "./link.ts";
import { type Receipt, receiptOf } from "./receipt.ts";
import { meaningOf, OK, statusName } from "./status.ts";
import { type Encoded, encoded } from "./text.ts";

/** Parts that were sent and not answered yet, over all SMS. */
export const WINDOW_MAX = 10;
/** A message whose parts are not all under way by then goes on later, behind others. */
const SENDING_MS_MAX = 10_000;
/** Longest wait for a link that is being bound. */
const BOUND_MS_MAX = 2_000;
/** After the message centre has said that it has too much to do; twice as long each time that it says so again. */
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 8_000;
/** A receipt can overtake the note of what it is for: so often it is looked for, and after so long each time. */
const LOOKS_MAX = 4;
const LOOK_MS = 500;

/** Where the message centre is, who sends, and what a link takes. */
export type SmppOptions = LinkAt & {
  /** Sender: a number, or up to 11 letters and digits; empty: the message centre's own. */
  sender: string;
  times?: Partial<LinkTimes>;
};
/** What the channel tells: receipts (whether there is such a part), and faults of the link. */
export type SmppEvents = {
  onReceipt: (receipt: Receipt) => Promise<boolean>;
  onFault: LinkEvents["onFault"];
};

/** Where an address `smpp://user:password@host:port` (or smpps) leads; undefined where it has no user. */
export function linkOf(text: string): LinkAt | undefined {
  const url = new URL(text);
  const tls = url.protocol === "smpps:";
  const systemId = decodeURIComponent(url.username);
  if (systemId === "") return undefined;
  const port = url.port === "" ? (tls ? 3_550 : 2_775) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { host, port, tls, systemId, password: decodeURIComponent(url.password) };
}

/** Makes the channel, which binds at once and stays bound until it is closed. */
export function smppChannel(options: SmppOptions, events: SmppEvents): SmsChannel {
  const { sender, times, ...at } = options;
  const link = new Link(
    at,
    { onFault: events.onFault, onDeliver: (pdu) => delivered(pdu, events.onReceipt) },
    times,
  );
  const pace = new Pace();
  return {
    receipts: true,
    send: (sms) => sendSms({ link, pace, sender }, sms),
    close: () => link.close(),
  };
}

type Parts = { link: Link; pace: Pace; sender: string };

async function sendSms({ link, pace, sender }: Parts, sms: Sms): Promise<void> {
  const text = encodedOf(sms);
  const untilMs = Date.now() + SENDING_MS_MAX;
  await link.bound(BOUND_MS_MAX);
  for (const [at, body] of text.parts.entries()) {
    const part = at + 1;
    if (sms.parts?.taken.has(part)) continue;
    const fields = { ...addresses(sms.to, sender), ...fieldsOf(text, body) };
    const reference = await submitted({ link, pace }, fields, untilMs);
    await sms.parts?.note({ part, parts: text.parts.length, reference });
  }
}

function encodedOf({ id, text }: Sms): Encoded {
  try {
    // The same over all attempts: a phone puts together parts of several.
    return encoded(text, createHash("sha256").update(id).digest().readUInt8(0));
  } catch (cause) {
    throw new SendFault((cause as Error).message, { final: true, cause });
  }
}

/** Submits until it is taken, refused for good, or it is too late. Gives the message centre's id of it. */
async function submitted(
  { link, pace }: Pick<Parts, "link" | "pace">,
  fields: Record<string, unknown>,
  untilMs: number,
): Promise<string> {
  for (;;) {
    await pace.turn(untilMs);
    let pdu: Pdu;
    try {
      pdu = await link.submit(fields);
    } finally {
      pace.leave();
    }
    const { command_status: status } = pdu;
    const said = `the SMS centre answered ${statusName(status)}`;
    switch (meaningOf(status)) {
      case "taken":
        pace.went();
        return String(pdu["message_id"] ?? "");
      case "busy":
        if (pace.slower() > untilMs) throw new SendFault(said, { soon: true });
        break;
      case "final":
        throw new SendFault(said, { final: true });
      case "later":
        throw new SendFault(said);
    }
  }
}

/** How much is in flight, and when more may follow. */
class Pace {
  #inFlight = 0;
  #pauseMs = 0;
  #fromMs = 0;
  readonly #queue = new Set<() => void>();

  /** Waits for a turn. Throws a SendFault where there is none in time. */
  async turn(untilMs: number): Promise<void> {
    for (;;) {
      const nowMs = Date.now();
      if (nowMs > untilMs || this.#fromMs > untilMs) {
        throw new SendFault("the SMS centre has too much to do", { soon: true });
      }
      if (this.#fromMs > nowMs) await pause(this.#fromMs - nowMs);
      else if (this.#inFlight >= WINDOW_MAX) await this.#left(untilMs - nowMs);
      else break;
    }
    this.#inFlight++;
  }

  /** A turn is over. */
  leave(): void {
    this.#inFlight--;
    const [next] = this.#queue;
    next?.();
  }

  /** The message centre is full; gives when it may be tried again. */
  slower(): number {
    const nowMs = Date.now();
    // One answer in a window of them is enough to make it wait.
    if (this.#fromMs <= nowMs) {
      this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, PAUSE_MS), PAUSE_MS_MAX);
      this.#fromMs = nowMs + this.#pauseMs;
    }
    return this.#fromMs;
  }

  /** It took something. */
  went(): void {
    this.#pauseMs = Math.floor(this.#pauseMs / 2);
  }

  #left(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        this.#queue.delete(go);
        resolve();
      };
      const timer = setTimeout(go, waitMs);
      this.#queue.add(go);
    });
  }
}

function fieldsOf({ coding, hasHeader }: Encoded, body: Buffer): Record<string, unknown> {
  return {
    esm_class: hasHeader ? 0x40 : 0,
    data_coding: coding,
    registered_delivery: 1,
    short_message: body,
  };
}

/** Numbers as E.164 without the plus; what has a letter is a name. */
function addresses(to: string, sender: string): Record<string, unknown> {
  const [ton, npi] = /^\+\d+$/.test(sender) ? [1, 1] : /^\d*$/.test(sender) ? [0, 0] : [5, 0];
  return {
    source_addr_ton: ton,
    source_addr_npi: npi,
    source_addr: sender.replace(/^\+/, ""),
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: to.replace(/^\+/, ""),
  };
}

/** What is no receipt is taken and forgotten: nobody reads what customers answer. */
async function delivered(pdu: Pdu, onReceipt: SmppEvents["onReceipt"]): Promise<number> {
  const receipt = receiptOf(pdu);
  if (receipt === undefined) return OK;
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (await onReceipt(receipt)) return OK;
    await pause(LOOK_MS);
  }
  return OK;
}

function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
