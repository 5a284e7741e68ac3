import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { nodeDisk } from "../contract/node-disk.ts";
import { SmallEngine, START_S } from "./testing/small-engine.ts";

/** A real file system that is really full: 4 MiB in memory, which only root can mount. */

const MOUNT = mkdtempSync(join(tmpdir(), "drawdown-full-"));
const isMounted = mount();

function mount(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", MOUNT], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let world: SmallEngine | undefined;
beforeAll(async () => {
  if (isMounted) world = await SmallEngine.open(nodeDisk, join(MOUNT, "engine"));
});
afterAll(async () => {
  await world?.engine.close();
  if (isMounted) execFileSync("umount", [MOUNT]);
  rmdirSync(MOUNT);
});

test.skipIf(!isMounted)(
  "the engine stops acknowledging when its disk is full, and goes on when it is not",
  async () => {
    if (world === undefined) throw new Error("not opened");
    const { engine } = world;
    await world.setUp();
    const ballast = join(MOUNT, "ballast");
    expect(() => writeFileSync(ballast, Buffer.alloc(8 << 20))).toThrow("ENOSPC");
    let number = 2;
    const credit = (): Promise<{ status: string }> =>
      (world as SmallEngine).command({ op: "credit", number, slot: 0, amount_micros: "1000" });
    // What was filled ahead still takes some.
    let applied = 0;
    while (engine.trouble === undefined) {
      number += 1;
      if ((await credit()).status === "applied") applied += 1;
    }
    expect(engine.trouble.code).toBe("ENOSPC");
    expect(await credit()).toMatchObject({
      status: "unavailable",
      reason: expect.stringMatching(/is full: make room; it goes on by itself then/),
    });
    await engine.snapshot();
    rmSync(ballast);
    await vi.waitFor(() => expect(engine.journal.trouble).toBeUndefined());
    // The one that was told unavailable was in flight: its repeat gets its answer, and it counts once.
    expect(await credit()).toMatchObject({ status: "applied" });
    expect(await world.balance()).toBe(String(10_000_000 + (applied + 1) * 1_000));
    await world.frame(1, [[0, START_S, 0]]);
    await engine.snapshot();
    expect(engine.trouble).toBeUndefined();
    expect(world.failure).toBeUndefined();
    const before = await world.balance();
    await engine.close();
    world = await SmallEngine.open(nodeDisk, join(MOUNT, "engine"));
    expect(await world.balance()).toBe(before);
  },
);
