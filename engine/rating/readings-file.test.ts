import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { unitNamed } from "../contract/services.ts";
import { openZone } from "../tariff/zone.ts";
import { READINGS_HEADER, type RecordedReadings, readReadings } from "./readings-file.ts";

const folder = mkdtempSync(join(tmpdir(), "drawdown-readings-"));
const path = join(folder, "readings.csv");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, unit = "kWh"): RecordedReadings {
  writeFileSync(path, text);
  const zone = openZone("Europe/Madrid");
  const found = unitNamed(unit);
  if (zone === undefined || found === undefined) throw new Error("no zone or unit");
  return readReadings(path, zone, found);
}

describe("lines that are no readings", () => {
  it.each([
    ["m,2024-01-01T00:00", "has 2 fields"],
    ["m,2024-01-01T00:00,1,2", "has 4 fields"],
    [",2024-01-01T00:00,1", "meter_id must have"],
    [`${"m".repeat(65)},2024-01-01T00:00,1`, "meter_id must have"],
    ["m,yesterday,1", 'read_at "yesterday" is no time'],
    ["m,2024-02-30T00:00,1", "is no time"],
    ["m,2024-01-01T00:00:00.5,1", "is no time"],
    ["m,1969-12-31T23:00:00Z,1", "is no time"],
    ["m,2024-01-01T00:00,", 'register "" is no decimal'],
    ["m,2024-01-01T00:00,-1", 'register "-1" is no decimal'],
    ["m,2024-01-01T00:00,1e3", "is no decimal"],
    ["m,2024-01-01T00:00,0.0001", "finer than one Wh"],
    ["m,2024-01-01T00:00,9007199254741.000", "over REGISTER_MAX"],
  ])("%s", (line, message) => {
    const { faults, order } = read(`${READINGS_HEADER}\nm,2024-01-01T00:00,1\n${line}\n`);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.line).toBe(3);
    expect(faults[0]?.message).toContain(message);
    expect(order).toHaveLength(1);
  });

  it("each names its own line, and the good ones between stay in order", () => {
    const { faults, meters, order } = read(
      [READINGS_HEADER, "a,2024-01-01T00:00,1", "bad", "b,2024-01-01T00:00,2", "b,x,3", ""].join(
        "\r\n",
      ),
    );
    expect(faults.map(({ line }) => line)).toEqual([3, 5]);
    expect(meters.map(({ meterId }) => meterId)).toEqual(["a", "b"]);
    expect([...order]).toEqual([0, 1]);
  });

  it("a file with another header is refused whole", () => {
    expect(() => read("id,at,value\n")).toThrow(READINGS_HEADER);
    expect(() => read("")).toThrow(READINGS_HEADER);
  });
});

describe("readings", () => {
  it("times are local to the zone unless they carry an offset; registers are atoms", () => {
    const { meters } = read(
      `\uFEFF${READINGS_HEADER}\nm,2024-07-01T12:00,1.5\nm,2024-07-01T12:00:00Z,0001.501\n`,
    );
    const noonUtcS = Date.UTC(2024, 6, 1, 12) / 1_000;
    expect(meters[0]?.readings).toEqual([
      { atS: noonUtcS - 7_200, registerAtoms: 1_500 },
      { atS: noonUtcS, registerAtoms: 1_501 },
    ]);
  });

  it("R13 the least step is one of the last decimal place that the meter shows", () => {
    const { meters } = read(
      `${READINGS_HEADER}\na,2024-01-01T00:00,1\na,2024-01-01T01:00,1.50\nb,2024-01-01T00:00,1\n`,
    );
    expect(meters.map(({ stepAtoms }) => stepAtoms)).toEqual([10n, 1_000n]);
  });
});
