import { expect, test } from "vitest";
import type { Delivery } from "../contract/transport.ts";
import { FramesInHand, IN_ORDER_MAX } from "./frames-in-hand.ts";

let acknowledged: string[] = [];

const message = (name: string, place?: { storedMs: number; behind: number }): Delivery => ({
  subject: "frame.3.1",
  data: new Uint8Array(),
  ack: () => acknowledged.push(name),
  ...(place && { place: () => place }),
});
const frameAt = (storedMs: number, behind: number): Delivery => message("", { storedMs, behind });

test("acknowledges in the order in which frames came, however they are settled", () => {
  acknowledged = [];
  const hand = new FramesInHand([0, 1]);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name, i) => hand.take(i % 2, message(name)));
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error();
  hand.settle(b);
  hand.settle(d);
  expect(acknowledged).toEqual([]);
  hand.settle(a);
  expect(acknowledged).toEqual(["a", "b"]);
  const e = hand.take(0, message("e"));
  hand.settle(c);
  hand.settle(e);
  expect(acknowledged).toEqual(["a", "b", "c", "d", "e"]);
});

test("a shard that stands still holds up only so many frames, and each is acknowledged once", () => {
  acknowledged = [];
  const hand = new FramesInHand([0, 1]);
  const first = hand.take(0, message("first"));
  const names = Array.from({ length: 2 * IN_ORDER_MAX }, (_, i) => String(i));
  const frames = names.map((name) => hand.take(1, message(name)));
  for (const frame of frames.slice(0, 100)) hand.settle(frame);
  expect(acknowledged).toEqual(names.slice(0, 100));
  for (const frame of frames.slice(100)) hand.settle(frame);
  // The last of them wait in order again, as there are no longer too many.
  expect(acknowledged).toEqual(names.slice(0, acknowledged.length));
  expect(acknowledged.length).toBeGreaterThanOrEqual(IN_ORDER_MAX);
  hand.settle(first);
  expect([...acknowledged].sort()).toEqual([...names, "first"].sort());
});

test("counts what is not settled and what lies behind it, and the age of the oldest", () => {
  const hand = new FramesInHand([3]);
  expect(hand.lags(1_000)).toEqual([{ shard: 3, frames: 0, ms: 0 }]);
  const first = hand.take(3, frameAt(400, 7));
  const second = hand.take(3, frameAt(900, 6));
  expect(hand.lags(1_000)).toEqual([{ shard: 3, frames: 8, ms: 600 }]);
  hand.settle(first);
  expect(hand.lags(1_000)).toEqual([{ shard: 3, frames: 7, ms: 100 }]);
  hand.settle(second);
  expect(hand.lags(1_000)).toEqual([{ shard: 3, frames: 0, ms: 0 }]);
});

test("the shards of a consumer have frames and an age each, and share what is behind", () => {
  const hand = new FramesInHand([4, 5, 6]);
  const first = hand.take(4, frameAt(400, 9));
  hand.take(6, frameAt(900, 8));
  expect(hand.lags(1_000)).toEqual([
    { shard: 4, frames: 3, ms: 600 },
    { shard: 5, frames: 3, ms: 0 },
    { shard: 6, frames: 4, ms: 100 },
  ]);
  hand.settle(first);
  expect(hand.lags(1_000).map(({ frames }) => frames)).toEqual([2, 3, 4]);
});

test("a broker that does not tell places has no lag to tell", () => {
  const hand = new FramesInHand([0]);
  hand.take(0, message("a"));
  expect(hand.lags(0)).toEqual([{ shard: 0, frames: 0, ms: 0 }]);
});
