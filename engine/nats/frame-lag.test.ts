import { expect, test } from "vitest";
import type { Delivery } from "../contract/transport.ts";
import { FrameLag } from "./frame-lag.ts";

const frameAt = (storedMs: number, behind: number): Delivery => ({
  data: new Uint8Array(),
  ack: () => {},
  place: () => ({ storedMs, behind }),
});

test("counts what is not settled and what lies behind it, and the age of the oldest", () => {
  const lag = new FrameLag();
  expect(lag.now(1_000)).toEqual({ frames: 0, ms: 0 });
  const [first, second] = [frameAt(400, 7), frameAt(900, 6)];
  lag.taken(first);
  lag.taken(second);
  expect(lag.now(1_000)).toEqual({ frames: 8, ms: 600 });
  lag.settled(first);
  expect(lag.now(1_000)).toEqual({ frames: 7, ms: 100 });
  lag.settled(second);
  lag.settled(second);
  expect(lag.now(1_000)).toEqual({ frames: 0, ms: 0 });
});

test("a broker that does not tell places has no lag to tell", () => {
  const lag = new FrameLag();
  lag.taken({ data: new Uint8Array(), ack: () => {} });
  expect(lag.now(0)).toEqual({ frames: 0, ms: 0 });
});
