import { describe, expect, it } from "vitest";
import { formatDecimal } from "./decode/decimal.ts";
import { longFrame } from "./encode/frame.ts";
import { TELEGRAMS_MAX } from "./link/bounds.ts";
import { createMaster } from "./master.ts";
import { createSlaveBus } from "./slave/bus.ts";
import { HISTORY_MAX, MOMENTARY_ONLY, type SlaveMeter } from "./slave/meter.ts";
import { TEST_AT_S, testElectricityMeter, testWaterMeter } from "./testing/meters.ts";
import { bytesOf, frameOf } from "./testing/telegrams.ts";
import { createMemoryWire } from "./testing/wire.ts";

const FIRST = "7B 01 7C";
/** The header of the first test meter, whose own address is 1. */
const OWN_HEADER = "01 00 00 10 24 40 01 07 01 00 00 00";
const SECOND = "5B 01 5C";

function setUp(meters: readonly SlaveMeter[] = [testWaterMeter(1), testWaterMeter(2)]) {
  const bus = createSlaveBus(meters);
  return { bus, wire: createMemoryWire(bus), master: createMaster() };
}

/** What the master sent, shortened to control, address and checksum of short frames. */
function shortOnes(sent: readonly string[]): string[] {
  return sent.filter((frame) => frame.startsWith("10")).map((frame) => frame.slice(3, 11));
}

describe("a read by primary address", () => {
  it("initialises once, then turns the frame-count bit from answer to answer", () => {
    const { wire, master } = setUp();
    for (let round = 0; round < 3; round++) {
      const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
      expect(readout).toMatchObject({ ok: true, header: { id: "10000001" }, telegrams: 1 });
    }
    expect(shortOnes(wire.sent)).toEqual(["40 01 41", FIRST, SECOND, FIRST]);
  });

  it("repeats with the same bit after silence, and the meter then repeats its telegram", () => {
    const { wire, master } = setUp();
    wire.script.push(bytesOf("E5"), "silence");
    const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(readout.ok).toBe(true);
    expect(shortOnes(wire.sent)).toEqual(["40 01 41", FIRST, FIRST]);
  });

  it("takes that same header from the right address", () => {
    const { wire, master } = setUp();
    const meter = { by: "primary", address: 1, id: "10000001" } as const;
    wire.script.push(bytesOf("E5"), longFrame(8, 1, 0x72, bytesOf(OWN_HEADER)));
    expect(wire.run((talk) => master.read(talk, meter)).ok).toBe(true);
  });

  it("initialises anew after a failure", () => {
    const { bus, wire, master } = setUp();
    const read = () => wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(read().ok).toBe(true);
    bus.setFault("10000001", "silent");
    expect(read()).toMatchObject({ ok: false, fault: "timeout" });
    bus.setFault("10000001", undefined);
    wire.sent.length = 0;
    expect(read().ok).toBe(true);
    expect(shortOnes(wire.sent)).toEqual(["40 01 41", FIRST]);
  });

  it.each([
    ["another address", longFrame(8, 2, 0x72, bytesOf(OWN_HEADER)), "wrong_identity"],
    ["another id", frameOf("0C 13 99 99 99 99"), "wrong_identity"],
    ["a request's control field", longFrame(0x53, 1, 0x72, bytesOf(OWN_HEADER)), "malformed"],
    ["an acknowledgement", bytesOf("E5"), "malformed"],
    ["a broken checksum", bytesOf("68 03 03 68 08 01 70 00 16"), "malformed"],
  ])("does not take an answer with %s", (_what, answer, fault) => {
    const { wire, master } = setUp();
    const meter = { by: "primary", address: 1, id: "10000001" } as const;
    wire.script.push(bytesOf("E5"), answer, answer, answer);
    expect(wire.run((talk) => master.read(talk, meter))).toMatchObject({ ok: false, fault });
  });

  it.each([
    ["68 04 04 68 08 01 70 08 81 16", "busy"],
    ["68 04 04 68 08 01 70 03 7C 16", "refused"],
  ])("gives the meter's own refusal %s as %s", (hex, fault) => {
    const { wire, master } = setUp();
    wire.script.push(bytesOf("E5"), bytesOf(hex));
    const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(readout).toMatchObject({ ok: false, fault });
  });
});

describe("a readout of several telegrams", () => {
  const history = Array.from({ length: HISTORY_MAX }, (_, index) => ({
    atS: TEST_AT_S - (index + 1) * 86_400,
    volumeMl: BigInt(index) * 1_000n,
  }));

  it("is read to its end, every record in order", () => {
    const { wire, master } = setUp([{ ...testWaterMeter(1), history: () => history }]);
    const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    if (!readout.ok) throw new Error(readout.message);
    expect(readout.telegrams).toBeGreaterThan(1);
    const stored = readout.records.filter(({ storage, unit }) => storage > 0 && unit === "m^3");
    const litres = stored.map(({ value }) =>
      value.kind === "number" ? formatDecimal({ ...value.number, exponent: 0 }) : "",
    );
    expect(litres).toEqual(history.map((_, index) => String(index)));
  });

  it("ends when the same telegram comes twice", () => {
    const { bus, wire, master } = setUp();
    bus.setFault("10000001", "endless_same");
    const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(readout).toMatchObject({ ok: true, telegrams: 1 });
    expect(shortOnes(wire.sent)).toEqual(["40 01 41", FIRST, SECOND]);
  });

  it("is refused beyond its bound", () => {
    const { bus, wire, master } = setUp();
    bus.setFault("10000001", "endless");
    const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(readout).toMatchObject({ ok: false, fault: "malformed" });
    expect(shortOnes(wire.sent)).toHaveLength(1 + TELEGRAMS_MAX);
  });

  it("does not take a second telegram of another meter", () => {
    const { bus, wire, master } = setUp();
    bus.setFault("10000001", "endless");
    const stranger = frameOf("01 03 05");
    wire.script.push(
      bytesOf("E5"),
      longFrame(8, 1, 0x72, frameOf("1F").subarray(7, -2)),
      ...[1, 2, 3].map(() => longFrame(8, 2, 0x72, stranger.subarray(7, -2))),
    );
    const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(readout).toMatchObject({ ok: false, fault: "wrong_identity" });
  });
});

describe("a read by secondary address", () => {
  it("selects the meter by its id and reads it at 253", () => {
    const { wire, master } = setUp();
    const meter = { by: "secondary", id: "10000002" } as const;
    const readout = wire.run((talk) => master.read(talk, meter));
    expect(readout).toMatchObject({ ok: true, address: 2, header: { id: "10000002" } });
    expect(wire.sent[0]).toBe("68 0B 0B 68 53 FD 52 02 00 00 10 FF FF FF FF B0 16");
    expect(shortOnes(wire.sent)).toEqual(["7B FD 78"]);
  });

  it("selects again for the next meter, which ends the first selection", () => {
    const { wire, master } = setUp();
    for (const id of ["10000002", "10000001", "10000002"]) {
      const readout = wire.run((talk) => master.read(talk, { by: "secondary", id }));
      expect(readout).toMatchObject({ ok: true, header: { id } });
    }
  });

  it("does not take the answer of a meter that was not asked for", () => {
    const { bus, wire, master } = setUp();
    bus.setFault("10000001", "wrong_id");
    const readout = wire.run((talk) => master.read(talk, { by: "secondary", id: "10000001" }));
    expect(readout).toMatchObject({ ok: false, fault: "wrong_identity" });
  });

  it("finds nobody behind an unknown id", () => {
    const { wire, master } = setUp();
    const readout = wire.run((talk) => master.read(talk, { by: "secondary", id: "99999999" }));
    expect(readout).toMatchObject({ ok: false, fault: "timeout" });
  });
});

describe("an application reset", () => {
  it("carries its sub-code, and the next readout begins at its first telegram", () => {
    const history = Array.from({ length: HISTORY_MAX }, () => ({ atS: TEST_AT_S, volumeMl: 1n }));
    const { wire, master } = setUp([{ ...testWaterMeter(1), history: () => history }]);
    const meter = { by: "primary", address: 1 } as const;
    const whole = wire.run((talk) => master.read(talk, meter));
    const reset = MOMENTARY_ONLY;
    const brief = wire.run((talk) => master.read(talk, meter, { reset }));
    expect(wire.sent).toContain("68 04 04 68 73 01 50 50 14 16");
    if (!whole.ok || !brief.ok) throw new Error("not read");
    expect(whole.telegrams).toBeGreaterThan(1);
    expect(brief.telegrams).toBe(1);
    expect(wire.run((talk) => master.reset(talk, meter))).toEqual({ ok: true });
    expect(wire.run((talk) => master.read(talk, meter))).toMatchObject({
      telegrams: whole.telegrams,
    });
  });
});

describe("a meter that begins its telegrams anew in the middle of a readout", () => {
  it("has what it said before counted once", () => {
    const history = Array.from({ length: HISTORY_MAX }, () => ({ atS: TEST_AT_S, volumeMl: 1n }));
    const { bus, wire, master } = setUp([{ ...testWaterMeter(1), history: () => history }]);
    bus.setFault("10000001", "restart");
    const readout = wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(readout).toMatchObject({ ok: true, telegrams: 1 });
    if (!readout.ok) return;
    expect(
      readout.records.filter(({ storage, unit }) => storage === 0 && unit === "m^3"),
    ).toHaveLength(1);
  });
});

describe("a change of rate", () => {
  const CHANGE = { from: 2_400, to: 9_600 } as const;

  it.each([
    { by: "primary", address: 1 },
    { by: "secondary", id: "10000001" },
  ] as const)("is followed by the line, and proven there: %j", (meter) => {
    const { wire, master } = setUp([testWaterMeter(1)]);
    expect(wire.run((talk) => master.setBaud(talk, meter, CHANGE))).toEqual({ ok: true });
    expect(wire.sent.some((frame) => frame.includes(" BD "))).toBe(true);
    expect(wire.baud()).toBe(9_600);
    expect(wire.run((talk) => master.read(talk, meter)).ok).toBe(true);
  });

  it("that a meter acknowledges and does not make is taken back", () => {
    const { wire, master } = setUp([{ ...testWaterMeter(1), bauds: [300, 2_400] }]);
    const meter = { by: "primary", address: 1 } as const;
    expect(wire.run((talk) => master.setBaud(talk, meter, CHANGE))).toMatchObject({
      ok: false,
      fault: "refused",
      message: expect.stringContaining("stays at 2400"),
    });
    expect(wire.baud()).toBe(2_400);
    expect(wire.run((talk) => master.read(talk, meter)).ok).toBe(true);
  });

  it("is not asked for where the line keeps its rate", () => {
    const wire = createMemoryWire(createSlaveBus([testWaterMeter(1)]), { fixed: true });
    const meter = { by: "primary", address: 1 } as const;
    const done = wire.run((talk) => createMaster().setBaud(talk, meter, CHANGE));
    expect(done).toMatchObject({ ok: false, fault: "refused" });
    expect(wire.sent).toEqual([]);
  });

  it("to nobody is a time-out, and the line stays", () => {
    const { wire, master } = setUp();
    const meter = { by: "primary", address: 9 } as const;
    const done = wire.run((talk) => master.setBaud(talk, meter, CHANGE));
    expect(done).toMatchObject({ ok: false, fault: "timeout" });
    expect(wire.baud()).toBe(2_400);
  });
});

describe("every conversation", () => {
  it("is over within its total time, however slow the bus", () => {
    const { wire, master } = setUp();
    wire.script.push(
      bytesOf("E5"),
      ..."x"
        .repeat(50)
        .split("")
        .map(() => "silence" as const),
    );
    const nowMs = wire.run(function* (talk) {
      const hurried = {
        ...talk,
        deadlineMs: talk.nowMs + 5_000,
        bounds: { ...talk.bounds, retries: 40 },
      };
      const readout = yield* master.read(hurried, { by: "primary", address: 1 });
      expect(readout).toMatchObject({ ok: false, fault: "timeout" });
      return hurried.nowMs - talk.nowMs;
    });
    expect(nowMs).toBeLessThan(5_000 + 250 + 1);
  });

  it("reads live values, not those of the time before", () => {
    let energyWh = 100n;
    const { wire, master } = setUp([testElectricityMeter(1, () => energyWh)]);
    const read = () => wire.run((talk) => master.read(talk, { by: "primary", address: 1 }));
    expect(read()).toMatchObject({ records: [{ value: { number: { digits: 100n } } }, {}, {}] });
    energyWh = 107n;
    expect(read()).toMatchObject({ records: [{ value: { number: { digits: 107n } } }, {}, {}] });
  });
});
