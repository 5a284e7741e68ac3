import { describe, expect, it } from "vitest";
import type { EngineCommand } from "../contract/commands.ts";
import type { PriceListJson } from "../model/price-list-json.ts";
import { KernelSide } from "./kernel-side.ts";
import { ModelSide } from "./model-side.ts";
import { differences } from "./outcome.ts";
import type { PlannedVersion, Step } from "./story.ts";

const FROM = Date.parse("2024-01-01T00:00Z") / 1_000;
const NOON = Date.parse("2024-05-15T12:00Z") / 1_000;
const MIDNIGHT = NOON + 43_200;
const TO = Date.parse("2024-08-01T00:00Z") / 1_000;

/** Most money that buys at once, and most that an account holds. */
const BUY_MAX = 2n ** 42n;
const HELD_MAX = 2n ** 62n;
const DEBT_MAX = 2n ** 58n;
/** Bought with BUY_MAX at a million picos an atom. */
const MUCH = BUY_MAX * 1_000_000n;

const listOf = (changes: Partial<PriceListJson>): PriceListJson => ({
  name: "Bounds",
  service: "electricity",
  unit: "Wh",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "0.25" }] },
  ...changes,
});
const CHEAP = { all: [{ from: "0", price: "0.000001" }] };
const FREE_FIRST = {
  all: [
    { from: "0", price: "0" },
    { from: "1000", price: "0.000001" },
  ],
};

const kernel = new KernelSide();

type Money = "credit" | "adjust" | "reserve_credit";
/** Slot 0 holds quantity, slot 1 money. */
type Deed =
  | { slot: 0 | 1; op: Money; amount: bigint }
  | { slot: 0 | 1; op: "transfer"; amount: bigint; reserved?: boolean }
  | { slot: 0 | 1; op: "owe"; amount: bigint; rate?: bigint }
  | "midnight";

/** Tells deeds to both sides; gives each command's code. */
function tell(rates: PriceListJson["rates"], deeds: readonly Deed[]): number[] {
  const charges = [{ name: "standing", every: "day" as const, amount: "0.10" }];
  const versions: PlannedVersion[] = [
    { json: listOf({ accumulation_basis: "purchase", rates, charges }), effectiveFromS: FROM },
    { json: listOf({}), effectiveFromS: FROM, list: 1 },
  ];
  kernel.begin(versions);
  const model = new ModelSide(versions);
  const numbers = [1, 1];
  const codes: number[] = [];
  for (const step of [...setUp(versions), ...deeds]) {
    const told: Step =
      step === "midnight"
        ? { kind: "tick", atS: MIDNIGHT }
        : {
            kind: "command",
            atS: NOON,
            command: "amount" in step ? commandOf(step, numbers) : step,
          };
    const outcome = kernel.apply(told);
    expect(differences(outcome, model.apply(told))).toEqual([]);
    if (typeof step === "object" && "amount" in step)
      codes.push(Number(outcome.answer.split(" ")[0]));
    if (step === "midnight") codes.push(outcome.charges.length);
  }
  return codes;
}

function commandOf(deed: Exclude<Deed, "midnight">, numbers: number[]): EngineCommand {
  const { slot, amount } = deed;
  const number = (numbers[slot] ?? 1) + 1;
  numbers[slot] = number;
  const amount_micros = `${amount}`;
  if (deed.op === "owe") {
    const owed_micros = amount_micros;
    if (deed.rate === undefined)
      return { op: "set_debt", slot, number, debt: "accumulated_debt", owed_micros };
    const rate_micros = `${deed.rate}`;
    const every = "day";
    return { op: "set_debt", slot, number, debt: "time_debt_1", owed_micros, rate_micros, every };
  }
  if (deed.op !== "transfer") return { op: deed.op, slot, number, amount_micros };
  const reserved = deed.reserved === true;
  const to_slot = 1 - slot;
  return { op: "transfer_credit", slot, number, amount_micros, to_slot, reserved, convert: true };
}

function setUp(versions: readonly PlannedVersion[]): EngineCommand[] {
  const lists = versions.map(({ json, effectiveFromS, list = 0 }, i): EngineCommand => {
    return {
      op: "set_price_list",
      number: i + 1,
      index: list,
      version: i + 1,
      effective_from_s: effectiveFromS,
      covers_from_s: FROM,
      covers_to_s: TO,
      text: JSON.stringify(json),
    };
  });
  const policy: EngineCommand = {
    op: "set_policy",
    number: 3,
    index: 0,
    disablement_threshold_micros: "0",
    clearance_micros: "0",
    max_balance_micros: `${HELD_MAX}`,
    automatic_cut: false,
    stale_after_s: 0,
    low_credit_micros: [],
    hysteresis_micros: "0",
  };
  const accounts = [0, 1].map((slot): EngineCommand => {
    return {
      op: "open_account",
      number: 1,
      slot,
      account_id: `00000000-0000-4000-8000-00000000000${slot}`,
      gateway: 1,
      price_list: slot,
      policy: 0,
      recorded: false,
      modulus_atoms: "0",
      max_rate_atoms_per_hour: "0",
      step_atoms: "1",
    };
  });
  return [...lists, policy, ...accounts];
}

const APPLIED = 0;
const MONEY_LIMIT = 23;

describe("R34, R6 kernel and model agree at the bounds", () => {
  const pay = (amount: bigint): Deed => ({ slot: 0, op: "credit", amount });
  const adjust = (slot: 0 | 1, amount: bigint): Deed => ({ slot, op: "adjust", amount });
  const give = (amount: bigint): Deed => ({ slot: 1, op: "transfer", amount });
  const rest = (HELD_MAX - MUCH) / 1_000_000n;

  it("R34 what is paid and what counts as bought", () => {
    expect(
      tell(CHEAP, [
        ...[pay(BUY_MAX + 1n), pay(BUY_MAX), adjust(0, -MUCH)],
        ...[pay(BUY_MAX), pay(rest + 1n), pay(rest), pay(1n)],
      ]),
    ).toEqual([
      ...[MONEY_LIMIT, APPLIED, APPLIED],
      ...[MONEY_LIMIT, MONEY_LIMIT, APPLIED, MONEY_LIMIT],
    ]);
  });

  it("R34 what is held", () => {
    const full = adjust(0, HELD_MAX - 999_999n);
    expect(tell(CHEAP, [full, pay(1n), adjust(0, -1n), pay(1n)])).toEqual([
      ...[APPLIED, MONEY_LIMIT, APPLIED, APPLIED],
    ]);
  });

  it("R6 what a conversion buys, and what it comes to", () => {
    expect(
      tell(CHEAP, [
        ...[adjust(1, HELD_MAX), give(BUY_MAX + 1n), give(BUY_MAX), adjust(0, -MUCH)],
        ...[give(BUY_MAX), give(rest + 1n), give(rest), give(1n)],
      ]),
    ).toEqual([
      ...[APPLIED, MONEY_LIMIT, APPLIED, APPLIED],
      ...[MONEY_LIMIT, MONEY_LIMIT, APPLIED, MONEY_LIMIT],
    ]);
  });

  it("R6 what comes back of what was set aside", () => {
    const aside = 2_000_000n;
    expect(
      tell(FREE_FIRST, [
        // A micro buys a thousand free Wh and one more.
        pay(1n),
        { slot: 0, op: "reserve_credit", amount: aside },
        adjust(0, HELD_MAX - 999_000_000n),
        { slot: 0, op: "transfer", amount: aside, reserved: true },
        adjust(0, -1_000_000n),
        { slot: 0, op: "transfer", amount: aside, reserved: true },
      ]),
    ).toEqual([APPLIED, APPLIED, APPLIED, MONEY_LIMIT, APPLIED, APPLIED]);
  });

  it("R6 a receiver of money that is full", () => {
    expect(
      tell(CHEAP, [
        ...[pay(9n), adjust(1, HELD_MAX - 4n)],
        { slot: 0, op: "transfer", amount: 5_000_000n },
        { slot: 0, op: "transfer", amount: 4_999_999n },
      ]),
    ).toEqual([APPLIED, APPLIED, MONEY_LIMIT, APPLIED]);
  });

  it("R34, R35 what is owed", () => {
    const owe = (amount: bigint, rate?: bigint): Deed => {
      return { slot: 0, op: "owe", amount, ...(rate !== undefined && { rate }) };
    };
    expect(tell(CHEAP, [owe(DEBT_MAX - 100_004n), owe(9n, 5n), "midnight"])).toEqual([0, 0, 1]);
    expect(tell(CHEAP, [owe(DEBT_MAX - 100_005n), owe(9n, 5n), "midnight"])).toEqual([0, 0, 2]);
    expect(tell(CHEAP, [owe(DEBT_MAX - 99_999n), owe(9n, 5n), "midnight"])).toEqual([0, 0, 1]);
  });

  it("R34 to the end of a block that is paid, the free one behind it comes with it", () => {
    const rates = {
      all: [
        { from: "0", price: "0.000001" },
        { from: "10", price: "0" },
        { from: "20", price: "0.000001" },
      ],
    };
    expect(tell(rates, [pay(9n), pay(1n), pay(1n)])).toEqual([APPLIED, APPLIED, APPLIED]);
    expect(tell(rates, [adjust(0, HELD_MAX - 11_000_000n), pay(10n)])).toEqual([
      ...[APPLIED, MONEY_LIMIT],
    ]);
  });
});
