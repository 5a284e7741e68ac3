import { expect, test } from "vitest";
import { fuzz } from "./modbus.ts";

test("20 000 random and mutated answers, requests, registrations and registers are taken or refused", async () => {
  const report = await fuzz({ count: 20_000, seed: 5 });
  expect(report).toMatchObject({ inputs: 20_000, thrown: 0 });
  expect(report.refused + report.decoded).toBe(20_000);
  expect(report.decoded).toBeGreaterThan(1_000);
  expect(report.refused).toBeGreaterThan(1_000);
}, 30_000);
