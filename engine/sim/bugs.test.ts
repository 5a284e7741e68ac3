import { afterAll, beforeAll, expect, it } from "vitest";
import { BUGS } from "./bugs/all.ts";
import { openStage, runSeed, type Stage } from "./simulate.ts";

/** Most seeds that are searched for a bug. */
const SEEDS_MAX = 200;
const MINUTES = 3;
const LONG_MS = 300_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.server.close());

it("there are enough of them", () => {
  expect(Object.keys(BUGS).length).toBeGreaterThanOrEqual(15);
});

it.each(Object.entries(BUGS))(
  "%s: is found",
  async (_, { bug, from }) => {
    let found: string | undefined;
    for (let at = 0; at < SEEDS_MAX && found === undefined; at++) {
      const seed = from + at;
      found = (await runSeed(stage, { seed, minutes: MINUTES, bug })).violation?.promise;
    }
    expect(found).toBeDefined();
  },
  LONG_MS,
);
