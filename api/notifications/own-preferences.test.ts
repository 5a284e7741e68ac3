import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "../registry/schema/access.ts";
import { agreements } from "../registry/schema/parties.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { tenantOf } from "./testing/told.ts";

/** Customers say themselves how they want to be told, of their own account and of nothing else. */

let h: Harness;
let customer = "";
let token = "";
const pathOf = (account: string): string => `/v1/accounts/${account}/notification-preferences`;
const own = (): string => pathOf(h.accountIds[0] ?? "");
const other = (): string => pathOf(h.accountIds[1] ?? "");
const wanted = {
  language: "fr",
  channels: ["sms"],
  email: null,
  phone: "+33600000000",
  quiet_hours: { from: "21:00", to: "08:00" },
  daily_max: 5,
};
const put = (path: string, body: unknown, key: string | undefined = token) =>
  h.call(path, { method: "PUT", key, body });

beforeAll(async () => {
  h = await startHarness(3);
  customer = await tenantOf(h, h.accountIds[0] ?? "");
  await tenantOf(h, h.accountIds[1] ?? "", "Bob");
  const made = await h.call(`/v1/accounts/${h.accountIds[0]}/portal-tokens`, { method: "POST" });
  token = ((await made.json()) as { token: string }).token;
});
afterAll(() => h?.stop());

describe("a portal token", () => {
  it("finds no preferences at first, sets them, and reads them as the operator does", async () => {
    expect((await h.call(own(), { key: token })).status).toBe(404);
    const set = await put(own(), wanted);
    expect([set.status, await set.json()]).toEqual([200, { customer_id: customer, ...wanted }]);
    const read = await h.call(own(), { key: token });
    expect(await read.json()).toEqual({ customer_id: customer, ...wanted });
    const operators = await h.call(`/v1/notification-preferences/${customer}`);
    expect(await operators.json()).toEqual({ customer_id: customer, ...wanted });
  });

  it("is told in the audit as the customer, without where they are reached", async () => {
    await put(own(), { ...wanted, daily_max: 6 });
    const rows = await h.registry.db
      .select()
      .from(audit)
      .where(eq(audit.object, `customer/${customer}`));
    expect(rows.at(-1)).toMatchObject({ action: "notification_preferences.set", channel: "app" });
    expect(JSON.stringify(rows)).not.toContain("+336");
  });

  it("opens no other account's, and not the operator's way to them", async () => {
    for (const path of [other(), `/v1/notification-preferences/${customer}`]) {
      expect((await put(path, wanted)).status).toBe(403);
      expect((await h.call(path, { key: token })).status).toBe(403);
    }
    expect((await h.call(own(), { method: "DELETE", key: token })).status).toBeGreaterThanOrEqual(
      403,
    );
    expect((await h.call(other())).status).toBe(404);
  });

  it.each([
    [{ quiet_hours: { from: "08:00", to: "21:00" } }, "/quiet_hours"],
    [{ channels: ["email"] }, "/email"],
    [{ channels: ["pigeon"] }, "/channels"],
    [{ daily_max: 51 }, "/daily_max"],
    [{ language: "xx" }, "/language"],
    [{ phone: "0600" }, "/phone"],
    [{ customer_id: "00000000-0000-4000-8000-000000000000" }, ""],
  ])("with %j is refused, and nothing is changed", async (wrong, pointer) => {
    const before = await (await h.call(own(), { key: token })).text();
    const refused = await put(own(), { ...wanted, ...wrong });
    expect(refused.status).toBe(422);
    expect(JSON.stringify(await refused.json())).toContain(`"pointer":"${pointer}`);
    expect(await (await h.call(own(), { key: token })).text()).toBe(before);
  });

  it("of a customer who has moved out neither reads nor sets those of the next", async () => {
    const account = h.accountIds[2] ?? "";
    const leaving = await tenantOf(h, account, "Leaving");
    const made = await h.call(`/v1/accounts/${account}/portal-tokens`, { method: "POST" });
    const old = ((await made.json()) as { token: string }).token;
    expect((await put(pathOf(account), wanted, old)).status).toBe(200);
    await h.registry.db
      .update(agreements)
      .set({ to_at: new Date(1_000) })
      .where(eq(agreements.customer_id, leaving));
    const next = await tenantOf(h, account, "Next");
    // The token is still in the memory of who is calling.
    expect((await put(pathOf(account), wanted, old)).status).toBe(404);
    expect((await h.call(pathOf(account), { key: old })).status).toBe(404);
    h.forgetKeys();
    expect((await put(pathOf(account), wanted, old)).status).toBe(401);
    expect((await h.call(`/v1/notification-preferences/${next}`)).status).toBe(404);
  });
});

describe("keys", () => {
  it("of roles without the right are refused; another operator finds nothing", async () => {
    expect((await h.call(own(), { key: h.keys.vendor })).status).toBe(403);
    expect((await put(own(), wanted, h.keys.ops)).status).toBe(403);
    expect((await h.call(own(), { key: h.keys.auditor })).status).toBe(200);
    expect((await put(own(), wanted, h.otherKeys.operator)).status).toBe(404);
  });
});

it("nothing of it was our fault", () => expect(h.faults).toEqual([]));
