import { describe, expect, it } from "vitest";
import type { RatedGroup } from "./group.ts";
import { GroupQueue, INSERTS_MAX } from "./group-queue.ts";
import type { RatedBlock } from "./rated-block.ts";

function block(token: string, rows = 1, table: RatedBlock["table"] = "readings"): RatedBlock {
  return { table, token, rows, bytes: Buffer.alloc(0) };
}

/** A queue whose groups end when the test says so. */
function openQueue() {
  const begun: { group: RatedGroup; end: (isWritten: boolean) => void }[] = [];
  const queue = new GroupQueue(
    (group) => new Promise<boolean>((end) => begun.push({ group, end })),
  );
  const tokens = () => begun.map(({ group }) => group.blocks.map(({ token }) => token).join(" "));
  return { queue, begun, tokens };
}

describe("the queue of blocks", () => {
  it("begins at once, and puts together what came while all inserts were under way", async () => {
    const { queue, begun, tokens } = openQueue();
    const done = ["a", "b", "c", "d", "e", "f", "g"].map((token) => queue.add(block(token)));
    expect(tokens()).toEqual(["a", "b", "c", "d"]);
    expect(queue.inserts).toBe(INSERTS_MAX);
    begun[1]?.end(true);
    expect(await done[1]).toBe(true);
    expect(tokens().slice(4)).toEqual(["e f g"]);
  });

  it("keeps tables apart and groups within their rows", async () => {
    const { queue, begun, tokens } = openQueue();
    for (const token of ["1", "2", "3", "4"]) void queue.add(block(token));
    void queue.add(block("big", 130_000));
    void queue.add(block("charge", 1, "charges"));
    void queue.add(block("more", 2_000));
    void queue.add(block("small", 1_000));
    for (const { end } of begun.slice(0, 4)) end(true);
    await new Promise((done) => setImmediate(done));
    expect(tokens().slice(4)).toEqual(["big small", "more", "charge"]);
  });

  it("lets the same block a second time wait until the first is done", async () => {
    const { queue, begun, tokens } = openQueue();
    const first = queue.add(block("same"));
    const second = queue.add(block("same"));
    expect(tokens()).toEqual(["same"]);
    begun[0]?.end(false);
    expect(await first).toBe(false);
    expect(tokens()).toEqual(["same", "same"]);
    begun[1]?.end(true);
    expect(await second).toBe(true);
  });
});
