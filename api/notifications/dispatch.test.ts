import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "../testing/harness.ts";
import { type DispatchParts, dispatchDue } from "./dispatch.ts";
import { SendFault } from "./send-fault.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { eventOf, NOON_S, outboxOf, tell } from "./testing/told.ts";

/** From an event to a receiver over HTTP: each once by its id, through failures, restarts and several senders. */

let h: Harness;
let receiver: Receiver;
let endpoint = "";
let account = "";
const NOW = new Date((NOON_S + 100_000) * 1_000);

beforeAll(async () => {
  h = await startHarness(2);
  Object.assign(h.context.clock, { nowS: () => NOON_S - 60 });
  h.context.webhookHosts = new Set(["127.0.0.1"]);
  account = h.accountIds[0] ?? "";
});
beforeEach(async () => {
  receiver = await startReceiver();
  const made = await h.call("/v1/webhook-endpoints", {
    method: "POST",
    body: { url: receiver.url },
  });
  endpoint = ((await made.json()) as { webhook_endpoint_id: string }).webhook_endpoint_id;
});
afterEach(async () => {
  await h.call(`/v1/webhook-endpoints/${endpoint}`, { method: "DELETE" });
  await receiver.close();
});
afterAll(() => h?.stop());

const parts = (given: Partial<DispatchParts> = {}): DispatchParts => ({
  db: h.registry.db,
  channels: {
    webhook: { privateHosts: new Set(["127.0.0.1"]), waitMs: 500 },
    email: { send: () => Promise.reject(new SendFault("none")), close: () => undefined },
    sms: { send: () => Promise.reject(new SendFault("none")) },
  },
  onFault: (error) => h.faults.push(error),
  backOff: () => 0,
  ...given,
});
const ids = (): string[] => receiver.received.map(({ headers }) => String(headers["webhook-id"]));
const patch = (body: unknown) =>
  h.call(`/v1/webhook-endpoints/${endpoint}`, { method: "PATCH", body });

describe("an event", () => {
  it("reaches the endpoint once, however often it is told, without where the account lies", async () => {
    const event = eventOf(account, "credit.low", { level: 1 });
    await tell(h, event, event);
    await tell(h, event);
    while ((await dispatchDue(parts(), NOW)) > 0);
    expect(ids()).toEqual([`evt_${event.id}`]);
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toEqual({
      id: `evt_${event.id}`,
      type: "credit.low",
      timestamp: event.time,
      data: { account_id: account, balance_micros: "1234567", level: 1 },
    });
    expect(await outboxOf(h, endpoint)).toMatchObject([{ state: "sent", attempts: 1 }]);
  });

  it("that the endpoint did not ask for, or of before it, or while it was off, is not told", async () => {
    await patch({ event_types: ["debt.cleared"] });
    await tell(h, eventOf(account, "credit.low"));
    await tell(h, eventOf(account, "debt.cleared", {}, -3_600));
    await patch({ state: "disabled" });
    await tell(h, eventOf(account, "debt.cleared"));
    expect(await outboxOf(h, endpoint)).toEqual([]);
  });

  it("of an account that nobody knows is no trouble", async () => {
    await tell(h, eventOf("00000000-0000-4000-8000-000000000000", "credit.low"));
    await tell(h, eventOf("'; drop table accounts; --", "credit.low"));
    expect(await outboxOf(h, endpoint)).toEqual([]);
  });
});

describe("a receiver", () => {
  it("that fails is tried again under the same id with the same body, until it takes it", async () => {
    let times = 0;
    receiver.answer((response) => response.writeHead(++times < 3 ? 503 : 200).end());
    await tell(h, eventOf(account, "credit.low"));
    for (let round = 0; round < 5; round++) await dispatchDue(parts(), NOW);
    expect(new Set(ids()).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(await outboxOf(h, endpoint)).toMatchObject([
      { state: "sent", attempts: 3, fault: null },
    ]);
  });

  it("that has failed for three days is given up, with the reason, and can be replayed", async () => {
    receiver.answer((response) => response.writeHead(500).end());
    await tell(h, eventOf(account, "credit.low"));
    await dispatchDue(parts({ backOff: () => 4 * 86_400_000 }), NOW);
    const [dead] = await outboxOf(h, endpoint);
    expect(dead).toMatchObject({ state: "dead", fault: "answered 500" });
    receiver.answer((response) => response.writeHead(200).end());
    expect(await dispatchDue(parts(), NOW)).toBe(0);
    const path = `/v1/notifications/${dead?.id}:replay`;
    expect((await h.call(path, { method: "POST" })).status).toBe(200);
    expect((await h.call(path, { method: "POST" })).status).toBe(409);
    expect(await dispatchDue(parts(), NOW)).toBe(1);
    expect(await outboxOf(h, endpoint)).toMatchObject([{ state: "sent", attempts: 1 }]);
    expect(new Set(ids()).size).toBe(1);
  });

  it("that is gone ends it at once; one that hangs rests, and holds nobody else up", async () => {
    receiver.answer((response) => response.writeHead(410).end());
    await tell(h, eventOf(account, "credit.low"));
    await dispatchDue(parts(), NOW);
    expect(await outboxOf(h, endpoint)).toMatchObject([{ state: "dead" }]);
    receiver.answer(() => undefined);
    await tell(h, ...Array.from({ length: 40 }, () => eventOf(account, "credit.low")));
    const began = Date.now();
    expect(await dispatchDue(parts(), NOW)).toBe(16);
    expect(await dispatchDue(parts(), NOW)).toBe(0);
    expect(Date.now() - began).toBeLessThan(2_000);
  });
});

describe("senders", () => {
  it("side by side send each one once", async () => {
    const told = Array.from({ length: 60 }, () => eventOf(account, "credit.low"));
    await tell(h, ...told);
    const sender = async (): Promise<void> => {
      while ((await dispatchDue(parts(), NOW)) > 0);
    };
    await Promise.all([sender(), sender(), sender(), sender()]);
    await sender();
    expect(ids().sort()).toEqual(told.map(({ id }) => `evt_${id}`).sort());
  });

  it("that die in the middle lose nothing and double nothing by id", async () => {
    const told = Array.from({ length: 10 }, () => eventOf(account, "credit.low"));
    await tell(h, ...told);
    // The receiver has it, but whoever sent it is gone before it can note that.
    receiver.answer((response, { headers }) => {
      if (ids().filter((id) => id === headers["webhook-id"]).length === 1) return;
      response.writeHead(200).end();
    });
    const died = dispatchDue(
      parts({
        heldMs: 300,
        db: new Proxy(h.registry.db, {
          get: (db, name) => {
            if (name === "update") throw new Error("the process ended");
            const member: unknown = Reflect.get(db, name);
            return typeof member === "function" ? member.bind(db) : member;
          },
        }),
        onFault: () => undefined,
      }),
      NOW,
    );
    expect(await died).toBe(10);
    expect((await outboxOf(h, endpoint)).every(({ state }) => state === "pending")).toBe(true);
    while ((await dispatchDue(parts(), NOW)) > 0);
    expect((await outboxOf(h, endpoint)).map(({ state }) => state)).toEqual(
      Array.from({ length: 10 }, () => "sent"),
    );
    expect([...new Set(ids())].sort()).toEqual(told.map(({ id }) => `evt_${id}`).sort());
    expect(ids()).toHaveLength(20);
  });
});

it("nothing of it was our fault", () => expect(h.faults).toEqual([]));
