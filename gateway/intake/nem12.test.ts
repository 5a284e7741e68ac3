import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNem12 } from "./nem12.ts";

const EXAMPLES = fileURLToPath(
  new URL("../../../shared/data/readings/nem12/examples/", import.meta.url),
);
const day = (values: readonly string[], date = "20240102", quality = "A"): string =>
  `300,${date},${values.join(",")},${quality},,,20240103120000,`;
const file = (...records: string[]): string =>
  ["100,NEM12,202401030000,MDA1,Ret1", "200,NMI1,E1,1,E1,N1,SER1,kWh,30,", ...records, "900"].join(
    "\r\n",
  );
const half = (value: string): string[] => Array.from({ length: 48 }, () => value);

test("intervals become a register at their ends, in the market's time, exactly", () => {
  const { readings, meters, faults } = readNem12(file(day(half("0.0001"))));
  expect(faults).toEqual([]);
  expect(readings[0]).toMatchObject({ registerAtoms: 0n, atS: Date.UTC(2024, 0, 1, 14) / 1_000 });
  expect(readings.at(-1)).toMatchObject({
    registerAtoms: 4n,
    atS: Date.UTC(2024, 0, 2, 14) / 1_000,
    quality: "actual",
    line: 3,
  });
  expect(meters).toMatchObject([{ meterId: "NMI1/E1", advanceAtoms: 4n, readings: 49 }]);
});

test("qualities: substituted and estimated are estimates, null gives no reading and no quantity", () => {
  const text = file(
    day(half("1"), "20240102", "V"),
    "400,1,10,A,,",
    "400,11,12,E14,,",
    "400,13,20,S11,,",
    "400,21,24,N,,",
    "400,25,48,F16,,",
  );
  const { meters, readings } = readNem12(text);
  expect(meters).toMatchObject([
    { advanceAtoms: 44_000n, estimated: 34, missing: 4, readings: 45 },
  ]);
  expect(readings.filter(({ quality }) => quality === "actual").length).toBe(11);
});

test("days in any order are counted in the order of their times; one that comes twice is told and counts once", () => {
  const text = file(day(half("2"), "20240103"), day(half("1")), day(half("9"), "20240103"));
  const { readings, meters, faults } = readNem12(text);
  expect(meters[0]?.advanceAtoms).toBe(144_000n);
  expect(readings.map(({ atS }) => atS)).toEqual(
    readings.map(({ atS }) => atS).toSorted((a, b) => a - b),
  );
  expect(faults).toEqual([{ line: 5, message: "this day of NMI1/E1 is in the file already" }]);
});

test.each([
  ["an empty file", "", 1, "empty"],
  ["no header", "200,NMI1,E1", 1, "no header"],
  ["another kind", "100,NEM13,x\n250,a\n900", 1, "NEM13"],
  ["a zip archive", "PK\u0003\u0004", 1, "unpack"],
  ["no data", "100,NEM12,x\n900", 1, "no data"],
  ["too few intervals", file(day(half("1").slice(1))), 3, "47 intervals in place of 48"],
  ["a value that is none", file(day(["x1", ...half("1").slice(1)])), 3, "no decimal"],
  ["a negative value", file(day(["-1", ...half("1").slice(1)])), 3, "no decimal"],
  ["a day that is none", file(day(half("1"), "20240230")), 3, "no day"],
  [
    "qualities with a hole",
    file(day(half("1"), "20240102", "V"), "400,1,9,A", "400,11,48,A"),
    5,
    "10 of 48 is next",
  ],
  [
    "qualities that end early",
    file(day(half("1"), "20240102", "V"), "400,1,9,A"),
    3,
    "told for 9 of 48",
  ],
  ["no end", file(day(half("1"))).replace("\r\n900", ""), 3, "cut short"],
  ["an unknown record", file("700,a"), 3, "no NEM12 record"],
  [
    "a day without a stream",
    "100,NEM12,x\n300,20240102,1,A\n200,NMI1,E1,1,E1,N1,S,kWh,30,\n900",
    2,
    "without a good 200",
  ],
])("%s is refused with its line and the reason", (_, text, line, reason) => {
  const { faults } = readNem12(text);
  expect(faults[0]?.line).toBe(line);
  expect(faults[0]?.message).toContain(reason);
});

test("a bad day takes no other with it", () => {
  const { meters, faults } = readNem12(file(day(half("x")), day(half("1"), "20240103")));
  expect([faults.length, meters[0]?.advanceAtoms]).toEqual([1, 48_000n]);
});

test("any values: the register's advance is the floor of their exact sum", () => {
  const value = fc
    .tuple(fc.nat(99_999), fc.nat(999_999))
    .map(([whole, part]) => `${whole}.${String(part).padStart(6, "0")}`);
  fc.assert(
    fc.property(fc.array(value, { minLength: 48, maxLength: 48 }), (values) => {
      const sum = values.reduce((total, text) => total + BigInt(text.replace(".", "")), 0n);
      expect(readNem12(file(day(values))).meters[0]?.advanceAtoms).toBe(sum / 1_000n);
    }),
    { numRuns: 50 },
  );
});

test("whatever the text, it is read or refused, never thrown at", () => {
  const record = fc.constantFrom(
    "100,NEM12,x",
    "200,N,E1,1,E1,,S,kWh,720,",
    "300,20240101,1,2,A",
    "400,1,2,A",
    "900",
    "300,,",
    "400",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(record, fc.string()), { maxLength: 12 }), (lines) => {
      const { readings, meters } = readNem12(["100,NEM12,x", ...lines].join("\n"));
      expect(readings.length).toBe(meters.reduce((sum, meter) => sum + meter.readings, 0));
    }),
  );
});

describe.skipIf(!existsSync(EXAMPLES))("recorded files", () => {
  const bad = existsSync(EXAMPLES) ? readdirSync(`${EXAMPLES}invalid`) : [];
  test.each(bad)("the bad file %s is refused with line and reason", (name) => {
    const { faults } = readNem12(readFileSync(`${EXAMPLES}invalid/${name}`, "latin1"));
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]?.line).toBeGreaterThan(0);
  });

  test.each([
    ["actual_interval", { "VABD000163/E1": "53328" }, 0],
    ["different_interval_length", { "C123/E1": "254000", "C123/E2": "120000" }, 0],
    ["month_solar", { "NMI1234567/B1": "589172", "NMI1234567/E1": "270738" }, 0],
    ["multiple_quality", { "CCCC123456/E1": "896990" }, 44],
    ["substituted_interval", { "VBCD000022/E1": "110976" }, 48],
    ["upper_case_units", { "VABD000163/E1": "53328" }, 0],
    ["no_scheduled_read", { "NMI111/E1": "5840" }, 0],
  ])("%s has the right sums", (name, sums, estimated) => {
    const found = readNem12(
      readFileSync(`${EXAMPLES}unzipped/Example_NEM12_${name}.csv`, "latin1"),
    );
    expect(found.faults).toEqual([]);
    expect(
      Object.fromEntries(found.meters.map((meter) => [meter.meterId, String(meter.advanceAtoms)])),
    ).toEqual(sums);
    expect(found.meters.reduce((sum, meter) => sum + meter.estimated, 0)).toBe(estimated);
  });
});
