import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReadRequest } from "./calls.ts";
import { billingRange, covers, identityRange, planBlocks, planRead, relayRange } from "./plan.ts";
import { item, quickModbusDevices } from "./testing/field.ts";

const strict = { request_words: 10, gap_words: 0 };
const at = (functionCode: 1 | 3 | 4, address: number, count: number): ReadRequest => ({
  functionCode,
  address,
  count,
});

describe("ranges are joined into blocks", () => {
  test.each([
    ["neighbours", [at(3, 0, 2), at(3, 2, 4)], strict, [at(3, 0, 6)]],
    ["in any order", [at(3, 2, 4), at(3, 0, 2)], strict, [at(3, 0, 6)]],
    ["overlapping", [at(3, 0, 4), at(3, 2, 1)], strict, [at(3, 0, 4)]],
    ["not across a gap", [at(3, 0, 2), at(3, 3, 2)], strict, [at(3, 0, 2), at(3, 3, 2)]],
    [
      "across a gap that the device allows",
      [at(3, 0, 2), at(3, 3, 2)],
      { request_words: 10, gap_words: 1 },
      [at(3, 0, 5)],
    ],
    [
      "not over the longest request",
      [at(3, 0, 6), at(3, 6, 6)],
      strict,
      [at(3, 0, 6), at(3, 6, 6)],
    ],
    ["not across function codes", [at(3, 0, 2), at(4, 2, 2)], strict, [at(3, 0, 2), at(4, 2, 2)]],
    [
      "bits have a longest request of their own",
      [at(1, 0, 8), at(1, 8, 8)],
      strict,
      [at(1, 0, 16)],
    ],
    ["nothing", [], strict, []],
  ] as [string, ReadRequest[], typeof strict, ReadRequest[]][])(
    "%s",
    (_, ranges, limits, blocks) => {
      expect(planBlocks(ranges, limits)).toEqual(blocks);
    },
  );

  test("every range lies whole in one block, blocks are short enough and ask for nothing else", () => {
    const range = fc.record({
      functionCode: fc.constantFrom(3, 4) as fc.Arbitrary<3 | 4>,
      address: fc.integer({ min: 0, max: 60 }),
      count: fc.integer({ min: 1, max: 4 }),
    });
    const limits = fc.record({
      request_words: fc.integer({ min: 4, max: 20 }),
      gap_words: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), limits, (ranges, limit) => {
        const blocks = planBlocks(ranges, limit);
        for (const one of ranges) expect(blocks.some((block) => covers(block, one))).toBe(true);
        for (const block of blocks) {
          expect(block.count).toBeLessThanOrEqual(limit.request_words);
          if (limit.gap_words > 0) continue;
          for (let address = block.address; address < block.address + block.count; address++) {
            const word = at(block.functionCode as 3 | 4, address, 1);
            expect(ranges.some((one) => covers(one, word))).toBe(true);
          }
        }
      }),
    );
  });
});

describe("a reading's requests", () => {
  const wanted = { identity: true, billing: true, display: false, relay: true };

  test.each(quickModbusDevices())(
    "%s: identity first, all that is needed, no more than 4 requests",
    (_, device) => {
      const blocks = planRead(device, wanted);
      const needed = [identityRange(device), billingRange(device), relayRange(device)];
      for (const range of needed) {
        if (range !== undefined) expect(blocks.some((block) => covers(block, range))).toBe(true);
      }
      const identity = identityRange(device);
      if (identity !== undefined) expect(covers(item(blocks, 0), identity)).toBe(true);
      expect(blocks.length).toBeLessThanOrEqual(4);
    },
  );

  test("leaves out what is not wanted", () => {
    const [, device] = item(quickModbusDevices(), 0);
    expect(planRead(device, { ...wanted, identity: false, relay: false })).toEqual([
      billingRange(device),
    ]);
  });
});
