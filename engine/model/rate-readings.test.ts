import { describe, expect, it } from "vitest";
import { rateReadings } from "./rate-readings.ts";
import { dailyList, flatList, utc } from "./testing/lists.ts";

describe("recorded readings", () => {
  it("R10 … R15 counts each verdict, R35 charges between the accepted readings only", () => {
    const priceList = dailyList(
      { "00:00": "a", "12:00": "b" },
      { timezone: "UTC", charges: [{ name: "standing", every: "day", amount: "0.5" }] },
    );
    const readings = [
      { at: utc("2024-02-28T12:00Z"), register: 1_000n },
      { at: utc("2024-02-28T18:00Z"), register: 1_600n },
      { at: utc("2024-02-28T18:00Z"), register: 1_600n },
      { at: utc("2024-02-28T18:00Z"), register: 1_601n },
      { at: utc("2024-02-28T17:00Z"), register: 1_500n },
      { at: utc("2024-02-29T00:00Z"), register: 1_599n },
      // 30 hours: 6 h of b, 12 h of a, 12 h of b, at 10 an hour
      { at: utc("2024-03-01T00:00Z"), register: 1_900n },
      { at: utc("2024-03-09T00:00Z"), register: 99_999_999_999n },
      { at: utc("2024-03-09T00:00Z"), register: 3n },
    ];
    const [meter] = rateReadings({
      priceList,
      meters: [{ meterId: "m1", readings, maxRatePerHour: 1_000n, step: 10n }],
    });
    expect(meter).toEqual({
      meterId: "m1",
      verdicts: {
        accepted: 3,
        duplicate: 1,
        conflict: 1,
        late: 1,
        backwards: 2,
        implausible: 1,
        clock: 0,
        untariffed: 0,
        estimated: 0,
      },
      rollovers: 0,
      quantity: 900n,
      // b: 600 + 60 + 120 = 780 at 200; a: 120 at 100
      consumptionCost: 168_000n,
      // midnights of 29 February and 1 March
      chargesCost: 1_000_000n,
      lines: [
        { period: "a", block: 0, quantity: 120n, cost: 12_000n },
        { period: "b", block: 0, quantity: 780n, cost: 156_000n },
      ],
    });
  });

  it("R30 readings before the first version are untariffed until an opening after it", () => {
    const priceList = [flatList({ timezone: "UTC", effective_from: "2024-01-01" })];
    const at = (day: number) => ({ at: utc(`2024-01-0${day}T00:00Z`), register: BigInt(day) });
    const before = { at: utc("2023-12-31T23:59:59Z"), register: 0n };
    const [early, fine] = rateReadings({
      priceList,
      meters: [
        { meterId: "early", readings: [before, at(1), at(2)] },
        { meterId: "fine", readings: [at(1), at(2)] },
      ],
    });
    expect(early?.verdicts).toMatchObject({ accepted: 2, untariffed: 1 });
    expect(fine?.verdicts).toMatchObject({ accepted: 2, untariffed: 0 });
  });

  it("R12 counts a rollover as accepted and as rollover", () => {
    const [meter] = rateReadings({
      priceList: flatList(),
      meters: [
        {
          meterId: "m",
          readings: [
            { at: 0n, register: 995n },
            { at: 3_600n, register: 5n },
          ],
          modulus: 1_000n,
          maxRatePerHour: 10n,
        },
      ],
    });
    expect(meter).toMatchObject({ rollovers: 1, quantity: 10n, consumptionCost: 2_500n });
    expect(meter?.verdicts.accepted).toBe(2);
  });

  it("R2 meters do not share a carry, and a meter without readings costs nothing", () => {
    // 0.0005 picos… : 500 000 picos a Wh, half a micro
    const priceList = flatList({ rates: { all: [{ from: "0", price: "0.0005" }] } });
    const readings = [
      { at: 0n, register: 0n },
      { at: 60n, register: 1n },
    ];
    const meters = rateReadings({
      priceList,
      meters: [
        { meterId: "x", readings },
        { meterId: "y", readings },
        { meterId: "z", readings: [] },
      ],
    });
    expect(meters.map(({ consumptionCost }) => consumptionCost)).toEqual([0n, 0n, 0n]);
    expect(meters.map(({ verdicts }) => verdicts.accepted)).toEqual([2, 2, 0]);
  });
});
