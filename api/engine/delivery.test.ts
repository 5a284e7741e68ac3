import { and, asc, eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineCommands } from "../registry/schema/accounts.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { makeDelivery, type Settlements } from "./delivery.ts";
import { EngineFault, EngineUnavailable } from "./engine-error.ts";
import { orderOfAccount } from "./outbox.ts";

let h: Harness;

beforeAll(async () => {
  h = await startHarness(3);
});
afterAll(() => h?.stop());

const all = Number.MAX_SAFE_INTEGER;
const placeOf = (slot: number) => ({ shard: h.seeded.gateways[0]?.shard ?? 0, slot });
const rowsOf = (slot: number) =>
  h.registry.db
    .select()
    .from(engineCommands)
    .where(and(eq(engineCommands.shard, placeOf(0).shard), eq(engineCommands.slot, slot)))
    .orderBy(asc(engineCommands.number));
const credit = (at: number, amount_micros = "1000000") =>
  orderOfAccount(h.registry.db, h.accountIds[at] ?? "", { op: "credit", amount_micros });

describe("numbers", () => {
  it("are given without gaps to writers side by side, and go out in their order", async () => {
    const orders = await Promise.all(Array.from({ length: 40 }, () => credit(0)));
    const numbers = orders.map(({ number }) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, at) => at + 3));
    await Promise.all(
      orders.reverse().map((order) => h.context.engine.deliver(order, order.number)),
    );
    const sent = h.answering.applied.filter((command) => "slot" in command && command.slot === 0);
    expect(sent.map(({ number }) => number)).toEqual(Array.from({ length: 42 }, (_, at) => at + 1));
    expect((await rowsOf(0)).every(({ state }) => state === "applied")).toBe(true);
  });

  it("of an intent that was rolled back are given again", async () => {
    const next = ((await rowsOf(1)).at(-1)?.number ?? 0) + 1;
    const rolledBack = h.registry.db.transaction(async (tx) => {
      await orderOfAccount(tx, h.accountIds[1] ?? "", { op: "credit", amount_micros: "1" });
      throw new Error("changed my mind");
    });
    await expect(rolledBack).rejects.toThrow("changed my mind");
    expect((await credit(1)).number).toBe(next);
  });
});

describe("several processes", () => {
  it("deliver the same rows without settling any twice", async () => {
    const settled: number[] = [];
    const settlements: Settlements = {
      credit: async (_, { number }) => {
        settled.push(number);
      },
    };
    const parts = { db: h.registry.db, nats: h.nats, settlements };
    const processes = [1, 2, 3].map(() => makeDelivery(parts).deliver);
    const orders = await Promise.all(Array.from({ length: 20 }, () => credit(2)));
    await Promise.all(
      orders.flatMap((order) => processes.map((deliver) => deliver(order, order.number))),
    );
    expect(settled.sort((a, b) => a - b)).toEqual(
      orders.map(({ number }) => number).sort((a, b) => a - b),
    );
    expect(h.answering.balance(h.accountIds[2] ?? "")).toBe(30_000_000n);
  });

  it("one of which dies between answer and record leave the kept answer to the next", async () => {
    const order = await credit(2);
    const { deliver: dying } = makeDelivery({
      db: h.registry.db,
      nats: h.nats,
      settlements: { credit: () => Promise.reject(new Error("power cut")) },
    });
    await expect(dying(order, order.number)).rejects.toThrow("power cut");
    expect((await rowsOf(2)).at(-1)).toMatchObject({ state: "pending", reply: null });
    await h.context.engine.deliver(order, order.number);
    expect((await rowsOf(2)).at(-1)).toMatchObject({ state: "applied" });
    expect(h.answering.balance(h.accountIds[2] ?? "")).toBe(31_000_000n);
  });
});

describe("what an engine may say", () => {
  it("nothing: unavailable, and pending", async () => {
    h.answering.silence(true);
    const order = await credit(1);
    await expect(h.context.engine.deliver(order, all)).rejects.toThrow(EngineUnavailable);
    h.answering.silence(false);
    await h.context.engine.deliver(order, all);
    expect((await rowsOf(1)).at(-1)).toMatchObject({ state: "applied" });
  });

  it("stale, of a number without an answer here: a fault that names it", async () => {
    const [last] = (await rowsOf(0)).slice(-1);
    const [earlier] = (await rowsOf(0)).slice(-2);
    const forget = { state: "pending", reply: null } as const;
    await h.registry.db
      .update(engineCommands)
      .set(forget)
      .where(eq(engineCommands.id, earlier?.id ?? 0));
    await expect(h.context.engine.deliver(placeOf(0), all)).rejects.toThrow(EngineFault);
    await expect(h.context.engine.deliver(placeOf(0), all)).rejects.toThrow(
      `command ${earlier?.number} (credit)`,
    );
    const mended = { state: "applied", reply: last?.reply ?? null } as const;
    await h.registry.db
      .update(engineCommands)
      .set(mended)
      .where(eq(engineCommands.id, earlier?.id ?? 0));
  });

  it("a gap, because it has lost its data: shard first, then the account, each answer as before", async () => {
    const before = await rowsOf(1);
    h.answering.forget();
    const order = await credit(1, "5");
    await h.context.engine.deliver(order, order.number);
    const sent = h.answering.applied.map(({ op }) => op);
    expect(sent.indexOf("open_account")).toBeGreaterThan(sent.lastIndexOf("set_gateway"));
    expect((await rowsOf(1)).slice(0, -1)).toEqual(before);
    const shardRows = await h.registry.db
      .select()
      .from(engineCommands)
      .where(and(isNull(engineCommands.slot), eq(engineCommands.state, "pending")));
    expect(shardRows).toEqual([]);
  });
});
