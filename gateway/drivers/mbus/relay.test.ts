import { describe, expect, it } from "vitest";
import { relayActionIn, relayRecord, relayStateOf, STANDARD_RELAY } from "./relay.ts";
import { bytesOf, recordsIn } from "./testing/telegrams.ts";

const WIDE = { dif: "02", vif: "FD1A", cut: 0x55, restore: 0xaa };

describe("a relay's record", () => {
  it.each([
    [STANDARD_RELAY, "cut", "01 FD 1F 00"],
    [STANDARD_RELAY, "restore", "01 FD 1F 01"],
    [WIDE, "cut", "02 FD 1A 55 00"],
    [WIDE, "restore", "02 FD 1A AA 00"],
  ] as const)("by %o to %s is %s", (relay, action, hex) => {
    expect(relayRecord(relay, action)).toEqual(bytesOf(hex));
    expect(relayActionIn(bytesOf(hex), relay)).toBe(action);
  });

  it.each(["", "01 FD 1F", "01 FD 1F 02", "01 FD 1F 01 00", "01 FD 1A 01"])(
    "%s asks for nothing",
    (hex) => {
      expect(relayActionIn(bytesOf(hex), STANDARD_RELAY)).toBeUndefined();
    },
  );

  it.each([
    ["01 FD 1F 00", "disconnected"],
    ["01 FD 1F 01", "connected"],
    ["02 FD 1F 01 00", "connected"],
    ["0C 13 78 56 34 12 01 FD 1F 01", "connected"],
    ["01 FD 1F 02", undefined],
    ["09 FD 1F FA", undefined],
    ["41 FD 1F 01", "none"],
    ["01 FD 9F 15 01", "none"],
    ["01 FD 1A 01", "none"],
    ["", "none"],
  ])("%s in a readout says %s", (hex, state) => {
    expect(relayStateOf(recordsIn(hex), STANDARD_RELAY)).toBe(state);
  });

  it("is read back from another record where the maker tells it there", () => {
    const read_back = { dif: "8140", vif: "FD1A", cut: 3, restore: 4 };
    const relay = { ...STANDARD_RELAY, read_back };
    expect(relayRecord(relay, "cut")).toEqual(bytesOf("01 FD 1F 00"));
    expect(relayStateOf(recordsIn("81 40 FD 1A 03 01 FD 1F 01"), relay)).toBe("disconnected");
    expect(relayStateOf(recordsIn("81 40 FD 1A 04"), relay)).toBe("connected");
    expect(relayStateOf(recordsIn("01 FD 1A 04 01 FD 1F 01"), relay)).toBe("none");
  });
});
