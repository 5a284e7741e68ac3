/**
 * Who wants to be told of which object, until when, and what it was told last. Bounded in number and in time.
 */

import type { SubscribeSpec } from "../../engine/contract/bacnet/services.ts";
import type { BacnetValue, ObjectId } from "../../engine/contract/bacnet/values.ts";

/** Most subscriptions of one server. */
export const SUBSCRIPTIONS_MAX = 10_000;
/** Most subscriptions of one subscriber. */
export const SUBSCRIPTIONS_EACH_MAX = 2_000;
/** Longest lifetime, in seconds; one without end is granted this and must be renewed. */
export const LIFETIME_S_MAX = 86_400;
/** A subscriber that leaves so many confirmed notifications unanswered in a row is forgotten. */
const MISSED_MAX = 3;

/** Where a subscriber is: the address of the network and the station behind a router. */
export type Subscriber = { key: string; address: string; port: number };
/** A subscription. `told` is what was last told, undefined before the first time. */
export type Subscription = {
  subscriber: Subscriber;
  process: number;
  object: ObjectId;
  confirmed: boolean;
  endsMs: number;
  told: { present: BacnetValue; flags: BacnetValue } | undefined;
  /** Whether a confirmed notification is not answered yet, and how many were not. */
  waiting: boolean;
  missed: number;
};

/** The subscriptions of a server. */
export class Subscriptions {
  readonly #all = new Map<string, Subscription>();
  readonly #counts = new Map<string, number>();

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Subscribes or renews; false when there are too many. Gives what to tell at once. */
  add(subscriber: Subscriber, spec: SubscribeSpec, nowMs: number): Subscription | false {
    const key = keyOf(subscriber, spec);
    const mine = this.#counts.get(subscriber.key) ?? 0;
    const isNew = !this.#all.has(key);
    if (isNew && (this.#all.size >= SUBSCRIPTIONS_MAX || mine >= SUBSCRIPTIONS_EACH_MAX))
      return false;
    const asked =
      spec.lifetimeS === undefined || spec.lifetimeS === 0 ? LIFETIME_S_MAX : spec.lifetimeS;
    const subscription: Subscription = {
      subscriber,
      process: spec.process,
      object: spec.object,
      confirmed: spec.confirmed ?? false,
      endsMs: nowMs + Math.min(asked, LIFETIME_S_MAX) * 1_000,
      told: undefined,
      waiting: false,
      missed: 0,
    };
    this.#all.set(key, subscription);
    if (isNew) this.#counts.set(subscriber.key, mine + 1);
    return subscription;
  }

  /** Ends a subscription; one that is not there has ended. */
  remove(subscriber: Subscriber, spec: Pick<SubscribeSpec, "process" | "object">): void {
    if (!this.#all.delete(keyOf(subscriber, spec))) return;
    const left = (this.#counts.get(subscriber.key) ?? 1) - 1;
    if (left > 0) this.#counts.set(subscriber.key, left);
    else this.#counts.delete(subscriber.key);
  }

  /** All that have not ended; the others are forgotten. */
  *live(nowMs: number): Generator<Subscription> {
    for (const subscription of this.#all.values()) {
      const { subscriber, endsMs, missed } = subscription;
      if (endsMs <= nowMs || missed >= MISSED_MAX) this.remove(subscriber, subscription);
      else yield subscription;
    }
  }
}

function keyOf(
  subscriber: Subscriber,
  { process, object }: Pick<SubscribeSpec, "process" | "object">,
): string {
  return `${subscriber.key} ${process} ${object.type},${object.instance}`;
}
