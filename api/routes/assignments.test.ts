import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyDueTerms } from "../registry/apply-terms.ts";
import { accounts, engineCommands } from "../registry/schema/accounts.ts";
import { SEED_PRICE_LISTS } from "../registry/seed/price-lists.ts";
import { assignmentsFor } from "../registry/terms-plan.ts";
import type { CallOptions } from "../testing/harness.ts";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;
/** Ids of what the tests assign and assign to. */
const id: Record<string, string> = {};

const post = (body: unknown): CallOptions => ({ method: "POST", body });
const account = (at: number): string => h.accountIds[at] ?? "";
const inS = (s: number): string => new Date((h.context.clock.nowS() + s) * 1_000).toISOString();

async function publish(name: string): Promise<string> {
  const list = JSON.parse(SEED_PRICE_LISTS.get("electricity") ?? "") as object;
  const body = { price_list: { ...list, name }, effective_from: "2026-01-01T00:00:00Z" };
  return String(
    (await h.ask("/v1/price-lists", "/v1/price-lists", post(body))).body["price_list_id"],
  );
}

async function named(kind: string, name: string): Promise<string> {
  const made = await h.ask(`/v1/${kind}`, `/v1/${kind}`, post({ name }));
  expect(made.status).toBe(201);
  return String(made.body["id"]);
}

const LISTS = "/v1/price-list-assignments";
const POLICIES = "/v1/supply-policy-assignments";

async function assign(list: string, level: string, more: object = {}) {
  const body = { price_list_id: id[list], level, reason: "tested", ...more };
  const made = await h.ask(LISTS, LISTS, post(body));
  expect([made.status, made.body["code"]]).toEqual([201, undefined]);
  return made.body;
}

const end = (assignment: unknown, body: object = {}) =>
  h.ask(`${LISTS}/{assignment_id}:end`, `${LISTS}/${String(assignment)}:end`, post(body));

async function effective(at: number) {
  const path = `/v1/accounts/${account(at)}/effective`;
  const { body } = await h.ask("/v1/accounts/{account_id}/effective", path);
  return body as unknown as Record<"price_list" | "supply_policy", Record<string, unknown>>;
}

const told = async (at: number): Promise<number> => (await h.state(account(at))).price_list;

beforeAll(async () => {
  h = await startLive(6);
  for (const name of ["Operator", "Site", "Class", "Group", "Customer", "Set", "Unit", "Account"]) {
    id[name] = await publish(name);
  }
  const units = (await h.ask("/v1/units", "/v1/units")).body.items;
  const sites = (await h.ask("/v1/sites", "/v1/sites")).body.items;
  id["unit"] = String(units[0]?.["unit_id"]);
  id["otherUnit"] = String(units[2]?.["unit_id"]);
  id["site"] = String(sites[0]?.["site_id"]);
  id["set"] = await named("unit-sets", "Ground floor");
  id["class"] = await named("tariff-classes", "Residential");
  id["group"] = await named("customer-groups", "Staff");
  const customer = await h.ask("/v1/customers", "/v1/customers", post({ name: "Ana" }));
  id["customer"] = String(customer.body["customer_id"]);
  const points = await h.ask("/v1/usage-points", `/v1/usage-points?unit_id=${id["unit"]}`);
  id["point"] = String(points.body.items[0]?.["usage_point_id"]);
}, 60_000);
afterAll(() => h?.stop());

describe("precedence", () => {
  it("goes from what an account was opened with up to its own assignment, and back", async () => {
    const opened = (await effective(0)).price_list;
    expect(opened).toMatchObject({
      because: { level: "opening" },
      told: true,
      next: null,
      overruled: [],
    });
    const made: [string, unknown][] = [];
    const step = async (list: string, level: string, target?: string) => {
      const { assignment_id } = await assign(
        list,
        level,
        target === undefined ? {} : { target_id: target },
      );
      made.push([list, assignment_id]);
      expect((await effective(0)).price_list).toMatchObject({
        name: list,
        told: true,
        because: { level, assignment_id, target_id: target ?? null },
      });
    };
    await step("Operator", "operator");
    await step("Site", "site", id["site"]);
    await assign("Class", "tariff_class", { target_id: id["class"] }).then((row) =>
      made.push(["Class", row["assignment_id"]]),
    );
    expect((await effective(0)).price_list["name"]).toBe("Site");
    const point = `/v1/usage-points/${id["point"]}`;
    await h.ask("/v1/usage-points/{usage_point_id}", point, {
      method: "PATCH",
      body: { tariff_class_id: id["class"] },
    });
    expect((await effective(0)).price_list).toMatchObject({ name: "Class", told: true });
    await h.registry.db.execute(
      `insert into agreements (operator_id, customer_id, usage_point_id, role, from_at) values ('${h.seeded.operatorId}', '${id["customer"]}', '${id["point"]}', 'tenant', now())`,
    );
    await assign("Group", "customer_group", { target_id: id["group"] }).then((row) =>
      made.push(["Group", row["assignment_id"]]),
    );
    expect((await effective(0)).price_list["name"]).toBe("Class");
    await h.ask("/v1/customers/{customer_id}", `/v1/customers/${id["customer"]}`, {
      method: "PATCH",
      body: { customer_group_id: id["group"] },
    });
    expect((await effective(0)).price_list).toMatchObject({ name: "Group", told: true });
    await step("Customer", "customer", id["customer"]);
    await assign("Set", "unit_set", { target_id: id["set"] }).then((row) =>
      made.push(["Set", row["assignment_id"]]),
    );
    expect((await effective(0)).price_list["name"]).toBe("Customer");
    const set = await h.ask(
      "/v1/unit-sets/{unit_set_id}:change-members",
      `/v1/unit-sets/${id["set"]}:change-members`,
      post({ add: [id["unit"]] }),
    );
    expect(set.body["unit_ids"]).toEqual([id["unit"]]);
    expect((await effective(0)).price_list).toMatchObject({ name: "Set", told: true });
    await step("Unit", "unit", id["unit"]);
    await step("Account", "account", account(0));
    const all = (await effective(0)).price_list;
    expect((all["overruled"] as { name: string }[]).map(({ name }) => name)).toEqual([
      "Unit",
      "Set",
      "Customer",
      "Group",
      "Class",
      "Site",
      "Operator",
      opened["name"],
    ]);
    // Another flat has what is general; water has nothing of a list for electricity.
    expect((await effective(2)).price_list).toMatchObject({
      name: "Site",
      because: { level: "site" },
    });
    expect((await effective(1)).price_list).toMatchObject({ because: { level: "opening" } });
    const order = ["Account", "Unit", "Set", "Customer", "Group", "Class", "Site", "Operator"];
    for (const [at, list] of order.entries()) {
      const [, assignment] = made.find(([name]) => name === list) ?? [];
      const ended = await end(assignment, { reason: "over" });
      expect([list, ended.status]).toEqual([list, 200]);
      const next = order[at + 1] ?? opened["name"];
      expect((await effective(0)).price_list).toMatchObject({ name: next, told: true });
    }
    const again = await end(made[0]?.[1]);
    expect(again.status).toBe(200);
    expect((await h.ask(LISTS, LISTS)).body.items).toEqual([]);
    expect((await h.ask(LISTS, `${LISTS}?ended=true`)).body.items).toHaveLength(8);
  });
});

describe("an instant to come", () => {
  it("is told to the engine ahead, in the place of what was pending, and taken back", async () => {
    const before = await told(2);
    const soon = await assign("Unit", "unit", {
      target_id: id["otherUnit"],
      effective_from: inS(3_600),
    });
    expect((await effective(2)).price_list).toMatchObject({
      because: { level: "opening" },
      next: { name: "Unit", at: soon["effective_from"], because: { level: "unit" } },
    });
    const pending = async () => {
      const [row] = await h.registry.db
        .select()
        .from(accounts)
        .where(eq(accounts.id, account(2)));
      return [row?.next_price_list_id ?? null, row?.next_price_list_at?.toISOString() ?? null];
    };
    expect(await pending()).toEqual([id["Unit"], soon["effective_from"]]);
    const sooner = await assign("Account", "account", {
      target_id: account(2),
      effective_from: inS(1_800),
    });
    expect(await pending()).toEqual([id["Account"], sooner["effective_from"]]);
    await end(sooner["assignment_id"]);
    expect(await pending()).toEqual([id["Unit"], soon["effective_from"]]);
    await end(soon["assignment_id"]);
    expect(await pending()).toEqual([null, null]);
    expect(await told(2)).toBe(before);
    expect((await effective(2)).price_list["next"]).toBeNull();
  });

  it("comes: consumption behind it is rated by the other list", async () => {
    await h.read({ slot: 4, register: 10_000 });
    const before = await told(4);
    await assign("Account", "account", { target_id: account(4), effective_from: inS(2) });
    expect(await told(4)).toBe(before);
    await new Promise((done) => setTimeout(done, 3_100));
    expect(await applyDueTerms(h.context)).toBeGreaterThanOrEqual(1);
    await h.read({ slot: 4, register: 10_500 });
    expect(await told(4)).not.toBe(before);
    expect((await effective(4)).price_list).toMatchObject({
      name: "Account",
      told: true,
      next: null,
    });
  });
});

describe("supply policies", () => {
  it("are assigned in the same way, and act at once", async () => {
    const policy = async (name: string, more: object = {}) => {
      const body = {
        name,
        currency: "EUR",
        low_credit_thresholds: [],
        max_balance: "500",
        ...more,
      };
      const made = await h.ask("/v1/supply-policies", "/v1/supply-policies", post(body));
      return String(made.body["supply_policy_id"]);
    };
    const calendar = await h.ask(
      "/v1/calendars",
      "/v1/calendars",
      post({
        calendar: {
          name: "Always",
          timezone: "UTC",
          weekly: [
            { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "00:00", to: "00:00" },
          ],
        },
      }),
    );
    const calm = await policy("Calm", {
      friendly_period: { calendar_id: calendar.body["calendar_id"], jitter_s: 60 },
      limit: { threshold: "1.00", flow: { value: "1", unit: "kW" } },
    });
    const make = (body: object) =>
      h.ask(POLICIES, POLICIES, post({ supply_policy_id: calm, ...body }));
    const unnamed = await make({ level: "operator" });
    expect([unnamed.status, unnamed.body["code"]]).toEqual([422, "policy_mismatch"]);
    const wrong = await make({ level: "operator", service: "water" });
    expect([wrong.status, wrong.body["code"]]).toEqual([422, "policy_mismatch"]);
    const made = await make({ level: "site", target_id: id["site"], service: "electricity" });
    expect([made.status, made.body]).toMatchObject([201, { accounts: 6, supply_policy_id: calm }]);
    expect((await effective(0)).supply_policy).toMatchObject({ name: "Calm", told: true });
    expect((await effective(1)).supply_policy).toMatchObject({ because: { level: "opening" } });
    const cut = { account_id: account(0), action: "cut", reason: "trial" };
    const refused = await h.ask("/v1/supply-commands", "/v1/supply-commands", post(cut));
    expect([refused.status, refused.body["code"]]).toEqual([422, "cut_forbidden_friendly_period"]);
    // No more friendly periods: the accounts under the policy are judged anew.
    const never = { calendar: { name: "Always", timezone: "UTC", weekly: [] } };
    const path = `/v1/calendars/${String(calendar.body["calendar_id"])}`;
    await h.ask("/v1/calendars/{calendar_id}", path, { method: "PUT", body: never });
    expect((await h.ask("/v1/supply-commands", "/v1/supply-commands", post(cut))).status).toBe(202);
    const over = await h.ask(
      `${POLICIES}/{assignment_id}:end`,
      `${POLICIES}/${String(made.body["assignment_id"])}:end`,
      post({ at: inS(2) }),
    );
    expect(over.body["ended_from"]).not.toBeNull();
    expect((await effective(0)).supply_policy).toMatchObject({
      name: "Calm",
      next: { because: { level: "opening" } },
    });
    await new Promise((done) => setTimeout(done, 2_100));
    await applyDueTerms(h.context);
    expect((await effective(0)).supply_policy).toMatchObject({
      because: { level: "opening" },
      told: true,
    });
  });
});

describe("misuse", () => {
  const nobody = "00000000-0000-4000-8000-000000000000";
  it.each<[object, number, string]>([
    [{ level: "unit", target_id: nobody }, 404, "target_unknown"],
    [{ level: "unit" }, 422, "invalid_request"],
    [{ level: "operator", target_id: nobody }, 422, "invalid_request"],
    [{ level: "planet", target_id: nobody }, 422, "invalid_request"],
    [{ level: "operator", price_list_id: nobody }, 404, "price_list_unknown"],
    [{ level: "operator", effective_from: "2026-01-01" }, 422, "invalid_request"],
    [{ level: "operator", effective_from: "2026-01-01T00:00:00.5Z" }, 422, "invalid_request"],
  ])("of %j is %i %s", async (body, status, code) => {
    const answer = await h.ask(LISTS, LISTS, post({ price_list_id: id["Unit"], ...body }));
    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
  });

  it("of another operator's things finds none", async () => {
    const key = h.otherKeys.operator;
    const body = { price_list_id: id["Unit"], level: "unit", target_id: id["unit"] };
    expect((await h.call(LISTS, { ...post(body), key })).status).toBe(404);
    const [row] = (await h.ask(LISTS, `${LISTS}?ended=true`)).body.items;
    const path = `${LISTS}/${String(row?.["assignment_id"])}:end`;
    expect((await h.call(path, { ...post({}), key })).status).toBe(404);
    for (const path of [
      `/v1/unit-sets/${id["set"]}`,
      `/v1/tariff-classes/${id["class"]}`,
      `/v1/customer-groups/${id["group"]}`,
      `/v1/customers/${id["customer"]}`,
      `/v1/usage-points/${id["point"]}`,
      `/v1/accounts/${account(0)}/effective`,
    ]) {
      expect([path, (await h.call(path)).status]).toEqual([path, 200]);
      expect([path, (await h.call(path, { key })).status]).toEqual([path, 404]);
    }
  });

  it("never asks the engine for what it cannot take", async () => {
    const rows = await h.registry.db.select().from(engineCommands);
    const refused = rows.filter(({ state, body }) => state === "refused" && /assign/.test(body.op));
    expect(refused).toEqual([]);
    expect(h.faults).toEqual([]);
  });
});

describe("what the engine has to hear of", () => {
  const A = "a";
  const at = new Date(5_000);
  it.each([
    ["nothing that it knows", [A, null, null], { list: A, nextList: undefined }, []],
    [
      "another list now",
      [A, null, null],
      { list: "b", nextList: undefined },
      [{ list: "b", atS: 0 }],
    ],
    [
      "a change to come",
      [A, null, null],
      { list: A, nextList: { id: "b", atMs: 9_000 } },
      [{ list: "b", atS: 9 }],
    ],
    ["not of one that it has", [A, "b", at], { list: A, nextList: { id: "b", atMs: 5_000 } }, []],
    [
      "one that was taken back",
      [A, "b", at],
      { list: A, nextList: undefined },
      [{ list: A, atS: 0xffff_ffff }],
    ],
    [
      "another list now, and what was pending again",
      [A, "b", at],
      { list: "c", nextList: { id: "b", atMs: 5_000 } },
      [
        { list: "c", atS: 0 },
        { list: "b", atS: 5 },
      ],
    ],
  ] as const)("%s", (_, [current, next, nextAt], plan, orders) => {
    const row = { price_list_id: current, next_price_list_id: next, next_price_list_at: nextAt };
    expect(assignmentsFor(row, plan, 1_000)).toEqual(orders);
  });

  it("takes a change that has come for what is in force", () => {
    const row = { price_list_id: "a", next_price_list_id: "b", next_price_list_at: at };
    expect(assignmentsFor(row, { list: "b", nextList: undefined }, 5_000)).toEqual([]);
  });
});
