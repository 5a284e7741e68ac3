import { describe, expect, it } from "vitest";
import type { SupplyState } from "./collect.ts";
import { type DebtSetting, debtsMicros, isTaken, setDebt } from "./debts.ts";
import { accountOf, money, timeDebtOf, told } from "./testing/accounts.ts";

const OWING = accountOf({
  balanceMicros: money("3"),
  paymentDebt: { owedMicros: money("1"), sharePpm: 5n, weekS: 6n, weekUsedMicros: 7n },
  accumulatedDebtMicros: money("2"),
  timeDebt1: timeDebtOf("4", "1"),
  timeDebt2: timeDebtOf("8", "2"),
});

describe("a debt is put in the place of what was owed of it", () => {
  const other = timeDebtOf("5", "0.50", {
    every: "week",
    collect: { disconnected: true, limited: false, friendly: false },
  });
  const payment = { owedMicros: money("9"), sharePpm: 8n, weeklyCapMicros: 7n };

  it.each<[string, DebtSetting, Partial<typeof OWING>, string]>([
    [
      "time debt 1",
      { debt: "timeDebt1", ...other },
      { timeDebt1: other },
      "debt.changed/1 5000000 @3000000",
    ],
    [
      "time debt 2",
      { debt: "timeDebt2", ...other },
      { timeDebt2: other },
      "debt.changed/2 5000000 @3000000",
    ],
    [
      "payment debt; its week goes on",
      { debt: "paymentDebt", ...payment },
      { paymentDebt: { ...payment, weekS: 6n, weekUsedMicros: 7n } },
      "debt.changed/3 9000000 @3000000",
    ],
    [
      "accumulated debt",
      { debt: "accumulatedDebt", owedMicros: 0n },
      { accumulatedDebtMicros: 0n },
      "debt.changed/4 0 @3000000",
    ],
  ])("R50 %s", (_name, setting, changes, event) => {
    const { account, events } = setDebt(OWING, setting, 1n);
    expect(account).toEqual({ ...OWING, ...changes });
    expect(told(events)).toEqual([event]);
  });

  it("all debts together", () => {
    expect(debtsMicros(OWING)).toBe(money("15"));
  });

  it("a debt out of its bounds is a fault", () => {
    const owing = (owedMicros: bigint): DebtSetting => ({ debt: "accumulatedDebt", owedMicros });
    expect(() => setDebt(OWING, owing(-1n), 1n)).toThrow("within its bounds");
    expect(() => setDebt(OWING, owing(2n ** 58n + 1n), 1n)).toThrow("within its bounds");
    expect(setDebt(OWING, owing(2n ** 58n), 1n).account.accumulatedDebtMicros).toBe(2n ** 58n);
  });
});

it.each<[SupplyState, boolean, string[]]>([
  // state, friendly → taken with: nothing allowed, disconnected, limited, friendly, the defaults
  ["unknown", false, ["none", "disconnected", "limited", "friendly", "default"]],
  ["connected", false, ["none", "disconnected", "limited", "friendly", "default"]],
  ["ready", false, ["none", "disconnected", "limited", "friendly", "default"]],
  ["disconnected", false, ["disconnected"]],
  ["limited", false, ["limited", "default"]],
  ["connected", true, ["friendly", "default"]],
  ["disconnected", true, []],
  ["limited", true, ["default"]],
])("R36 a time debt while %s, friendly %s", (state, isFriendly, expected) => {
  const none = { disconnected: false, limited: false, friendly: false };
  const settings = {
    none,
    disconnected: { ...none, disconnected: true },
    limited: { ...none, limited: true },
    friendly: { ...none, friendly: true },
    default: accountOf().timeDebt1.collect,
  };
  const taken = Object.entries(settings)
    .filter(([, collect]) => isTaken(timeDebtOf("1", "1", { collect }), { state, isFriendly }))
    .map(([name]) => name);
  expect(taken).toEqual(expected);
});
