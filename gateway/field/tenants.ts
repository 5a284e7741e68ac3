/**
 * Simulated residents for the demonstration: they watch the accounts through the public API and, where supply was cut,
 * some of them top up after a while, as a vending partner would for them.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Clock } from "../../engine/contract/clock.ts";
import { intentionOf } from "./tenant-rules.ts";

/** Accounts that are watched; those beyond are left alone. */
const WATCHED_MAX = 5_000;
/** Most top-ups in one look, so that a mass cut does not become a mass of vends. */
const TOP_UPS_A_LOOK_MAX = 10;
const PAGE = 1_000;
const LOOK_MS = 2_000;
const REQUEST_WAIT_MS = 10_000;
const TERMINAL = "residents";

const page = z.object({
  items: z.array(
    z.object({
      account_id: z.string(),
      currency: z.string(),
      payment_mode: z.string(),
      supply_state: z.string(),
    }),
  ),
  next_cursor: z.string().nullish(),
});
type Account = z.infer<typeof page>["items"][number];

/** The api's address, the keys of `data/access.json`, and the installation's clock. `say` takes one-line notices. */
export type TenantsOptions = {
  url: string;
  vendorKey: string;
  operatorKey: string;
  clock: Clock;
  seed?: number;
  lookMs?: number;
  say?: (line: string) => void;
};
/** The residents at work. */
export type Tenants = { topUps(): number; close(): Promise<void> };

/** A cut that is being lived with; `vendId` stays the same until the vend has been answered. */
type Cut = { sinceS: number; vendId: string };

/** Starts the residents; they go on until `close`, whether the api answers or not. */
export function runTenants(options: TenantsOptions): Tenants {
  const closing = new AbortController();
  const residents = new Residents(options, closing.signal);
  const running = (async () => {
    while (!closing.signal.aborted) {
      await residents.look().catch(() => undefined);
      const waitMs = options.lookMs ?? LOOK_MS;
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    topUps: () => residents.topUps,
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

class Residents {
  readonly #options: TenantsOptions;
  readonly #signal: AbortSignal;
  readonly #cuts = new Map<string, Cut>();
  /** Cuts that each account has come out of, or that were given up. */
  readonly #past = new Map<string, number>();
  topUps = 0;

  constructor(options: TenantsOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** One look at all accounts, and the top-ups that are due. */
  async look(): Promise<void> {
    let left = TOP_UPS_A_LOOK_MAX;
    for (const account of await this.#accounts()) {
      const { account_id, supply_state, payment_mode } = account;
      const cut = this.#cuts.get(account_id);
      if (supply_state !== "disconnected" || payment_mode !== "prepayment") {
        if (cut !== undefined) this.#end(account_id);
        continue;
      }
      if (cut === undefined) this.#begin(account_id);
      else if (left > 0 && (await this.#live(account, cut))) left--;
    }
  }

  #begin(accountId: string): void {
    this.#cuts.set(accountId, { sinceS: this.#options.clock.nowS(), vendId: randomUUID() });
  }

  #end(accountId: string): void {
    this.#cuts.delete(accountId);
    this.#past.set(accountId, (this.#past.get(accountId) ?? 0) + 1);
  }

  /** True when a vend was sent. After an answer the wait begins anew, should supply stay away. */
  async #live({ account_id, currency }: Account, cut: Cut): Promise<boolean> {
    const { clock, seed = 0, say } = this.#options;
    const intention = intentionOf(account_id, this.#past.get(account_id) ?? 0, seed);
    if (!intention.pays || clock.nowS() < cut.sinceS + intention.delayS) return false;
    const { amount } = intention;
    const status = await this.#vend(cut.vendId, { account_id, amount, currency });
    if (status >= 500 || status === 429) return true;
    this.#end(account_id);
    this.#begin(account_id);
    if (status === 200 || status === 201) {
      this.topUps++;
      say?.(`residents of ${account_id} topped up ${amount} ${currency}`);
    } else say?.(`a top-up of ${account_id} was refused with ${status}`);
    return true;
  }

  async #vend(
    vendId: string,
    vend: { account_id: string; amount: string; currency: string },
  ): Promise<number> {
    const { url, vendorKey } = this.#options;
    const response = await fetch(`${url}/v1/vends/${vendId}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${vendorKey}`, "content-type": "application/json" },
      body: JSON.stringify({ ...vend, tender: { type: "cash" }, terminal_id: TERMINAL }),
      signal: this.#limit(),
    });
    await response.arrayBuffer();
    return response.status;
  }

  async #accounts(): Promise<Account[]> {
    const accounts: Account[] = [];
    for (let cursor: string | null | undefined = ""; typeof cursor === "string"; ) {
      const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const response = await fetch(`${this.#options.url}/v1/accounts?limit=${PAGE}${after}`, {
        headers: { authorization: `Bearer ${this.#options.operatorKey}` },
        signal: this.#limit(),
      });
      if (!response.ok) throw new Error(`the account list answers ${response.status}`);
      const { items, next_cursor } = page.parse(await response.json());
      accounts.push(...items);
      cursor = items.length === 0 || accounts.length >= WATCHED_MAX ? undefined : next_cursor;
    }
    return accounts.slice(0, WATCHED_MAX);
  }

  #limit(): AbortSignal {
    return AbortSignal.any([this.#signal, AbortSignal.timeout(REQUEST_WAIT_MS)]);
  }
}
