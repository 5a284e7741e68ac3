import { expect, it } from "vitest";
import { parsePriceList } from "../../engine/contract/price-list/parse.ts";
import { lastMonth } from "./period.ts";
import { ProposedRating } from "./proposed.ts";
import { type StoredPart, storyOf } from "./story.ts";

const LIST = {
  name: "Flat",
  service: "water",
  unit: "m³",
  currency: "EUR",
  timezone: "Europe/Madrid",
  rates: { all: [{ from: "0", price: "2" }] },
  charges: [{ name: "standing", every: "day", amount: "0.10" }],
  taxes: [{ name: "VAT", rate: "0.10" }],
};
const parsed = parsePriceList(LIST);
if (!parsed.ok) throw new Error("the list of the test is wrong");
const list = parsed.priceList;
const at = (text: string): number => Date.parse(text) / 1_000;
const MARCH = lastMonth(list, at("2026-04-02T00:00:00Z"));

/** Litres over (from, to]. */
function part(from: string, to: string, litres: number, estimated = false): StoredPart {
  const quantityAtoms = BigInt(litres) * 1_000n;
  return { fromS: at(from), toS: at(to), quantityAtoms, estimated, last: !estimated };
}

function rate(parts: readonly StoredPart[], { opened = "2026-02-01T00:00:00Z", carry = 0 } = {}) {
  const rating = new ProposedRating(
    { list, text: JSON.stringify(LIST) },
    MARCH,
    at("2026-01-01T00:00:00Z"),
  );
  const story = storyOf(parts, MARCH);
  return rating.rate({ openedS: at(opened), carry, recorded: false, story });
}

const DAY_10 = "2026-03-10T08:00:00Z";
const DAY_20 = "2026-03-20T08:00:00Z";
const DAY_30 = "2026-03-30T08:00:00Z";

it("the last whole month is the local one", () => {
  expect(MARCH).toEqual({ fromS: at("2026-02-28T23:00:00Z"), toS: at("2026-03-31T22:00:00Z") });
  const february = lastMonth(list, at("2026-03-31T21:59:59Z"));
  expect(february.toS).toBe(MARCH.fromS);
});

it.each([
  ["a silent meter", [], 3_410_000n],
  ["a meter that was read once", [part(DAY_10, DAY_10, 0)], 3_410_000n],
])("charges by time go on to the end of the month for %s", async (_, parts, chargesMicros) => {
  expect(await rate(parts)).toEqual({ quantityAtoms: 0n, costMicros: 0n, chargesMicros });
});

it("an account that was opened in the month is charged by time from then on", async () => {
  const sums = await rate([], { opened: "2026-03-30T12:00:00Z" });
  // The midnights that end 30 and 31 March.
  expect(sums?.chargesMicros).toBe(220_000n);
});

it("an estimate is given back to the actual reading behind it (R18)", async () => {
  const sums = await rate([
    part(DAY_10, DAY_10, 0),
    part(DAY_10, DAY_10, -500, true),
    part(DAY_10, DAY_20, 500, true),
    part(DAY_10, DAY_30, 300),
  ]);
  expect(sums?.quantityAtoms).toBe(300_000n);
  expect(sums?.costMicros).toBe(660_000n);
});

it("readings that take consumption back cannot be rated", async () => {
  expect(await rate([part(DAY_10, DAY_20, 5), part(DAY_20, DAY_30, -9)])).toBeUndefined();
});

it("the carry of before is in the first cost (R2)", async () => {
  const small = { ...part(DAY_10, DAY_20, 0), quantityAtoms: 1n };
  // 1 mL costs 2.2 micros.
  expect((await rate([small]))?.costMicros).toBe(2n);
  expect((await rate([small], { carry: 800_000 }))?.costMicros).toBe(3n);
});
