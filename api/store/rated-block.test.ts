import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RATED_HEADERS, RATED_ROWS_MAX } from "../../engine/contract/rated.ts";
import { parseRatedBlock } from "./rated-block.ts";
import { blockBytes, blockHeaders, chargeRow, readingRow } from "./testing/rows.ts";

const parse = (headers: Record<string, string>, bytes: Uint8Array) =>
  parseRatedBlock((name) => headers[name] ?? "", bytes);

describe("a rated block", () => {
  it("is read with its table, token and rows", () => {
    const bytes = blockBytes("readings", [readingRow({}), readingRow({ account: 2 })]);
    expect(parse(blockHeaders("readings", "3-9-readings-0", 2), bytes)).toEqual({
      ok: true,
      block: { table: "readings", token: "3-9-readings-0", rows: 2, bytes, isAgain: false },
    });
  });

  const bytes = blockBytes("charges", [chargeRow({ account: 1 })]);
  const headers = blockHeaders("charges", "t", 1);
  it.each([
    {
      name: "another table",
      headers: { ...headers, [RATED_HEADERS.table]: "toString" },
      bytes,
      says: /is no table/,
    },
    {
      name: "no token",
      headers: { ...headers, [RATED_HEADERS.token]: "" },
      bytes,
      says: /1 to 128 characters/,
    },
    {
      name: "a long token",
      headers: { ...headers, [RATED_HEADERS.token]: "x".repeat(129) },
      bytes,
      says: /1 to 128/,
    },
    {
      name: "another count of rows",
      headers: { ...headers, [RATED_HEADERS.rows]: "2" },
      bytes,
      says: /says other than/,
    },
    {
      name: "columns of another table",
      headers: { ...headers, [RATED_HEADERS.table]: "readings" },
      bytes,
      says: /11 columns/,
    },
    { name: "no bytes", headers, bytes: Buffer.alloc(0), says: /5 columns/ },
    {
      name: "no rows",
      headers: { ...headers, [RATED_HEADERS.rows]: "0" },
      bytes: blockBytes("charges", []),
      says: /rows/,
    },
    { name: "an end too early", headers, bytes: bytes.subarray(0, -1), says: /cut short/ },
    {
      name: "bytes behind its end",
      headers,
      bytes: Buffer.concat([bytes, Buffer.of(0)]),
      says: /goes on behind/,
    },
    {
      name: "too many rows",
      headers,
      bytes: Buffer.of(5, 0x81, 0x80, 0x01),
      says: new RegExp(String(RATED_ROWS_MAX)),
    },
    { name: "a number without end", headers, bytes: Buffer.alloc(20, 0xff), says: /5 columns/ },
  ])("is refused with $name", ({ headers, bytes, says }) => {
    const parsed = parse(headers, bytes);
    expect(parsed.ok ? "" : parsed.reason).toMatch(says);
  });

  it("never makes the reader fail, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(bytes.length), (noise, at) => {
        const spoiled = Buffer.concat([bytes.subarray(0, at), noise]);
        const parsed = parse(headers, spoiled);
        expect(parsed.ok).toBe(parsed.ok && spoiled.length === bytes.length);
      }),
    );
  });
});
