/**
 * Simulated meters for tests, neighbours on one bus: addresses and ids follow one another, registers are unlike.
 */
import type { SlaveMeter, SlaveRelay } from "../slave/meter.ts";

/** A moment at which all test meters stand still: 2026-03-01T12:00:00Z. */
export const TEST_AT_S = 1_772_366_400;

/** A relay that can be looked at. */
export function testRelay(connected = true): SlaveRelay {
  let state = connected;
  return {
    connected: () => state,
    set(next) {
      state = next;
    },
  };
}

/** Water meter `number` of a bus: address 1, 2, …; id 10000001, …; register 1 000 L, 2 000 L, …; with a valve. */
export function testWaterMeter(number: number): SlaveMeter & { relay: SlaveRelay } {
  return {
    address: number,
    id: String(10_000_000 + number),
    manufacturer: "PAD",
    version: 1,
    kind: "water",
    coding: "bcd",
    values: () => ({ atS: TEST_AT_S, volumeMl: BigInt(number) * 1_000_000n, flowMlPerH: 0n }),
    relay: testRelay(),
  };
}

/** An electricity meter without relay at `address`. */
export function testElectricityMeter(address: number, energyWh: () => bigint): SlaveMeter {
  return {
    address,
    id: String(20_000_000 + address),
    manufacturer: "KAM",
    version: 1,
    kind: "electricity",
    coding: "binary",
    values: () => ({ atS: TEST_AT_S, energyWh: energyWh(), powerW: 350n }),
  };
}
