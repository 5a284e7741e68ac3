import { expect, it } from "vitest";
import { settleTenancy } from "./tenancy.ts";
import { accountOf, money, termsOf, timeDebtOf, told } from "./testing/accounts.ts";

const NOW = 1_000n;
const TERMS = termsOf();

/** What stays with the usage point. */
const STAYING = {
  t0: 900n,
  r0: 55n,
  chargedThrough: 950n,
  mode: "credit",
  supplyWanted: "limited",
  supplyValue: 500n,
  supplyCause: "manual",
  supplyNumber: 12n,
  supplyState: "limited",
  restoreS: 3n,
  friendlyWarnedS: 4n,
  isStale: true,
  quarantineRaised: ["conflict"],
} as const;

const LEAVING = accountOf({
  ...STAYING,
  balanceMicros: money("10"),
  pots: [
    { amountMicros: money("2"), expiresS: NOW + 1n },
    { amountMicros: money("3"), expiresS: NOW + 2n },
  ],
  reservedMicros: money("4"),
  emergency: { state: "invoked", usedMicros: money("5"), isOffered: true },
  paymentDebt: {
    owedMicros: money("50"),
    sharePpm: 1n,
    weeklyCapMicros: 2n,
    weekS: 3n,
    weekUsedMicros: 4n,
  },
  accumulatedDebtMicros: money("1.20"),
  timeDebt1: timeDebtOf("6", "1"),
  timeDebt2: timeDebtOf("7", "1", { every: "week" }),
  topups: { periodS: 1n, sumMicros: 2n },
  creditsMicros: 3n,
  adjustmentsMicros: 4n,
  modeChange: { mode: "prepayment", atS: NOW + 9n, sharePpm: 0n, weeklyCapMicros: 0n },
  carryP: 5n,
  counters: { all: 6n },
  alertLevel: 1,
  alertS: [1n, 0n, 0n, 0n],
  isExceeded: true,
  days: { spentTodayMicros: 1n, meanMicros: 2n, seen: 3n, isWarned: true },
  noticeS: 5n,
  isCritical: true,
  isCutWithheld: true,
  allowance: { renewedS: 1n, leftAtoms: 2n },
  load: { fromS: 1n, quantityAtoms: 2n, cutS: 3n },
});

it("R92 the new tenant starts clean; meter, mode, supply and quarantine stay", () => {
  expect(settleTenancy(TERMS, LEAVING, 9n, NOW).account).toEqual(accountOf(STAYING));
});

it("R92 the leaving one gets the balance and what was set aside, less all that is owed; pots are forfeited", () => {
  const { events, parts } = settleTenancy(TERMS, LEAVING, 9n, NOW);
  expect(told(events)).toEqual([
    "credit.expired 2000000 @10000000",
    "credit.expired 3000000 @10000000",
    // 10 + 4 − 5 − 50 − 1.20 − 6 − 7
    "tenancy.changed -55200000 @10000000",
  ]);
  expect(events.map(({ number }) => number)).toEqual([0n, 0n, 9n]);
  expect(parts).toEqual({
    paymentDebt: money("50"),
    accumulatedDebt: money("1.20"),
    timeDebt1: money("6"),
    timeDebt2: money("7"),
    threshold: 0n,
    emergency: money("5"),
    balance: money("14"),
    restricted: money("5"),
  });
});

it("R92 nothing there is nothing settled", () => {
  const { events, account } = settleTenancy(TERMS, accountOf(), 1n, NOW);
  expect(told(events)).toEqual(["tenancy.changed 0 @0"]);
  expect(account).toEqual(accountOf());
});
