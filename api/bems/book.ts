/**
 * The accounts that are offered, with the state that each was last seen in. Whatever is asked over BACnet is answered from
 * here: no question of a building management system reaches the engine.
 */
import type { AccountState } from "../../engine/contract/queries.ts";
import type { Service } from "../../engine/contract/services.ts";
import { ORDINAL_MAX } from "./objects.ts";

/** Most accounts that are offered. */
export const OFFERED_MAX = 100_000;
/** How long a state counts without being seen again, in milliseconds; older ones are told as unreliable. */
export const STATE_MS_MAX = 300_000;

/** An account as the registry has it. */
export type Offered = {
  accountId: string;
  ordinal: number;
  shard: number;
  slot: number;
  service: Service;
  currency: string;
  holds: "money" | "quantity";
  site: string;
  unit: string;
  meterSerial: string | null;
};
/** The same with the state that it was last seen in, when that was, and when the engine was last asked. */
export type Entry = {
  offered: Offered;
  state: AccountState | null;
  seenMs: number;
  askedMs: number;
};

/** All that is offered. */
export class Book {
  #entries: Entry[] = [];
  #byOrdinal = new Map<number, Entry>();
  #byAccount = new Map<string, Entry>();
  #revision = 1;

  /** Rises with each change of which accounts there are. */
  get revision(): number {
    return this.#revision;
  }

  /** The accounts, by ordinal. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Puts in place which accounts there are; states stay. Gives how many are left out for want of a number. */
  replace(offered: readonly Offered[]): number {
    const fit = offered.filter(({ ordinal }) => ordinal <= ORDINAL_MAX).slice(0, OFFERED_MAX);
    const entries = fit.map((one) => {
      const known = this.#byAccount.get(one.accountId);
      const { state = null, seenMs = 0, askedMs = 0 } = known ?? {};
      return { offered: one, state, seenMs, askedMs };
    });
    const same =
      entries.length === this.#entries.length &&
      entries.every(
        (entry, at) => entry.offered.accountId === this.#entries[at]?.offered.accountId,
      );
    if (!same) this.#revision++;
    this.#entries = entries;
    this.#byOrdinal = new Map(entries.map((entry) => [entry.offered.ordinal, entry]));
    this.#byAccount = new Map(entries.map((entry) => [entry.offered.accountId, entry]));
    return offered.length - fit.length;
  }

  /** The account with an ordinal. */
  at(ordinal: number): Entry | undefined {
    return this.#byOrdinal.get(ordinal);
  }

  /** The account with an id. */
  of(accountId: string): Entry | undefined {
    return this.#byAccount.get(accountId);
  }
}
