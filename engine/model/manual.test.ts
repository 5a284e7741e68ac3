import { describe, expect, it } from "vitest";
import { type AccountChanges, accountOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { utc } from "./testing/lists.ts";

const NOON = utc("2024-01-01T12:00Z");
const RICH: AccountChanges = { t0: NOON, r0: 0n, balanceMicros: 1_000n };

describe("R78 a person cuts", () => {
  const friendly = {
    fromS: NOON - 9_000n,
    toS: NOON + 9_000n,
    intervals: [{ beginS: NOON, endS: NOON + 60n }],
  };
  const NOTICE = { notice: { leadS: 60n, thresholdMicros: 0n } };

  it.each<[string, AccountChanges, object, object, string]>([
    [
      "critical need goes first",
      { isCritical: true, isStale: true },
      NOTICE,
      { friendly },
      "cut_forbidden_critical_need",
    ],
    [
      "then the friendly period",
      { isStale: true },
      NOTICE,
      { friendly },
      "cut_forbidden_friendly_period",
    ],
    ["then the notice", { isStale: true }, NOTICE, {}, "cut_forbidden_no_notice"],
    ["a notice that is too short", { noticeS: NOON - 59n }, NOTICE, {}, "cut_forbidden_no_notice"],
    ["stale data at last", { isStale: true }, {}, {}, "cut_forbidden_stale_data"],
  ])("R78 %s; not with the right to override", (_, changes, policy, others, code) => {
    const account = accountOf({ ...RICH, ...changes });
    const it = following(termsOf(policy, {}, others), account);
    expect(it.cut("2024-01-01T12:00Z")).toBe(code);
    expect(it.account).toBe(account);
    it.cut("2024-01-01T12:00Z", true);
    expect(it.account).toMatchObject({ supplyWanted: "disconnected", supplyCause: "manual" });
  });

  it("R78 credit mode needs no notice", () => {
    const it = following(termsOf(NOTICE), accountOf({ ...RICH, mode: "credit" }));
    expect(types(it.cut("2024-01-01T12:00Z"))).toEqual(["supply.cut_requested"]);
  });

  it("R78 what a person cut no payment restores, and no judgement cuts again", () => {
    const it = following(termsOf(), accountOf(RICH));
    expect(it.cut("2024-01-01T12:00Z")).toMatchObject({
      events: [{ type: "supply.cut_requested", number: 1n, cause: "manual" }],
    });
    expect(types(it.balance("2024-01-01T12:01Z", 0n))).toEqual([]);
    expect(types(it.balance("2024-01-01T12:02Z", 9_000n))).toEqual([]);
    // Asked for each time.
    expect(types(it.cut("2024-01-01T12:03Z"))).toEqual(["supply.cut_requested"]);
    expect(it.restore("2024-01-01T12:04Z").events).toMatchObject([
      { type: "supply.restore_requested", number: 3n, cause: "manual" },
    ]);
    expect(it.account.supplyCause).toBe("automatic");
  });
});

describe("R78 a person restores", () => {
  it("R70 holds without credit until credit has come; then its going cuts again", () => {
    const it = following(termsOf(), accountOf({ ...RICH, balanceMicros: 0n }));
    expect(types(it.judge("2024-01-01T12:00Z"))).toEqual(["supply.cut_requested"]);
    expect(types(it.restore("2024-01-01T12:01Z"))).toEqual(["supply.restore_requested"]);
    expect(types(it.tick("2024-01-01T12:02Z"))).toEqual([]);
    expect(types(it.balance("2024-01-01T12:03Z", -500n))).toEqual([]);
    expect(types(it.balance("2024-01-01T12:04Z", 1n))).toEqual([]);
    expect(it.account.supplyCause).toBe("automatic");
    expect(types(it.balance("2024-01-01T12:05Z", 0n))).toEqual(["supply.cut_requested"]);
  });

  it("R70 no rung comes while it holds", () => {
    const trickle = { thresholdMicros: 10n, atomsPerHour: 5n };
    const it = following(termsOf({ trickle }), accountOf({ ...RICH, balanceMicros: 0n }));
    it.judge("2024-01-01T12:00Z");
    it.restore("2024-01-01T12:01Z");
    expect(types(it.tick("2024-01-01T12:02Z"))).toEqual([]);
    expect(types(it.balance("2024-01-01T12:03Z", 10n))).toEqual(["supply.limit_requested"]);
  });

  it("R76 by the way of readiness where the policy says so, and holds, too", () => {
    const it = following(
      termsOf({ readyForReconnection: true }),
      accountOf({ ...RICH, balanceMicros: 0n, supplyState: "disconnected" }),
    );
    it.judge("2024-01-01T12:00Z");
    expect(it.restore("2024-01-01T12:01Z").events).toMatchObject([{ level: 6, cause: "manual" }]);
    expect(types(it.tick("2024-01-01T12:02Z"))).toEqual([]);
    expect(it.account).toMatchObject({ supplyWanted: "ready", supplyCause: "manual" });
  });

  it("R75 what the load limit cut, at once", () => {
    const it = following(
      termsOf({ loadLimit: { atomsPerHour: 1n, periodS: 60n, restorationS: 600n } }),
      accountOf(RICH),
    );
    it.read("2024-01-01T12:01Z", 1n);
    expect(it.account.supplyCause).toBe("load_limit");
    expect(types(it.restore("2024-01-01T12:02Z"))).toEqual(["supply.restore_requested"]);
    expect(types(it.tick("2024-01-01T12:03Z"))).toEqual([]);
  });
});

it("R72 a critical need that is said later holds the next cut back, one that ends lets it go", () => {
  const it = following(termsOf(), accountOf({ ...RICH, balanceMicros: 0n }));
  expect(types(it.critical("2024-01-01T12:00Z", true))).toEqual(["supply.cut_withheld"]);
  expect(types(it.tick("2024-01-01T12:01Z"))).toEqual([]);
  expect(types(it.critical("2024-01-01T12:02Z", false))).toEqual(["supply.cut_requested"]);
  expect(types(it.critical("2024-01-01T12:03Z", true))).toEqual(["supply.restore_requested"]);
});
