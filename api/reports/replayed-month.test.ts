import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ModelMeter, rateReadings } from "../../engine/model/rate-readings.ts";
import { timeToEpoch } from "../../engine/model/reading-time.ts";
import {
  linesOf,
  PRICE_LIST,
  RECORDING,
  type Replayed,
  startReplayed,
} from "../testing/replayed.ts";
import { INTERVALS } from "./intervals.ts";

/**
 * Recorded readings of March 2016 in Madrid's clock (a Sunday of 23 hours among its days) through the real pipeline: what
 * reports say is what the reference model says, to the micro and the atom.
 */

const MONTH = "from=2016-03-01T00:00:00Z&to=2016-04-01T00:00:00Z";
let r: Replayed;
let model: ModelMeter[];
let total: { quantity: bigint; cost: bigint; charges: bigint };

type Row = Record<string, string>;

/** The items of a report; the answer is compared with the document. */
async function items(name: string, query: string, key = r.replayKey): Promise<Row[]> {
  const path = `/v1/reports/${name}`;
  const { status, body } = await r.ask(path, `${path}?${query}`, { key });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items as Row[];
}

const micros = (text: string | undefined): bigint => BigInt((text ?? "").replace(".", ""));
const sum = (rows: readonly Row[], name: string, of = micros): bigint =>
  rows.reduce((all, row) => all + of(row[name]), 0n);
const atoms = (text: string | undefined): bigint => BigInt(text ?? "");

describe.skipIf(!existsSync(RECORDING))("reports of a replayed month", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    r = await startReplayed("2016-03", 100_000_000n);
    const meters = new Map<string, { at: bigint; register: bigint }[]>();
    for (const line of linesOf("2016-03").slice(1)) {
      const [meterId = "", at = "", litres = ""] = line.split(",");
      const readings = meters.get(meterId) ?? [];
      meters.set(meterId, readings);
      readings.push({ at: timeToEpoch(at, "Europe/Madrid"), register: BigInt(litres) * 1_000n });
    }
    model = rateReadings({
      priceList: JSON.parse(readFileSync(PRICE_LIST, "utf8")) as unknown,
      meters: [...meters].map(([meterId, readings]) => ({ meterId, readings })),
    });
    total = {
      quantity: model.reduce((all, { quantity }) => all + quantity, 0n),
      cost: model.reduce((all, { consumptionCost }) => all + consumptionCost, 0n),
      charges: model.reduce((all, { chargesCost }) => all + chargesCost, 0n),
    };
  });
  afterAll(() => r?.stop());

  it.each(INTERVALS)("consumption by %s sums to the model's", async (every) => {
    const zones = every === "whole" ? "" : "&timezone=Asia/Kathmandu";
    for (const zone of ["", zones]) {
      const rows = await items("consumption", `${MONTH}&every=${every}${zone}`);
      expect(sum(rows, "quantity_atoms", atoms)).toBe(total.quantity);
      expect(sum(rows, "cost")).toBe(total.cost);
      expect(sum(rows, "charges")).toBe(total.charges);
      expect(sum(rows, "total")).toBe(total.cost + total.charges);
    }
  });

  it("consumption of each account is its meter's", async () => {
    const rows = await items("consumption", `${MONTH}&every=whole&group_by=account`);
    expect(rows.map((row) => [atoms(row["quantity_atoms"]), micros(row["cost"])])).toEqual(
      model.map(({ quantity, consumptionCost }) => [quantity, consumptionCost]),
    );
    expect(rows.map(({ group_id }) => group_id)).toEqual(r.accountIdsOf);
  });
});
