/**
 * Money of an account through the kernel itself, worked out by hand: emergency credit (R60-R62), restricted pots (R41),
 * debts and charges by time (R35, R36), changes of mode and tenancy (R91, R92), transfers (R90). A Wh costs 250 micros.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { listOf, utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
type Policy = Parameters<World["policy"]>[0];
type Outcome = ReturnType<World["tick"]>;

/** Account 0 with so many micros, read at the year's beginning. */
function world(micros = 10_000n, policy: Policy = {}): World {
  const it = World.of(undefined, kernel);
  it.nowS = utc(NEW_YEAR);
  if (micros !== 0n) it.adjust(0, micros);
  it.read(0, NEW_YEAR, 0);
  it.policy(policy);
  return it;
}

/** Events as type, then level, number and amount where they are not 0. */
function said({ events }: Outcome): string[] {
  return events.map((event) => {
    const fields =
      /^\d+ (?<what>\S+).* at \d+ level (?<level>\d+)(?<rest>.*) amount (?<amount>-?\d+)$/;
    const { what, level, amount } = fields.exec(event)?.groups ?? {};
    return [what, level, amount].filter((each) => each !== "0").join(" ");
  });
}

/** The code of a refusal by its place in COMMAND_REFUSALS; 0 for applied. */
function codeOf({ answer }: Outcome): number {
  return Number(answer.split(" ")[0]);
}

function partsOf({ answer }: Outcome): string | undefined {
  return answer.split(" ")[3];
}

describe("R60-R62 emergency credit", () => {
  const POLICY: Policy = {
    emergency: { limit_micros: "5000", threshold_micros: "2000", auto_invoke: false },
    automatic_cut: true,
  };

  it("R60 is offered once, invoked, in use, exhausted, and the cut comes behind it", () => {
    const it = world(10_000n, POLICY);
    expect(codeOf(it.ask("activate_emergency_credit", 0, {}))).toBe(27);
    expect(said(it.read(0, "2024-01-01T01:00Z", 32))).toEqual(["emergency_credit.offered 5000"]);
    expect(said(it.read(0, "2024-01-01T02:00Z", 33))).toEqual([]);
    const invoked = it.ask("activate_emergency_credit", 0, {});
    expect(said(invoked)).toEqual(["emergency_credit.invoked 5000"]);
    expect(said(it.ask("activate_emergency_credit", 0, {}))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T03:00Z", 40))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T04:00Z", 41))).toEqual(["emergency_credit.in_use 250"]);
    expect(it.account(0)).toMatchObject({ balance: 0n, extra: { emergencyUsed: 250n } });
    expect(said(it.read(0, "2024-01-01T05:00Z", 59))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T06:00Z", 62))).toEqual([
      "emergency_credit.exhausted 5000",
      "supply.cut_requested",
    ]);
    expect(it.account(0)).toMatchObject({ balance: -500n, extra: { emergencyUsed: 5_000n } });
    expect(codeOf(it.ask("activate_emergency_credit", 0, {}))).toBe(28);
    expect(said(it.credit(0, 5_501n))).toEqual([
      "vend.applied 5501",
      "emergency_credit.repaid 5000",
      "supply.restore_requested",
    ]);
    expect(codeOf(it.ask("activate_emergency_credit", 0, {}))).toBe(0);
  });

  it("R60 the policy may invoke it, and says so", () => {
    const auto = { limit_micros: "5000", threshold_micros: "2000", auto_invoke: true };
    const it = world(10_000n, { ...POLICY, emergency: auto });
    expect(said(it.read(0, "2024-01-01T01:00Z", 41))).toEqual([
      "emergency_credit.offered 5000",
      "emergency_credit.invoked 1 5000",
      "emergency_credit.in_use 250",
    ]);
  });

  it("R62 an unused one goes back when credit is over the threshold, and is offered again behind the hysteresis", () => {
    const it = world(2_000n, { ...POLICY, hysteresis_micros: "100" });
    it.ask("activate_emergency_credit", 0, {});
    expect(it.account(0).extra.emergencyState).toBe("invoked");
    it.adjust(0, 1n);
    expect(it.account(0).extra.emergencyState).toBe("enabled");
    expect(said(it.adjust(0, -1n))).toEqual(["account.adjusted -1"]);
    it.adjust(0, 101n);
    expect(said(it.adjust(0, -101n))).toEqual([
      "account.adjusted -101",
      "emergency_credit.offered 5000",
    ]);
  });
});

describe("R41 restricted pots", () => {
  const DAY = 86_400;
  const grant = (it: World, micros: number, days: number) =>
    it.ask("grant_credit", 0, {
      amount_micros: `${micros}`,
      expires_s: utc(NEW_YEAR) + days * DAY,
    });

  it("R41 are used before the balance, soonest expiry first, and are lost when they expire", () => {
    const it = world();
    grant(it, 1_000, 2);
    grant(it, 500, 1);
    it.read(0, "2024-01-01T01:00Z", 3);
    expect(it.account(0)).toMatchObject({
      balance: 10_000n,
      extra: {
        pots: [{ amount: 750n, expiresS: utc("2024-01-03T00:00Z") }],
      },
    });
    expect(said(it.tick("2024-01-02T23:59:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-03T00:00:00Z"))).toEqual(["credit.expired 750"]);
    it.read(0, "2024-01-03T01:00Z", 4);
    expect(it.balance(0)).toBe(9_750n);
  });

  it("R41 one that has expired pays nothing, also before it is taken away", () => {
    const it = world();
    grant(it, 1_000, 1);
    expect(said(it.read(0, "2024-01-02T00:00Z", 1))).toEqual(["credit.expired 1000"]);
    expect(it.balance(0)).toBe(9_750n);
  });

  it("R41 count for alerts and for the cut", () => {
    const it = world(0n, { low_credit_micros: ["250"], automatic_cut: true });
    grant(it, 500, 1);
    expect(said(it.read(0, "2024-01-01T01:00Z", 1))).toEqual(["credit.low 257 250"]);
    expect(said(it.read(0, "2024-01-01T02:00Z", 2))).toEqual(["supply.cut_requested"]);
  });

  it("R41 four at most, none that has expired, none beyond what can be held", () => {
    const it = world();
    expect(codeOf(grant(it, 1, 0))).toBe(33);
    for (let i = 0; i < 4; i++) expect(codeOf(grant(it, 1, 4 - i))).toBe(0);
    expect(codeOf(grant(it, 1, 9))).toBe(32);
    expect(
      it.account(0).extra.pots.map(({ expiresS }) => (expiresS - utc(NEW_YEAR)) / DAY),
    ).toEqual([1, 2, 3, 4]);
  });
});

describe("R35 R36 charges and debts by time", () => {
  const charge = (name: string, members: object) => ({
    name,
    every: "day" as const,
    amount: "0.001",
    ...members,
  });
  const LIST = listOf({
    charges: [
      charge("late", { priority: 5 }),
      charge("first", { while: { disconnected: "debt" } }),
      charge("middle", { priority: 1, while: { disconnected: "collect", limited: "drop" } }),
      charge("second", {}),
    ],
  } as never);
  const debtOf = (it: World, debt: "time_debt_1" | "time_debt_2", changes: object) =>
    it.ask("set_debt", 0, {
      debt,
      owed_micros: "250",
      rate_micros: "100",
      every: "day",
      ...changes,
    });

  function indebted(policy: Policy = {}): World {
    const it = World.of(LIST, kernel);
    it.nowS = utc(NEW_YEAR);
    it.adjust(0, 1_000_000n);
    it.policy(policy);
    it.tick(NEW_YEAR);
    debtOf(it, "time_debt_1", {});
    debtOf(it, "time_debt_2", { every: "week" });
    return it;
  }
  /** What was charged: index in the list or 32, 33 for time debts, 64 and more for what became debt. */
  const charged = ({ charges }: Outcome) =>
    charges.map((text) => {
      const [, , version = "", amount] = text.split(" ");
      return `${version.split("/")[1]} ${amount}`;
    });

  it("R35 the order: priority 0 as listed, time debts, then by priority", () => {
    const it = indebted();
    expect(charged(it.tick("2024-01-08T00:00Z")).slice(-6)).toEqual(
      ["1 1000", "3 1000", "33 100", "2 1000", "0 1000"].toSpliced(0, 0, "0 1000"),
    );
  });

  it("R35 a time debt is told when it is paid off, with its last part", () => {
    const it = indebted();
    it.tick("2024-01-03T00:00Z");
    const last = it.tick("2024-01-04T00:00Z");
    expect(said(last)).toEqual(["debt.cleared 1 50"]);
    expect(charged(last)).toContain("32 50");
    expect(it.account(0).extra.timeDebts[0]?.owed).toBe(0n);
    expect(charged(it.tick("2024-01-05T00:00Z"))).not.toContainEqual(expect.stringMatching(/^32/));
  });

  it("R36 while disconnected: dropped, owed or collected as each says; time debts wait", () => {
    const it = indebted();
    it.report(0, 2);
    expect(charged(it.tick("2024-01-02T00:00Z"))).toEqual(["65 1000", "2 1000"]);
    expect(it.account(0).extra.accumulatedDebt).toBe(1_000n);
    expect(it.account(0).extra.timeDebts[0]?.owed).toBe(250n);
    debtOf(it, "time_debt_1", { collect: { disconnected: true } });
    expect(charged(it.tick("2024-01-03T00:00Z"))).toContain("32 100");
  });

  it("R36 while limited, and in a friendly period", () => {
    const it = indebted();
    it.report(0, 3);
    expect(charged(it.tick("2024-01-02T00:00Z"))).toEqual(["1 1000", "3 1000", "32 100", "0 1000"]);
    debtOf(it, "time_debt_1", { collect: { friendly: false } });
    it.report(0, 1);
    const january = {
      name: "January",
      timezone: "UTC",
      weekly: [],
      special_days: [],
      date_ranges: [{ from: "2024-01-01", to: "2024-01-31" }],
    };
    it.calendar(january, {
      covers_from_s: utc("2023-12-01T00:00Z"),
      covers_to_s: utc("2025-01-01T00:00Z"),
    });
    it.policy({ friendly: { calendar: 0, jitter_s: 0, warning_s: 0 } });
    expect(charged(it.tick("2024-01-03T00:00Z"))).toEqual(["1 1000", "3 1000", "2 1000", "0 1000"]);
  });

  it("R35 a debt that is set later is not collected for days before", () => {
    const it = world();
    it.tick("2024-01-05T12:00Z");
    debtOf(it, "time_debt_1", {});
    expect(it.tick("2024-01-05T23:59:59Z").charges).toEqual([]);
    expect(charged(it.tick("2024-01-06T00:00Z"))).toEqual(["32 100"]);
  });

  it("R35 readings collect as they cross midnights, behind the consumption up to them", () => {
    const it = world();
    debtOf(it, "time_debt_1", { rate_micros: "250" });
    const { charges, events } = it.read(0, "2024-01-02T06:00Z", 4);
    expect(charges).toHaveLength(1);
    expect(said({ events } as Outcome)).toEqual(["debt.cleared 1 250"]);
    expect(it.balance(0)).toBe(10_000n - 1_000n - 250n);
  });
});

describe("R91 payment mode", () => {
  const PREPAID = {
    mode: "prepayment",
    at_s: 0,
    share_ppm: 200_000,
    weekly_cap_micros: "900",
  } as const;

  it("R91 to credit: all that is owed comes into the balance, and nothing of credit is judged", () => {
    const it = world(100n, { low_credit_micros: ["0"], automatic_cut: true });
    it.ask("set_debt", 0, { debt: "accumulated_debt", owed_micros: "300" });
    it.ask("set_debt", 0, { debt: "payment_debt", owed_micros: "50", share_ppm: 1 });
    const changed = it.ask("set_payment_mode", 0, { mode: "credit", at_s: 0 });
    expect(said(changed)).toEqual(["mode.changed 1"]);
    expect(it.account(0)).toMatchObject({
      balance: -250n,
      extra: { accumulatedDebt: 0n, paymentDebt: 0n, paymentShare: 1 },
    });
    expect(said(it.read(0, "2024-01-01T01:00Z", 100))).toEqual([]);
    expect(codeOf(it.credit(0, 1n))).toBe(26);
    expect(codeOf(it.ask("grant_credit", 0, { amount_micros: "1", expires_s: 2 ** 31 }))).toBe(26);
    const back = it.ask("set_payment_mode", 0, PREPAID);
    expect(said(back).slice(0, 2)).toEqual(["mode.changed", "credit.low 257"]);
    expect(it.account(0).extra).toMatchObject({
      paymentDebt: 25_250n,
      paymentShare: 200_000,
      paymentCap: 900n,
    });
  });

  it("R91 at an instant to come; another is refused meanwhile, and it can be cancelled", () => {
    const it = world(100n);
    const later = { mode: "credit", at_s: utc("2024-01-02T12:00Z") } as const;
    expect(codeOf(it.ask("cancel_mode_change", 0, {}))).toBe(40);
    expect(said(it.ask("set_payment_mode", 0, later))).toEqual([]);
    expect(codeOf(it.ask("set_payment_mode", 0, later))).toBe(39);
    expect(codeOf(it.ask("cancel_mode_change", 0, {}))).toBe(0);
    it.ask("set_payment_mode", 0, later);
    expect(said(it.tick("2024-01-02T11:59:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-02T12:00Z"))).toEqual(["mode.changed 1"]);
    expect(codeOf(it.ask("cancel_mode_change", 0, {}))).toBe(40);
  });
});

describe("R92 change of tenancy", () => {
  it("R92 settles who leaves and begins clean: no debt passes on", () => {
    const it = world(10_000n, {
      emergency: { limit_micros: "500", threshold_micros: "0", auto_invoke: true },
    });
    it.ask("grant_credit", 0, { amount_micros: "600", expires_s: utc("2024-02-01T00:00Z") });
    it.ask("reserve_credit", 0, { amount_micros: "700" });
    it.ask("set_debt", 0, {
      debt: "payment_debt",
      owed_micros: "80",
      share_ppm: 1,
      weekly_cap_micros: "5",
    });
    it.ask("set_debt", 0, {
      debt: "time_debt_2",
      owed_micros: "9",
      rate_micros: "1",
      every: "day",
    });
    it.ask("set_critical_need", 0, { critical: true });
    it.nowS = utc("2024-01-01T12:00Z");
    const changed = it.ask("change_tenancy", 0, { closing_atoms: "2" });
    expect(said(changed).slice(0, 2)).toEqual([
      "credit.expired 100",
      `tenancy.changed ${9_300 + 700 - 89}`,
    ]);
    expect(partsOf(changed)).toBe("80/0/0/9/0/0/10000/100");
    const { balance, register, extra } = it.account(0);
    expect([balance, register]).toEqual([0n, 2n]);
    expect(extra).toMatchObject({
      paymentDebt: 0n,
      paymentShare: 0,
      paymentCap: 0n,
      reserved: 0n,
      pots: [],
      isCritical: false,
    });
    expect(extra.timeDebts[1]).toMatchObject({ owed: 0n, rate: 0n });
    it.read(0, "2024-01-01T13:00Z", 3);
    expect(it.balance(0) - it.account(0).extra.emergencyUsed).toBe(-250n);
  });

  it("R92 a closing that is no reading changes nothing", () => {
    const it = world();
    it.read(0, "2024-01-01T06:00Z", 5);
    it.nowS = utc("2024-01-01T12:00Z");
    expect(codeOf(it.ask("change_tenancy", 0, { closing_atoms: "4" }))).toBe(25);
    expect(it.balance(0)).toBe(10_000n - 1_250n);
  });
});

describe("R90 transfers", () => {
  function pair(): World {
    const it = world(1_000n);
    it.open(1);
    return it;
  }
  const give = (it: World, micros: number, changes: object = {}) =>
    it.ask("transfer_credit", 0, {
      to_slot: 1,
      amount_micros: `${micros}`,
      reserved: false,
      ...changes,
    });

  it("R90 two entries in one step", () => {
    const it = pair();
    expect(said(give(it, 400))).toEqual(["credit.transferred -400", "credit.transferred 400"]);
    expect([it.balance(0), it.balance(1)]).toEqual([600n, 400n]);
  });

  it("R90 from what was set aside", () => {
    const it = pair();
    it.ask("reserve_credit", 0, { amount_micros: "300" });
    expect(it.balance(0)).toBe(700n);
    expect(codeOf(give(it, 301, { reserved: true }))).toBe(41);
    expect(codeOf(give(it, 100, { reserved: true }))).toBe(0);
    expect(codeOf(it.ask("release_credit", 0, { amount_micros: "201" }))).toBe(41);
    expect(said(it.ask("release_credit", 0, { amount_micros: "200" }))).toEqual([
      "credit.released 200",
    ]);
    expect([it.balance(0), it.balance(1)]).toEqual([900n, 100n]);
  });

  it("R90 not more than is there, not to oneself or nobody, not over the receiver's limit", () => {
    const it = pair();
    expect(codeOf(give(it, 1_001))).toBe(41);
    expect(codeOf(it.ask("reserve_credit", 0, { amount_micros: "1001" }))).toBe(41);
    expect(codeOf(give(it, 1, { to_slot: 0 }))).toBe(16);
    expect(codeOf(give(it, 1, { to_slot: 2 }))).toBe(16);
    it.policy({ max_balance_micros: "99" });
    expect(codeOf(give(it, 100))).toBe(22);
    it.policy({ disablement_threshold_micros: "500" });
    expect(codeOf(give(it, 501))).toBe(41);
    it.ask("set_payment_mode", 0, { mode: "credit", at_s: 0 });
    expect(codeOf(give(it, 1))).toBe(26);
  });
});
