import { expect, test } from "vitest";
import { FrameLag } from "./frame-lag.ts";

test("counts what is not settled and what lies behind it, and the age of the oldest", () => {
  const lag = new FrameLag();
  expect(lag.now(1_000)).toEqual({ frames: 0, ms: 0 });
  const first = lag.taken({ storedMs: 400, behind: 7 });
  const second = lag.taken({ storedMs: 900, behind: 6 });
  expect(lag.now(1_000)).toEqual({ frames: 8, ms: 600 });
  first();
  expect(lag.now(1_000)).toEqual({ frames: 7, ms: 100 });
  second();
  second();
  expect(lag.now(1_000)).toEqual({ frames: 0, ms: 0 });
});

test("a broker that does not tell places has no lag to tell", () => {
  const lag = new FrameLag();
  lag.taken(undefined)();
  expect(lag.now(0)).toEqual({ frames: 0, ms: 0 });
});
