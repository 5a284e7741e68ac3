import { describe, expect, it } from "vitest";
import type { ModelAccount } from "./account.ts";
import { applyTransferCredit } from "./commands.ts";
import type { Side, Transfer } from "./giving.ts";
import type { Policy } from "./policy.ts";
import { accountOf, granted, listed, money, policyOf, told } from "./testing/accounts.ts";
import { flatList, utc } from "./testing/lists.ts";

const NOW = utc("2024-05-15T12:00Z");
const MAY = utc("2024-04-30T22:00Z");
/** Micro-atoms in a kWh. */
const KWH = 1_000_000_000n;

/** List 0 is money; list 1 sells two kWh for nothing, then for 0.20; list 2 for 0.30. */
const LISTS = listed(
  flatList(),
  flatList({
    accumulation_basis: "purchase",
    cycle: { every: "month" },
    rates: {
      all: [
        { from: "0", price: "0" },
        { from: "2", price: "0.20" },
      ],
    },
  }),
  flatList({ accumulation_basis: "purchase", rates: { all: [{ from: "0", price: "0.30" }] } }),
);
const side = (
  listIndex: number,
  slot: bigint,
  changes: Partial<ModelAccount> = {},
  policy: Partial<Policy> = {},
): Side => ({
  terms: { ...LISTS, meter: {}, policy: policyOf(policy), slot },
  account: accountOf({ listIndex, balanceMicros: 5n * KWH, ...changes }),
});
const bought = (microAtoms: bigint) => ({ bought: { cycleS: MAY, microAtoms } });
const move = (
  giver: Side,
  receiver: Side | undefined,
  amountMicros: bigint,
  changes: Partial<Transfer> = {},
) =>
  applyTransferCredit(
    giver,
    receiver,
    { amountMicros, isReserved: false, converts: true, ...changes },
    NOW,
  );

describe("R6, R90 what is converted", () => {
  it("R6 quantity to money: what was bought last is worth what it cost; what was free stays", () => {
    const { giver, receiver } = granted(
      move(side(1, 7n, bought(3n * KWH)), side(0, 8n, { balanceMicros: 5n }), 2n * KWH),
    );
    expect(told(giver.outputs.events)).toEqual([
      "credit.converted 200000 @4000000000",
      "credit.transferred -1000000000 @4000000000",
    ]);
    expect(giver.outputs.events.map(({ number }) => number)).toEqual([8n, 8n]);
    expect(giver.account).toMatchObject({
      balanceMicros: 4n * KWH,
      adjustmentsMicros: -KWH,
      ...bought(2n * KWH),
    });
    expect(told(receiver.outputs.events)).toEqual(["credit.transferred 200000 @200005"]);
    expect(receiver.outputs.events[0]?.number).toBe(7n);
    expect(receiver.account).toMatchObject({ adjustmentsMicros: 200_000n, bought: { cycleS: 0n } });
  });

  it("R6 money to quantity: it buys", () => {
    const { giver, receiver } = granted(move(side(0, 7n), side(1, 8n), money("0.20")));
    expect(told(giver.outputs.events)).toEqual([
      "credit.converted 200000 @4999800000",
      "credit.transferred -200000 @4999800000",
    ]);
    expect(told(receiver.outputs.events)).toEqual(["credit.transferred 3000000000 @8000000000"]);
    expect(receiver.account).toMatchObject({ adjustmentsMicros: 3n * KWH, ...bought(3n * KWH) });
  });

  it("R6 quantity to quantity: each by its own list", () => {
    const { giver, receiver } = granted(move(side(1, 7n, bought(9n * KWH)), side(2, 8n), 3n * KWH));
    expect(giver.account).toMatchObject({ balanceMicros: 2n * KWH, ...bought(6n * KWH) });
    expect(receiver.account.adjustmentsMicros).toBe(2n * KWH);
  });

  it("R6 of what was set aside the rest comes back", () => {
    const giver = side(1, 7n, { reservedMicros: 4n * KWH, ...bought(3n * KWH) });
    const moved = granted(move(giver, side(0, 8n), 3n * KWH, { isReserved: true }));
    expect(moved.giver.account).toMatchObject({
      balanceMicros: 7n * KWH,
      reservedMicros: KWH,
      adjustmentsMicros: -KWH,
    });
  });

  it("R6 money to money is as much", () => {
    const { giver, receiver } = granted(move(side(0, 7n), side(0, 8n), KWH));
    expect(giver.account.balanceMicros).toBe(4n * KWH);
    expect(receiver.account.balanceMicros).toBe(6n * KWH);
  });

  it("R90 without converting, one unit moves as it is", () => {
    const plain = { converts: false };
    const { giver, receiver } = granted(move(side(1, 7n, bought(KWH)), side(2, 8n), KWH, plain));
    expect(told(giver.outputs.events)).toEqual(["credit.transferred -1000000000 @4000000000"]);
    expect(giver.account.bought).toEqual(bought(KWH).bought);
    expect(receiver.account).toMatchObject({ balanceMicros: 6n * KWH, bought: { microAtoms: 0n } });
  });
});

describe("R6, R90 what is not", () => {
  const plain = { converts: false };
  const most = 2n ** 62n;
  it.each<[string, Side, Side | undefined, bigint, Partial<Transfer>, string]>([
    ["to nobody", side(1, 7n), undefined, 1n, {}, "account_unknown"],
    ["to oneself", side(1, 7n), side(1, 7n), 1n, {}, "account_unknown"],
    ["two units as one", side(1, 7n), side(0, 8n), 1n, plain, "price_list_basis"],
    [
      "two units as one, in credit mode",
      side(1, 7n),
      side(0, 8n, { mode: "credit" }),
      1n,
      plain,
      "price_list_basis",
    ],
    ["in credit mode", side(1, 7n), side(0, 8n, { mode: "credit" }), 1n, {}, "not_prepayment"],
    ["more than there is", side(0, 7n), side(1, 8n), 5n * KWH + 1n, {}, "transfer_insufficient"],
    [
      "more than is set aside",
      side(0, 7n, { reservedMicros: 4n }),
      side(1, 8n),
      5n,
      { isReserved: true },
      "transfer_insufficient",
    ],
    ["what was free", side(1, 7n, bought(2n * KWH)), side(0, 8n), KWH, {}, "transfer_insufficient"],
    ["less than a micro", side(2, 7n), side(0, 8n), 3_333n, {}, "transfer_insufficient"],
    [
      "more than 2^42",
      side(0, 7n, { balanceMicros: most }),
      side(1, 8n),
      2n ** 42n + 1n,
      {},
      "money_limit_exceeded",
    ],
    [
      "over the bound of balances",
      side(0, 7n),
      side(1, 8n, { balanceMicros: most }),
      1n,
      {},
      "money_limit_exceeded",
    ],
    [
      "over the bound of what was bought",
      side(0, 7n),
      side(1, 8n, bought(most)),
      1n,
      {},
      "money_limit_exceeded",
    ],
    [
      "what comes back over the bound",
      side(1, 7n, { balanceMicros: most, reservedMicros: 3n * KWH, ...bought(3n * KWH) }),
      side(0, 8n),
      3n * KWH,
      { isReserved: true },
      "money_limit_exceeded",
    ],
    [
      "over the highest balance",
      side(0, 7n),
      side(2, 8n, {}, { balanceMaxMicros: 5n * KWH }),
      1n,
      {},
      "balance_limit_exceeded",
    ],
  ])("R6, R90 %s", (_name, giver, receiver, amount, changes, refusal) => {
    expect(move(giver, receiver, amount, changes)).toBe(refusal);
  });
});
