/**
 * Vends that are finished together: what one of them meets is nothing to the others, and whoever dies or comes second does no harm.
 */
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEngineClient } from "../engine/client.ts";
import { openRegistry } from "../registry/database.ts";
import { engineCommands } from "../registry/schema/accounts.ts";
import { receiptCounters, vends } from "../registry/schema/vending.ts";
import { vendorMovements } from "../registry/schema/vendor-ledger.ts";
import { vendorKeys, vendors } from "../registry/schema/vendors.ts";
import { SETTLEMENTS } from "../settle.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { beginVend, type VendRequest } from "./begin.ts";
import { accountFor } from "./look-up.ts";
import { makeVending, type Vending } from "./vend.ts";

const ACCOUNTS = 8;
const TOGETHER = 24;
const MICROS = 250_000n;
let h: Harness;
let seller: { vendorId: string; keyId: string };

beforeAll(async () => {
  h = await startHarness(ACCOUNTS);
  const post = { method: "POST" };
  const body = { name: "Kiosk", currency: "EUR", limit: null };
  const made = await h.call("/v1/vendors", { ...post, body });
  const { vendor_id: vendorId } = (await made.json()) as { vendor_id: string };
  await h.call(`/v1/vendors/${vendorId}/keys`, { ...post, body: { name: "till" } });
  const [key] = await h.registry.db.select().from(vendorKeys);
  seller = { vendorId, keyId: key?.key_id ?? "" };
  // The first receipt makes the counter.
  expect((await h.context.vending.put(requestOf("first", 0))).status).toBe(201);
}, 60_000);
afterAll(() => h?.stop());

function requestOf(vendId: string, at: number): VendRequest {
  return {
    vendId,
    body: {
      account_id: h.accountIds[at % ACCOUNTS] ?? "",
      amount: MICROS,
      currency: "EUR",
      tender: { type: "cash" },
    },
    operatorId: h.seeded.operatorId,
    ...seller,
    mayIssueFree: false,
    traceId: "0".repeat(32),
    receivedAt: new Date(),
  };
}

const requestsOf = (mark: string) =>
  Array.from({ length: TOGETHER }, (_, at) => requestOf(`${mark}-${at}`, at));

/** Another api process. */
async function anotherProcess() {
  const registry = await openRegistry(h.servers.postgresUrl, { folder: h.servers.data });
  const { db } = registry;
  const engine = makeEngineClient({ db, nats: h.nats, settlements: SETTLEMENTS });
  return { registry, engine, vending: makeVending(db, engine) };
}

/** Records an intent, and sends nothing. */
const begin = async (request: VendRequest) =>
  beginVend(h.registry.db, request, await accountFor(h.registry.db, request));

/** Has vends wait for the counter of receipts until the engine has answered all but those behind others of their account. */
async function whileCounterIsLocked<Result>(
  requests: readonly VendRequest[],
  vending: Vending,
  then: () => Promise<Result>,
) {
  for (const request of requests) await begin(request);
  const credits = h.answering.applied.length;
  return await h.registry.db.transaction(async (tx) => {
    await tx.select().from(receiptCounters).for("update");
    const answers = Promise.allSettled(requests.map((request) => vending.put(request)));
    await expect
      .poll(() => h.answering.applied.length - credits, { timeout: 10_000 })
      .toBe(ACCOUNTS);
    return { answers, result: await then() };
  });
}

/** Each credited vend has one receipt, one movement and one credit; what is pending is held back. */
async function expectExact(): Promise<void> {
  const { db } = h.registry;
  const all = await db.select().from(vends);
  const sold = all.filter(({ state }) => state === "applied");
  const numbers = sold.map(({ receipt_number }) => receipt_number ?? 0).sort((a, b) => a - b);
  expect(numbers).toEqual(sold.map((_, at) => at + 1));
  expect(await db.select().from(receiptCounters)).toMatchObject([{ last_number: sold.length }]);
  const credits = h.answering.applied.filter(
    (each) => each.op === "credit" && each.amount_micros === String(MICROS),
  );
  expect(credits.length).toBeGreaterThanOrEqual(sold.length);
  const [vendor] = await db.select().from(vendors).where(eq(vendors.id, seller.vendorId));
  const pending = BigInt(all.length - sold.length);
  expect(vendor).toMatchObject({
    float_micros: -MICROS * BigInt(sold.length),
    reserved_micros: MICROS * pending,
  });
  const movements = await db.select().from(vendorMovements).orderBy(vendorMovements.id);
  expect(movements.map(({ balance_micros }) => balance_micros)).toEqual(
    sold.map((_, at) => -MICROS * BigInt(at + 1)),
  );
}

const isSettled = async (mark: string): Promise<number> =>
  (
    await h.registry.db
      .select()
      .from(vends)
      .where(and(sql`${vends.vend_id} like ${`${mark}-%`}`, isNotNull(vends.receipt_number)))
  ).length;

describe("vends that are finished together", () => {
  it("are numbered without gaps, and each answer is the one that is kept", async () => {
    const requests = requestsOf("plain");
    const { answers } = await whileCounterIsLocked(requests, h.context.vending, async () => {});
    for (const [at, outcome] of (await answers).entries()) {
      expect(outcome).toMatchObject({ value: { status: 201, replayed: false } });
      if (outcome.status !== "fulfilled") continue;
      const again = await h.context.vending.put(requests[at] as VendRequest);
      expect(again.replayed).toBe(true);
      expect(Buffer.compare(again.bytes, outcome.value.bytes)).toBe(0);
    }
    await expectExact();
  });

  it("one of which cannot be recorded: it alone waits, and is finished when it can be", async () => {
    const { db } = h.registry;
    await db.execute(sql`create function refuse_one() returns trigger language plpgsql as $$
      begin raise exception 'this one cannot be recorded'; end $$`);
    await db.execute(sql`create trigger refuse_one before update on vends for each row
      when (new.vend_id = 'odd-3') execute function refuse_one()`);
    const requests = requestsOf("odd");
    const { answers } = await whileCounterIsLocked(requests, h.context.vending, async () => {});
    const outcomes = await answers;
    // Those of its account come after it.
    const behind = requests.map((_, at) => at).filter((at) => at % ACCOUNTS === 3);
    for (const [at, { status }] of outcomes.entries()) {
      if (!behind.includes(at)) expect([at, status]).toEqual([at, "fulfilled"]);
    }
    expect(outcomes[3]).toMatchObject({ status: "rejected" });
    expect(await isSettled("odd")).toBeGreaterThanOrEqual(TOGETHER - behind.length);
    await expectExact();
    await db.execute(sql`drop function refuse_one cascade`);
    for (const request of requests) await h.context.vending.put(request);
    expect(await isSettled("odd")).toBe(TOGETHER);
    await expectExact();
  });

  it("by a process that dies between the engine's answers and their record are finished by another", async () => {
    const dying = await anotherProcess();
    const requests = requestsOf("crash");
    const { answers } = await whileCounterIsLocked(requests, dying.vending, async () => {
      // It has no connection any more, and gets none.
      const closed = dying.registry.close();
      await h.registry.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'drawdown' and wait_event_type = 'Lock' and pid <> pg_backend_pid()`);
      await closed;
    });
    expect((await answers).every(({ status }) => status === "rejected")).toBe(true);
    expect(await isSettled("crash")).toBe(0);
    await expectExact();
    await h.registry.db
      .update(engineCommands)
      .set({ created_at: sql`now() - interval '1 min'` })
      .where(eq(engineCommands.state, "pending"));
    expect((await h.context.engine.sweep()).left).toBe(0);
    for (const request of requests) {
      expect([200, 201]).toContain((await h.context.vending.put(request)).status);
    }
    expect(await isSettled("crash")).toBe(TOGETHER);
    await expectExact();
  });

  it("by two processes at once are each finished by one of them", async () => {
    const begun = await Promise.all(requestsOf("two").map(begin));
    const processes = [await anotherProcess(), await anotherProcess(), await anotherProcess()];
    await Promise.all(
      processes.flatMap(({ engine }) =>
        begun.map(async (each) => each && engine.deliver(each.command, each.command.number)),
      ),
    );
    expect(await isSettled("two")).toBe(TOGETHER);
    await expectExact();
    for (const { registry } of processes) await registry.close();
  });
});
