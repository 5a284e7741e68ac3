/**
 * A made-up installation for trying the page: some hundred accounts whose credit runs out along a day's profile, told
 * through a real broker. It stands in for engine and registry only here.
 */
import { randomUUID } from "node:crypto";
import { type JetStreamClient, jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Clock } from "../../../engine/contract/clock.ts";
import { formatMicros } from "../../../engine/contract/decimal.ts";
import type { CloudEvent, EventData, EventType } from "../../../engine/contract/events.ts";
import { eventSubject, metricsSubject } from "../../../engine/contract/subjects.ts";
import { figuresOf } from "./figures.ts";

const SITES = ["Calle Mayor 12", "Parque Norte", "Avenida del Puerto 88"];
const SERVICES = ["electricity", "water", "heating"] as const;
const UNITS = { electricity: "kWh", water: "m³", heating: "kWh" } as const;
const PRICE_MICROS = { electricity: 214_500, water: 1_240_000, heating: 111_925 } as const;
const LOW_MICROS = 2_000_000;

/** A made-up account. */
export type TrialAccount = {
  id: string;
  unit: string;
  site: string;
  service: (typeof SERVICES)[number];
  serial: string;
  balanceMicros: number;
  register: number;
  /** Quantity an hour at the mean of the day. */
  rate: number;
  credit: "ok" | "low" | "exhausted";
  supply: "connected" | "disconnected";
};

/** The installation. `step` lets some of its time pass. */
export class World {
  readonly accounts: TrialAccount[];
  readonly #stream: JetStreamClient;
  readonly #nats: NatsConnection;
  readonly #clock: Clock;
  #events = 0;
  #readings = 40_000;
  #beat = 0;
  /** While it is, the figures tell of several things that are wrong. */
  isBad = false;
  #random = 7;

  constructor(nats: NatsConnection, clock: Clock, count: number) {
    this.#nats = nats;
    this.#clock = clock;
    this.#stream = jetstream(nats);
    this.accounts = Array.from({ length: count }, (_, n) => this.#account(n));
  }

  /** Lets `hours` pass for all accounts, reads them, and tells what followed. */
  async step(hours: number): Promise<void> {
    for (const account of this.accounts) {
      if (account.supply === "disconnected") continue;
      const used =
        account.rate * hours * this.profile(this.#clock.nowS()) * (0.6 + 0.8 * this.#next());
      account.register += used;
      account.balanceMicros -= Math.ceil(used * PRICE_MICROS[account.service]);
      await this.#judge(account);
    }
    this.#readings += this.accounts.length;
    this.#beat++;
    const figures = figuresOf({
      readings: this.#readings,
      accounts: this.accounts.length,
      beat: this.#beat,
      isBad: this.isBad,
    });
    for (const [role, now] of Object.entries(figures))
      this.#nats.publish(metricsSubject(role), JSON.stringify(now));
  }

  /** Adds credit and what follows from it. */
  async credit(account: TrialAccount, micros: number): Promise<void> {
    account.balanceMicros += micros;
    await this.#tell("vend.applied", account, { amount_micros: String(micros) });
    if (account.balanceMicros <= LOW_MICROS) return;
    if (account.credit !== "ok") await this.#tell("credit.recovered", account);
    account.credit = "ok";
    if (account.supply === "disconnected") await this.switch(account, "connected", "automatic");
  }

  /** Asks for a supply state and reports that the meter followed. */
  async switch(
    account: TrialAccount,
    to: TrialAccount["supply"],
    cause: "automatic" | "manual",
  ): Promise<void> {
    const asked = to === "disconnected" ? "supply.cut_requested" : "supply.restore_requested";
    await this.#tell(asked, account, { cause });
    account.supply = to;
    await this.#tell("supply.executed", account, { cause, supply_state: to });
  }

  /** How much of its mean an hour of the day uses. */
  profile(atS: number): number {
    const hour = new Date(atS * 1_000).getHours();
    return [0.5, 0.4, 0.4, 0.4, 0.4, 0.5, 0.9, 1.4, 1.3, 1, 0.9, 0.9][hour % 12] ?? 1;
  }

  async #judge(account: TrialAccount): Promise<void> {
    if (account.balanceMicros <= LOW_MICROS && account.credit === "ok") {
      account.credit = "low";
      await this.#tell("credit.low", account, { level: 1, threshold_micros: String(LOW_MICROS) });
    }
    if (account.balanceMicros <= 0 && account.credit === "low") {
      account.credit = "exhausted";
      await this.switch(account, "disconnected", "automatic");
    }
  }

  async #tell(
    type: EventType,
    account: TrialAccount,
    more: Partial<EventData> = {},
  ): Promise<void> {
    const event: CloudEvent = {
      specversion: "1.0",
      id: `0-${++this.#events}-0`,
      source: "drawdown/engine",
      type,
      subject: account.id,
      time: new Date(this.#clock.nowS() * 1_000).toISOString().replace(".000", ""),
      datacontenttype: "application/json",
      data: {
        account_id: account.id,
        shard: 0,
        slot: 0,
        balance_micros: String(account.balanceMicros),
        ...more,
      },
    };
    await this.#stream.publish(eventSubject(0, type), JSON.stringify(event));
  }

  #account(n: number): TrialAccount {
    const service = SERVICES[n % 3] ?? "water";
    const floor = Math.floor(n / 3 / 8) % 9;
    const site = Math.floor((n / this.#perSite) % SITES.length);
    const balanceMicros = Math.round((this.#next() ** 2 * 60 + 0.8) * 1e6);
    return {
      id: randomUUID(),
      unit: `${"ABC"[site]}-${floor + 1}${String((Math.floor(n / 3) % 8) + 1).padStart(2, "0")}`,
      site: SITES[site] ?? "",
      service,
      serial: `${{ electricity: "ELC", water: "WTR", heating: "HTG" }[service]}-${70_000 + n * 13}`,
      balanceMicros,
      register: 1_000 + this.#next() * 9_000,
      rate: { electricity: 0.42, water: 0.011, heating: 0.6 }[service],
      credit: balanceMicros <= LOW_MICROS ? "low" : "ok",
      supply: "connected",
    };
  }

  readonly #perSite = 108;

  /** Park-Miller: the same world each time. */
  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

/** An account as the interface lists it. */
export function accountJson(account: TrialAccount): Record<string, unknown> {
  return {
    account_id: account.id,
    unit_id: account.id,
    unit: account.unit,
    site: account.site,
    service: account.service,
    meter_serial: account.serial,
    currency: "EUR",
    payment_mode: "prepayment",
    balance: formatMicros(BigInt(account.balanceMicros)),
    supply_state: account.supply,
    credit_status: account.credit,
  };
}

/** Its balance. */
export function balanceJson(account: TrialAccount, nowS: number): Record<string, unknown> {
  const perDay = account.rate * 24 * 0.8 * PRICE_MICROS[account.service];
  const at = new Date(nowS * 1_000).toISOString();
  return {
    account_id: account.id,
    currency: "EUR",
    balance: formatMicros(BigInt(account.balanceMicros)),
    supply_state: account.supply,
    credit_status: account.credit,
    days_left: Math.max(0, account.balanceMicros / perDay),
    as_of: at,
    last_reading: { at, register: account.register.toFixed(3), unit: UNITS[account.service] },
  };
}

/** Its consumption by hour; made up from the profile, the same each time for the same hour. */
export function consumptionJson(
  world: World,
  account: TrialAccount,
  [fromS, toS]: [number, number],
): Record<string, unknown>[] {
  const items: Record<string, unknown>[] = [];
  for (let at = fromS; at < toS; at += 3_600) {
    const wobble = 0.7 + (((at / 3_600) * 7_919) % 13) / 20;
    const quantity = account.rate * world.profile(at) * wobble;
    items.push({
      from: new Date(at * 1_000).toISOString(),
      quantity: quantity.toFixed(3),
      unit: UNITS[account.service],
      cost: formatMicros(BigInt(Math.round(quantity * PRICE_MICROS[account.service]))),
      currency: "EUR",
    });
  }
  return items;
}
