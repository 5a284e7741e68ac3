import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { accountOrders } from "../registry/schema/orders.ts";
import { creditTransfers } from "../registry/schema/transfers.ts";
import { type Harness, startHarness } from "../testing/harness.ts";

let h: Harness;

beforeAll(async () => {
  h = await startHarness(4);
});
afterAll(() => h?.stop());
afterEach(() => {
  h.answering.silence(false);
  h.answering.loseAnswers(0);
});

type Answer = { status: number; replayed: boolean; body: Record<string, unknown> };

async function send(path: string, key: string | undefined, body: object): Promise<Answer> {
  const response = await h.call(path, {
    method: "POST",
    body,
    ...(key !== undefined && { headers: { "Idempotency-Key": key } }),
  });
  return {
    status: response.status,
    replayed: response.headers.get("Idempotent-Replayed") === "true",
    body: (await response.json()) as Record<string, unknown>,
  };
}
const adjust = (key: string, amount = "1.00", at = 0) =>
  send(`/v1/accounts/${h.accountIds[at]}:adjust`, key, { amount, reason: "goodwill" });
const adjustments = () => h.answering.applied.filter(({ op }) => op === "adjust").length;

describe("an order while the engine is silent", () => {
  it("is 503 and stays on record; the same key asks again, and it is carried out once", async () => {
    h.answering.silence(true);
    const first = await adjust("silent-1");
    expect([first.status, first.body["code"], first.body["retryable"]]).toEqual([
      503,
      "engine_unavailable",
      true,
    ]);
    const rows = () =>
      h.registry.db
        .select()
        .from(accountOrders)
        .where(eq(accountOrders.idempotency_key, "silent-1"));
    expect(await rows()).toMatchObject([{ state: "pending", command_number: expect.any(Number) }]);
    h.answering.silence(false);
    const before = adjustments();
    const again = await adjust("silent-1");
    expect([again.status, again.replayed, again.body["state"]]).toEqual([200, true, "applied"]);
    expect((await adjust("silent-1")).body).toEqual(again.body);
    expect(adjustments()).toBe(before + 1);
  });

  it("is brought there by the sweeper, too", async () => {
    h.answering.silence(true);
    expect((await adjust("silent-2")).status).toBe(503);
    h.answering.silence(false);
    await new Promise((done) => setTimeout(done, 1_100));
    await h.context.engine.sweep();
    const again = await adjust("silent-2");
    expect([again.status, again.body["state"]]).toEqual([200, "applied"]);
  });

  it("and a transfer that waits is neither posted nor lost", async () => {
    const [from, to] = h.accountIds;
    const body = { from_account_id: from, to_account_id: to, amount: "1.00", reason: "x" };
    h.answering.silence(true);
    expect((await send("/v1/credit-transfers", "silent-3", body)).status).toBe(503);
    h.answering.silence(false);
    const again = await send("/v1/credit-transfers", "silent-3", body);
    expect([again.status, again.body["state"]]).toEqual([200, "awaiting_approval"]);
    const [row] = await h.registry.db.select().from(creditTransfers);
    expect(row).toMatchObject({ post_number: null, release_number: null });
  });
});

describe("an order asked many times at once", () => {
  it("under one key is carried out once, also when answers are lost", async () => {
    const before = adjustments();
    h.answering.loseAnswers(0.4);
    const answers: Answer[] = [];
    for (let round = 0; round < 6; round++) {
      answers.push(
        ...(await Promise.all(Array.from({ length: 6 }, () => adjust("many", "2.00", 1)))),
      );
      if (answers.some(({ status }) => status < 300)) break;
    }
    h.answering.loseAnswers(0);
    const last = await adjust("many", "2.00", 1);
    expect([last.status, last.body["state"]]).toEqual([200, "applied"]);
    for (const { status, body } of answers) {
      expect([200, 201, 503]).toContain(status);
      if (status < 300) expect(body).toEqual(last.body);
    }
    expect(adjustments()).toBe(before + 1);
  }, 60_000);

  it("under a key of its own each is carried out each time, in the order of numbers", async () => {
    const before = adjustments();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => adjust(`own-${at}`, "0.01", 2)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(adjustments()).toBe(before + 10);
  });
});

it("keys are of an operator: another one's same key is another order", async () => {
  const path = `/v1/accounts/${h.accountIds[0]}:adjust`;
  const response = await h.call(path, {
    method: "POST",
    key: h.otherKeys.operator,
    body: { amount: "1.00", reason: "goodwill" },
    headers: { "Idempotency-Key": "silent-1" },
  });
  expect(response.status).toBe(404);
  expect(h.faults).toEqual([]);
});
