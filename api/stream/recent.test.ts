import fc from "fast-check";
import { expect, test } from "vitest";
import type { CloudEvent } from "../../engine/contract/events.ts";
import type { PlacedEvent } from "./events.ts";
import { RECENT_CHARS_MAX, RECENT_EVENTS_MAX, Recent } from "./recent.ts";

function placed(seq: number, accountId: string, text = `${seq}`): PlacedEvent {
  const event: CloudEvent = {
    specversion: "1.0",
    id: `0-${seq}-0`,
    source: "drawdown/engine",
    type: "credit.low",
    subject: accountId,
    time: "2026-09-21T12:00:00Z",
    datacontenttype: "application/json",
    data: { account_id: accountId, shard: 0, slot: 0, balance_micros: "1" },
  };
  return { seq, event, text };
}

const seqsOf = (recent: Recent, after: number, accounts?: string[], most = 1_000): number[] =>
  recent.after(after, accounts, most).map(({ seq }) => seq);

test("gives what came after a sequence, of some accounts or of all, in order and no more than asked for", () => {
  const recent = new Recent(5);
  for (const [seq, account] of [
    [5, "a"],
    [7, "b"],
    [8, "a"],
    [9, "c"],
    [12, "b"],
  ] as const)
    recent.push(placed(seq, account));
  expect(seqsOf(recent, 4)).toEqual([5, 7, 8, 9, 12]);
  expect(seqsOf(recent, 7)).toEqual([8, 9, 12]);
  expect(seqsOf(recent, 5, ["b", "a"])).toEqual([7, 8, 12]);
  expect(seqsOf(recent, 4, ["b", "a"], 3)).toEqual([5, 7, 8]);
  expect(seqsOf(recent, 12)).toEqual([]);
  expect(seqsOf(recent, 0, ["nobody"])).toEqual([]);
});

test("keeps the newest within both bounds, and says from where on it has all", () => {
  const recent = new Recent(1);
  for (let seq = 1; seq <= RECENT_EVENTS_MAX + 10; seq++) recent.push(placed(seq, `${seq % 7}`));
  expect(recent.first).toBe(11);
  expect(seqsOf(recent, 0, undefined, 2)).toEqual([11, 12]);
  expect(seqsOf(recent, 0, ["3"], 2)).toEqual([17, 24]);
  const long = "x".repeat(RECENT_CHARS_MAX / 4);
  const short = new Recent(1);
  for (let seq = 1; seq <= 6; seq++) short.push(placed(seq, "a", long));
  expect(short.first).toBe(3);
  expect(seqsOf(short, 0, ["a"])).toEqual([3, 4, 5, 6]);
  short.begin(1);
  expect(seqsOf(short, 0)).toEqual([]);
});

test("tells what a plain list would tell", () => {
  const steps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), account: fc.nat(4) }), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(steps, fc.nat(600), fc.array(fc.nat(5), { maxLength: 3 }), (all, after, asked) => {
      const recent = new Recent(1);
      const plain: { seq: number; account: string }[] = [];
      let seq = 0;
      for (const { gap, account } of all) {
        seq += gap;
        recent.push(placed(seq, `${account}`));
        plain.push({ seq, account: `${account}` });
      }
      const accounts = [...new Set(asked.map(String))];
      const behind = plain.filter((each) => each.seq > after);
      expect(seqsOf(recent, after)).toEqual(behind.map((each) => each.seq));
      expect(seqsOf(recent, after, accounts)).toEqual(
        behind.filter(({ account }) => accounts.includes(account)).map((each) => each.seq),
      );
    }),
  );
});
