import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ANY_ID, type SecondaryMask, selectionField, selectionText } from "./address.ts";
import { discoverBus } from "./discover.ts";
import { createMaster } from "./master.ts";
import { scanBus } from "./scan.ts";
import { SEARCH_PROBES_MAX, type SearchBounds, type SearchEvent, searchBus } from "./search.ts";
import type { SlaveMeter } from "./slave/meter.ts";
import { memoryBus } from "./testing/bus.ts";
import { testWaterMeter } from "./testing/meters.ts";

/** Meters as they come from their makers: all at address 0. */
function meterOf(id: string, change: Partial<SlaveMeter> = {}): SlaveMeter {
  return { ...testWaterMeter(1), address: 0, id, ...change };
}

async function search(
  wires: ReturnType<typeof memoryBus>,
  mask: SecondaryMask = { id: ANY_ID },
  bounds: SearchBounds = {},
) {
  const events: SearchEvent[] = [];
  const on = { bus: wires.bus, master: createMaster() };
  for await (const event of searchBus(on, selectionField(mask), bounds)) events.push(event);
  const found = events.flatMap((event) => (event.kind === "meter" ? [event.meter.header] : []));
  const unclear = events.filter(({ kind }) => kind === "unclear");
  const probes = events.filter(({ kind }) => kind === "probe").length;
  return { found, unclear, probes, ids: found.map(({ id }) => id).sort(), end: events.at(-1) };
}

describe("a search by selection", () => {
  it.each([
    ["nobody", []],
    ["one meter", ["12345678"]],
    ["ids that differ in the last digit", ["12345670", "12345671", "12345679"]],
    ["ids that differ in the first digit", ["02345678", "92345678"]],
    ["ids with letters, as some makers have", ["1234567A", "1234567B", "12345671"]],
  ])("finds %s", async (_what, ids) => {
    const result = await search(memoryBus(ids.map((id) => meterOf(id))));
    expect(result.ids).toEqual([...ids].sort());
    expect(result.unclear).toEqual([]);
    expect(result.end).toEqual({ kind: "end", probes: result.probes });
  });

  it("tells meters of one id apart by medium, version and maker", async () => {
    const meters = [
      meterOf("12345678", { kind: "heat" }),
      meterOf("12345678", { version: 7 }),
      meterOf("12345678", { manufacturer: "KAM" }),
      meterOf("12345678"),
    ];
    const { found, unclear } = await search(memoryBus(meters));
    const seen = found.map((one) => `${one.manufacturer} ${one.version} ${one.mediumCode}`).sort();
    expect(seen).toEqual(["KAM 1 7", "PAD 1 4", "PAD 1 7", "PAD 7 7"]);
    expect(unclear).toEqual([]);
  });

  it("says where meters cannot be told apart", async () => {
    const twins = [meterOf("12345678"), meterOf("12345678"), meterOf("87654321")];
    const { ids, unclear } = await search(memoryBus(twins), { id: ANY_ID, manufacturer: "PAD" });
    expect(ids).toEqual(["87654321"]);
    expect(unclear).toMatchObject([{ mask: "12345678 PAD 1 7", refusal: { fault: "malformed" } }]);
  });

  it.each([
    [{ id: "123FFFFF" }, ["12300001", "12355555"]],
    [{ id: ANY_ID, manufacturer: "KAM" }, ["45600001"]],
    [{ id: ANY_ID, version: 9 }, ["12355555"]],
    [{ id: ANY_ID, medium: 4 }, ["45600002"]],
  ])("is narrowed by %j", async (mask, ids) => {
    const meters = [
      meterOf("12300001"),
      meterOf("12355555", { version: 9 }),
      meterOf("45600001", { manufacturer: "KAM" }),
      meterOf("45600002", { kind: "heat" }),
    ];
    expect((await search(memoryBus(meters), mask)).ids).toEqual(ids);
  });

  it("names a meter whose answers are broken, and finds the others", async () => {
    const wires = memoryBus([meterOf("11111111"), meterOf("22222222")]);
    wires.slaves.setFault("11111111", "garbage");
    const { ids, unclear, end } = await search(wires, { id: ANY_ID }, { probesMax: 2_000 });
    expect(ids).toEqual(["22222222"]);
    expect(unclear.length).toBeGreaterThan(0);
    expect(end).toMatchObject({ kind: "end" });
  });

  it("ends at its bounds and says so", async () => {
    const meters = ["11111111", "11111112", "11111113"].map((id) => meterOf(id));
    const cut = await search(memoryBus(meters), { id: ANY_ID }, { probesMax: 20 });
    expect(cut.probes).toBe(20);
    expect(cut.end).toMatchObject({ kind: "end", probes: 20, refusal: { fault: "busy" } });
    const late = await search(memoryBus(meters), { id: ANY_ID }, { totalMs: 0 });
    expect(late.end).toMatchObject({ probes: 0, refusal: { fault: "timeout" } });
  });

  it("finds whatever ids there are, within its bound", async () => {
    const digits = fc.stringMatching(/^[0-9]{8}$/);
    const ids = fc.uniqueArray(digits, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(ids, async (wanted) => {
        const result = await search(memoryBus(wanted.map((id) => meterOf(id))));
        expect(result.ids).toEqual([...wanted].sort());
        expect(result.probes).toBeLessThan(SEARCH_PROBES_MAX);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a search by primary address", () => {
  const RANGE = { from: 1, to: 3 };

  it("names addresses that several meters share, and meters that give no data", async () => {
    const wires = memoryBus([
      testWaterMeter(1),
      meterOf("30000001", { address: 2 }),
      meterOf("30000002", { address: 2 }),
      testWaterMeter(3),
    ]);
    wires.slaves.setFault("10000003", "late");
    const told: number[] = [];
    const hits = [];
    const scan = { bus: wires.bus, master: createMaster(), range: RANGE };
    for await (const hit of scanBus({ ...scan, onAddress: (address) => told.push(address) })) {
      hits.push([hit.address, hit.result.ok ? hit.result.header.id : hit.result.fault]);
    }
    expect(told).toEqual([1, 2, 3]);
    expect(hits).toEqual([
      [1, "10000001"],
      [2, "malformed"],
      [3, "not_available"],
    ]);
  });
});

describe("discovery", () => {
  it("finds meters at their addresses, and by selection those that share one", async () => {
    const wires = memoryBus([testWaterMeter(1), meterOf("30000001"), meterOf("30000002")]);
    const found = [];
    for await (const meter of discoverBus({ bus: wires.bus, master: createMaster() })) {
      found.push(`${meter.address} ${meter.serial}`);
    }
    expect(found).toEqual(["1 10000001", "secondary 30000001", "secondary 30000002"]);
  });
});

describe("a selection as text", () => {
  it.each([
    [{ id: ANY_ID }, "******** * * *"],
    [{ id: "012FFFFF", manufacturer: "KAM", version: 1, medium: 7 }, "012***** KAM 1 7"],
  ])("%j", (mask, text) => {
    expect(selectionText(selectionField(mask))).toBe(text);
  });
});
