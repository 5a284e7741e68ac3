import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accounts } from "./registry/schema/accounts.ts";
import { makeStreamAccess } from "./stream-access.ts";
import { type Live, startLive } from "./testing/live.ts";

let live: Live;

beforeAll(async () => {
  live = await startLive(1);
});
afterAll(() => live.stop());

test("a snapshot is the account's balance for its own operator, and nothing for anybody else", async () => {
  const { db } = live.registry;
  const access = makeStreamAccess(db, async () => undefined, live.context.engine);
  const [account] = await db.select().from(accounts);
  if (account === undefined) throw new Error("there is no account");
  const text = await access.snapshotOf?.(account.id, account.operator_id);
  const { body } = await live.ask(
    "/v1/accounts/{account_id}/balance",
    `/v1/accounts/${account.id}/balance`,
  );
  const { as_of, days_left, ...same } = body;
  expect(JSON.parse(text ?? "{}")).toMatchObject({ ...same, account_id: account.id });
  expect(days_left).toBeNull();
  expect(as_of).toEqual(expect.any(String));
  expect(await access.snapshotOf?.(account.id, randomUUID())).toBeUndefined();
  expect(await access.snapshotOf?.(randomUUID(), account.operator_id)).toBeUndefined();
  const without = makeStreamAccess(db, async () => undefined);
  expect(await without.snapshotOf?.(account.id, account.operator_id)).toBeUndefined();
});
