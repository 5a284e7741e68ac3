import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unitSetMembers, unitSets, units } from "../registry/schema/parties.ts";
import { vends } from "../registry/schema/vending.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { expandNotice } from "./notices.ts";
import { COOL_OFF_S } from "./queue.ts";
import { eventOf, NOON_S, outboxOf, tell, tenantOf } from "./testing/told.ts";

/** Whom events and notices reach, in which language, when, and how often. */

let h: Harness;
let at = 0;
let nowS = NOON_S - 3_600;
beforeAll(async () => {
  h = await startHarness(14);
  Object.assign(h.context.clock, { nowS: () => nowS });
});
afterAll(() => h?.stop());

/** The next account, with a customer who has preferences. */
async function told(preferences: Record<string, unknown> = {}) {
  const account = h.accountIds[at++] ?? "";
  const customer = await tenantOf(h, account, `Customer ${at}`);
  const body = {
    language: "en",
    channels: ["email"],
    email: "ana@example.com",
    phone: "+34600000000",
    ...preferences,
  };
  const path = `/v1/notification-preferences/${customer}`;
  expect((await h.call(path, { method: "PUT", body })).status).toBe(200);
  return { account, customer };
}

describe("a customer", () => {
  it("is told in their language, on their ways, of their account", async () => {
    const { account, customer } = await told({ language: "es", channels: ["email", "sms"] });
    await tell(h, eventOf(account, "credit.low", { level: 1 }));
    expect(await outboxOf(h, customer)).toMatchObject(
      ["email", "sms"].map((channel) => ({
        channel,
        kind: "low_credit",
        language: "es",
        account_id: account,
        fields: { balance: "1.23 EUR", service: "electricidad", unit: "Flat 1" },
      })),
    );
  });

  it("is told nothing of before their preferences, nor of what is a day old, nor without ways", async () => {
    const { account, customer } = await told();
    await tell(h, eventOf(account, "credit.low", {}, -7_200));
    await tell(
      h,
      eventOf(account, "credit.low"),
      eventOf(h.accountIds[0] ?? "", "cycle.started", {}, 86_500),
    );
    expect(await outboxOf(h, customer)).toEqual([]);
    const silent = await told({ channels: [] });
    await tell(h, eventOf(silent.account, "credit.low"));
    expect(await outboxOf(h, silent.customer)).toEqual([]);
  });

  it("waits in quiet hours, unless it is urgent", async () => {
    const { account, customer } = await told({ quiet_hours: { from: "11:30", to: "13:15" } });
    await tell(h, eventOf(account, "credit.low"), eventOf(account, "supply.notice_due"));
    const dueS = (await outboxOf(h, customer)).map((one) => one.due_at.getTime() / 1_000 - NOON_S);
    expect(dueS).toEqual([4_500, 0]);
  });

  it("hears the same once within the cool-off, and of the way back at once", async () => {
    const { account, customer } = await told();
    const low = (afterS: number, level: number) =>
      eventOf(account, "credit.low", { level }, afterS);
    const relay = (afterS: number, supply_state: string) =>
      eventOf(account, "supply.executed", { supply_state, supply_number: 1 }, afterS);
    await tell(h, low(0, 1), low(60, 1), low(120, 2), low(COOL_OFF_S + 1, 1));
    await tell(h, relay(200, "disconnected"), relay(210, "disconnected"), relay(220, "connected"));
    await tell(h, relay(230, "disconnected"));
    expect((await outboxOf(h, customer)).map(({ kind }) => kind)).toEqual([
      "low_credit",
      "low_credit",
      "low_credit",
      "cut",
      "restored",
      "cut",
    ]);
  });

  it("gets so many a day and then one summary, after midnight; urgent ones twice as many", async () => {
    const { account, customer } = await told({ daily_max: 2 });
    const storm = Array.from({ length: 6 }, (_, nth) =>
      eventOf(account, "credit.low", { level: nth + 1 }, nth),
    );
    await tell(h, ...storm, ...storm);
    const flapping = Array.from({ length: 5 }, (_, nth) =>
      eventOf(
        account,
        "supply.executed",
        { supply_number: nth + 1, supply_state: nth % 2 ? "connected" : "disconnected" },
        10 + nth,
      ),
    );
    await tell(h, ...flapping);
    const all = await outboxOf(h, customer);
    expect(all.map(({ kind }) => kind)).toEqual([
      "low_credit",
      "low_credit",
      "summary",
      "cut",
      "restored",
    ]);
    const [, , summary] = all;
    expect(summary).toMatchObject({ fields: { date: "2027-03-10", count: "6" } });
    expect(summary?.due_at.toISOString()).toBe("2027-03-10T23:00:00.000Z");
  });
});

describe("a payment", () => {
  it("is told of only when the engine has applied it and there is a receipt", async () => {
    const { account, customer } = await told();
    const { db } = h.registry;
    const body = {
      account_id: account,
      amount: "5.00",
      currency: "EUR",
      tender: { type: "cash" },
    };
    const answer = await h.call("/v1/vends/told-1", { method: "PUT", body });
    const { receipt_number } = (await answer.json()) as { receipt_number: number };
    const [vend] = await db.select().from(vends).where(eq(vends.vend_id, "told-1"));
    if (vend === undefined) throw new Error("the vend is not there");
    expect(await outboxOf(h, customer)).toEqual([]);
    const { state, answer: bytes } = vend;
    // The engine's event can come before the api has written the receipt.
    const pending = { state: "pending" as const, answer: null, receipt_number: null };
    await db.update(vends).set(pending).where(eq(vends.vend_id, "told-1"));
    const applied = eventOf(account, "vend.applied", {
      command_number: vend.command_number,
      amount_micros: "5000000",
    });
    await tell(h, applied);
    expect(await outboxOf(h, customer)).toEqual([]);
    const finished = { state, answer: bytes, receipt_number };
    await db.update(vends).set(finished).where(eq(vends.vend_id, "told-1"));
    await tell(h, applied);
    await tell(h, applied);
    const fields = { amount: "5.00 EUR", receipt: String(receipt_number), balance: "1.23 EUR" };
    expect(await outboxOf(h, customer)).toMatchObject([{ kind: "credit_loaded", fields }]);
  });

  it("that is no vend (an opening credit) is not told of", async () => {
    const { account, customer } = await told();
    await tell(h, eventOf(account, "vend.applied", { command_number: 2 }));
    expect(await outboxOf(h, customer)).toEqual([]);
  });
});

describe("a notice", () => {
  const texts = {
    en: { subject: "Water", text: "Off <b>tomorrow</b>\nfrom 9" },
    de: { subject: "Wasser", text: "Morgen ab 9 aus" },
  };
  const post = async (body: unknown) => {
    const answer = await h.call("/v1/notices", { method: "POST", body });
    return { status: answer.status, body: (await answer.json()) as { notice_id: string } };
  };
  const expand = async (): Promise<void> => {
    while (await expandNotice(h.registry.db, new Date(nowS * 1_000)));
  };
  const state = async (id: string) => (await h.call(`/v1/notices/${id}`)).json();

  it("to a unit set reaches its customers in their language, and nobody else", async () => {
    const { db } = h.registry;
    const [german, french, outside] = [
      await told({ language: "de" }),
      await told({ language: "fr" }),
      await told(),
    ];
    const operator_id = h.seeded.operatorId;
    const [set] = await db.insert(unitSets).values({ operator_id, name: "Block A" }).returning();
    const names = [at - 2, at - 1].map((nth) => `Flat ${nth}`);
    for (const unit of await db.select().from(units)) {
      if (set === undefined || !names.includes(unit.name)) continue;
      await db.insert(unitSetMembers).values({ unit_set_id: set.id, unit_id: unit.id });
    }
    const made = await post({ level: "unit_set", target_id: set?.id, texts });
    expect(made.status).toBe(201);
    await expand();
    expect(await state(made.body.notice_id)).toMatchObject({ state: "sent", recipients: 2 });
    expect(await outboxOf(h, german.customer)).toMatchObject([{ fields: texts.de }]);
    expect(await outboxOf(h, french.customer)).toMatchObject([{ fields: texts.en }]);
    expect(await outboxOf(h, outside.customer)).toEqual([]);
  });

  it("at a time waits for it, and can be cancelled until then", async () => {
    const { account, customer } = await told();
    const send_at = new Date((nowS + 600) * 1_000).toISOString();
    const asked = { level: "account", target_id: account, texts, send_at };
    const [kept, dropped] = [await post(asked), await post(asked)];
    await expand();
    expect(await outboxOf(h, customer)).toEqual([]);
    const cancel = `/v1/notices/${dropped.body.notice_id}:cancel`;
    expect((await h.call(cancel, { method: "POST" })).status).toBe(200);
    expect((await h.call(cancel, { method: "POST" })).status).toBe(409);
    nowS += 600;
    await expand();
    expect(await outboxOf(h, customer)).toHaveLength(1);
    expect(await state(kept.body.notice_id)).toMatchObject({ state: "sent", recipients: 1 });
    expect(await state(dropped.body.notice_id)).toMatchObject({ state: "cancelled" });
  });

  it("without a text, with control characters, too long, or to what is not there is refused", async () => {
    const to = { level: "account", target_id: h.accountIds[0] };
    const one = (text: string) => ({ en: { subject: "s", text } });
    expect((await post({ ...to, texts: {} })).status).toBe(422);
    expect((await post({ ...to, texts: one("a\u0007b") })).status).toBe(422);
    expect((await post({ ...to, texts: one("x".repeat(2_001)) })).status).toBe(422);
    expect((await post({ ...to, texts: { xx: { subject: "s", text: "t" } } })).status).toBe(422);
    expect((await post({ ...to, level: "site", texts })).status).toBe(404);
  });
});

it("nothing of it was our fault", () => expect(h.faults).toEqual([]));
