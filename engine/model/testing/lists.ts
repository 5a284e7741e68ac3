/** Price lists and instants for the model's own tests. */
import type { PriceListJson } from "../price-list-json.ts";

/** "2016-03-27T01:00Z" as epoch seconds, without asking the model. */
export function utc(text: string): bigint {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`"${text}" is no instant`);
  return BigInt(ms) / 1000n;
}

/** Epoch seconds as "2016-03-27T01:00:00Z". */
export function utcText(atS: bigint): string {
  return new Date(Number(atS) * 1000).toISOString().replace(".000Z", "Z");
}

/** One rate, one block: 0.25 a kWh, which is 250 micros a Wh. Changed by what is given. */
export function flatList(changes: Partial<PriceListJson> = {}): PriceListJson {
  return {
    name: "flat",
    service: "electricity",
    unit: "kWh",
    currency: "EUR",
    timezone: "Europe/Madrid",
    rates: { all: [{ from: "0", price: "0.25" }] },
    ...changes,
  };
}

/** Periods a, b, c at 0.10, 0.20, 0.40 a kWh (100, 200, 400 micros a Wh), the same each day. */
export function dailyList(
  at: Record<string, string>,
  changes: Partial<PriceListJson> = {},
): PriceListJson {
  return flatList({
    schedule: [{ at }],
    rates: {
      a: [{ from: "0", price: "0.10" }],
      b: [{ from: "0", price: "0.20" }],
      c: [{ from: "0", price: "0.40" }],
    },
    ...changes,
  });
}
