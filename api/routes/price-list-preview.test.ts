import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRICE_LIST, type Replayed, startReplayed } from "../testing/replayed.ts";

/**
 * Readings of February and March 2026 in Madrid's clock (a day of 23 hours among them) through the real pipeline, by a list
 * with times of use, blocks and a daily charge: the preview of that list is what was charged, and others are worked by hand.
 */

type Sums = { quantity: string; consumption: string; charges: string; total: string };
type Compared = { present: Sums; proposed: Sums; difference: string };
type Body = {
  from: string;
  to: string;
  totals: Compared & { accounts: number };
  items: (Compared & { account_id: string })[];
  left_out: Record<string, number>;
  notes: string[];
  code?: string;
  errors?: { pointer: string }[];
};

const PATH = "/v1/price-lists:preview";
const LIST = JSON.parse(readFileSync(PRICE_LIST, "utf8")) as Record<string, unknown>;
const FLAT = {
  name: "Flat",
  service: "water",
  unit: "m³",
  currency: "EUR",
  timezone: "Europe/Madrid",
  cycle: { every: "month", start_day: 1 },
  rates: { all: [{ from: "0", price: "2" }] },
  charges: [{ name: "standing", every: "day", amount: "0.10" }],
  taxes: [{ name: "VAT", rate: "0.10" }],
};
const MARCH = { from: "2026-02-28T23:00:00Z", to: "2026-03-31T22:00:00Z" };
const FEBRUARY_S = Date.UTC(2026, 1, 1) / 1_000;
const APRIL_2_S = Date.UTC(2026, 3, 2) / 1_000;

let r: Replayed;

/** Three meters: hourly on the hour; each 7 h 13 min, so that no edge of anything is hit; two readings of one long time. */
function lines(): string[] {
  const all = ["meter_id,read_at,register"];
  for (const [meter, everyS, litres] of [
    ["a", 3_600, 37],
    ["b", 25_980, 211],
    ["c", 40 * 86_400, 31_000],
  ] as const) {
    let register = 1_000;
    for (let atS = FEBRUARY_S; atS <= APRIL_2_S; atS += everyS) {
      all.push(`${meter},${new Date(atS * 1_000).toISOString()},${register}`);
      register += litres + ((atS / 60) % 7);
    }
  }
  return all;
}

async function preview(body: unknown, key = r.replayKey): Promise<{ status: number; body: Body }> {
  const answer = await r.ask(PATH, PATH, { method: "POST", key, body });
  return { status: answer.status, body: answer.body as unknown as Body };
}

async function whole(body: unknown): Promise<Body> {
  const answer = await preview(body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

const micros = (text: string): bigint => BigInt(text.replace(".", ""));

describe("the preview of a price list", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    r = await startReplayed("", 1_000_000_000n, lines());
  }, 120_000);
  afterAll(() => r?.stop());

  it("of the list in force is what was charged, and what the statement says", async () => {
    const body = await whole({ price_list: LIST, ...MARCH });
    const path = "/v1/reports/statement-lines";
    const query = `${path}?from=${MARCH.from}&to=${MARCH.to}`;
    const statement = await r.ask(path, query, { key: r.replayKey });
    const amounts = (id?: string): bigint =>
      statement.body.items
        .filter((row) => id === undefined || row["account_id"] === id)
        .reduce((sum, row) => sum + micros(String(row["amount"])), 0n);
    expect(body.items.map(({ account_id }) => account_id)).toEqual(r.accountIdsOf);
    for (const { account_id, present, proposed, difference } of body.items) {
      expect(proposed).toEqual(present);
      expect(difference).toBe("0.000000");
      expect(micros(present.total)).toBe(amounts(account_id));
      expect(micros(present.total)).toBeGreaterThan(0n);
    }
    expect(micros(body.totals.present.total)).toBe(amounts());
    expect(body.totals.difference).toBe("0.000000");
  });

  it("of the list in force is what was charged over any time", async () => {
    const instant = fc.integer({ min: FEBRUARY_S - 86_400, max: APRIL_2_S + 86_400 });
    await fc.assert(
      fc.asyncProperty(instant, instant, async (a, b) => {
        fc.pre(a !== b);
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((atS) =>
          new Date(atS * 1_000).toISOString(),
        );
        const body = await whole({ price_list: LIST, from, to });
        for (const { present, proposed } of body.items) expect(proposed).toEqual(present);
      }),
      { numRuns: 12 },
    );
  });

  it("of a flat list is worked by hand", async () => {
    const body = await whole({ price_list: FLAT, ...MARCH, account_ids: [r.accountIdsOf[0]] });
    const [item] = body.items;
    // The hours of March; two euros a cubic metre and 31 days of ten cents, 10 % on both.
    let litres = 0;
    for (let atS = FEBRUARY_S; atS < Date.parse(MARCH.to) / 1_000; atS += 3_600) {
      if (atS >= Date.parse(MARCH.from) / 1_000) litres += 37 + ((atS / 60) % 7);
    }
    expect(Number(item?.proposed.quantity)).toBeCloseTo(litres / 1_000, 9);
    expect(item?.present.quantity).toBe(item?.proposed.quantity);
    expect(micros(item?.proposed.consumption ?? "")).toBe(BigInt(litres) * 2_200n);
    expect(item?.proposed.charges).toBe("3.410000");
    expect(item?.proposed.total).not.toBe(item?.present.total);
    expect(micros(item?.difference ?? "")).toBe(
      micros(item?.proposed.total ?? "") - micros(item?.present.total ?? ""),
    );
  });

  it.each([
    ["nothing to preview", {}, "invalid_request", ["/price_list"]],
    [
      "both kinds of list",
      { price_list: FLAT, price_list_id: crypto.randomUUID() },
      "invalid_request",
      ["/price_list"],
    ],
    ["an unknown list", { price_list_id: crypto.randomUUID() }, "price_list_unknown", []],
    ["an unknown site", { price_list: FLAT, site_id: crypto.randomUUID() }, "site_unknown", []],
    [
      "an unknown account",
      { price_list: FLAT, account_ids: [crypto.randomUUID()] },
      "account_unknown",
      [],
    ],
    [
      "a time that runs backwards",
      { price_list: FLAT, from: MARCH.to, to: MARCH.from },
      "invalid_request",
      ["/from"],
    ],
    [
      "a time to come",
      { price_list: FLAT, from: MARCH.from, to: "2100-01-01T00:00:00Z" },
      "invalid_request",
      ["/to"],
    ],
    [
      "a time too long",
      { price_list: FLAT, from: "2024-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" },
      "invalid_request",
      ["/to"],
    ],
  ])("refuses %s", async (_, asked, code, pointers) => {
    const { body } = await preview(asked);
    expect(body.code).toBe(code);
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it("names every fault of a list that does not validate", async () => {
    const { status, body } = await preview({
      price_list: { ...FLAT, rates: {}, timezone: "Moon" },
    });
    expect([status, body.code]).toEqual([422, "price_list_invalid"]);
    const pointers = body.errors?.map(({ pointer }) => pointer);
    expect(pointers).toContain("/price_list/timezone");
    expect(pointers).toContain("/price_list/rates");
  });

  it("shows another operator nothing", async () => {
    const own = await whole({ price_list: FLAT, ...MARCH });
    expect(own.items).toHaveLength(3);
    const theirs = await preview({ price_list: FLAT, ...MARCH }, r.keys.operator);
    const ids = theirs.body.items.map(({ account_id }) => account_id);
    expect(ids.filter((id) => r.accountIdsOf.includes(id))).toEqual([]);
    expect(theirs.body.totals.present.total).toBe("0.000000");
    const named = { price_list: FLAT, account_ids: [r.accountIdsOf[0]] };
    expect((await preview(named, r.keys.operator)).body.code).toBe("account_unknown");
    const unit = { price_list: FLAT, unit_id: r.unitIds[0] };
    expect((await preview(unit, r.keys.operator)).body.code).toBe("unit_unknown");
  });
});
