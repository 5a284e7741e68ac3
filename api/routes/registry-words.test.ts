import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallOptions } from "../testing/harness.ts";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;

beforeAll(async () => {
  h = await startLive(4);
}, 60_000);
afterAll(() => h?.stop());

const post = (body: unknown, options: CallOptions = {}): CallOptions => ({
  method: "POST",
  body,
  ...options,
});

async function freshMeter(serial: string): Promise<string> {
  const { body } = await h.ask("/v1/units", "/v1/units");
  const made = await h.ask(
    "/v1/meters",
    "/v1/meters",
    post({
      unit_id: body.items[0]?.["unit_id"],
      gateway: h.seeded.gateways[0]?.number,
      serial,
      service: "electricity",
      usage_point: serial,
      driver: "modbus",
      device: "eastron-sdm120",
      link: { host: "127.0.0.1", port: 5_020 },
      address: "9",
    }),
  );
  return String(made.body["meter_id"]);
}

describe("an account", () => {
  it("is opened by what is assigned to its place, where nothing is named", async () => {
    const lists = (await h.ask("/v1/price-lists", "/v1/price-lists")).body.items;
    const list = lists.find((each) => each["service"] === "electricity")?.["price_list_id"];
    const [policy] = (await h.ask("/v1/supply-policies", "/v1/supply-policies")).body.items;
    const open = (meter_id: string) => h.ask("/v1/accounts", "/v1/accounts", post({ meter_id }));
    const first = await freshMeter("91000001");
    const none = await open(first);
    expect([none.status, none.body["code"]]).toEqual([404, "price_list_unknown"]);
    await h.ask(
      "/v1/price-list-assignments",
      "/v1/price-list-assignments",
      post({ price_list_id: list, level: "operator" }),
    );
    expect((await open(first)).body["code"]).toBe("policy_unknown");
    await h.ask(
      "/v1/supply-policy-assignments",
      "/v1/supply-policy-assignments",
      post({ supply_policy_id: policy?.["supply_policy_id"], level: "operator" }),
    );
    const opened = await open(first);
    expect([opened.status, opened.body]).toMatchObject([
      201,
      { price_list_id: list, supply_policy_id: policy?.["supply_policy_id"] },
    ]);
    const id = String(opened.body["account_id"]);
    const effective = await h.ask(
      "/v1/accounts/{account_id}/effective",
      `/v1/accounts/${id}/effective`,
    );
    expect(effective.body["price_list"]).toMatchObject({
      told: true,
      because: { level: "operator" },
    });
    expect(await h.state(id)).toMatchObject({ balance_micros: "0" });
  });
});

describe("supply commands", () => {
  it("go to all accounts of a unit set or a site, of one service", async () => {
    const [first] = (await h.ask("/v1/units", "/v1/units")).body.items;
    const set = await h.ask("/v1/unit-sets", "/v1/unit-sets", post({ name: "North" }));
    const id = String(set.body["id"]);
    const command = (body: object) =>
      h.ask(
        "/v1/supply-commands",
        "/v1/supply-commands",
        post({ action: "restore", reason: "works are over", ...body }),
      );
    const empty = await command({ unit_set_id: id });
    expect(empty.body["errors"]).toMatchObject([{ pointer: "/unit_set_id" }]);
    await h.ask(
      "/v1/unit-sets/{unit_set_id}:change-members",
      `/v1/unit-sets/${id}:change-members`,
      post({ add: [first?.["unit_id"]] }),
    );
    expect((await command({ unit_set_id: id })).body.items).toHaveLength(2);
    const water = await command({ site_id: first?.["site_id"], service: "water" });
    expect([water.status, water.body.items.length]).toEqual([202, 2]);
    expect(water.body.items.every((each) => each["state"] === "sent")).toBe(true);
    expect((await command({ site_id: first?.["site_id"], unit_set_id: id })).status).toBe(422);
    expect((await command({ account_id: h.accountIds[0], service: "water" })).status).toBe(422);
    const nobody = "00000000-0000-4000-8000-000000000000";
    expect((await command({ site_id: nobody })).body["code"]).toBe("site_unknown");
    expect((await command({ unit_set_id: nobody })).body["code"]).toBe("unit_set_unknown");
    await h.ask(
      "/v1/unit-sets/{unit_set_id}:change-members",
      `/v1/unit-sets/${id}:change-members`,
      post({ remove: [first?.["unit_id"]] }),
    );
    expect((await h.ask("/v1/unit-sets/{unit_set_id}", `/v1/unit-sets/${id}`)).body).toMatchObject({
      unit_ids: [],
    });
  });
});

describe("names", () => {
  it.each(["customer-groups", "tariff-classes", "unit-sets"])("of %s stand once", async (kind) => {
    const path = `/v1/${kind}`;
    expect((await h.ask(path, path, post({ name: "One" }))).status).toBe(201);
    const again = await h.ask(path, path, post({ name: "One" }));
    expect([again.status, again.body["code"]]).toEqual([409, "already_exists"]);
    expect((await h.ask(path, path, post({ name: "" }))).body["code"]).toBe("invalid_request");
    const theirs = await h.ask(path, path, { key: h.otherKeys.operator });
    expect(theirs.body.items).toEqual([]);
    expect((await h.call(path, post({ name: "Two" }, { key: h.keys.ops }))).status).toBe(403);
  });

  it("of customers may be the same; references may not", async () => {
    const make = (body: object) => h.ask("/v1/customers", "/v1/customers", post(body));
    const first = await make({ name: "Ana", reference: "A-1" });
    expect((await make({ name: "Ana" })).status).toBe(201);
    expect((await make({ name: "Eva", reference: "A-1" })).body["code"]).toBe("already_exists");
    const path = `/v1/customers/${String(first.body["customer_id"])}`;
    const patch = (body: object) =>
      h.ask("/v1/customers/{customer_id}", path, { method: "PATCH", body });
    expect((await patch({ name: "Ana María" })).body).toMatchObject({ reference: "A-1" });
    expect((await patch({})).body).toMatchObject({ name: "Ana María" });
    const nobody = "00000000-0000-4000-8000-000000000000";
    expect((await patch({ customer_group_id: nobody })).body["code"]).toBe(
      "customer_group_unknown",
    );
    const found = await h.ask("/v1/customers", "/v1/customers?reference=A-1");
    expect(found.body.items).toMatchObject([{ name: "Ana María" }]);
  });
});

describe("the audit", () => {
  it("has every write, with actor, channel, time and reason, and is for those who may read it", async () => {
    const { body } = await h.ask("/v1/audit", "/v1/audit?limit=1000", { key: h.keys.auditor });
    const actions = new Set(body.items.map((each) => each["action"]));
    for (const action of [
      "accounts.opened",
      "meter.made",
      "account.opened",
      "price_list.assigned",
      "supply_policy.assigned",
      "unit_set.made",
      "unit_set.changed",
      "supply.restore",
      "customer.made",
      "customer.changed",
    ]) {
      expect([action, actions.has(action)]).toEqual([action, true]);
    }
    const restores = await h.ask("/v1/audit", "/v1/audit?action=supply.restore");
    expect(restores.body.items[0]).toMatchObject({
      channel: "api",
      reason: "works are over",
      object: expect.stringMatching(/^account\//),
    });
    const none = await h.ask("/v1/audit", "/v1/audit?to=2020-01-01T00:00:00Z");
    expect(none.body.items).toEqual([]);
    const theirs = await h.ask("/v1/audit", "/v1/audit", { key: h.otherKeys.auditor });
    expect(theirs.body.items).toEqual([]);
    expect((await h.call("/v1/audit", { key: h.keys.vendor })).status).toBe(403);
  });

  it("none of it was our fault", () => {
    expect(h.faults).toEqual([]);
  });
});
