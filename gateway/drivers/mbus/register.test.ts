import { describe, expect, it } from "vitest";
import { billedAtoms } from "./register.ts";
import { recordsIn } from "./testing/telegrams.ts";

describe("the billed register", () => {
  it.each([
    ["volume", "0C 13 78 56 34 12", 12_345_678_000n],
    ["volume", "0C 16 78 56 34 12", 12_345_678_000_000n],
    ["volume", "04 10 07 00 00 00", 7n],
    ["energy", "04 03 07 00 00 00", 7n],
    ["energy", "04 06 07 00 00 00", 7_000n],
    ["energy", "04 00 CF 07 00 00", 1n],
    ["energy", "05 06 CD CC CC 3D", 100n],
    ["energy", "04 0E 07 00 00 00", 1_944n],
    ["energy", "04 83 3B 07 00 00 00", 7n],
    ["energy", "04 83 3B 05 00 00 00 04 03 07 00 00 00", 7n],
    ["energy", "04 83 3C 05 00 00 00 04 83 3B 07 00 00 00", 7n],
    [
      "energy",
      "44 03 01 00 00 00 14 03 02 00 00 00 84 10 03 03 00 00 00 84 40 03 04 00 00 00 04 03 07 00 00 00",
      7n,
    ],
  ] as const)("of %s in %s is %d atoms", (quantity, hex, atoms) => {
    expect(billedAtoms(recordsIn(hex), quantity)).toMatchObject({ ok: true, atoms });
  });

  it.each([
    ["volume", "04 03 07 00 00 00", "another quantity"],
    ["energy", "44 03 07 00 00 00", "of an earlier date"],
    ["energy", "14 03 07 00 00 00", "a maximum"],
    ["energy", "34 03 07 00 00 00", "of an error state"],
    ["energy", "84 10 03 07 00 00 00", "of one tariff"],
    ["energy", "84 40 03 07 00 00 00", "of a subunit"],
    ["energy", "04 83 3C 07 00 00 00", "backward"],
    ["energy", "04 83 7F 07 00 00 00", "the maker's own"],
    ["energy", "04 83 15 07 00 00 00", "marked as missing"],
    ["energy", "04 83 78 07 00 00 00", "with a constant added"],
    ["energy", "0C 03 FF FF FF FF", "BCD without digits"],
    ["energy", "04 03 FF FF FF FF", "negative"],
    ["energy", "04 FB 0C 07 00 00 00", "in calories"],
    ["energy", "05 03 00 00 C0 7F", "a float that is no number"],
    ["energy", "", "nothing"],
  ] as const)("of %s is not taken from %s: %s", (quantity, hex, _what) => {
    const result = billedAtoms(recordsIn(hex), quantity);
    expect(result).toMatchObject({ ok: false, fault: "not_available" });
  });
});
