import { existsSync, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endCycle, gather, NO_DEMAND } from "../../engine/model/demand.ts";
import { type ModelMeter, rateReadings } from "../../engine/model/rate-readings.ts";
import { timeToEpoch } from "../../engine/model/reading-time.ts";
import { units } from "../registry/schema/parties.ts";
import { openStore } from "../store/client.ts";
import {
  linesOf,
  PRICE_LIST,
  RECORDING,
  type Replayed,
  startReplayed,
} from "../testing/replayed.ts";
import { INTERVALS } from "./intervals.ts";
import { GROUPINGS } from "./shares.ts";

/**
 * Recorded readings of March 2016 in Madrid's clock (a Sunday of 23 hours among its days) through the real pipeline: what
 * reports say is what the reference model says, to the micro and the atom.
 */

/** March of Madrid. */
const MONTH = "from=2016-02-29T23:00:00Z&to=2016-03-31T22:00:00Z";
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

  it.each(GROUPINGS)("consumption grouped by %s loses nothing", async (by) => {
    const rows = await items("consumption", `${MONTH}&every=week&group_by=${by}`);
    expect(sum(rows, "quantity_atoms", atoms)).toBe(total.quantity);
    expect(sum(rows, "total")).toBe(total.cost + total.charges);
  });

  it("the highest consumers come first, and no more than asked for", async () => {
    const rows = await items("consumption", `${MONTH}&every=whole&top=2`);
    const sorted = model.map(({ quantity }) => quantity).sort((a, b) => Number(b - a));
    expect(rows.map((row) => atoms(row["quantity_atoms"]))).toEqual(sorted.slice(0, 2));
  });

  it.each(["15", "30", "60"])(
    "loads by windows of %s minutes sum to what was used",
    async (minutes) => {
      const query = `${MONTH}&group_by=site&window_minutes=${minutes}`;
      const curve = await items("load-curve", query);
      expect(sum(curve, "quantity_atoms", atoms)).toBe(total.quantity);
      const demand = await items("maximum-demand", `${query}&every=month`);
      expect(sum(demand, "quantity_atoms", atoms)).toBe(total.quantity);
      const highest = curve.reduce((most, row) => {
        return Number(row["load"]) > Number(most["load"]) ? row : most;
      });
      expect(demand[0]?.["max_demand"]).toBe(highest["load"]);
      expect(demand[0]?.["max_at"]).toBe(highest["from"]);
    },
  );

  it("the maximum demand is the model's, gathered window by window (R38)", async () => {
    for (const [at, meter] of r.replay.recorded.meters.entries()) {
      const query = `${MONTH}&account_id=${r.accountIdsOf[at]}&window_minutes=30&every=month`;
      const [row] = await items("maximum-demand", query);
      let demand = NO_DEMAND;
      let [last] = meter.readings;
      for (const next of meter.readings.slice(1)) {
        if (last === undefined || next.atS <= last.atS || next.registerAtoms < last.registerAtoms)
          continue;
        const fromS = BigInt(last.atS);
        const toS = BigInt(next.atS);
        const deltaAtoms = BigInt(next.registerAtoms - last.registerAtoms);
        const price = { windowS: 1_800n, priceP: 0n };
        demand = gather(demand, price, { fromS, toS, deltaAtoms }, { fromS, toS });
        last = next;
      }
      // Cubic metres an hour have six decimals; a window of half an hour counts twice.
      expect(BigInt(Math.round(Number(row?.["max_demand"] ?? 0) * 1e6))).toBe(
        endCycle(demand).maxAtoms * 2n,
      );
    }
  });

  it("statement lines are the model's steps, and net and tax are the whole amount", async () => {
    const rows = await items("statement-lines", MONTH);
    for (const [at, { lines, chargesCost }] of model.entries()) {
      const own = rows.filter((row) => row["account_id"] === r.accountIdsOf[at]);
      const used = own.filter(({ line }) => line === "consumption");
      expect(
        used.map((row) => [
          row["period"],
          row["block"],
          atoms(row["quantity_atoms"]),
          micros(row["amount"]),
        ]),
      ).toEqual(lines.map((line) => [line.period, line.block, line.quantity, line.cost]));
      const charges = own.filter(({ line }) => line === "charge");
      expect(sum(charges, "amount")).toBe(chargesCost);
      expect(charges.every((row) => row["charge"] === "standing")).toBe(true);
    }
    for (const row of rows) {
      expect(micros(row["net"]) + micros(row["tax"])).toBe(micros(row["amount"]));
      expect(row["tax_rate"]).toBe("0.1");
    }
  });

  describe("of a site with a supply meter and a common area", () => {
    beforeAll(async () => {
      const { db } = r.registry;
      const uses = ["supply", "common", "private", "private", "private"] as const;
      for (const [at, unitId] of r.unitIds.entries())
        await db
          .update(units)
          .set({ use: uses[at] ?? "private", area_dm2: 5_000 + at * 777 })
          .where(eq(units.id, unitId));
    });

    it("losses by day sum to supply less units, within what the reads allow", async () => {
      for (const every of ["day", "hour", "whole"]) {
        const rows = await items("losses", `${MONTH}&site_id=${r.siteId}&every=${every}`);
        const [supply, ...others] = model;
        const lost = others.reduce((rest, { quantity }) => rest - quantity, supply?.quantity ?? 0n);
        expect(sum(rows, "loss_atoms", atoms)).toBe(lost);
        for (const row of rows) {
          expect(Number(row["loss_at_least"])).toBeLessThanOrEqual(Number(row["loss"]));
          expect(Number(row["loss_at_most"])).toBeGreaterThanOrEqual(Number(row["loss"]));
        }
      }
    });

    it.each(["equal", "area", "consumption"])(
      "the common area is shared by %s to the micro",
      async (rule) => {
        const query = `${MONTH}&site_id=${r.siteId}&service=water&rule=${rule}`;
        const rows = await items("allocation", query);
        expect(rows).toHaveLength(3);
        const common = model[1];
        expect(sum(rows, "quantity_atoms", atoms)).toBe(common?.quantity);
        expect(sum(rows, "cost")).toBe(common?.consumptionCost);
        expect(sum(rows, "charges")).toBe(common?.chargesCost);
      },
    );
  });

  it("CSV and Parquet hold the same rows as JSON", async () => {
    const query = `${MONTH}&every=day`;
    const rows = await items("consumption", query);
    const path = `/v1/reports/consumption?${query}`;
    const csv = await r.call(path, { key: r.replayKey, headers: { Accept: "text/csv" } });
    expect(csv.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    const [header = "", ...lines] = (await csv.text()).trim().split("\r\n");
    const at = header.split(",").indexOf("total");
    expect(lines).toHaveLength(rows.length);
    // No name here has a comma but "Meter n, water", which is quoted.
    const cells = lines.map((line) => line.replaceAll(/"[^"]*"/g, "quoted").split(","));
    expect(cells.map((row) => row[at])).toEqual(rows.map((row) => row["total"]));

    const file = await r.call(`${path}&format=parquet`, { key: r.replayKey });
    expect(file.headers.get("Content-Type")).toBe("application/vnd.apache.parquet");
    const bytes = Buffer.from(await file.arrayBuffer());
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual([
      "PAR1",
      "PAR1",
    ]);
    const store = openStore(r.servers.clickhouseUrl);
    try {
      const session_id = "parquet-test";
      await store.command({
        query:
          "CREATE TEMPORARY TABLE again (total Decimal(38, 6), quantity_atoms Decimal(38, 0)) ENGINE = Memory",
        session_id,
      });
      await store.exec({
        query: "INSERT INTO again FORMAT Parquet",
        values: Readable.from([bytes]),
        session_id,
      });
      const again = await store.query({
        query: "SELECT count(), toString(sum(total)), toString(sum(quantity_atoms)) FROM again",
        format: "JSONCompactEachRow",
        session_id,
      });
      const [[count, totals, quantities] = []] = await again.json<string[]>();
      expect([count, atoms(quantities)]).toEqual([String(rows.length), total.quantity]);
      expect(Number(totals) * 1e6).toBeCloseTo(Number(total.cost + total.charges), 0);
    } finally {
      await store.close();
    }
  });
});
