import { describe, expect, it } from "vitest";
import type { ModelAccount } from "./account.ts";
import type { Side } from "./giving.ts";
import type { Policy } from "./policy.ts";
import {
  accountOf,
  granted,
  money,
  policyOf,
  termsOf,
  told,
  worthMicros,
} from "./testing/accounts.ts";
import { release, reserve, transfer } from "./transfer.ts";

const NOW = 1_000n;

describe("R90 setting aside and giving back", () => {
  it("R90 there and back", () => {
    const before = accountOf({ balanceMicros: money("10"), reservedMicros: money("1") });
    const aside = granted(reserve(policyOf(), before, money("4"), NOW));
    expect(aside.account).toEqual({
      ...before,
      balanceMicros: money("6"),
      reservedMicros: money("5"),
    });
    expect(told(aside.events)).toEqual(["credit.reserved 4000000 @6000000"]);
    const back = granted(release(aside.account, money("5"), NOW));
    expect(back.account).toEqual({ ...before, balanceMicros: money("11"), reservedMicros: 0n });
    expect(told(back.events)).toEqual(["credit.released 5000000 @11000000"]);
    expect(release(aside.account, money("5.000001"), NOW)).toBe("transfer_insufficient");
    const full = { ...aside.account, balanceMicros: 2n ** 62n - money("5") + 1n };
    expect(release(full, money("5"), NOW)).toBe("money_limit_exceeded");
    expect(granted(release(full, money("4"), NOW)).account.reservedMicros).toBe(money("1"));
  });

  it.each<[string, Partial<Policy>, Partial<ModelAccount>, string, string | undefined]>([
    ["all of it", {}, {}, "10", undefined],
    ["more than there is", {}, {}, "10.000001", "transfer_insufficient"],
    ["down to the cut-off", { disablementMicros: money("2") }, {}, "8", undefined],
    ["below it", { disablementMicros: money("2") }, {}, "8.000001", "transfer_insufficient"],
    [
      "below 0 where the cut-off is lower",
      { disablementMicros: money("-2") },
      {},
      "10.000001",
      "transfer_insufficient",
    ],
    ["in credit mode", {}, { mode: "credit" }, "1", "not_prepayment"],
    [
      "what pots hold",
      {},
      { balanceMicros: 0n, pots: [{ amountMicros: money("5"), expiresS: NOW + 1n }] },
      "1",
      "transfer_insufficient",
    ],
    [
      "while emergency credit is owed",
      {},
      { emergency: { state: "invoked", usedMicros: 1n, isOffered: true } },
      "1",
      "transfer_insufficient",
    ],
    ["as much as can be set aside", {}, { reservedMicros: 2n ** 58n - 1_000_000n }, "1", undefined],
    [
      "more than can be set aside",
      {},
      { reservedMicros: 2n ** 58n - 999_999n },
      "1",
      "money_limit_exceeded",
    ],
  ])("R90 %s", (_name, policy, changes, amount, refusal) => {
    const account = accountOf({ balanceMicros: money("10"), ...changes });
    const result = reserve(policyOf(policy), account, money(amount), NOW);
    expect(typeof result === "string" ? result : undefined).toBe(refusal);
  });

  it("R90 nothing is no amount", () => {
    expect(() => reserve(policyOf(), accountOf(), 0n, NOW)).toThrow("more than 0");
  });
});

describe("R90 from account to account", () => {
  const side = (
    slot: bigint,
    changes: Partial<ModelAccount> = {},
    policy: Partial<Policy> = {},
  ): Side => ({
    terms: termsOf(policy, {}, { slot }),
    account: accountOf({ balanceMicros: money("10"), ...changes }),
  });
  const move = (giver: Side, receiver: Side | undefined, amount: string, isReserved = false) =>
    transfer(giver, receiver, { amountMicros: money(amount), isReserved }, NOW);

  it("R90 out of the balance: two entries, one sum", () => {
    const [from, to] = [side(3n), side(4n, { accumulatedDebtMicros: money("2") })];
    const { giver, receiver } = granted(move(from, to, "4"));
    expect(giver.account).toEqual({
      ...from.account,
      balanceMicros: money("6"),
      adjustmentsMicros: money("-4"),
    });
    // It meets no debt of the receiver.
    expect(receiver.account).toEqual({
      ...to.account,
      balanceMicros: money("14"),
      adjustmentsMicros: money("4"),
    });
    expect(told(giver.events)).toEqual(["credit.transferred -4000000 @6000000"]);
    expect(told(receiver.events)).toEqual(["credit.transferred 4000000 @14000000"]);
    expect([giver.events[0]?.number, receiver.events[0]?.number]).toEqual([4n, 3n]);
    expect(worthMicros(giver.account) + worthMicros(receiver.account)).toBe(money("18"));
  });

  it("R90 out of what was set aside, whatever the balance", () => {
    const from = side(3n, { balanceMicros: money("-1"), reservedMicros: money("4") });
    const { giver } = granted(move(from, side(4n), "3", true));
    expect(giver.account).toMatchObject({
      balanceMicros: money("-1"),
      reservedMicros: money("1"),
      adjustmentsMicros: money("-3"),
    });
    expect(told(giver.events)).toEqual(["credit.transferred -3000000 @-1000000"]);
    expect(move(from, side(4n), "4.000001", true)).toBe("transfer_insufficient");
  });

  const full = { balanceMicros: 2n ** 62n - 1n };
  it.each<[string, Side, Side | undefined, string]>([
    ["to nobody", side(3n), undefined, "account_unknown"],
    ["to itself", side(3n), side(3n), "account_unknown"],
    ["to one in credit mode", side(3n), side(4n, { mode: "credit" }), "not_prepayment"],
    ["from one in credit mode", side(3n, { mode: "credit" }), side(4n), "not_prepayment"],
    [
      "to one that can't hold it",
      side(3n),
      side(4n, full, { balanceMaxMicros: 0n }),
      "money_limit_exceeded",
    ],
    [
      "over the receiver's highest balance",
      side(3n, { balanceMicros: 0n }),
      side(4n, {}, { balanceMaxMicros: money("10") }),
      "balance_limit_exceeded",
    ],
    ["of more than there is", side(3n, { balanceMicros: 0n }), side(4n), "transfer_insufficient"],
  ])("R90 not %s; in this order", (_name, giver, receiver, refusal) => {
    expect(move(giver, receiver, "1")).toBe(refusal);
  });
});
