import { describe, expect, it } from "vitest";
import { decodeRecords, recordsIn } from "../testing/telegrams.ts";
import { recordJson } from "./json.ts";

/** Value, unit and quantity of the only record. */
function shown(hex: string): (string | null)[] {
  const records = recordsIn(hex).map(recordJson);
  expect(records).toHaveLength(1);
  return records.flatMap(({ value, unit, quantity }) => [value, unit, quantity]);
}

describe("data of a record", () => {
  it.each([
    ["01 03 7F", "127"],
    ["01 03 FF", "-1"],
    ["02 03 00 80", "-32768"],
    ["03 03 FF FF 7F", "8388607"],
    ["04 03 00 00 00 80", "-2147483648"],
    ["06 03 FF FF FF FF FF 7F", "140737488355327"],
    ["07 00 FF FF FF FF FF FF FF 7F", "9223372036854775.807"],
    ["05 00 00 00 C0 3F", "0.0015"],
    ["05 03 00 00 00 80", "0"],
    ["05 2B CD CC CC 3D", "0.100000001490116119384765625"],
    ["09 13 99", "0.099"],
    ["0A 13 34 12", "1.234"],
    ["0C 13 78 56 34 12", "12345.678"],
    ["0E 03 01 00 00 00 00 99", "990000000001"],
    ["0C 13 00 00 00 F0", "0"],
    ["0C 13 78 56 34 F2", "-2345.678"],
    ["0B 62 02 00 F0", "-0.2"],
    ["0D 03 C3 12 34 56", "563412"],
    ["0D 03 D2 34 12", "-1234"],
    ["0D 03 E3 01 02 03", "01 02 03"],
    ["0D FD 0B 03 43 42 41", "ABC"],
    ["0D FD 0B 00", ""],
    ["00 13", ""],
    ["08 13", ""],
  ])("%s is %s", (hex, value) => {
    expect(shown(hex)[0]).toBe(value);
  });

  it.each([
    ["0C 13 A1 00 00 00", "A"],
    ["0C 13 00 00 00 A0", "A in front"],
    ["0C 13 00 00 00 FF", "two F"],
    ["0C 13 00 00 00 0F", "F not in front"],
    ["09 13 FF", "a sign and no digit"],
    ["0D 03 C1 F1", "sign in an unsigned"],
    ["05 03 00 00 80 7F", "infinity"],
    ["05 03 01 00 80 FF", "not a number"],
  ])("%s holds no value (%s), and says so", (hex) => {
    const [record] = recordsIn(hex).map(recordJson);
    expect(record).toMatchObject({ value: null, fault: expect.any(String) });
  });

  it("keeps the good records beside one without a value", () => {
    const values = recordsIn("0C 13 FF FF FF FF 04 03 05 00 00 00").map(recordJson);
    expect(values.map(({ value }) => value)).toEqual([null, "5"]);
  });
});

describe("identifications", () => {
  it.each([
    ["0C 78 56 34 12 00", "00123456", "Fabrication No"],
    ["0C 78 3E 02 00 05", "0500023E", "Fabrication No"],
    ["04 78 FF FF FF FF", "4294967295", "Fabrication No"],
    ["0C FD 10 01 00 00 00", "00000001", "Customer location"],
  ])("%s keeps its zeros: %s", (hex, value, quantity) => {
    expect(shown(hex)).toEqual([value, "", quantity]);
  });
});

describe("dates and times", () => {
  it.each([
    ["02 6C DF 1C", "2014-12-31"],
    ["02 6C 3F AC", "1981-12-31"],
    ["02 6C 1F AC", "2080-12-31"],
    ["02 6C FF FC", "*-12-31"],
    ["02 6C 00 00", "2000-00-00"],
    ["02 6C FF FF", "invalid"],
    ["04 6D 1E 08 61 19", "2011-09-01T08:30:00"],
    ["04 6D 1E 28 61 19", "2011-09-01T08:30:00"],
    ["04 6D 1E 48 61 19", "2111-09-01T08:30:00"],
    ["04 6D 9E 08 61 19", "invalid"],
    ["06 6D 2A 1E 08 61 19 00", "2011-09-01T08:30:42"],
    ["06 6D 2A 9E 08 61 19 00", "invalid"],
    ["03 6D 2A 1E 17", "23:30:42"],
    ["03 6D FF FF FF", "invalid"],
    ["04 FD 70 1E 08 61 19", "2011-09-01T08:30:00"],
  ])("%s is %s", (hex, value) => {
    expect(shown(hex)[0]).toBe(value);
  });
});

describe("value information", () => {
  it.each([
    ["04 06 01 00 00 00", ["1000", "Wh", "Energy"]],
    ["04 0E 01 00 00 00", ["1000000", "J", "Energy"]],
    ["04 FB 01 01 00 00 00", ["1000000", "Wh", "Energy"]],
    ["04 FB 08 01 00 00 00", ["100000000", "J", "Energy"]],
    ["04 FB 0D 01 00 00 00", ["1000000", "cal", "Energy"]],
    ["02 FB 03 01 00", ["10000", "varh", "Reactive energy"]],
    ["02 FB 2E 88 13", ["500", "Hz", "Frequency"]],
    ["02 FD 48 44 09", ["237.2", "V", "Voltage"]],
    ["02 FD 59 05 00", ["0.005", "A", "Current"]],
    ["02 FD 17 FF FF", ["65535", "", "Error flags"]],
    ["02 23 02 00", ["172800", "s", "On time"]],
    ["02 FD 6E 02 00", ["2", "month", "Operating time battery"]],
    ["02 5A 63 01", ["35.5", "°C", "Flow temperature"]],
    ["02 6F 63 01", ["355", "Reserved", "Reserved"]],
    ["02 EF 05 63 01", ["355", "Reserved", "Reserved"]],
    ["02 FD 7F 01 00", ["1", "Reserved", "Reserved"]],
    ["02 FC 03 48 52 25 74 D4 11", ["45.64", "", "%RH"]],
    ["02 7C 02 68 57 05 00", ["5", "", "Wh"]],
    ["01 7F 05", ["5", "", "Manufacturer specific"]],
    ["01 FF 93 00 05", ["5", "", "Manufacturer specific (13, 00)"]],
  ])("%s is %j", (hex, wanted) => {
    expect(shown(hex)).toEqual(wanted);
  });

  it.each([
    ["04 83 3B 05 00 00 00", "5", "Wh", "Energy (forward)"],
    ["04 83 3C 05 00 00 00", "5", "Wh", "Energy (backward)"],
    ["04 93 75 05 00 00 00", "0.0005", "m^3", "Volume"],
    ["04 93 F7 7D 05 00 00 00", "50", "m^3", "Volume"],
    ["04 83 79 05 00 00 00", "5.01", "Wh", "Energy (plus 10^-2)"],
    ["04 83 22 05 00 00 00", "5", "Wh/h", "Energy"],
    ["04 83 A8 3B 05 00 00 00", "5", "Wh", "Energy (increment per input pulse 0, forward)"],
    ["04 83 00 05 00 00 00", "5", "Wh", "Energy"],
    ["04 83 15 05 00 00 00", "5", "Wh", "Energy (no data available)"],
    ["04 AB 48 05 00 00 00", "5", "W", "Power (upper limit)"],
    ["02 AB 49 05 00", "5", "", "Power (number of upper limit exceeds)"],
    ["02 AB 5D 05 00", "300", "s", "Power (duration of last upper limit exceed)"],
    ["02 AB 66 05 00", "18000", "s", "Power (last duration)"],
    ["04 AB 6A 1E 08 61 19", "2011-09-01T08:30:00", "", "Power (begin of first value)"],
    ["04 AB 47 1E 08 61 19", "2011-09-01T08:30:00", "", "Power (end of last lower limit exceed)"],
    ["02 AB 39 DF 1C", "2014-12-31", "", "Power (start of)"],
    ["04 83 FC 01 05 00 00 00", "5", "Wh", "Energy (extension 01)"],
    ["02 FD C9 FF 01 ED 00", "237", "V", "Voltage (manufacturer-specific 01)"],
    ["04 83 44 05 00 00 00", "5", "Wh", "Energy (reserved 44)"],
  ])("%s is %s %s of %s", (hex, ...wanted) => {
    expect(shown(hex)).toEqual(wanted);
  });
});

describe("which register a record is", () => {
  it.each([
    ["04 03 00 00 00 00", "instantaneous", 0, 0, 0],
    ["14 03 00 00 00 00", "maximum", 0, 0, 0],
    ["24 03 00 00 00 00", "minimum", 0, 0, 0],
    ["34 03 00 00 00 00", "error", 0, 0, 0],
    ["44 03 00 00 00 00", "instantaneous", 1, 0, 0],
    ["84 10 03 00 00 00 00", "instantaneous", 0, 1, 0],
    ["84 40 03 00 00 00 00", "instantaneous", 0, 0, 1],
    ["C4 B2 41 03 00 00 00 00", "instantaneous", 37, 3, 2],
    [
      "C4 FF FF FF FF FF FF FF FF FF 7F 03 00 00 00 00",
      "instantaneous",
      2 ** 41 - 1,
      2 ** 20 - 1,
      1023,
    ],
  ])("%s is %s, storage %d, tariff %d, subunit %d", (hex, label, storage, tariff, subunit) => {
    expect(recordsIn(hex)).toMatchObject([{ function: label, storage, tariff, subunit }]);
  });
});

describe("the run of records", () => {
  it("passes over idle filler", () => {
    expect(recordsIn("2F 2F 01 03 05 2F 2F")).toHaveLength(1);
    expect(recordsIn("")).toEqual([]);
  });

  it.each([
    ["0F 01 02", "manufacturer", "01 02"],
    ["0F", "manufacturer", ""],
    ["1F", "more", ""],
    ["1F AA", "more", "AA"],
  ])("ends with the maker's own tail %s", (hex, label, text) => {
    expect(recordsIn(hex)).toMatchObject([{ function: label, value: { kind: "bytes", text } }]);
  });

  it.each([
    ["04", "record_truncated"],
    ["84", "record_truncated"],
    ["04 83", "record_truncated"],
    ["04 FD", "record_truncated"],
    ["04 03 00 00 00", "record_truncated"],
    ["0D 03", "record_truncated"],
    ["0D 03 05 41", "record_truncated"],
    ["02 7C 09 41", "value_information"],
    ["02 7C", "value_information"],
    ["0D 03 F7", "data_information"],
    ["0D 03 CA", "data_information"],
    ["3F", "data_information"],
    ["7F", "data_information"],
    ["84 80 80 80 80 80 80 80 80 80 80 00 03 00 00 00 00", "data_information"],
    ["04 83 80 80 80 80 80 80 80 80 80 80 00 00 00 00 00", "value_information"],
  ])("%s is refused: %s", (hex, code) => {
    expect(decodeRecords(hex)).toMatchObject({ ok: false, fault: { code } });
  });

  it("says at which byte of the frame it is torn", () => {
    expect(decodeRecords("01 03 05 04 03 00")).toMatchObject({ fault: { offset: 24 } });
  });
});
