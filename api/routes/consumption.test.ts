import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountNumber } from "../../engine/contract/ids.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { openStore } from "../store/client.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { type Comparison, compareWith } from "../testing/openapi.ts";

let h: Harness;
let compare: Comparison;
const HOUR_S = 3_600;
const MIDNIGHT_S = Date.parse("2026-03-01T00:00:00Z") / 1_000;

beforeAll(async () => {
  h = await startHarness(2, true);
  compare = compareWith((await (await h.call("/openapi.json")).json()) as Record<string, unknown>);
  // Opened long enough ago for a mean: the test engine's clock stands a little before 2027-01-16.
  await h.registry.db.update(accounts).set({ opened_at: new Date("2026-01-01T00:00:00Z") });
  const nowS = 1_800_000_000;
  await insert([
    ...[0, 1, 2].map((hour) => row(0, MIDNIGHT_S + (hour + 1) * HOUR_S, 1_500, 300_000)),
    row(1, MIDNIGHT_S + HOUR_S, 250, 400_000),
    row(0, nowS - HOUR_S, 7_000, 7_000_000),
  ]);
});
afterAll(() => h?.stop());

type Item = Record<string, unknown>;

function row(slot: number, to: number, quantity: number, cost: number): Item {
  const account = accountNumber(h.seeded.gateways[0]?.shard ?? 0, slot);
  return {
    account,
    from: to - HOUR_S,
    to,
    register: 0,
    quantity,
    cost,
    tariff: 1,
    verdict: 0,
    period: 0,
    block: 0,
    last: 1,
  };
}

async function insert(values: Item[]): Promise<void> {
  const client = openStore(h.servers.clickhouseUrl);
  await client.insert({ table: "readings", values, format: "JSONEachRow" });
  await client.close();
}

async function ask(documented: string, path: string): Promise<{ status: number; items: Item[] }> {
  const response = await h.call(path);
  expect(await compare("GET", documented, response)).toEqual([]);
  const body = (await response.json()) as { items?: Item[] };
  return { status: response.status, items: body.items ?? [] };
}

const MARCH = "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";

describe("consumption", () => {
  it("of an account by hour, in units and money, in the time asked for", async () => {
    const path = `/v1/accounts/${h.accountIds[0]}/consumption?${MARCH}`;
    const { items } = await ask("/v1/accounts/{account_id}/consumption", path);
    expect(items).toHaveLength(3);
    expect(items[0]).toEqual({
      account_id: h.accountIds[0],
      service: "electricity",
      from: "2026-03-01T00:00:00.000Z",
      to: "2026-03-01T01:00:00.000Z",
      quantity: "1.5",
      unit: "kWh",
      cost: "0.300000",
      charges: "0.000000",
      currency: "EUR",
    });
  });

  it("of many by the days of a zone", async () => {
    const path = `/v1/consumption?${MARCH}&every=day&timezone=Europe/Madrid`;
    const { items } = await ask("/v1/consumption", path);
    expect(items).toMatchObject([
      {
        account_id: h.accountIds[0],
        from: "2026-02-28T23:00:00.000Z",
        to: "2026-03-01T23:00:00.000Z",
        quantity: "4.5",
        cost: "0.900000",
      },
      { account_id: h.accountIds[1], service: "water", quantity: "0.00025", unit: "m³" },
    ]);
    const water = await ask("/v1/consumption", `${path}&service=water`);
    expect(water.items).toHaveLength(1);
  });

  it("of a zone that is none is refused", async () => {
    const response = await h.call(`/v1/consumption?${MARCH}&timezone=Mars/Base`);
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { code: "invalid_request", errors: [{ parameter: "timezone" }] },
    ]);
  });
});

it("tells how many days credit lasts by the last week's mean", async () => {
  const response = await h.call(`/v1/accounts/${h.accountIds[0]}/balance`);
  // 7.00 in seven days, and 10.00 left.
  expect(await response.json()).toMatchObject({ balance: "10.000000", days_left: 10 });
  const [other] = await h.registry.db.select().from(accounts).where(eq(accounts.slot, 1));
  const none = await h.call(`/v1/accounts/${other?.id}/balance`);
  expect(await none.json()).toMatchObject({ days_left: null });
});

it("is told of as a part that readiness does not need", async () => {
  const { ready, parts } = await h.context.checks();
  expect([ready, parts["clickhouse"]]).toEqual([true, { ok: true, needed: false }]);
});
