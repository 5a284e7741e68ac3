import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MemoryDisk } from "../../engine/journal/testing/memory-disk.ts";
import { openSpool, SPOOL_BYTES_MAX, type Spool, type SpoolOptions } from "./spool.ts";
import { recordOf } from "./spool-record.ts";

let folder = "";
let alarms: (string | undefined)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spool-"));
  alarms = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A frame of the tests: epoch, sequence, then a body that restamping must not touch. */
function frameOf(epoch: number, sequence: number, body: string): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(epoch, 0);
  head.writeUInt32LE(sequence, 4);
  return Buffer.concat([head, Buffer.from(body)]);
}

function bodyOf(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(8)).toString();
}

function options(more: Partial<SpoolOptions> = {}): SpoolOptions {
  return {
    folder: join(folder, "spool"),
    bytesMax: SPOOL_BYTES_MAX,
    restamp: (frame, epoch, sequence) => frameOf(epoch, sequence, bodyOf(frame)),
    nowS: () => 1_000,
    onAlarm: (message) => alarms.push(message),
    ...more,
  };
}

async function put(spool: Spool, body: string): Promise<number> {
  const appended = await spool.append((sequence, epoch) => frameOf(epoch, sequence, body));
  if (!appended.ok) throw new Error(appended.refusal);
  return appended.sequence;
}

async function waiting(spool: Spool): Promise<{ sequences: number[]; bodies: string[] }> {
  const sequences: number[] = [];
  const bodies: string[] = [];
  for (let from = spool.acknowledged + 1; from <= spool.durable; ) {
    for (const { sequence, frame } of await spool.unacknowledged(from, 500)) {
      const view = Buffer.from(frame);
      expect(view.readUInt32LE(0)).toBe(spool.epoch);
      expect(view.readUInt32LE(4)).toBe(sequence);
      sequences.push(sequence);
      bodies.push(bodyOf(frame));
      from = sequence + 1;
    }
  }
  return { sequences, bodies };
}

const segments = (): string[] =>
  readdirSync(join(folder, "spool"))
    .filter((name) => name.endsWith(".seg"))
    .sort();
const lastSegment = (): string => join(folder, "spool", segments().at(-1) ?? "");

test("sequences run on from 1 across restarts, within one epoch", async () => {
  let spool = await openSpool(options());
  expect(spool.epoch).toBe(1_000);
  expect([await put(spool, "a"), await put(spool, "b")]).toEqual([1, 2]);
  await spool.close();
  spool = await openSpool(options({ nowS: () => 5_000 }));
  expect(spool.epoch).toBe(1_000);
  expect(await put(spool, "c")).toBe(3);
  expect(await waiting(spool)).toEqual({ sequences: [1, 2, 3], bodies: ["a", "b", "c"] });
  spool.acknowledge(3);
  await spool.close();
  spool = await openSpool(options());
  expect(spool.depth).toBe(0);
  expect(await put(spool, "d")).toBe(4);
  await spool.close();
  expect(alarms.filter((one) => one !== undefined)).toEqual([]);
});

test("what is acknowledged leaves, and segments go as a whole", async () => {
  const spool = await openSpool(options({ segmentBytes: 100 }));
  for (let i = 1; i <= 20; i++) await put(spool, `body ${i}`);
  const before = segments().length;
  expect(before).toBeGreaterThan(3);
  expect(spool.acknowledge(15)).toBe(true);
  expect(spool.acknowledge(3)).toBe(true);
  expect(spool.acknowledge(21)).toBe(false);
  expect((await waiting(spool)).sequences).toEqual([16, 17, 18, 19, 20]);
  await spool.close();
  expect(segments().length).toBeLessThan(before);
});

test("a full spool refuses and drops nothing; acknowledged room is given again", async () => {
  const spool = await openSpool(options({ bytesMax: 200_000, segmentBytes: 20_000 }));
  const body = "x".repeat(10_000);
  let taken = 0;
  for (let refused = false; !refused; ) {
    const appended = await spool.append((sequence, epoch) => frameOf(epoch, sequence, body));
    if (appended.ok) taken++;
    else refused = appended.refusal === "full";
  }
  expect(spool.bytes).toBeLessThanOrEqual(200_000);
  expect((await waiting(spool)).sequences.length).toBe(taken);
  spool.acknowledge(taken);
  await vi.waitFor(() => expect(spool.bytes).toBeLessThan(50_000));
  await put(spool, "after"); // ends the old segments
  expect(await put(spool, "more")).toBe(taken + 2);
  await spool.close();
  expect(await spool.append(() => new Uint8Array(1))).toEqual({ ok: false, refusal: "closed" });
});

test("a lost folder begins a higher epoch, also when the machine's clock stands still", async () => {
  const first = await openSpool(options());
  await put(first, "a");
  await first.close();
  rmSync(join(folder, "spool"), { recursive: true });
  const lost = await openSpool(options({ nowS: () => 1_001 }));
  expect([lost.epoch, await put(lost, "b")]).toEqual([1_001, 1]);
  await lost.close();
  for (const name of segments()) rmSync(join(folder, "spool", name));
  const emptied = await openSpool(options({ nowS: () => 7 }));
  expect([emptied.epoch, emptied.durable]).toEqual([1_002, 0]);
  await emptied.close();
});

test("a missing epoch file keeps the frames and takes a higher epoch", async () => {
  const first = await openSpool(options());
  await put(first, "a");
  await first.close();
  rmSync(join(folder, "spool", "epoch.json"));
  const again = await openSpool(options());
  expect(again.epoch).toBe(1_001);
  expect(await waiting(again)).toEqual({ sequences: [1], bodies: ["a"] });
  await again.close();
});

test.each([0, 1, 2, 5])(
  "renewing keeps every frame, also one being written (after %i ticks)",
  async (ticks) => {
    const spool = await openSpool(options());
    for (const body of ["a", "b", "c"]) await put(spool, body);
    spool.acknowledge(1);
    await setImmediate();
    const writing = put(spool, "d");
    for (let tick = 0; tick < ticks; tick++) await setImmediate();
    await Promise.all([spool.renew(5_000), writing]);
    expect(spool.epoch).toBe(5_000);
    expect(await waiting(spool)).toEqual({ sequences: [1, 2, 3], bodies: ["b", "c", "d"] });
    expect(await put(spool, "e")).toBe(4);
    await spool.close();
    const again = await openSpool(options());
    expect((await waiting(again)).bodies).toEqual(["b", "c", "d", "e"]);
    await again.close();
  },
);

test("whatever byte the power goes at, what was synced is there and nothing else comes out", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ body: fc.string({ maxLength: 60 }), ack: fc.integer({ min: 0, max: 40 }) }),
        { minLength: 1, maxLength: 25 },
      ),
      fc.integer({ min: 60, max: 400 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 40 }),
      async (steps, segmentBytes, cut, rubbish) => {
        rmSync(join(folder, "spool"), { recursive: true, force: true });
        const spool = await openSpool(options({ segmentBytes }));
        const synced: string[] = [];
        for (const { body, ack } of steps) {
          await put(spool, body);
          synced.push(body);
          if (ack < spool.durable) spool.acknowledge(ack);
        }
        const { acknowledged, epoch } = spool;
        const torn = Promise.all(["t1", "t2", "t3"].map((body) => put(spool, body)));
        const syncedBytes = statSync(lastSegment()).size;
        await torn;
        await spool.close();
        // The three unsynced frames may be there whole, in part, as rubbish, or not at all.
        const file = lastSegment();
        const room = Math.max(0, statSync(file).size - syncedBytes);
        truncateSync(file, Math.min(statSync(file).size, syncedBytes + (cut % (room + 1))));
        if (cut % 3 === 0) appendFileSync(file, rubbish);
        const again = await openSpool(options({ segmentBytes }));
        const { bodies } = await waiting(again);
        const missing = synced.length - bodies.filter((body) => !/^t[123]$/.test(body)).length;
        expect(missing).toBeLessThanOrEqual(acknowledged);
        const all = [...synced, "t1", "t2", "t3"].slice(missing);
        expect(bodies).toEqual(all.slice(0, bodies.length));
        expect(bodies.length).toBeGreaterThanOrEqual(synced.length - missing);
        if (again.epoch === epoch) expect(await put(again, "next")).toBe(again.durable);
        else expect(again.epoch).toBeGreaterThan(epoch);
        await again.close();
      },
    ),
    { numRuns: 60 },
  );
});

test("a damaged byte costs one frame at most and begins a higher epoch", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
      rmSync(join(folder, "spool"), { recursive: true, force: true });
      const spool = await openSpool(options());
      const bodies = Array.from({ length: 8 }, (_, i) => `frame ${i}`);
      for (const body of bodies) await put(spool, body);
      await spool.close();
      const bytes = readFileSync(lastSegment());
      // Lengths apart, which a walk needs: the fifth record's CRC, sequence or frame.
      const at = 16 + 4 * (12 + 15) + 4 + (place % 23);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      writeFileSync(lastSegment(), bytes);
      const again = await openSpool(options());
      expect(again.epoch).toBe(1_001);
      expect((await waiting(again)).bodies).toEqual(bodies.filter((_, i) => i !== 4));
      await again.close();
    }),
    { numRuns: 30 },
  );
});

test("a packing that throws uses no place", async () => {
  const spool = await openSpool(options());
  expect(() =>
    spool.append(() => {
      throw new RangeError("slot");
    }),
  ).toThrow("slot");
  expect(await put(spool, "a")).toBe(1);
  await spool.close();
});

test("a folder that takes no writes raises the alarm and keeps the frames until it does", async () => {
  const spool = await openSpool(options({ segmentBytes: 30 }));
  await put(spool, "a");
  rmSync(join(folder, "spool"), { recursive: true });
  writeFileSync(join(folder, "spool"), "no folder");
  const waits = put(spool, "b");
  await vi.waitFor(() => expect(alarms.at(-1)).toContain("cannot be written"));
  rmSync(join(folder, "spool"));
  await openSpool(options()).then((other) => other.close());
  expect(await waits).toBe(2);
  await vi.waitFor(() => expect(alarms.at(-1)).toBeUndefined());
  await spool.close();
});

test("what a process wrote and did not sync is synced before it counts", async () => {
  const disk = new MemoryDisk();
  const spool = await openSpool(options({ disk }));
  await put(spool, "first");
  const [segment] = (await disk.readdir(join(folder, "spool"))).filter((n) => n.endsWith(".seg"));
  const path = join(folder, "spool", segment ?? "");
  const file = await disk.open(path, "update");
  const { length } = await disk.read(path);
  await file.write([recordOf(2, frameOf(spool.epoch, 2, "second"))], length);

  const found = await openSpool(options({ disk }));
  expect(await waiting(found)).toEqual({ sequences: [1, 2], bodies: ["first", "second"] });
  const after = await openSpool(options({ disk: disk.powerCut() }));
  expect(await waiting(after)).toEqual({ sequences: [1, 2], bodies: ["first", "second"] });
});
