import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { urgentSubject } from "../../engine/contract/subjects.ts";
import { type UrgentSlots, urgentSlots } from "../../engine/contract/urgent.ts";
import { type Live, startLive } from "../testing/live.ts";
import { startUrgentSlots } from "./urgent-slots.ts";

const WAIT = 15_000;
let live: Live;
let told: UrgentSlots[] = [];
let urgent: ReturnType<typeof startUrgentSlots>;
beforeAll(async () => {
  live = await startLive(2);
  live.nats.subscribe(urgentSubject(live.seeded.gateways[0]?.number ?? 0), {
    callback: (_, message) => {
      told.push(urgentSlots.parse(message.json()));
    },
  });
  const { nats, registry, faults } = live;
  urgent = startUrgentSlots({
    nats,
    db: registry.db,
    onFault: (fault) => faults.push(fault),
    tellMs: 50,
  });
});
afterAll(async () => {
  await urgent.stop();
  await live.stop();
});

test("a gateway is told the slot whose credit runs low, until it has recovered", async () => {
  await live.read({ slot: 0, register: 1_000, inS: -7_200 });
  // Some twenty kilowatt-hours eat up what the account was opened with.
  await live.read({ slot: 0, register: 41_000, inS: -3_600 });
  await vi.waitFor(() => expect(told.at(-1)?.slots).toEqual([0]), WAIT);
  const account = live.accountIds[0] ?? "";
  const vend = { account_id: account, amount: "50.00", currency: "EUR" };
  const answer = await live.call(`/v1/vends/${crypto.randomUUID()}`, {
    method: "PUT",
    key: live.keys.vendor,
    body: { ...vend, tender: { type: "cash" }, terminal_id: "T1" },
  });
  expect(answer.status).toBe(201);
  told = [];
  await vi.waitFor(() => expect(told.at(-1)?.slots ?? []).toEqual([]), WAIT);
  expect(live.faults).toEqual([]);
});
