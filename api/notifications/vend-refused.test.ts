import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crossing } from "../registry/isolation/scope.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { dispatchDue } from "./dispatch.ts";
import { expandFacts } from "./expand.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";

/** The operator's endpoint hears of vends that were refused: once each, with who refused and why. */

let h: Harness;
let receiver: Receiver;
beforeAll(async () => {
  h = await startHarness(1);
  h.context.webhookHosts = new Set(["127.0.0.1"]);
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver?.close();
  await h?.stop();
});

let vends = 0;
const sell = (amount: string, id = `refused-${++vends}`, key = h.keys.operator) => {
  const tender = { type: "cash" };
  const body = { account_id: h.accountIds[0], amount, currency: "EUR", tender };
  return h.call(`/v1/vends/${id}`, { method: "PUT", key, body });
};
async function told(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  receiver.received.length = 0;
  const now = new Date(Date.now() + 60_000);
  await crossing("notifications", async () => {
    while ((await expandFacts(h.context.db, now)) > 0);
    const channels = {
      webhook: { privateHosts: new Set(["127.0.0.1"]) },
      email: { send: async () => undefined, close: () => undefined },
      sms: { send: async () => undefined },
    };
    const parts = { db: h.context.db, channels, onFault: (fault: unknown) => h.faults.push(fault) };
    while ((await dispatchDue(parts, now)) > 0);
  });
  return receiver.received.map(({ body }) => JSON.parse(body));
}
const endpoint = (body: Record<string, unknown>) =>
  h.call("/v1/webhook-endpoints", { method: "POST", body: { url: receiver.url, ...body } });

describe("a refused vend", () => {
  it("is told to nobody where nobody asked for it", async () => {
    expect((await endpoint({ event_types: ["debt.cleared"] })).status).toBe(201);
    expect((await sell("0.001")).status).toBeGreaterThanOrEqual(400);
    expect(await told()).toEqual([]);
  });

  it("of limits before the engine is told once, however often it is tried", async () => {
    expect((await endpoint({ event_types: ["vend.refused"] })).status).toBe(201);
    for (let time = 0; time < 3; time++) {
      const refused = await sell("99999999.00", "too-much");
      expect(await refused.json()).toMatchObject({ code: "vend_above_maximum" });
    }
    expect(await told()).toMatchObject([
      {
        type: "vend.refused",
        data: {
          account_id: h.accountIds[0],
          vend_id: "too-much",
          vendor_id: null,
          amount_micros: "99999999000000",
          currency: "EUR",
          code: "vend_above_maximum",
          by: "limits",
        },
      },
    ]);
    await sell("99999999.00", "too-much");
    expect(await told()).toEqual([]);
  });

  it("of the engine is told with its reason", async () => {
    const refused = await sell("6000.00", "over-balance");
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { code: "balance_limit_exceeded" },
    ]);
    expect(await told()).toMatchObject([
      {
        type: "vend.refused",
        data: { vend_id: "over-balance", code: "balance_limit_exceeded", by: "engine" },
      },
    ]);
  });

  it("that succeeds in the end is not told as refused, and a wrong request is not told at all", async () => {
    expect((await sell("5.00", "good")).status).toBe(201);
    expect((await sell("5.00", "bad body", "")).status).toBe(401);
    expect((await told()).filter(({ type }) => type === "vend.refused")).toEqual([]);
  });
});

it("nothing of it was our fault", () => expect(h.faults).toEqual([]));
