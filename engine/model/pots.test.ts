import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { availableMicros, expirePots, grantPot, ownMicros, payFromPots } from "./pots.ts";
import { accountOf, granted, money, policyOf, told, worthMicros } from "./testing/accounts.ts";

const NOW = 1_000n;
const pot = (amount: string, expiresS: bigint) => ({ amountMicros: money(amount), expiresS });

describe("R41 pots go before the balance, soonest expiry first", () => {
  const POTS = [pot("3", NOW + 1n), pot("2", NOW + 5n), pot("4", NOW + 5n)];

  it.each([
    // taken → balance (of 10.00 before), pots
    ["0", "10", ["3", "2", "4"]],
    ["1", "10", ["2", "2", "4"]],
    ["3", "10", ["2", "4"]],
    ["4", "10", ["1", "4"]],
    ["8.50", "10", ["0.50"]],
    ["9", "10", []],
    ["12", "7", []],
  ])("R41 %s taken", (taken, balance, left) => {
    const after = accountOf({ balanceMicros: money("10") - money(taken), pots: POTS });
    const paid = payFromPots(after, money("10"), NOW);
    expect(paid.balanceMicros).toBe(money(balance));
    expect(paid.pots.map(({ amountMicros }) => amountMicros)).toEqual(left.map(money));
    expect(worthMicros(paid)).toBe(worthMicros(after));
  });

  it("R41 what has expired pays nothing; a balance that rose takes nothing", () => {
    const pots = [pot("3", NOW), pot("2", NOW + 1n)];
    const account = accountOf({ balanceMicros: money("-4"), pots });
    const paid = payFromPots(account, 0n, NOW);
    expect(paid).toEqual({ ...account, balanceMicros: money("-2"), pots: [pot("3", NOW)] });
    expect(payFromPots(account, money("-5"), NOW)).toBe(account);
  });

  it("R41 at its expiry a pot is gone, and is told with what was left", () => {
    const pots = [pot("3", NOW - 1n), pot("2", NOW), pot("4", NOW + 1n)];
    const { account, events } = expirePots(accountOf({ balanceMicros: money("10"), pots }), NOW);
    expect(account.pots).toEqual([pot("4", NOW + 1n)]);
    expect(account.balanceMicros).toBe(money("10"));
    expect(told(events)).toEqual([
      "credit.expired 3000000 @10000000",
      "credit.expired 2000000 @10000000",
    ]);
  });

  it("R41 own and available credit", () => {
    const pots = [pot("3", NOW), pot("2", NOW + 1n)];
    const emergency = { limitMicros: money("10"), thresholdMicros: 0n, autoInvoke: false };
    const policy = policyOf({ emergency });
    const account = accountOf({
      balanceMicros: money("1"),
      pots,
      emergency: { usedMicros: money("4") },
    });
    expect(ownMicros(account, NOW)).toBe(money("3"));
    expect(ownMicros(account, NOW - 1n)).toBe(money("6"));
    expect(availableMicros(policy, account, NOW)).toBe(money("3"));
    const of = (state: "invoked" | "consumed", usedMicros: bigint): bigint =>
      availableMicros(policy, accountOf({ ...account, emergency: { state, usedMicros } }), NOW);
    expect(of("invoked", money("4"))).toBe(money("9"));
    expect(of("invoked", money("11"))).toBe(money("3"));
    expect(of("consumed", money("4"))).toBe(money("3"));
  });
});

describe("R41 granting", () => {
  it("R41 a pot stands behind those of its own or an earlier expiry", () => {
    let account = accountOf({ balanceMicros: money("5") });
    const grants = [pot("1", NOW + 5n), pot("2", NOW + 9n), pot("3", NOW + 5n), pot("4", NOW + 1n)];
    for (const each of grants) {
      const { account: after, events } = granted(grantPot(account, each, NOW));
      expect(told(events)).toEqual([`credit.granted ${each.amountMicros} @5000000`]);
      account = after;
    }
    const amounts = account.pots.map(({ amountMicros }) => amountMicros);
    expect(amounts).toEqual(["4", "1", "3", "2"].map(money));
    expect(grantPot(account, pot("1", NOW + 1n), NOW)).toBe("pots_full");
  });

  it.each([
    ["in credit mode", accountOf({ mode: "credit" }), pot("1", NOW), "not_prepayment"],
    ["that has expired", accountOf(), pot("1", NOW), "pot_expired"],
    [
      "that is too much",
      accountOf(),
      { amountMicros: 2n ** 58n + 1n, expiresS: NOW + 1n },
      "money_limit_exceeded",
    ],
  ])("R41 none %s", (_name, account, wanted, refusal) => {
    expect(grantPot(account, wanted, NOW)).toBe(refusal);
  });

  it("R41 a pot of nothing is a fault", () => {
    expect(() => grantPot(accountOf(), pot("0", NOW + 1n), NOW)).toThrow("more than 0");
  });
});

it("R41 what pots pay never moves what the account comes to, and none is left empty or negative", () => {
  const amount = fc.bigInt({ min: 1n, max: 100n });
  const anyPots = fc.array(
    fc.record({ amountMicros: amount, expiresS: fc.bigInt({ min: NOW, max: NOW + 3n }) }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(anyPots, fc.bigInt({ min: -300n, max: 300n }), (pots, before) => {
      const sorted = pots.toSorted((a, b) => Number(a.expiresS - b.expiresS));
      const account = accountOf({ balanceMicros: 0n, pots: sorted });
      const paid = payFromPots(account, before, NOW);
      expect(worthMicros(paid)).toBe(worthMicros(account));
      expect(paid.pots.every(({ amountMicros }) => amountMicros > 0n)).toBe(true);
      const most = before > 0n ? before : 0n;
      expect(paid.balanceMicros >= 0n && paid.balanceMicros <= most).toBe(true);
    }),
  );
});
