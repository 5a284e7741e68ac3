import { existsSync } from "node:fs";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERDICTS } from "../../engine/contract/rated.ts";
import { keepKey, newKey } from "../registry/api-keys.ts";
import { apiKeys } from "../registry/schema/access.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { agreements, customers } from "../registry/schema/parties.ts";
import { openStore } from "../store/client.ts";
import { groupOf } from "../store/group.ts";
import { insertGroup } from "../store/insert.ts";
import { ratedBlock, readingRow } from "../store/testing/rows.ts";
import { RECORDING, type Replayed, startReplayed } from "../testing/replayed.ts";

/** Reports of a site with vends, tenants and labels, over a replayed month and rows of the last weeks. */

const MONTH = "from=2016-02-29T23:00:00Z&to=2016-03-31T22:00:00Z";
const DAY_S = 86_400;
const NAMES = [
  "consumption",
  "load-curve",
  "maximum-demand",
  "statement-lines",
  "losses",
  "allocation",
  "arrears",
  "collection",
  "vendor-reconciliation",
  "forecast",
  "top-up-reminders",
  "findings",
  "carbon",
  "efficiency",
];
let r: Replayed;

type Row = Record<string, string> & { evidence: Record<string, string | number> };
type Called = { status: number; items: Row[]; body: Record<string, unknown> };

async function report(name: string, query: string, key = r.replayKey): Promise<Called> {
  const path = `/v1/reports/${name}`;
  const { status, body } = await r.ask(path, `${path}?${query}`, { key });
  return { status, body, items: (body.items ?? []) as unknown as Row[] };
}

async function items(name: string, query: string): Promise<Row[]> {
  const { status, items: found, body } = await report(name, query);
  expect(status, JSON.stringify(body)).toBe(200);
  return found;
}

async function write(method: string, path: string, body: unknown): Promise<Record<string, string>> {
  const response = await r.call(path, { method, body, key: r.replayKey });
  expect(response.status, await response.clone().text()).toBeLessThan(300);
  return (await response.json()) as Record<string, string>;
}

const micros = (text: string | undefined): bigint => BigInt((text ?? "").replace(".", ""));
const atoms = (row: Row): bigint => BigInt(row["quantity_atoms"] ?? "");
const sum = (values: readonly bigint[]): bigint => values.reduce((all, each) => all + each, 0n);

/** Rows of hours up to now for the account at this place: `use(day, hour)` atoms, days counted back from the last. */
async function insertHours(at: number, days: number, use: (back: number, hour: number) => number) {
  const number = r.registered.accounts[at]?.account ?? 0;
  const endS = Math.floor(r.context.clock.nowS() / DAY_S) * DAY_S + DAY_S;
  const rows = Array.from({ length: days * 24 }, (_, i) => {
    const to = endS - (days * 24 - i - 1) * 3_600;
    const back = Math.floor((endS - to) / DAY_S);
    const quantity = BigInt(use(back, i % 24));
    const register = BigInt(i);
    return readingRow({
      account: number,
      from: to - 3_600,
      to,
      quantity,
      cost: quantity,
      register,
    });
  });
  const store = openStore(r.servers.clickhouseUrl);
  try {
    const blocks = [ratedBlock("readings", `test-${at}-${days}-${rows.length}`, rows)];
    await insertGroup(store, groupOf("readings", blocks));
  } finally {
    await store.close();
  }
}

describe.skipIf(!existsSync(RECORDING))("reports of a site", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    r = await startReplayed("2016-03", 1_000_000n);
    const uses = ["supply", "common", "private", "private", "private"];
    for (const [at, unitId] of r.unitIds.entries())
      await write("PATCH", `/v1/units/${unitId}`, {
        use: uses[at],
        area_m2: `${50 + at}.50`,
        cost_center: at < 3 ? "Line A" : "Line B",
      });
    await write("PUT", `/v1/accounts/${r.accountIdsOf[4]}/cost-center`, { cost_center: "Canteen" });
  });
  afterAll(() => r?.stop());

  it("a cost centre is the account's own, else its unit's; area and use are shown", async () => {
    const rows = await items("consumption", `${MONTH}&every=whole&group_by=cost_center`);
    expect(rows.map(({ group }) => group)).toEqual(["Line A", "Line B", "Canteen"]);
    const one = await items("consumption", `${MONTH}&every=whole&cost_center=Canteen`);
    expect(one.map(({ group_id }) => group_id)).toEqual([r.accountIdsOf[4]]);
    const unit = await r.ask("/v1/units/{unit_id}", `/v1/units/${r.unitIds[1]}`, {
      key: r.replayKey,
    });
    expect(unit.body).toMatchObject({ use: "common", area_m2: "51.50", cost_center: "Line A" });
  });

  it("customers are charged for their own time only", async () => {
    const { db } = r.registry;
    const [account] = (await db.select().from(accounts)).filter(
      ({ id }) => id === r.accountIdsOf[2],
    );
    const made = await db
      .insert(customers)
      .values(["Ana", "Blas"].map((name) => ({ operator_id: r.operatorId, name })))
      .returning();
    const moved = new Date("2016-03-15T12:00:00Z");
    const usage_point_id = account?.usage_point_id ?? "";
    const [ana, blas] = made.map(({ id }) => id);
    const of = { operator_id: r.operatorId, usage_point_id, role: "tenant" as const };
    await db.insert(agreements).values([
      { ...of, customer_id: ana ?? "", from_at: new Date("2016-03-05T00:00:00Z"), to_at: moved },
      { ...of, customer_id: blas ?? "", from_at: moved, to_at: new Date("2016-06-01T00:00:00Z") },
    ]);
    const query = `${MONTH}&every=whole&account_id=${r.accountIdsOf[2]}`;
    const [whole] = await items("consumption", query);
    const rows = await items("consumption", `${query}&group_by=customer`);
    expect(rows.map(({ group }) => group).sort()).toEqual(["", "Ana", "Blas"]);
    expect(sum(rows.map(atoms))).toBe(whole === undefined ? -1n : atoms(whole));
    const own = await items("consumption", `${MONTH}&every=day&customer_id=${ana}`);
    expect(sum(own.map(atoms))).toBe(sum(rows.filter(({ group }) => group === "Ana").map(atoms)));
    expect(own.every(({ to }) => Date.parse(to ?? "") <= moved.getTime() + DAY_S * 1_000)).toBe(
      true,
    );
    // A customer's own key: nothing where no agreement goes on; from its begin on where one does (R92).
    const customerKey = async (customerId = ""): Promise<string> => {
      const key = newKey();
      const name = `own ${customerId}`;
      await keepKey(db, { operatorId: r.operatorId, name, role: "customer", key });
      await db.update(apiKeys).set({ customer_id: customerId }).where(eq(apiKeys.name, name));
      return key;
    };
    const hers = await report("consumption", `${MONTH}&every=whole`, await customerKey(ana));
    expect([hers.status, sum(hers.items.map(atoms))]).toEqual([200, 0n]);
    const going = (to_at: Date | null) =>
      db
        .update(agreements)
        .set({ to_at })
        .where(eq(agreements.customer_id, blas ?? ""));
    await going(null);
    const his = await report("consumption", `${MONTH}&every=whole`, await customerKey(blas));
    const since = rows.filter(({ group }) => group === "Blas").map(atoms);
    expect(sum(his.items.map(atoms))).toBe(sum(since));
    await going(new Date("2016-06-01T00:00:00Z"));
  });

  it("carbon is each hour's use times its factor, and says what has none", async () => {
    const table = await write("POST", "/v1/carbon-tables", { name: "Grid", service: "water" });
    const path = `/v1/carbon-tables/${table["carbon_table_id"]}/factors`;
    const factors = Array.from({ length: 500 }, (_, hour) => `${100 + hour}.${hour % 10}25001`);
    await write("PUT", path, { from: "2016-03-01T00:00:00Z", factors });
    const query = `${MONTH}&account_id=${r.accountIdsOf[3]}`;
    const hours = await items("consumption", `${query}&every=hour&timezone=UTC`);
    let product = 0n;
    let without = 0n;
    for (const row of hours) {
      const hour = (Date.parse(row["from"] ?? "") - Date.parse("2016-03-01T00:00:00Z")) / 3_600_000;
      const factor = factors[hour];
      if (factor === undefined) without += atoms(row);
      else product += atoms(row) * micros(factor);
    }
    const [row] = await items("carbon", `${query}&carbon_table_id=${table["carbon_table_id"]}`);
    expect(micros(Number(row?.["without_factor"]).toFixed(6))).toBe(without);
    const [whole = "", fraction = ""] = (row?.["grams"] ?? "").split(".");
    expect(BigInt(whole + fraction.padEnd(12, "0"))).toBe(product);
    const read = await r.ask(
      "/v1/carbon-tables/{carbon_table_id}/factors",
      `${path}?from=2016-03-01T01:00:00Z&to=2016-03-01T02:00:00Z`,
      { key: r.replayKey },
    );
    expect(read.body.items).toEqual([{ hour: "2016-03-01T01:00:00.000Z", grams: "101.125001" }]);
  });

  it("like units stand in order of what they use for their area", async () => {
    const rows = await items("efficiency", `${MONTH}&site_id=${r.siteId}`);
    expect(rows.map(({ unit_name }) => unit_name).sort()).toEqual([
      "Meter 3",
      "Meter 4",
      "Meter 5",
    ]);
    const intensities = rows.map(({ intensity }) => Number(intensity));
    expect(intensities).toEqual(intensities.toSorted((a, b) => b - a));
    expect(rows.every(({ per, percentile }) => per === "m²" && percentile === null)).toBe(true);
  });

  it("vends are collected and reconciled, and what is taken back is told apart", async () => {
    for (const [id, at, amount] of [
      ["v-1", 2, "25.00"],
      ["v-2", 3, "10.50"],
      ["v-3", 3, "4.25"],
    ] as const)
      await write("PUT", `/v1/vends/${id}`, {
        account_id: r.accountIdsOf[at],
        amount,
        currency: "EUR",
        tender: { type: id === "v-2" ? "card" : "cash" },
        terminal_id: "till-1",
      });
    const now = r.context.clock.nowS();
    const time = `from=${new Date((now - DAY_S) * 1_000).toISOString()}&to=${new Date((now + DAY_S) * 1_000).toISOString()}`;
    const rows = await items("vendor-reconciliation", `${time}&every=whole`);
    expect(rows.map((row) => [row["tender"], row["vends"], row["sold"], row["net"]])).toEqual(
      expect.arrayContaining([
        ["card", 1, "10.500000", "10.500000"],
        ["cash", 2, "29.250000", "29.250000"],
      ]),
    );
    const cash = await items("collection", `${time}&every=whole&site_id=${r.siteId}`);
    expect(cash.map((row) => [row["collected"], row["charged"], row["mean_vend"]])).toEqual([
      ["39.750000", "0.000000", "13.250000"],
    ]);
    const month = await items("collection", `${MONTH}&every=month`);
    const charged = await items("consumption", `${MONTH}&every=month&group_by=site`);
    expect(month[0]?.["charged"]).toBe(charged[0]?.["total"]);
  });

  it("arrears are what the engine says that is owed", async () => {
    const rows = await items("arrears", `site_id=${r.siteId}`);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const { state } = await r.context.engine.state(
        (await r.registry.db.select().from(accounts)).find(
          ({ id }) => id === row["account_id"],
        ) ?? {
          shard: 0,
          slot: 0,
        },
      );
      expect(micros(row["overdrawn"])).toBe(-BigInt(state?.balance_micros ?? 0));
      expect(row["owed"]).toBe(row["overdrawn"]);
    }
    const owed = rows.map((row) => Number(row["owed"]));
    expect(owed).toEqual(owed.toSorted((a, b) => b - a));
  });

  describe("over the last weeks", () => {
    beforeAll(async () => {
      // Supply 400 an hour; the units use all of it until the one at 3 falls from 200 to 10 eight days ago.
      await insertHours(0, 60, () => 400_000);
      await insertHours(1, 60, () => 50_000);
      await insertHours(2, 60, (_, hour) => (hour < 6 ? 50_000 : 100_000));
      await insertHours(3, 60, (back) => (back <= 8 ? 10_000 : 200_000));
      await insertHours(4, 60, (back) => (back <= 8 ? 0 : 20_000));
    });

    it("forecasts go on with what was, and publish their errors", async () => {
      const rows = await items("forecast", `account_id=${r.accountIdsOf[2]}&horizon=14`);
      expect(rows).toHaveLength(14);
      for (const row of rows) {
        expect(Math.abs(Number(row["quantity"]) - 2.1)).toBeLessThan(0.1);
        expect(row["mae"]).toMatch(/^\d+(\.\d+)?$/);
        expect(row["model"]).toMatch(/^(seasonal_naive|holt_winters)_week$/);
      }
      const hours = await items(
        "forecast",
        `account_id=${r.accountIdsOf[2]}&every=hour&horizon=24`,
      );
      expect(hours).toHaveLength(24);
    });

    it("reminders are of accounts whose credit lasts for less than the threshold", async () => {
      const all = await items("top-up-reminders", `site_id=${r.siteId}&days=60`);
      const few = await items("top-up-reminders", `site_id=${r.siteId}&days=1`);
      expect(few.length).toBeLessThanOrEqual(all.length);
      expect(all.length).toBeGreaterThan(0);
      for (const row of few) expect(Number(row["days_left"])).toBeLessThan(1);
      const days = all.map((row) => Number(row["days_left"]));
      expect(days).toEqual(days.toSorted((a, b) => a - b));
    });

    it("findings name the drop, the zero, the loss and who fell with it", async () => {
      const store = openStore(r.servers.clickhouseUrl);
      const to = r.context.clock.nowS() - 3 * DAY_S;
      const verdict = VERDICTS.indexOf("backwards");
      const account = r.registered.accounts[2]?.account ?? 0;
      const row = readingRow({ account, from: to, to, verdict, register: 5 });
      await insertGroup(store, groupOf("readings", [ratedBlock("readings", "backwards", [row])]));
      await store.close();
      const rows = await items("findings", `site_id=${r.siteId}`);
      expect(rows.map((each) => [each["kind"], each["account_id"]])).toEqual([
        ["reverse_flow", r.accountIdsOf[2]],
        ["zero_use", r.accountIdsOf[4]],
        ["sudden_drop", r.accountIdsOf[3]],
        ["night_use_in_empty_unit", r.accountIdsOf[2]],
        ["bypass_by_site_balance", null],
      ]);
      const bypass = rows.at(-1);
      expect(bypass?.evidence).toMatchObject({ accounts_that_fell_with_it: r.accountIdsOf[3] });
      expect(Number(bypass?.evidence["loss_percent"])).toBeGreaterThan(40);
      expect(rows.every((each) => Object.keys(each["thresholds"] ?? {}).length > 0)).toBe(true);
    });
  });

  it("no report gives another operator anything of these accounts", async () => {
    const other = r.keys.operator;
    const { paths } = (await (await r.call("/openapi.json")).json()) as { paths: object };
    for (const name of NAMES) expect(Object.keys(paths)).toContain(`/v1/reports/${name}`);
    for (const name of NAMES) {
      const of = `site_id=${r.siteId}&service=water&carbon_table_id=${r.siteId}`;
      if (name !== "vendor-reconciliation")
        expect((await report(name, `${MONTH}&${of}`, other)).status, name).toBe(404);
      if (["losses", "allocation", "carbon"].includes(name)) continue;
      const { status, body } = await report(name, "", other);
      expect(status, name).toBe(200);
      const text = JSON.stringify(body);
      for (const id of [r.siteId, ...r.accountIdsOf, ...r.unitIds]) expect(text).not.toContain(id);
    }
  });

  it("auditors read reports, vendors and customers do not read the operator's", async () => {
    expect((await report("arrears", "", r.auditorKey)).status).toBe(200);
    for (const role of ["vendor", "customer", "gateway"] as const)
      expect((await report("arrears", "", r.keys[role])).status).toBe(403);
  });

  it.each([
    ["consumption", "every=quarter_hour&from=2010-01-01T00:00:00Z", 422, "report_too_large"],
    ["consumption", "from=2016-03-02T00:00:00Z&to=2016-03-01T00:00:00Z", 422, "invalid_request"],
    ["consumption", "timezone=Mars/Base", 422, "invalid_request"],
    ["forecast", "horizon=61", 422, "report_too_large"],
    ["losses", "", 422, "invalid_request"],
  ])("%s?%s is refused in words", async (name, query, status, code) => {
    const found = await report(name, query);
    expect([found.status, found.body["code"]]).toEqual([status, code]);
  });
});
