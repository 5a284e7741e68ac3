import { describe, expect, it } from "vitest";
import { SLAVE_FAULTS } from "../drivers/mbus/slave/faults.ts";
import { faultyReads } from "./faulty-reads.ts";

describe("M-Bus meters that misbehave on eight buses at once", () => {
  it("have no value taken for another meter's, over every fault", async () => {
    const report = await faultyReads({ reads: 600, buses: 8, seed: 20_261_122 });
    expect(report.foreign).toBe(0);
    expect(report.own + report.refused).toBe(report.reads);
    expect(report.own).toBeGreaterThan(report.reads / 10);
    for (const fault of SLAVE_FAULTS) expect(report.byFault[fault].reads).toBeGreaterThan(0);
  });
});
