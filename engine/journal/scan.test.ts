import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { SECTOR_BYTES } from "../contract/disk.ts";
import {
  type Draft,
  draft,
  encodeGroup,
  GROUP_ALIGN,
  groupBytes,
  type JournalRecord,
} from "./record.ts";
import { type ScanEnd, scanSegment } from "./scan.ts";
import { encodeSegmentHeader, readSegmentHeader, SEGMENT_HEADER_BYTES } from "./segment.ts";

/** Corruptions and truncations that are tried. */
const CORRUPTIONS = 100_000;
const TAIL_BYTES = 2 * GROUP_ALIGN;

type Read = { records: string[]; end: ScanEnd["state"] | "header" };

/** A segment of these groups' payloads, with zeros behind. */
function segment(groups: readonly (readonly Uint8Array[])[]): Buffer {
  let sequence = 7;
  const drafts: Draft[][] = groups.map((group) =>
    group.map((payload) => draft({ sequence: sequence++, shard: 1, kind: 1, payload })),
  );
  const bytes =
    SEGMENT_HEADER_BYTES + drafts.reduce((sum, group) => sum + groupBytes(group), TAIL_BYTES);
  const set = { shards: 4, owned: [0, 1, 2, 3] };
  const header = encodeSegmentHeader({ ...set, first: 7, supersedes: false, layout: 1, bytes });
  return Buffer.concat([header, ...drafts.flatMap(encodeGroup), Buffer.alloc(TAIL_BYTES)]);
}

function read(bytes: Buffer): Read {
  const records: string[] = [];
  const take = ({ sequence, shard, kind, payload }: JournalRecord): void => {
    records.push(`${sequence} ${shard} ${kind} ${Buffer.from(payload).toString("base64")}`);
  };
  let header: ReturnType<typeof readSegmentHeader>;
  try {
    header = readSegmentHeader(bytes, "file");
  } catch {
    return { records, end: "header" };
  }
  return { records, end: scanSegment(bytes, header, take).end.state };
}

function flip(bytes: Buffer, bit: number): void {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
}

/** Payloads that are hard to judge: text, zeros, a lone bit far behind, and over several sectors. */
const PAYLOADS = {
  text: Buffer.from("a record of some letters"),
  empty: Buffer.alloc(0),
  zeros: Buffer.alloc(700),
  loneBit: Buffer.concat([Buffer.alloc(1_100), Buffer.from([64])]),
  long: Buffer.from(Array.from({ length: 1_700 }, (_, i) => (i * 31) & 255)),
};
const { text, empty, zeros, loneBit, long } = PAYLOADS;
const GROUPS = [[text, zeros], [loneBit], [long, empty, loneBit]];

describe("every single flipped bit", () => {
  let whole: Buffer;
  let good: Read;
  let lastGroupAt: number;
  beforeAll(() => {
    whole = segment(GROUPS);
    good = read(whole);
    lastGroupAt = whole.length - TAIL_BYTES - GROUP_ALIGN;
  });

  test("of header, groups and what is between them is damage, the last group's too", () => {
    expect(good).toMatchObject({ end: "end" });
    expect(good.records).toHaveLength(6);
    for (let bit = 0; bit < (whole.length - TAIL_BYTES) * 8; bit++) {
      flip(whole, bit);
      const { end } = read(whole);
      flip(whole, bit);
      if (end !== "damaged" && end !== "header") expect(end, `bit ${bit}`).toBe("damaged");
    }
    expect(lastGroupAt).toBeGreaterThan(SEGMENT_HEADER_BYTES);
  });

  test("of the zeros behind loses nothing and is told of", () => {
    for (let bit = (whole.length - TAIL_BYTES) * 8; bit < whole.length * 8; bit++) {
      flip(whole, bit);
      const { end, records } = read(whole);
      flip(whole, bit);
      if (end === "end" || records.length !== 6) expect({ bit, end, records }).toBe("told of");
    }
  });
});

describe("a torn write", () => {
  test("of which any sectors are missing is cut whole, and never what was before it", () => {
    const whole = segment(GROUPS);
    const from = whole.length - TAIL_BYTES - GROUP_ALIGN;
    const sectors = GROUP_ALIGN / SECTOR_BYTES;
    // Sectors that hold something; the padding behind the group is zeros anyway.
    const filled = Array.from({ length: sectors }, (_, i) => i).filter((i) =>
      whole.subarray(from + i * SECTOR_BYTES, from + (i + 1) * SECTOR_BYTES).some((b) => b !== 0),
    );
    const told = new Set<string>();
    for (let missing = 1; missing < 1 << filled.length; missing++) {
      const torn = Buffer.from(whole);
      for (const [i, sector] of filled.entries()) {
        const at = from + sector * SECTOR_BYTES;
        if ((missing >> i) & 1) torn.fill(0, at, at + SECTOR_BYTES);
      }
      const { end, records } = read(torn);
      expect(records, `missing ${missing}`).toHaveLength(3);
      told.add(end);
    }
    // All missing is as if it was never begun; where only a lone bit is missing, it can't be told from a flip.
    expect(told).toEqual(new Set(["torn", "end", "damaged"]));
  });

  test("is damage when a later group is there: that one was begun only after a sync", () => {
    const whole = segment(GROUPS);
    whole.fill(0, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_BYTES + GROUP_ALIGN);
    expect(read(whole)).toEqual({ records: [], end: "damaged" });
  });
});

test("any groups of any payloads are read as they were written", () => {
  const payload = fc.uint8Array({ maxLength: 3_000 });
  const group = fc.array(payload, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(group, { maxLength: 4 }), (groups) => {
      const { records, end } = read(segment(groups));
      expect(end).toBe("end");
      expect(records.map((line) => line.split(" ")[3] ?? "")).toEqual(
        groups.flat().map((each) => Buffer.from(each).toString("base64")),
      );
    }),
    { numRuns: 200 },
  );
});

test("no random corruption or truncation is read as if it were good", () => {
  const whole = segment(GROUPS);
  const good = read(whole);
  const damage = fc.oneof(
    fc.record({ kind: fc.constant("cut" as const), at: fc.nat(whole.length - 1) }),
    fc.record({
      kind: fc.constant("bytes" as const),
      at: fc.nat(whole.length - 65),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    }),
    fc.record({
      kind: fc.constant("zeros" as const),
      at: fc.nat(whole.length - 1),
      length: fc.integer({ min: 1, max: 5_000 }),
    }),
    fc.record({
      kind: fc.constant("moved" as const),
      from: fc.nat(whole.length - 1),
      at: fc.nat(whole.length - 1),
      length: fc.integer({ min: 1, max: 5_000 }),
    }),
  );
  fc.assert(
    fc.property(damage, (each) => {
      let bytes = Buffer.from(whole);
      if (each.kind === "cut") bytes = bytes.subarray(0, each.at);
      else if (each.kind === "bytes") bytes.set(each.bytes, each.at);
      else if (each.kind === "zeros")
        bytes.fill(0, each.at, Math.min(each.at + each.length, bytes.length));
      else whole.copy(bytes, each.at, each.from, each.from + each.length);
      if (bytes.equals(whole)) return;
      const { end, records } = read(bytes);
      if (end === "damaged" || end === "header") return;
      // What is cut is the last write at most; what is read is what was written.
      expect(records).toEqual(good.records.slice(0, records.length));
      expect(records.length).toBeGreaterThanOrEqual(3);
      // Read as complete: only when the last write is gone as a whole, as if it had never been begun.
      if (end === "end") expect(records).toHaveLength(3);
      if (each.kind === "cut") expect(end).toBe("damaged");
    }),
    { numRuns: CORRUPTIONS, seed: 4 },
  );
}, 600_000);
