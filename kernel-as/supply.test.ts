/**
 * Rules of supply and of alerts through the kernel itself (R70-R78, R80, R81), worked out by hand. Quantities in Wh, money
 * in micros: a Wh costs 250, so that 10 000 micros are 40 Wh.
 */
import { describe, expect, it } from "vitest";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { utc, World } from "../engine/prove/testing/world.ts";

const kernel = new KernelSide();
const NEW_YEAR = "2024-01-01T00:00Z";
const COVERED = { covers_from_s: utc("2023-12-01T00:00Z"), covers_to_s: utc("2024-03-01T00:00Z") };
const NIGHT = {
  name: "Night",
  timezone: "UTC",
  weekly: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "22:00", to: "06:00" }],
  special_days: [],
  date_ranges: [],
};

type Policy = Parameters<World["policy"]>[0];

/** Account 0 with 10 000 micros, read at the year's beginning, under a policy that cuts at 0. */
function world(policy: Policy = {}): World {
  const it = World.of(undefined, kernel);
  it.calendar(NIGHT, COVERED);
  it.credit(0, 10_000n);
  it.read(0, NEW_YEAR, 0);
  it.policy({ automatic_cut: true, ...policy });
  return it;
}

/** Events as type, then what they say where it is not 0: level, amount. */
function said({ events }: { events: readonly string[] }): string[] {
  return events.map((text) => {
    const { what, level, amount } =
      /^\d+ (?<what>.*) at \d+ level (?<level>\d+) .* amount (?<amount>-?\d+)$/.exec(text)
        ?.groups ?? {};
    return `${what}${level === "0" ? "" : ` level ${level}`}${amount === "0" ? "" : ` ${amount}`}`;
  });
}

const CUT = "supply.cut_requested automatic";
const RESTORED = "supply.restore_requested automatic";

describe("R70 the ladder", () => {
  const LADDER: Policy = {
    limit: { threshold_micros: "5000", atoms_per_hour: 500 },
    trickle: { threshold_micros: "1000", atoms_per_hour: 100 },
    clearance_micros: "1500",
  };

  it("R70 each rung is asked for on its edge, and once", () => {
    const it = world(LADDER);
    const rows: [register: number, events: string[]][] = [
      [19, []],
      [20, ["supply.limit_requested automatic 500"]],
      [35, []],
      [36, ["supply.limit_requested automatic 100"]],
      [39, []],
      [40, [CUT]],
      [41, []],
    ];
    for (const [i, [register, events]] of rows.entries())
      expect(said(it.read(0, utc(NEW_YEAR) + 60 * (i + 1), register))).toEqual(events);
    expect(it.account(0)).toMatchObject({ supplyWanted: "disconnected", supplyNumber: 3 });
  });

  it("R76 supply comes back at the clearance, on the rung where credit stands", () => {
    const it = world(LADDER);
    it.read(0, "2024-01-01T01:00Z", 40);
    expect(said(it.credit(0, 1_499n))).toEqual(["vend.applied 1499"]);
    expect(said(it.credit(0, 1n))).toEqual([
      "vend.applied 1",
      "supply.limit_requested automatic 500",
    ]);
    expect(said(it.credit(0, 3_501n))).toEqual(["vend.applied 3501", RESTORED]);
  });

  it("R70 a deeper limit waits for certain data, a shallower one does not", () => {
    const it = world(LADDER);
    it.read(0, "2024-01-01T00:10Z", 20);
    it.read(0, "2024-01-01T00:20Z", 19);
    expect(said(it.adjust(0, -4_500n))).toEqual(["account.adjusted -4500"]);
    expect(said(it.adjust(0, 5_000n))).toEqual(["account.adjusted 5000", RESTORED]);
    expect(said(it.adjust(0, -5_000n))).toEqual(["account.adjusted -5000"]);
    expect(said(it.read(0, "2024-01-01T00:30Z", 20))).toEqual([
      "supply.limit_requested automatic 100",
    ]);
  });
});

describe("R71 friendly periods", () => {
  const FRIENDLY: Policy = { friendly: { calendar: 0, jitter_s: 0, warning_s: 1_800 } };

  it("R71 no cut inside; a warning once before the end, and the cut at the end", () => {
    const it = world(FRIENDLY);
    expect(said(it.read(0, "2024-01-01T01:00Z", 41))).toEqual([]);
    expect(said(it.tick("2024-01-01T05:29:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T05:30:00Z"))).toEqual(["friendly_period.ending"]);
    expect(said(it.tick("2024-01-01T05:59:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T06:00:00Z"))).toEqual([CUT]);
  });

  it("R71 paid in time, nothing is said", () => {
    const it = world(FRIENDLY);
    it.read(0, "2024-01-01T01:00Z", 41);
    it.credit(0, 1_000n);
    expect(said(it.tick("2024-01-01T06:00:00Z"))).toEqual([]);
  });

  it("R71 the cuts behind the end are spread by slot", () => {
    const it = world({ friendly: { calendar: 0, jitter_s: 600, warning_s: 0 } });
    it.open(3);
    it.read(3, NEW_YEAR, 0);
    // 3 x 2 654 435 761 mod 2^32 = 3 668 339 987, mod 600 = 587
    expect(said(it.tick("2024-01-01T06:09:46Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T06:09:47Z"))).toEqual([CUT]);
    // slot 0 is cut at the end itself, where it has to be
    it.read(0, "2024-01-02T01:00Z", 41);
    expect(said(it.tick("2024-01-02T06:00:00Z"))).toEqual([CUT]);
  });

  it("R71 what the calendar does not tell is friendly", () => {
    const it = world(FRIENDLY);
    it.nowS = utc("2024-02-28T12:00Z");
    it.readNow(0, it.nowS, 1);
    it.read(0, "2024-03-01T00:00Z", 41);
    expect(said(it.tick("2024-03-05T12:00Z"))).toEqual([]);
    expect(said(it.calendar(NIGHT, { ...COVERED, covers_to_s: utc("2024-05-01T00:00Z") }))).toEqual(
      [CUT],
    );
  });

  it("R71 a policy names calendars that are set", () => {
    const it = world();
    expect(it.policy({ friendly: { calendar: 1, jitter_s: 0, warning_s: 0 } }).answer).toMatch(
      /^43 /,
    );
    expect(it.policy({ cut_window: 2 }).answer).toMatch(/^43 /);
  });
});

describe("R72 critical need", () => {
  it("R72 no cut, which is told once until credit is back; no trickle under the essential level", () => {
    const it = world({
      trickle: { threshold_micros: "1000", atoms_per_hour: 100 },
      essential_atoms_per_hour: 300,
    });
    it.ask("set_critical_need", 0, { critical: true });
    expect(said(it.read(0, "2024-01-01T01:00Z", 40))).toEqual([
      "supply.cut_withheld",
      "supply.limit_requested automatic 300",
    ]);
    expect(said(it.read(0, "2024-01-01T02:00Z", 50))).toEqual([]);
    it.credit(0, 10_000n);
    expect(said(it.read(0, "2024-01-01T03:00Z", 90))).toContain("supply.cut_withheld");
  });

  it("R72 a supply that was cut comes back when the need is told", () => {
    const it = world();
    it.read(0, "2024-01-01T01:00Z", 40);
    expect(said(it.ask("set_critical_need", 0, { critical: true }))).toEqual([
      "supply.cut_withheld",
      RESTORED,
    ]);
  });
});

describe("R73 what a cut waits for", () => {
  it("R73 its notice, given at the threshold", () => {
    const it = world({ notice: { lead_s: 3_600, threshold_micros: "2500" } });
    expect(said(it.read(0, "2024-01-01T01:00Z", 29))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T02:00Z", 30))).toEqual(["supply.notice_due 2500"]);
    expect(said(it.read(0, "2024-01-01T02:30Z", 40))).toEqual([]);
    expect(said(it.tick("2024-01-01T02:59:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T03:00:00Z"))).toEqual([CUT]);
  });

  it("R73 a notice is forgotten when credit is back over the hysteresis", () => {
    const it = world({
      notice: { lead_s: 3_600, threshold_micros: "2500" },
      hysteresis_micros: "500",
    });
    it.read(0, "2024-01-01T01:00Z", 30);
    it.adjust(0, 500n);
    expect(it.account(0).extra.noticeS).toBe(utc("2024-01-01T01:00Z"));
    it.adjust(0, 1n);
    expect(it.account(0).extra.noticeS).toBe(0);
  });

  it("R73 the cut window", () => {
    const it = world({ cut_window: 0 });
    it.tick("2024-01-01T07:00Z");
    expect(said(it.read(0, "2024-01-01T08:00Z", 40))).toEqual([]);
    expect(said(it.tick("2024-01-01T21:59:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T22:00:00Z"))).toEqual([CUT]);
  });

  /** Takes back all that account 0 was paid. */
  function reverse(it: World) {
    const none = { payment_debt: "0", accumulated_debt: "0", time_debt_1: "0", time_debt_2: "0" };
    const parts = { ...none, threshold: "0", emergency: "0", balance: "10000", restricted: "0" };
    return it.ask("reverse_credit", 0, { parts, confirmed_removed: true });
  }

  it("R53, R73 a reversal cuts nobody in its own step", () => {
    const it = world();
    expect(said(reverse(it))).toEqual(["vend.reversed 10000"]);
    expect(said(it.tick("2024-01-01T00:01:00Z"))).toEqual([CUT]);
  });

  it("R53, R71 nor does it tell the end of a friendly period: the next tick does", () => {
    const it = world({ friendly: { calendar: 0, jitter_s: 0, warning_s: 1_800 } });
    it.tick("2024-01-01T05:40Z");
    expect(said(reverse(it))).toEqual(["vend.reversed 10000"]);
    expect(said(it.tick("2024-01-01T05:40:01Z"))).toEqual(["friendly_period.ending"]);
  });
});

describe("R74 the daily allowance", () => {
  const ALLOWANCE: Policy = {
    daily_allowance: { atoms: "10", stack_days: 2, day_start_s: 21_600 },
  };

  it("R74 without credit the allowance is used, then supply is cut until the next day starts", () => {
    const it = world(ALLOWANCE);
    expect(said(it.read(0, "2024-01-01T07:00Z", 40))).toEqual([]);
    expect(it.account(0).extra.allowanceLeft).toBe(10n);
    expect(said(it.read(0, "2024-01-01T08:00Z", 49))).toEqual([]);
    expect(it.account(0).extra.allowanceLeft).toBe(1n);
    expect(said(it.read(0, "2024-01-01T09:00Z", 52))).toEqual([CUT]);
    expect(said(it.tick("2024-01-02T05:59:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-02T06:00:00Z"))).toEqual([RESTORED]);
  });

  it("R74 what is left stacks", () => {
    const it = world(ALLOWANCE);
    it.read(0, "2024-01-01T07:00Z", 40);
    it.tick("2024-01-02T06:00Z");
    expect(it.account(0).extra.allowanceLeft).toBe(20n);
    it.tick("2024-01-05T06:00Z");
    expect(it.account(0).extra.allowanceLeft).toBe(20n);
  });
});

describe("R75 the load limit", () => {
  it("R75 a mean above it cuts, and supply comes back after a while", () => {
    const it = world({
      load_limit: { atoms_per_hour: 10, period_s: 3_600, restoration_s: 600 },
    });
    expect(said(it.read(0, "2024-01-01T00:30Z", 6))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T01:00Z", 10))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T02:00Z", 21))).toEqual(["supply.cut_requested load_limit"]);
    expect(said(it.tick("2024-01-01T02:09:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T02:10:00Z"))).toEqual([RESTORED]);
  });
});

describe("R76, R77 restores", () => {
  const READY: Policy = { ready_for_reconnection: true, restore_deadline_s: 900 };

  it("R76 a supply that is off waits for somebody at the meter", () => {
    const it = world(READY);
    it.read(0, "2024-01-01T01:00Z", 40);
    it.report(0, 2, 1);
    expect(said(it.credit(0, 1n))).toEqual(["vend.applied 1", `${RESTORED} level 6`]);
    expect(said(it.report(0, 6, 2))).toEqual(["supply.executed level 6"]);
    expect(it.account(0)).toMatchObject({ supplyWanted: "ready" });
    expect(said(it.report(0, 1, 2))).toEqual(["supply.executed level 1"]);
    expect(it.account(0)).toMatchObject({ supplyWanted: "connected", supplyState: "connected" });
  });

  it("R76 a cut that was not carried out yet is followed at once by a restore", () => {
    const it = world(READY);
    it.read(0, "2024-01-01T01:00Z", 40);
    expect(said(it.credit(0, 1n))).toEqual(["vend.applied 1", RESTORED]);
  });

  it("R76 a restore that nobody confirms is overdue, once", () => {
    const it = world(READY);
    it.read(0, "2024-01-01T01:00Z", 40);
    it.credit(0, 1_000n);
    expect(said(it.tick("2024-01-01T01:14:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T01:15:00Z"))).toEqual(["supply.overdue"]);
    expect(said(it.tick("2024-01-01T02:15:00Z"))).toEqual([]);
  });
});

describe("R78 by hand", () => {
  const cut = (it: World, override: boolean) => it.ask("cut", 0, { override });

  it.each<[string, Policy, (it: World) => void, code: number]>([
    ["a critical need", {}, (it) => it.ask("set_critical_need", 0, { critical: true }), 35],
    ["a friendly period", { friendly: { calendar: 0, jitter_s: 0, warning_s: 0 } }, () => {}, 36],
    ["no notice", { notice: { lead_s: 60, threshold_micros: "0" } }, () => {}, 37],
    ["stale data", { stale_after_s: 60 }, (it) => it.tick("2024-01-01T00:01:01Z"), 38],
  ])("R78 %s forbids a cut, unless overridden", (_name, policy, before, code) => {
    const it = world(policy);
    before(it);
    expect(cut(it, false).answer).toMatch(new RegExp(`^${code} `));
    expect(said(cut(it, true))).toEqual(["supply.cut_requested manual"]);
  });

  it("R78 what a person cut only a person restores; what a person restored holds until credit came", () => {
    const it = world();
    cut(it, false);
    expect(said(it.credit(0, 1_000n))).toEqual(["vend.applied 1000"]);
    it.read(0, "2024-01-01T01:00Z", 44);
    expect(said(it.manual("restore", 0))).toEqual(["supply.restore_requested manual"]);
    expect(said(it.read(0, "2024-01-01T02:00Z", 48))).toEqual([]);
    expect(said(it.credit(0, 2_000n))).toEqual(["vend.applied 2000"]);
    expect(said(it.read(0, "2024-01-01T03:00Z", 52))).toEqual([CUT]);
  });
});

describe("R80, R81 alerts", () => {
  it("R80 a level is not told again before its cool-off is over", () => {
    const it = world({ low_credit_micros: ["5000"], cool_off_s: 3_600, automatic_cut: false });
    expect(said(it.read(0, "2024-01-01T01:00Z", 20))).toEqual(["credit.low level 257 5000"]);
    expect(said(it.credit(0, 250n))).toEqual([
      "vend.applied 250",
      "credit.recovered level 257 5000",
    ]);
    expect(said(it.read(0, "2024-01-01T01:30Z", 21))).toEqual([]);
    expect(said(it.tick("2024-01-01T01:59:59Z"))).toEqual([]);
    expect(said(it.tick("2024-01-01T02:00:00Z"))).toEqual(["credit.low level 257 5000"]);
  });

  it("R81 each level has its severity", () => {
    const it = world({
      low_credit_micros: ["5000", "2500"],
      low_credit_severity: ["info", "critical"],
    });
    expect(said(it.read(0, "2024-01-01T01:00Z", 30))).toEqual([
      "credit.low level 1 5000",
      "credit.low level 514 2500",
    ]);
  });

  it("R80 credit over a limit is told, and its return under the hysteresis", () => {
    const it = world({ exceed_micros: "20000", hysteresis_micros: "1000" });
    expect(said(it.credit(0, 9_999n))).toEqual(["vend.applied 9999"]);
    expect(said(it.credit(0, 1n))).toEqual(["vend.applied 1", "credit.exceeded 20000"]);
    expect(said(it.read(0, "2024-01-01T01:00Z", 4))).toEqual([]);
    expect(said(it.read(0, "2024-01-01T02:00Z", 5))).toEqual(["credit.recovered level 9 20000"]);
  });

  it("R81 days left by the trailing mean", () => {
    const it = world({ days_left_warning: 3 });
    // 8 Wh the first day: 2 000 of 10 000, so that 8 000 last 4 days
    expect(said(it.read(0, "2024-01-02T00:00Z", 8))).toEqual([]);
    expect(it.account(0).extra).toMatchObject({ daysSeen: 1, daysMean: 2_000n, spentToday: 0n });
    // 1 Wh more: 7 750 last 3 days
    expect(said(it.read(0, "2024-01-02T12:00Z", 9))).toEqual(["credit.low level 8 3"]);
    expect(said(it.credit(0, 2_249n))).toEqual(["vend.applied 2249"]);
    expect(said(it.credit(0, 1n))).toEqual(["vend.applied 1", "credit.recovered level 8 5"]);
    // the second day's 250 move the mean by floor(-1 750 / 7)
    it.read(0, "2024-01-03T00:00Z", 9);
    expect(it.account(0).extra).toMatchObject({ daysSeen: 2, daysMean: 1_750n });
  });
});
