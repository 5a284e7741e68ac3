/**
 * Many clients vend at once, with aborts, repeats and ids used again, while readings flow: each id is sold once. The storm of
 * 200 clients is `npm run bench -- vend-storm`.
 */
import { eq } from "drizzle-orm";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { vends } from "../registry/schema/vending.ts";
import { vendors } from "../registry/schema/vendors.ts";
import { creditsByEvents } from "../testing/engine-credits.ts";
import { type Live, startLive } from "../testing/live.ts";
import { type StormResult, type StormVend, vendStorm } from "../testing/vend-storm.ts";
import { serve } from "../uws/serve.ts";
import type { Served } from "../uws/types.ts";

const ACCOUNTS = 40;
const CLIENTS = 60;
/** Of each client; the time is only a bound. */
const TURNS = 4;
const SECONDS = 60;
const FEW_CLIENTS = 16;
/** Between two cuts of database connections. */
const CUT_MS = 60;

let h: Live;
let served: Served;
beforeAll(async () => {
  h = await startLive(ACCOUNTS);
  served = await serve({ app: h.app, host: "127.0.0.1", port: 0 });
}, 90_000);
afterAll(async () => {
  await served?.close();
  await h?.stop();
});

/** A vendor without limit, and its key. */
async function vendor(name: string): Promise<{ id: string; key: string }> {
  const post = { method: "POST" };
  const made = await h.call("/v1/vendors", {
    ...post,
    body: { name, currency: "EUR", limit: null },
  });
  const { vendor_id: id } = (await made.json()) as { vendor_id: string };
  const given = await h.call(`/v1/vendors/${id}/keys`, { ...post, body: { name: "till" } });
  return { id, key: ((await given.json()) as { key: string }).key };
}

/** Readings of all accounts, one after another, until `isOver`. */
async function readings(isOver: () => boolean): Promise<number> {
  let turn = 0;
  for (; !isOver(); turn++) {
    await h.read(
      ...h.accountIds.map((_, slot) => ({ slot, register: 1_000 + turn, inS: turn - 3_600 })),
    );
  }
  return turn;
}

/** The vends of a storm that were sold; their receipts must be the numbers behind `last`, without gaps. */
async function soldIn(storm: StormResult, last: number): Promise<StormVend[]> {
  const sold = storm.vends.filter(({ status }) => status < 300);
  const { db } = h.registry;
  const rows = await db.select().from(vends).where(eq(vends.state, "applied"));
  const numbers = rows.map(({ receipt_number }) => receipt_number ?? 0).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: last + sold.length }, (_, at) => at + 1));
  expect(new Set(sold.map(({ body }) => body)).size).toBe(sold.length);
  return sold;
}

it("sells each id once, with the same bytes ever after, and no receipt is lost or left out", async () => {
  const kiosk = await vendor("Kiosk");
  const before = await creditsByEvents(h.nats);
  let isOver = false;
  const reading = readings(() => isOver);
  const storm = await vendStorm({
    url: `http://127.0.0.1:${served.port}`,
    keys: [h.keys.vendor, kiosk.key],
    accountIds: h.accountIds,
    currency: "EUR",
    clients: CLIENTS,
    seconds: SECONDS,
    turnsMax: TURNS,
    seed: 1,
  });
  isOver = true;
  expect(await reading).toBeGreaterThan(3);
  expect(storm.faults).toEqual([]);
  expect(Math.min(storm.aborted, storm.repeated, storm.mismatched)).toBeGreaterThan(20);

  const sold = await soldIn(storm, 0);
  expect(sold.length).toBeGreaterThan(100);
  const { db } = h.registry;
  const after = await creditsByEvents(h.nats, ACCOUNTS + sold.length);
  for (const id of h.accountIds) {
    const mine = sold.filter(({ accountId }) => accountId === id);
    const receipts = mine.reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
    const credited = (after.get(id)?.micros ?? 0n) - (before.get(id)?.micros ?? 0n);
    const many = (after.get(id)?.count ?? 0) - (before.get(id)?.count ?? 0);
    expect([id, many, credited]).toEqual([id, mine.length, receipts]);
  }
  const [row] = await db.select().from(vendors).where(eq(vendors.id, kiosk.id));
  const ofKiosk = sold.filter(({ key }) => key === kiosk.key);
  const taken = ofKiosk.reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
  expect([row?.float_micros, row?.reserved_micros]).toEqual([-taken, 0n]);
  expect(h.faults).toEqual([]);
}, 90_000);

it("numbers receipts without gaps while database connections are cut in the middle of transactions", async () => {
  const { db } = h.registry;
  const kiosk = await vendor("Shop");
  const last = (await db.select().from(vends).where(eq(vends.state, "applied"))).length;
  const cutter = new Client({ connectionString: h.servers.postgresUrl });
  await cutter.connect();
  let cuts = 0;
  // It waits for the end of each, so that none is cut behind the storm's end.
  const cut = `select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where application_name = 'drawdown' and state <> 'idle' and pid <> pg_backend_pid() limit 2`;
  let cutting = Promise.resolve();
  const timer = setInterval(() => {
    cutting = cutting.then(async () => {
      cuts += (await cutter.query(cut)).rows.length;
    });
  }, CUT_MS);
  const storm = await vendStorm({
    url: `http://127.0.0.1:${served.port}`,
    keys: [kiosk.key],
    accountIds: h.accountIds,
    currency: "EUR",
    clients: FEW_CLIENTS,
    seconds: SECONDS,
    turnsMax: 2 * TURNS,
    seed: 2,
  });
  clearInterval(timer);
  await cutting;
  await cutter.end();
  expect([storm.faults, cuts > 5]).toEqual([[], true]);
  const sold = await soldIn(storm, last);
  const taken = sold.reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
  const [row] = await db.select().from(vendors).where(eq(vendors.id, kiosk.id));
  expect([row?.float_micros, row?.reserved_micros]).toEqual([-taken, 0n]);
}, 90_000);
