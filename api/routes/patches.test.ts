import { afterAll, beforeAll, expect, it } from "vitest";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;
beforeAll(async () => {
  h = await startLive(2);
}, 60_000);
afterAll(() => h?.stop());

async function first(path: string): Promise<Record<string, unknown>> {
  const { body } = await h.ask(path, path);
  return body.items[0] ?? {};
}

it("of sites, units, gateways and meters change what was given, are audited, and refuse what is taken", async () => {
  const site = await first("/v1/sites");
  const unit = await first("/v1/units");
  const gateway = await first("/v1/gateways");
  const meter = await first("/v1/meters");
  const link = { host: "10.9.9.9", port: 502 };
  const cases: [string, string, unknown, Record<string, unknown>][] = [
    ["/v1/sites/{site_id}", `/v1/sites/${site["site_id"]}`, { reference: "S1" }, site],
    ["/v1/units/{unit_id}", `/v1/units/${unit["unit_id"]}`, { name: "1A", reference: "U1" }, unit],
    ["/v1/gateways/{gateway}", `/v1/gateways/${gateway["gateway"]}`, { name: "G9" }, gateway],
    ["/v1/meters/{meter_id}", `/v1/meters/${meter["meter_id"]}`, { link, address: "9" }, meter],
  ];
  for (const [documented, path, body, before] of cases) {
    const { status, body: after } = await h.ask(documented, path, { method: "PATCH", body });
    expect([path, status]).toEqual([path, 200]);
    expect(after).toEqual({ ...before, ...(body as object) });
    const foreign = await h.call(path, { method: "PATCH", body, key: h.otherKeys.operator });
    expect(foreign.status).toBe(404);
  }
  const audit = await h.ask("/v1/audit", "/v1/audit?limit=1000");
  const actions = audit.body.items.map(({ action }) => action);
  for (const what of ["site", "unit", "gateway", "meter"])
    expect(actions).toContain(`${what}.changed`);
  const raised = await h.ask("/v1/gateways/{gateway}", `/v1/gateways/${gateway["gateway"]}`);
  expect(raised.body["roster_version"]).toBeGreaterThan(Number(gateway["roster_version"]));
  const other = await h.ask("/v1/units", "/v1/units");
  const second = other.body.items.find(({ unit_id }) => unit_id !== unit["unit_id"]);
  const clash = await h.ask("/v1/units/{unit_id}", `/v1/units/${second?.["unit_id"]}`, {
    method: "PATCH",
    body: { reference: "U1" },
  });
  expect(clash.status).toBe(409);
});

it.each([
  ["customer-groups", "/v1/customer-groups/{id}", "customer_group.changed"],
  ["tariff-classes", "/v1/tariff-classes/{id}", "tariff_class.changed"],
  ["unit-sets", "/v1/unit-sets/{unit_set_id}", "unit_set.renamed"],
])(
  "of %s change the name, are audited, and refuse one that is taken",
  async (name, documented, deed) => {
    const path = `/v1/${name}`;
    const make = (body: unknown) => h.ask(path, path, { method: "POST", body });
    const { body: made } = await make({ name: "One" });
    await make({ name: "Two" });
    const own = `${path}/${made["id"]}`;
    const patch = (body: unknown) => h.ask(documented, own, { method: "PATCH", body });
    const { status, body } = await patch({ name: "Three" });
    expect([status, body]).toEqual([200, expect.objectContaining({ ...made, name: "Three" })]);
    expect((await h.ask(documented, own)).body["name"]).toBe("Three");
    expect((await patch({ name: "Two" })).body["code"]).toBe("already_exists");
    const key = h.otherKeys.operator;
    const foreign = await h.call(own, { method: "PATCH", body: { name: "X" }, key });
    expect(foreign.status).toBe(404);
    const audit = await h.ask("/v1/audit", "/v1/audit?limit=1000");
    expect(audit.body.items.map(({ action }) => action)).toContain(deed);
  },
);

it("a rotated key is told once, and the engine takes frames under it", async () => {
  const [gateway] = h.seeded.gateways;
  if (gateway === undefined) throw new Error("there is no gateway");
  const path = `/v1/gateways/${gateway.number}:rotate-key`;
  const request = { method: "POST", body: { reason: "made by an import" } };
  const { status, body } = await h.ask("/v1/gateways/{gateway}:rotate-key", path, request);
  expect(status).toBe(200);
  expect(body["key"]).toMatch(/^[0-9a-f]{64}$/);
  expect(body["key"]).not.toBe(gateway.key);
  Object.assign(gateway, { key: body["key"] });
  await h.read({ slot: 0, register: 1 });
  const { body: after } = await h.ask("/v1/gateways/{gateway}", `/v1/gateways/${gateway.number}`);
  expect(after["key"]).toBeUndefined();
  const foreign = await h.call(path, { ...request, key: h.otherKeys.operator });
  expect(foreign.status).toBe(404);
});
