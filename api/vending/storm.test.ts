/**
 * Many clients vend at once, with aborts, repeats and ids used again, while readings flow: each id is sold once. The storm of
 * 200 clients is `npm run bench -- vend-storm`.
 */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { vends } from "../registry/schema/vending.ts";
import { vendors } from "../registry/schema/vendors.ts";
import { creditsByEvents } from "../testing/engine-credits.ts";
import { type Live, startLive } from "../testing/live.ts";
import { vendStorm } from "../testing/vend-storm.ts";
import { serve } from "../uws/serve.ts";
import type { Served } from "../uws/types.ts";

const ACCOUNTS = 40;
const CLIENTS = 60;
const SECONDS = 4;

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
async function vendor(): Promise<{ id: string; key: string }> {
  const post = { method: "POST" };
  const made = await h.call("/v1/vendors", {
    ...post,
    body: { name: "Kiosk", currency: "EUR", limit: null },
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

it("sells each id once, with the same bytes ever after, and no receipt is lost or left out", async () => {
  const kiosk = await vendor();
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
    seed: 1,
  });
  isOver = true;
  expect(await reading).toBeGreaterThan(3);
  expect(storm.faults).toEqual([]);
  expect(Math.min(storm.aborted, storm.repeated, storm.mismatched)).toBeGreaterThan(20);

  const sold = storm.vends.filter(({ status }) => status < 300);
  expect(sold.length).toBeGreaterThan(100);
  const { db } = h.registry;
  const rows = await db.select().from(vends).where(eq(vends.state, "applied"));
  const numbers = rows.map(({ receipt_number }) => receipt_number ?? 0).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: sold.length }, (_, at) => at + 1));
  expect(new Set(sold.map(({ body }) => body)).size).toBe(sold.length);

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
