import { describe, expect, it } from "vitest";
import { accountOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";

describe("R20 a meter that is silent", () => {
  const TERMS = termsOf({ staleAfterS: 3_600n });

  it("R20 alarms once, cuts nothing, and cuts when readings return", () => {
    const it = following(TERMS, accountOf({ balanceMicros: 10n }));
    it.read("2024-01-01T12:00Z", 0n);
    expect(types(it.tick("2024-01-01T13:00:00Z"))).toEqual([]);
    expect(types(it.tick("2024-01-01T13:00:01Z"))).toEqual(["meter.stale"]);
    expect(types(it.tick("2024-01-01T13:00:02Z"))).toEqual([]);
    expect(types(it.balance("2024-01-01T13:00:03Z", -1n))).toEqual([]);
    expect(it.account.isStale).toBe(true);
    expect(types(it.read("2024-01-01T14:00Z", 0n))).toEqual(["supply.cut_requested"]);
    expect(it.account.isStale).toBe(false);
    expect(types(it.tick("2024-01-01T15:00:01Z"))).toEqual(["meter.stale"]);
  });

  it("R20 only actual data clear it: not a late reading, not one in quarantine", () => {
    const it = following(TERMS, accountOf({ balanceMicros: 10n }));
    it.read("2024-01-01T12:00Z", 5n);
    it.tick("2024-01-01T14:00Z");
    it.read("2024-01-01T11:00Z", 3n, "2024-01-01T14:00Z");
    it.read("2024-01-01T14:00Z", 4n);
    expect(it.account.isStale).toBe(true);
  });

  it("R20 a policy that knows no such time clears it in silence, at a tick", () => {
    const it = following(TERMS, accountOf({ balanceMicros: 10n }));
    it.read("2024-01-01T12:00Z", 5n);
    it.tick("2024-01-01T14:00Z");
    it.terms = termsOf();
    it.judge("2024-01-01T14:00Z");
    expect(it.account.isStale).toBe(true);
    expect(types(it.tick("2024-01-01T14:00Z"))).toEqual([]);
    expect(it.account.isStale).toBe(false);
  });

  it("R20 a meter that was never read is not silent", () => {
    const it = following(TERMS, accountOf({ balanceMicros: 10n }));
    expect(types(it.tick("2024-01-01T14:00Z"))).toEqual([]);
  });
});

describe("R76 a restore has a deadline and an alarm", () => {
  const TERMS = termsOf({ restoreDeadlineS: 600n });

  /** Cut at noon, restored at one. */
  function restored() {
    const it = following(TERMS);
    it.read("2024-01-01T12:00Z", 0n);
    it.balance("2024-01-01T13:00Z", 5n);
    return it;
  }

  it("R76 overdue once, with the command's number", () => {
    const it = restored();
    expect(it.account.supplyNumber).toBe(2n);
    expect(types(it.tick("2024-01-01T13:09:59Z"))).toEqual([]);
    expect(it.tick("2024-01-01T13:10:00Z").events).toMatchObject([
      { type: "supply.overdue", number: 2n },
    ]);
    expect(types(it.tick("2024-01-01T14:00:00Z"))).toEqual([]);
  });

  it.each(["connected", "ready"] as const)("R76 a report of %s meets it", (state) => {
    const it = restored();
    it.report("2024-01-01T13:05Z", state, 0n);
    expect(types(it.tick("2024-01-01T14:00Z"))).toEqual([]);
  });

  it("R76 neither a failure nor another state meets it, a cut does", () => {
    const it = restored();
    it.report("2024-01-01T13:05Z", "failed", 2n);
    it.report("2024-01-01T13:06Z", "disconnected", 0n);
    expect(types(it.tick("2024-01-01T13:10Z"))).toEqual(["supply.overdue"]);
    const again = restored();
    again.balance("2024-01-01T13:05Z", 0n);
    expect(again.account.restoreS).toBe(0n);
  });

  it("R76 without a deadline nothing is kept", () => {
    const it = restored();
    expect(it.account.restoreS).not.toBe(0n);
    it.terms = termsOf();
    expect(types(it.tick("2024-01-01T14:00Z"))).toEqual([]);
    it.restore("2024-01-01T14:00Z");
    expect(it.account.restoreS).toBe(0n);
  });
});
