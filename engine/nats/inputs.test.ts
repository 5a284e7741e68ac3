import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeDisk } from "../contract/node-disk.ts";
import { machineTime, type Time } from "../contract/time.ts";
import type { Deliveries, Transport } from "../contract/transport.ts";
import { SmallEngine } from "../core/testing/small-engine.ts";
import { openInputs } from "./inputs.ts";

const QUICK: Time = {
  ...machineTime,
  after: (waitMs, run) => machineTime.after(waitMs / 100, run),
};

/** A broker at the other end of a bad line: the test says when consumers end, and when the next ones are there. */
class SlowBroker implements Transport {
  isSlow = false;
  readonly #asking: (() => void)[] = [];
  #end: () => void = () => {};

  publish(): void {}

  subscribe(): () => void {
    return () => {};
  }

  async store(): Promise<void> {}

  /** How many consumers are asked for and not there yet. */
  get asking(): number {
    return this.#asking.length;
  }

  async consume(): Promise<Deliveries> {
    if (this.isSlow) await new Promise<void>((done) => this.#asking.push(done));
    const ended = new Promise<void>((done) => {
      this.#end = done;
    });
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => ended.then(() => ({ done: true, value: undefined })),
      }),
      stop: this.#end,
    };
  }

  endConsumers(): void {
    this.#end();
  }

  answer(): void {
    for (const done of this.#asking.splice(0)) done();
  }
}

test("inputs that are closed while their consumer is made anew end when it is there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "drawdown-inputs-"));
  const small = await SmallEngine.open(nodeDisk, join(folder, "engine"), { shards: 1 });
  const broker = new SlowBroker();
  const inputs = await openInputs({
    transport: broker,
    pumps: small.engine.pumps,
    shards: 1,
    clock: { nowS: () => small.nowS, speed: 1 },
    time: QUICK,
    warn: () => {},
  });
  broker.isSlow = true;
  broker.endConsumers();
  await expect.poll(() => broker.asking).toBe(1);
  const closed = inputs.close().then(() => "closed");
  broker.answer();
  const late = new Promise((done) => setTimeout(() => done("never"), 2_000));
  expect(await Promise.race([closed, late])).toBe("closed");
  await small.engine.close();
  rmSync(folder, { recursive: true });
});
