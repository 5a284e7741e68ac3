import { expect, test } from "vitest";
import { makeEngineClient } from "./client.ts";

/** What the engine says of itself is what is told to people; silence is told as silence. */

const FULL = "the disk under /data/engine/journal is full: make room; it goes on by itself then";

function clientOf(answer: (subject: string) => unknown) {
  const nats = { request: async (subject: string) => ({ json: () => answer(subject) }) };
  return makeEngineClient({ db: undefined as never, nats, settlements: {} });
}

test.each([
  ["answers", () => ({ status: "ok", as_of_s: 1, position: 1, accounts: [] }), []],
  [
    "has a full disk",
    () => ({ status: "unavailable", reason: FULL }),
    [{ shard: 3, reason: FULL }],
  ],
  ["answers nonsense", () => "what?", [{ shard: 3, reason: undefined }]],
])("a shard that %s", async (_, answer, silent) => {
  expect(await clientOf(answer).silentShards([3])).toEqual(silent);
});

test("a shard that is silent", async () => {
  const client = clientOf(() => {
    throw new Error("no responders");
  });
  expect(await client.silentShards([3, 4])).toEqual([
    { shard: 3, reason: undefined },
    { shard: 4, reason: undefined },
  ]);
});
