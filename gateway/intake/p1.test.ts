import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { crc16 } from "./crc16.ts";
import { readP1 } from "./p1.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/data/p1/", import.meta.url));

/** A telegram with its checksum. */
function telegram(...lines: string[]): Buffer {
  const body = Buffer.from(["/ABC5meter", "", ...lines, "!"].join("\r\n"), "latin1");
  const crc = crc16(body).toString(16).toUpperCase().padStart(4, "0");
  return Buffer.concat([body, Buffer.from(`${crc}\r\n`)]);
}
const ID = "0-0:96.1.1(4B384547303034303436333935353037)";
const at = (time: string): string => `0-0:1.0.0(${time})`;
const energy = "1-0:1.8.1(000010.500*kWh)";

test("CRC-16/ARC of the usual check text", () => {
  expect(crc16(Buffer.from("123456789"))).toBe(0xbb3d);
});

test("tariffs add up to import, export is a register of its own, sub-meters keep their own time", () => {
  const found = readP1(
    telegram(
      ID,
      at("240115120000W"),
      energy,
      "1-0:1.8.2(000002.250*kWh)",
      "1-0:2.8.1(000000.125*kWh)",
      "0-1:24.1.0(003)",
      "0-1:96.1.0(4730303339303031)",
      "0-1:24.2.1(240115110000W)(00246.138*m3)",
    ),
  );
  expect(found.faults).toEqual([]);
  const noon = Date.UTC(2024, 0, 15, 11) / 1_000;
  expect(found.readings).toMatchObject([
    { meterId: "K8EG004046395507/1.8", registerAtoms: 12_750n, atS: noon, atom: "Wh" },
    { meterId: "K8EG004046395507/2.8", registerAtoms: 125n, atS: noon },
    { meterId: "G0039001", registerAtoms: 246_138_000n, atS: noon - 3_600, atom: "mL" },
  ]);
});

test.each([
  ["summer", "240715120000S", Date.UTC(2024, 6, 15, 10)],
  ["winter", "241215120000W", Date.UTC(2024, 11, 15, 11)],
  ["the hour that comes twice, first", "241027023000S", Date.UTC(2024, 9, 27, 0, 30)],
  ["the hour that comes twice, second", "241027023000W", Date.UTC(2024, 9, 27, 1, 30)],
])("%s time", (_, time, expected) => {
  const [reading] = readP1(telegram(ID, at(time), energy)).readings;
  expect(reading?.atS).toBe(expected / 1_000);
});

test("every flipped byte of a telegram is found by its checksum", () => {
  const good = telegram(ID, at("240115120000W"), energy);
  for (let i = 1; i < good.length - 7; i++) {
    const bad = Buffer.from(good);
    bad[i] = (bad[i] ?? 0) ^ 0x04;
    const { readings, faults } = readP1(bad);
    expect([i, readings.length, faults.length > 0]).toEqual([i, 0, true]);
  }
});

test("a damaged telegram takes no other with it", () => {
  const good = telegram(ID, at("240115120000W"), energy);
  const bad = Buffer.from(good.toString("latin1").replace("10.500", "10.501"), "latin1");
  const { readings, faults } = readP1(Buffer.concat([bad, good, bad]));
  expect([readings.length, faults.map(({ line }) => line)]).toEqual([1, [1, 13]]);
});

test.each([
  ["no time", telegram(ID, energy), "carries no time"],
  ["no serial number", telegram(at("240115120000W"), energy), "no serial number"],
  ["no telegram", Buffer.from(""), "no telegram"],
  ["no end", Buffer.from("/ABC\r\n1-0:1.8.1(1*kWh)\r\n"), "does not end"],
  ["something else", Buffer.from("meter,time\r\n"), "outside of a telegram"],
])("%s is told", (_, bytes, reason) => {
  const { readings, faults } = readP1(bytes);
  expect(readings).toEqual([]);
  expect(faults[0]?.message).toContain(reason);
});

test("a telegram without a time is taken at the time that is given", () => {
  expect(readP1(telegram(ID, energy), { readAtS: 5_000 }).readings[0]?.atS).toBe(5_000);
});

describe.skipIf(!existsSync(FOLDER))("recorded telegrams", () => {
  test.each([
    [
      "v4_2",
      {
        "3960221976967177082151037881335713/1.8": 3_016_829n,
        "4819243993373755377509728609491464": 981_443_000n,
      },
    ],
    ["v5", { "K8EG004046395507/1.8": 6_825n }],
    ["v5_two_mbus", { "E0044007382246019/1.8": 2_375_582n, G0039001936990619: 246_138_000n }],
    ["v3", { "2222ABCD123456789": 1_001_000n }],
    ["unpadded_crc", { "621848012D2C0B0C": 66_905_555n }],
  ])("%s", (name, expected) => {
    const { readings } = readP1(readFileSync(`${FOLDER}telegram_${name}.txt`));
    for (const [meterId, atoms] of Object.entries(expected))
      expect(readings.find((each) => each.meterId === meterId)?.registerAtoms).toBe(atoms);
  });
});
