import { describe, expect, it } from "vitest";
import { applySupplyReport, type SupplyReport } from "./supply-report.ts";
import { type AccountChanges, accountOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";

const CUT = { supplyWanted: "disconnected", supplyNumber: 1n } as const;
const READY = { supplyWanted: "ready", supplyNumber: 2n } as const;
const LIMITED = { supplyWanted: "limited", supplyNumber: 3n, supplyValue: 5n } as const;

describe("R77 reports of the supply; it was connected before", () => {
  it.each<[AccountChanges, SupplyReport["state"], bigint, string | undefined, number]>([
    [CUT, "disconnected", 1n, "supply.executed", 2],
    [CUT, "connected", 1n, "supply.disagreed", 1],
    [CUT, "limited", 1n, "supply.disagreed", 3],
    [CUT, "ready", 1n, "supply.disagreed", 6],
    [CUT, "failed", 1n, "supply.failed", 4],
    [CUT, "expired", 1n, "supply.failed", 5],
    [CUT, "failed", 0n, undefined, 0],
    [CUT, "expired", 2n, undefined, 0],
    [CUT, "disconnected", 0n, undefined, 0],
    [CUT, "connected", 0n, undefined, 0],
    [CUT, "limited", 0n, "supply.disagreed", 3],
    [CUT, "limited", 2n, undefined, 0],
    [LIMITED, "limited", 3n, "supply.executed", 3],
    [LIMITED, "disconnected", 3n, "supply.disagreed", 2],
    [READY, "ready", 2n, "supply.executed", 6],
    [READY, "ready", 0n, undefined, 0],
    [READY, "connected", 2n, "supply.executed", 1],
    [READY, "connected", 1n, undefined, 0],
  ])("R77 %o, %s for number %d: %s", (changes, state, number, type, level) => {
    const account = accountOf({ ...changes, supplyState: "connected" });
    const { account: after, outputs } = applySupplyReport(account, { state, number }, 7n);
    const expected = type === undefined ? [] : [{ type, level, number, atS: 7n }];
    expect(outputs.events).toMatchObject(expected);
    expect(outputs.events).toHaveLength(expected.length);
    const isState = state !== "failed" && state !== "expired";
    expect(after.supplyState).toBe(isState ? state : "connected");
  });
});

it("R76 somebody at the meter restores what was made ready", () => {
  const it = following(termsOf({ readyForReconnection: true }));
  it.report("2024-01-01T11:00Z", "connected");
  it.read("2024-01-01T12:00Z", 0n);
  it.report("2024-01-01T12:01Z", "disconnected", 1n);
  expect(it.balance("2024-01-01T13:00Z", 5n).events).toMatchObject([{ level: 6, number: 2n }]);
  expect(types(it.report("2024-01-01T13:01Z", "ready", 2n))).toEqual(["supply.executed"]);
  expect(it.account.supplyWanted).toBe("ready");
  expect(types(it.report("2024-01-01T13:30Z", "connected", 2n))).toEqual(["supply.executed"]);
  expect(it.account).toMatchObject({ supplyWanted: "connected", supplyState: "connected" });
});

it("R76 tells nobody when the meter speaks of it by itself", () => {
  const ready = accountOf({ ...READY, supplyState: "ready" });
  const { account, outputs } = applySupplyReport(ready, { state: "connected", number: 0n }, 7n);
  expect(account).toMatchObject({ supplyWanted: "connected", supplyState: "connected" });
  expect(outputs.events).toEqual([]);
});
