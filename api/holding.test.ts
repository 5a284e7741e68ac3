import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Service } from "../engine/contract/services.ts";
import { type Holding, heldAmount, heldIn, heldText } from "./holding.ts";

const holding = (holds: Holding["holds"], service: Service): Holding => ({
  holds,
  service,
  currency: "EUR",
});

describe("what an account holds", () => {
  it.each<[Holding["holds"], Service, bigint, string, string]>([
    ["money", "electricity", 12_345_678n, "12.345678", "EUR"],
    ["money", "electricity", -1n, "-0.000001", "EUR"],
    ["quantity", "electricity", 12_345_678_901n, "12.345678901", "kWh"],
    ["quantity", "electricity", 5_000_000_000n, "5.00", "kWh"],
    ["quantity", "water", 1_500_000_000_000n, "1.50", "m³"],
    ["quantity", "water", -1n, "-0.000000000001", "m³"],
    ["quantity", "parking", 5_400_000_000n, "1.50", "h"],
    ["quantity", "parking", 1n, "0.00", "h"],
    ["quantity", "parking", -1n, "-0.000000001", "h"],
    ["quantity", "fee", 3_000_000n, "3.00", "count"],
  ])("%s of %s: %s is %s %s", (holds, service, amount, text, unit) => {
    const of = holding(holds, service);
    expect([heldText(amount, of), heldIn(of)]).toEqual([text, unit]);
  });

  it("is read as it is written, where the unit divides by ten", () => {
    const service = fc.constantFrom<Service>("electricity", "water", "gas", "fee");
    const holds = fc.constantFrom<Holding["holds"]>("money", "quantity");
    const amount = fc.bigInt(-(1n << 62n), 1n << 62n);
    fc.assert(
      fc.property(holds, service, amount, (kind, of, micros) => {
        const held = holding(kind, of);
        expect(heldAmount(heldText(micros, held), held, "/amount")).toBe(micros);
      }),
    );
  });

  it.each(["1e3", "", "0.0000001", "9999999999999999", "1,5"])(
    "of %j is no amount of money",
    (text) => {
      expect(() => heldAmount(text, holding("money", "water"), "/amount")).toThrow(
        "amount must be",
      );
    },
  );
});
