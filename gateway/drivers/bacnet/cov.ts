/**
 * Subscriptions to changes of value. A change is a reason to read the meter now, never a value itself: a notification
 * names an object and not the serial number behind it, and a meter may have been exchanged since it was subscribed to.
 */
import { randomInt } from "node:crypto";
import type { Apdu } from "../../../engine/contract/bacnet/apdu.ts";
import { BacnetFault } from "../../../engine/contract/bacnet/bytes.ts";
import { CONFIRMED, UNCONFIRMED } from "../../../engine/contract/bacnet/names.ts";
import {
  type CovNotice,
  readCovNotice,
  writeSubscribe,
} from "../../../engine/contract/bacnet/services.ts";
import { type ObjectId, sameObject } from "../../../engine/contract/bacnet/values.ts";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import { objectAt } from "./objects.ts";
import { type Peer, peerName } from "./peer.ts";
import type { Target } from "./poll.ts";
import type { BacnetPort } from "./port.ts";

/** Most subscriptions of a driver. */
export const SUBSCRIPTIONS_MAX = 16_384;
/** Shortest time between two changes that are told of one meter, in milliseconds. */
const TOLD_MS_MIN = 1_000;
/** How long a device that refused is left alone, in milliseconds. */
const REFUSED_MS = 3_600_000;
const PROCESS_MAX = 2 ** 32 - 1;

type Subscription = {
  meter: RosterMeter;
  peer: string;
  device: number;
  object: ObjectId;
  /** Drawn at random for each subscription: nobody else's notification carries it. */
  process: number;
  renewMs: number;
  endsMs: number;
  toldMs: number;
};

/** The subscriptions of a driver. */
export class Subscriptions {
  readonly #port: BacnetPort;
  readonly #onChange: (meter: RosterMeter) => void;
  readonly #byMeter = new Map<string, Subscription>();
  readonly #byProcess = new Map<number, Subscription>();
  readonly #stop: () => void;

  constructor(port: BacnetPort, onChange: (meter: RosterMeter) => void) {
    this.#port = port;
    this.#onChange = onChange;
    this.#stop = port.listen((apdu, from) => this.#hear(apdu, from));
  }

  /** Subscribes, or renews at half the lifetime; called after each poll that proved whose meter it is. */
  async keep(meter: RosterMeter, target: Target): Promise<void> {
    const lifetimeS = target.device.cov?.lifetime_s;
    if (lifetimeS === undefined) return;
    const nowMs = Date.now();
    const known = this.#byMeter.get(meter.meter_id);
    const peer = peerName(target.peer);
    const object = objectAt(target.device.billing.object, target.place.point);
    const same = known?.peer === peer && sameObject(known.object, object);
    if (known !== undefined && same && known.renewMs > nowMs) return;
    if (known !== undefined) this.#forget(known);
    if (this.#byMeter.size >= SUBSCRIPTIONS_MAX) return;
    const process = known !== undefined && same ? known.process : randomInt(1, PROCESS_MAX);
    const subscription = {
      meter,
      peer,
      device: target.place.device,
      object,
      process,
      renewMs: nowMs + (lifetimeS * 1_000) / 2,
      endsMs: nowMs + lifetimeS * 1_000,
      toldMs: 0,
    };
    this.#byMeter.set(meter.meter_id, subscription);
    this.#byProcess.set(process, subscription);
    const body = writeSubscribe({ process, object, confirmed: false, lifetimeS });
    const { timeoutMs } = target;
    const reply = await this.#port.request(target.peer, {
      service: CONFIRMED.subscribeCov,
      body,
      timeoutMs,
    });
    if (!reply.ok) subscription.renewMs = nowMs + (reply.said === undefined ? 0 : REFUSED_MS);
  }

  /** Ends the hearing; the devices forget the subscriptions by themselves. */
  close(): void {
    this.#stop();
    this.#byMeter.clear();
    this.#byProcess.clear();
  }

  #hear(apdu: Extract<Apdu, { kind: "unconfirmed" }>, from: Peer): void {
    if (apdu.service !== UNCONFIRMED.covNotification) return;
    const notice = noticeOf(apdu.body);
    const subscription = notice === undefined ? undefined : this.#byProcess.get(notice.process);
    if (notice === undefined || subscription === undefined) return;
    const nowMs = Date.now();
    const mine =
      subscription.peer === peerName(from) &&
      subscription.device === notice.device &&
      sameObject(subscription.object, notice.object);
    if (!mine || subscription.endsMs < nowMs || subscription.toldMs + TOLD_MS_MIN > nowMs) return;
    subscription.toldMs = nowMs;
    this.#onChange(subscription.meter);
  }

  #forget(subscription: Subscription): void {
    this.#byMeter.delete(subscription.meter.meter_id);
    this.#byProcess.delete(subscription.process);
  }
}

function noticeOf(body: Uint8Array): CovNotice | undefined {
  try {
    return readCovNotice(body);
  } catch (error) {
    if (error instanceof BacnetFault) return undefined;
    throw error;
  }
}
