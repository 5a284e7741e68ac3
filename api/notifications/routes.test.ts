import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "../registry/schema/access.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { compareWith } from "../testing/openapi.ts";
import { ENDPOINTS_MAX } from "./endpoints.ts";
import { eventOf, tell, tenantOf } from "./testing/told.ts";

/** The routes of notifications: secrets, isolation, refusals, and that answers are as the document says. */

let h: Harness;
let account = "";
let customer = "";
const PATH = "/v1/webhook-endpoints";
const url = "https://example.com/hooks";

beforeAll(async () => {
  h = await startHarness(1);
  Object.assign(h.context.clock, { nowS: () => Date.parse("2027-03-10T00:00:00Z") / 1_000 });
  account = h.accountIds[0] ?? "";
  customer = await tenantOf(h, account);
});
afterAll(() => h?.stop());

async function send(method: string, path: string, body?: unknown, key = h.keys.operator) {
  const answer = await h.call(path, { method, key, ...(body !== undefined && { body }) });
  const text = await answer.text();
  const read = (text === "" ? {} : JSON.parse(text)) as Record<string, string>;
  return { status: answer.status, body: read, text };
}

describe("a webhook endpoint", () => {
  it("shows its secret when it is made and when it is rotated, and never again", async () => {
    const made = await send("POST", PATH, { url, event_types: ["credit.low"] });
    expect(made.status).toBe(201);
    const first = made.body["secret"] ?? "";
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const id = made.body["webhook_endpoint_id"] ?? "";
    const rotated = await send("POST", `${PATH}/${id}:rotate-secret`);
    const second = rotated.body["secret"] ?? "";
    expect(second).not.toBe(first);
    const others = [
      await send("GET", PATH),
      await send("GET", `${PATH}/${id}`),
      await send("PATCH", `${PATH}/${id}`, { description: "mine" }),
    ];
    const written = JSON.stringify(await h.registry.db.select().from(audit));
    for (const secret of [first, second]) {
      for (const { text } of others) expect(text).not.toContain(secret.slice(6));
      expect(written).not.toContain(secret.slice(6));
    }
    for (const deed of ["create", "rotate_secret", "change"]) {
      expect(written).toContain(`webhook_endpoint.${deed}`);
    }
    expect((await send("DELETE", `${PATH}/${id}`)).status).toBe(204);
    expect((await send("GET", `${PATH}/${id}`)).status).toBe(404);
  });

  it("to a private address is refused when it is made and when it is changed", async () => {
    const made = await send("POST", PATH, { url });
    const id = made.body["webhook_endpoint_id"] ?? "";
    for (const wrong of ["http://127.0.0.1/", "https://[::ffff:169.254.169.254]/", "x"]) {
      for (const answer of [
        await send("POST", PATH, { url: wrong }),
        await send("PATCH", `${PATH}/${id}`, { url: wrong }),
      ]) {
        expect([wrong, answer.status, answer.body["code"]]).toEqual([
          wrong,
          422,
          "invalid_request",
        ]);
      }
    }
  });

  it("is one of so many", async () => {
    const statuses: number[] = [];
    for (let nth = 0; nth <= ENDPOINTS_MAX; nth++) {
      statuses.push((await send("POST", PATH, { url })).status);
    }
    expect(statuses.filter((status) => status === 201).length).toBeLessThan(ENDPOINTS_MAX);
    expect(statuses.at(-1)).toBe(409);
  });
});

describe("preferences", () => {
  const path = () => `/v1/notification-preferences/${customer}`;
  const given = { language: "fr", channels: ["email"], email: "ana@example.com" };

  it("are set and read, and the record does not say where a customer is reached", async () => {
    expect((await send("GET", path())).status).toBe(404);
    const quiet_hours = { from: "22:00", to: "07:30" };
    expect((await send("PUT", path(), { ...given, quiet_hours })).status).toBe(200);
    expect((await send("GET", path())).body).toEqual({
      customer_id: customer,
      ...given,
      phone: null,
      quiet_hours,
      daily_max: 10,
    });
    const written = JSON.stringify(await h.registry.db.select().from(audit));
    expect(written).toContain("notification_preferences.set");
    expect(written).not.toContain("ana@example.com");
  });

  it.each([
    { channels: ["sms"] },
    { email: null },
    { email: "ana@example.com, bob@example.com" },
    { email: "ana@example.com\r\nBcc: bob@example.com" },
    { phone: "600" },
    { language: "xx" },
    { quiet_hours: { from: "24:00", to: "07:00" } },
    { daily_max: 0 },
    { more: 1 },
  ])("with %j are refused", async (wrong) => {
    expect((await send("PUT", path(), { ...given, ...wrong })).status).toBe(422);
  });
});

describe("another operator", () => {
  it("sees and changes nothing of it", async () => {
    await tell(h, eventOf(account, "debt.cleared"));
    const texts = { en: { subject: "s", text: "t" } };
    const target = { level: "account", target_id: account, texts };
    const notice = (await send("POST", "/v1/notices", target)).body["notice_id"];
    const ownList = (await send("GET", "/v1/notifications")).body["items"];
    const [one] = ownList as unknown as { notification_id: string; webhook_endpoint_id: string }[];
    const other = h.otherKeys.operator;
    for (const list of [PATH, "/v1/notifications", "/v1/notices"]) {
      expect((await send("GET", list, undefined, other)).body["items"]).toEqual([]);
    }
    const calls: [string, string, unknown?][] = [
      ["GET", `${PATH}/${one?.webhook_endpoint_id}`],
      ["PATCH", `${PATH}/${one?.webhook_endpoint_id}`, { state: "disabled" }],
      ["DELETE", `${PATH}/${one?.webhook_endpoint_id}`],
      ["POST", `${PATH}/${one?.webhook_endpoint_id}:rotate-secret`],
      ["GET", `/v1/notifications/${one?.notification_id}`],
      ["POST", `/v1/notifications/${one?.notification_id}:replay`],
      ["GET", `/v1/notices/${notice}`],
      ["POST", `/v1/notices/${notice}:cancel`],
      ["POST", "/v1/notices", target],
      ["GET", `/v1/notification-preferences/${customer}`],
      ["PUT", `/v1/notification-preferences/${customer}`, { language: "en", channels: [] }],
    ];
    for (const [method, path, body] of calls) {
      const { status } = await send(method, path, body, other);
      expect([method, path, status]).toEqual([method, path, 404]);
    }
  });
});

it("answers are as the document has them", async () => {
  const document = (await (await h.call("/openapi.json")).json()) as never;
  const compare = compareWith(document);
  for (const path of [PATH, "/v1/notifications", "/v1/notices"]) {
    const answer = await h.call(path);
    expect(await compare("GET", path, answer)).toEqual([]);
    const body = (await answer.json()) as { items: unknown[] };
    expect(body.items.length).toBeGreaterThan(0);
  }
  expect(h.faults).toEqual([]);
});
