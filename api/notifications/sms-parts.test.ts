import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { crossing } from "../registry/isolation/scope.ts";
import { notificationMessages, smsParts } from "../registry/schema/notifications.ts";
import { units } from "../registry/schema/parties.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { type DispatchParts, dispatchDue } from "./dispatch.ts";
import type { Receipt } from "./smpp/receipt.ts";
import { smppChannel } from "./smpp/smpp-channel.ts";
import { type Centre, startCentre } from "./smpp/testing/centre.ts";
import type { SmsChannel } from "./sms-channel.ts";
import { takeReceipt } from "./sms-parts.ts";
import { eventOf, NOON_S, outboxOf, tell, tenantOf } from "./testing/told.ts";

/** From an event to a phone and back: what a message centre took is not sent again, and its receipts are kept. */

let h: Harness;
let centre: Centre;
let channel: SmsChannel;
let customer = "";
let account = "";
const NOW = new Date((NOON_S + 100_000) * 1_000);
let told = 0;

beforeAll(async () => {
  h = await startHarness(1);
  Object.assign(h.context.clock, { nowS: () => NOON_S - 60 });
  account = h.accountIds[0] ?? "";
  customer = await tenantOf(h, account);
  // A character that only UCS-2 has: 67 a part.
  await h.registry.db.update(units).set({ name: "Sótano número 1, escalera de atrás" });
  const body = { language: "es", channels: ["sms"], phone: "+4915100000000", daily_max: 50 };
  const path = `/v1/notification-preferences/${customer}`;
  expect((await h.call(path, { method: "PUT", body })).status).toBe(200);
});
beforeEach(async () => {
  channel?.close?.();
  await centre?.close();
  centre = await startCentre();
  channel = smppChannel(
    { host: "127.0.0.1", port: centre.port, tls: false, systemId: "us", password: "x", sender: "" },
    {
      onReceipt: taken,
      onFault: (fault) => h.faults.push(fault),
    },
  );
});
afterAll(async () => {
  channel?.close?.();
  await centre?.close();
  await h?.stop();
});

const parts = (): DispatchParts => ({
  db: h.context.db,
  channels: {
    webhook: { privateHosts: new Set() },
    email: { send: () => Promise.reject(new Error("none")), close: () => undefined },
    sms: channel,
  },
  onFault: (error) => h.faults.push(error),
  backOff: () => 0,
});
const dispatch = () => crossing("notifications", () => dispatchDue(parts(), NOW));
const taken = (receipt: Receipt) =>
  crossing("notifications", () => takeReceipt(h.context.db, receipt));
/** Each some time after the one before, so that none is held back. */
const tellOne = async (): Promise<string> => {
  await tell(h, eventOf(account, "credit.low", { level: 1 }, ++told * 1_000));
  const row = (await outboxOf(h, customer)).at(-1);
  return row?.id ?? "";
};
const message = async (id: string) =>
  (
    await h.registry.db.select().from(notificationMessages).where(eq(notificationMessages.id, id))
  )[0];
const until = async (id: string, delivery: string): Promise<void> => {
  for (let look = 0; look < 300 && (await message(id))?.delivery !== delivery; look++)
    await new Promise((go) => setTimeout(go, 10));
  expect((await message(id))?.delivery).toBe(delivery);
};

describe("an SMS of several parts", () => {
  it("is delivered when the last receipt has come, however late, in another spelling of its id", async () => {
    centre.idOf = (count) => (0xabc0 + count).toString(16);
    const id = await tellOne();
    expect(await dispatch()).toBe(1);
    expect(await message(id)).toMatchObject({ state: "sent", delivery: "underway", fault: null });
    expect(centre.submitted.length).toBeGreaterThan(1);
    for (const [at] of centre.submitted.entries()) {
      await centre.receipt(String(0xabc1 + at), "DELIVRD");
    }
    await until(id, "delivered");
    // The first end of a part stays.
    await centre.receipt("abc1", "UNDELIV", "011");
    expect((await message(id))?.delivery).toBe("delivered");
  });

  it("goes on after its first part when the process or the centre was away in between, and never twice", async () => {
    centre.answer = (_, count) => (count === 2 ? "drop" : 0);
    const id = await tellOne();
    await dispatch();
    expect(await message(id)).toMatchObject({ state: "pending", attempts: 1 });
    while ((await message(id))?.state === "pending") await dispatch();
    const numbers = centre.submitted.map(
      (pdu) => (pdu["short_message"] as { udh: Buffer[] }).udh[0]?.[4],
    );
    expect(numbers.filter((number) => number === 1)).toHaveLength(1);
    expect(
      (await h.registry.db.select().from(smsParts).where(eq(smsParts.message_id, id))).length,
    ).toBe(new Set(numbers).size);
  });

  it("has failed when one receipt says so, with the reason; sent again it begins anew", async () => {
    const id = await tellOne();
    await dispatch();
    await centre.receipt("m1", "UNDELIV", "011");
    await until(id, "failed");
    const shown = await (await h.call(`/v1/notifications/${id}`)).json();
    expect(shown).toMatchObject({
      state: "sent",
      delivery: "failed",
      delivery_fault: "UNDELIV, error 011",
    });
    const before = centre.submitted.length;
    const replayed = await h.call(`/v1/notifications/${id}:replay`, { method: "POST" });
    expect(await replayed.json()).toMatchObject({
      state: "pending",
      delivery: null,
      delivery_fault: null,
    });
    await dispatch();
    expect(centre.submitted.length).toBe(2 * before);
  });

  it("that the centre refuses for good is given up with its reason", async () => {
    centre.answer = () => 0x0b;
    const id = await tellOne();
    await dispatch();
    expect(await message(id)).toMatchObject({
      state: "dead",
      fault: "the SMS centre answered ESME_RINVDSTADR",
      delivery: null,
    });
  });

  it("whose receipt is for nobody is no trouble", async () => {
    expect(await taken({ reference: "nobody", state: "delivered", fault: null })).toBe(false);
  });
});

it("nothing of it was our fault", () => expect(h.faults).toEqual([]));
