/**
 * Tells subscribers what has changed: a turn at a time, so many notifications a turn, so that a change of thousands of
 * accounts is a stream and no burst.
 */
import { type Apdu, writeApdu } from "../../engine/contract/bacnet/apdu.ts";
import {
  APDU_BYTES_MAX,
  CONFIRMED,
  PROPERTY,
  UNCONFIRMED,
} from "../../engine/contract/bacnet/names.ts";
import { writeCovNotice } from "../../engine/contract/bacnet/services.ts";
import type { BacnetValue } from "../../engine/contract/bacnet/values.ts";
import { type Bems, COV_INCREMENT, entryOf, flagsOf } from "./model.ts";
import type { Subscriber, Subscription, Subscriptions } from "./subscriptions.ts";
import { presentOf } from "./values.ts";

/** Most notifications of one turn. */
export const NOTIFICATIONS_A_TURN = 200;
/** How long the answer to a confirmed notification is waited for, in milliseconds. */
const ANSWER_MS = 3_000;
const IDS = 256;

/** Sends a message to a subscriber. */
export type Tell = (to: Subscriber, apdu: Uint8Array, expectsReply: boolean) => void;

/** Tells changes; `turn` is called again and again. */
export class Notifier {
  readonly #subscriptions: Subscriptions;
  readonly #bems: Bems;
  readonly #tell: Tell;
  readonly #answers = new Map<string, { subscription: Subscription; timer: NodeJS.Timeout }>();
  #invokeId = 0;

  constructor(subscriptions: Subscriptions, bems: Bems, tell: Tell) {
    this.#subscriptions = subscriptions;
    this.#bems = bems;
    this.#tell = tell;
  }

  /** Tells what has changed since each subscriber was last told, up to the bound of a turn. */
  turn(nowMs: number): number {
    let sent = 0;
    for (const subscription of this.#subscriptions.live(nowMs)) {
      if (sent >= NOTIFICATIONS_A_TURN) break;
      if (this.#changed(subscription)) {
        this.tell(subscription, nowMs);
        sent++;
      }
    }
    return sent;
  }

  /** Tells one subscriber how its object stands. */
  tell(subscription: Subscription, nowMs: number): void {
    const now = this.#standing(subscription);
    if (now === undefined) return;
    subscription.told = now;
    const { subscriber, process, object, confirmed, endsMs } = subscription;
    const body = writeCovNotice({
      process,
      device: this.#bems.device,
      object,
      remainingS: Math.max(0, Math.round((endsMs - nowMs) / 1_000)),
      results: [
        { property: PROPERTY.presentValue, values: [now.present] },
        { property: PROPERTY.statusFlags, values: [now.flags] },
      ],
    });
    this.#tell(
      subscriber,
      writeApdu(confirmed ? this.#confirmed(subscription, body) : plain(body)),
      confirmed,
    );
  }

  /** A subscriber answered a confirmed notification, well or ill. */
  answered(from: string, apdu: Extract<Apdu, { invokeId: number }>): void {
    const key = `${from} #${apdu.invokeId}`;
    const answer = this.#answers.get(key);
    if (answer === undefined) return;
    clearTimeout(answer.timer);
    this.#answers.delete(key);
    answer.subscription.waiting = false;
    answer.subscription.missed = apdu.kind === "simple_ack" ? 0 : answer.subscription.missed + 1;
  }

  /** Waits for no more answers. */
  close(): void {
    for (const { timer } of this.#answers.values()) clearTimeout(timer);
    this.#answers.clear();
  }

  #confirmed(subscription: Subscription, body: Uint8Array): Apdu {
    this.#invokeId = (this.#invokeId + 1) % IDS;
    const invokeId = this.#invokeId;
    const key = `${subscription.subscriber.key} #${invokeId}`;
    const before = this.#answers.get(key);
    // 256 later its number is used again: that one was not answered.
    if (before !== undefined) this.#missed(key, before.subscription);
    subscription.waiting = true;
    const timer = setTimeout(() => this.#missed(key, subscription), ANSWER_MS);
    this.#answers.set(key, { subscription, timer });
    const size = { segmentsAccepted: 0, maxApdu: APDU_BYTES_MAX };
    return { kind: "confirmed", service: CONFIRMED.covNotification, invokeId, ...size, body };
  }

  #missed(key: string, subscription: Subscription): void {
    clearTimeout(this.#answers.get(key)?.timer);
    this.#answers.delete(key);
    subscription.waiting = false;
    subscription.missed++;
    // What was not heard is told again.
    subscription.told = undefined;
  }

  #changed(subscription: Subscription): boolean {
    if (subscription.waiting) return false;
    const now = this.#standing(subscription);
    if (now === undefined) return false;
    const { told } = subscription;
    if (told === undefined) return true;
    return differs(now.flags, told.flags) || differs(now.present, told.present);
  }

  #standing({ object }: Subscription): { present: BacnetValue; flags: BacnetValue } | undefined {
    const found = entryOf(this.#bems.book, object);
    if (found === undefined) return undefined;
    const { entry, fact } = found;
    return { present: presentOf(entry, fact), flags: flagsOf(entry, fact) };
  }
}

function plain(body: Uint8Array): Apdu {
  return { kind: "unconfirmed", service: UNCONFIRMED.covNotification, body };
}

/** Whether a change is worth telling: an analog value's by its increment, any other's at all. */
function differs(one: BacnetValue, other: BacnetValue): boolean {
  if (one.type === "real" && other.type === "real") {
    return Math.abs(one.value - other.value) >= COV_INCREMENT / 2;
  }
  if (one.type === "bits" && other.type === "bits")
    return String(one.value) !== String(other.value);
  return "value" in one && "value" in other ? one.value !== other.value : one.type !== other.type;
}
