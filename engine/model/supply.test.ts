import { describe, expect, it } from "vitest";
import type { ModelAccount, Terms } from "./account.ts";
import type { Calendar } from "./calendar.ts";
import type { ModelEvent } from "./events.ts";
import type { Policy } from "./policy.ts";
import { judgeSupply } from "./supply.ts";
import { type AccountChanges, accountOf, termsOf } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { utc } from "./testing/lists.ts";

const NOW = 10_000n;
const READ = { t0: 9_000n, r0: 0n };

/** "cut", "limit 50", "restore", "ready", "withheld", "ending 7". */
function short({ type, level, amount, number }: ModelEvent): string {
  switch (type) {
    case "supply.cut_requested":
      return "cut";
    case "supply.limit_requested":
      return `limit ${amount}`;
    case "supply.restore_requested":
      return level === 6 ? "ready" : "restore";
    case "supply.cut_withheld":
      return "withheld";
    case "friendly_period.ending":
      return `ending ${number}`;
    default:
      return type;
  }
}

function judged(
  changes: AccountChanges,
  policy: Partial<Policy> = {},
  others: Partial<Terms> = {},
  mayCut = true,
): { events: string[]; account: ModelAccount } {
  const account = accountOf({ ...READ, ...changes });
  const result = judgeSupply(termsOf(policy, {}, others), account, NOW, mayCut);
  return { events: result.events.map(short), account: result.account };
}

const OFF = { supplyWanted: "disconnected", supplyNumber: 1n } as const;

describe("R76 the cut-off and the clearance", () => {
  it.each<[AccountChanges, bigint, bigint, string[]]>([
    // account, balance, clearance; the cut-off is 100
    [{}, 101n, 0n, []],
    [{}, 100n, 0n, ["cut"]],
    [{}, 99n, 0n, ["cut"]],
    [{}, 149n, 50n, []],
    [OFF, 99n, 0n, []],
    [OFF, 100n, 0n, []],
    [OFF, 101n, 0n, ["restore"]],
    [OFF, 101n, 50n, []],
    [OFF, 149n, 50n, []],
    [OFF, 150n, 50n, ["restore"]],
  ])("R76 %o, balance %d, clearance %d: %o", (changes, balanceMicros, clearanceMicros, events) => {
    const policy = { disablementMicros: 100n, clearanceMicros };
    expect(judged({ ...changes, balanceMicros }, policy).events).toEqual(events);
  });

  it("R40 what is available counts: pots, and emergency credit that was invoked", () => {
    const pots = [{ amountMicros: 1n, expiresS: NOW + 1n }];
    expect(judged({ pots }).events).toEqual([]);
    expect(judged({ pots: [{ amountMicros: 1n, expiresS: NOW }] }).events).toEqual(["cut"]);
    const policy = { emergency: { limitMicros: 5n, thresholdMicros: 0n, autoInvoke: false } };
    expect(judged({ emergency: { state: "invoked" } }, policy).events).toEqual([]);
    expect(judged({ emergency: { state: "enabled" } }, policy).events).toEqual(["cut"]);
    const used = { state: "invoked", usedMicros: 5n } as const;
    expect(judged({ emergency: used }, policy).events).toEqual(["cut"]);
  });

  it("R70 nothing without an automatic cut, and what is cut is not restored by that alone", () => {
    expect(judged({}, { automaticCut: false }).events).toEqual([]);
    expect(judged(OFF, { automaticCut: false }).events).toEqual([]);
  });

  it("R91 in credit mode nothing is cut, and what was cut returns", () => {
    const mode = "credit" as const;
    expect(judged({ mode, balanceMicros: -5n }).events).toEqual([]);
    expect(judged({ ...OFF, mode, balanceMicros: -5n }, { clearanceMicros: 9n }).events).toEqual([
      "restore",
    ]);
  });
});

describe("R70 the rungs", () => {
  const LADDER: Partial<Policy> = {
    limit: { thresholdMicros: 50n, atomsPerHour: 2_000n },
    trickle: { thresholdMicros: 20n, atomsPerHour: 300n },
  };
  const limited = (supplyValue: bigint) => ({ supplyWanted: "limited" as const, supplyValue });

  it.each<[string, AccountChanges, bigint, string[]]>([
    ["over all", {}, 51n, []],
    ["limit", {}, 50n, ["limit 2000"]],
    ["limit already", limited(2_000n), 50n, []],
    ["trickle at once", {}, 20n, ["limit 300"]],
    ["deeper", limited(2_000n), 20n, ["limit 300"]],
    ["cut", limited(300n), 0n, ["cut"]],
    ["up again", limited(300n), 21n, ["limit 2000"]],
    ["and out", limited(300n), 51n, ["restore"]],
    ["back from the cut to a limit", OFF, 10n, ["limit 300"]],
  ])("R70 %s", (_, changes, balanceMicros, events) => {
    const after = judged({ ...changes, balanceMicros }, LADDER);
    expect(after.events).toEqual(events);
  });

  it("R18, R73 no deeper limit by uncertain data, but a lighter one", () => {
    const quarantineRaised = ["clock" as const];
    const uncertain = (changes: AccountChanges, balanceMicros: bigint) =>
      judged({ ...changes, balanceMicros, quarantineRaised }, LADDER).events;
    expect(uncertain({}, 50n)).toEqual([]);
    expect(uncertain(limited(2_000n), 20n)).toEqual([]);
    expect(uncertain(limited(300n), 50n)).toEqual(["limit 2000"]);
    expect(uncertain(limited(300n), 51n)).toEqual(["restore"]);
    expect(uncertain(OFF, 20n)).toEqual(["limit 300"]);
  });

  it("R73 a cut that waits leaves the rung above it in force", () => {
    const waits = judged(
      { balanceMicros: 0n },
      { ...LADDER, notice: { leadS: 60n, thresholdMicros: 0n } },
    );
    expect(waits.events).toEqual(["limit 300"]);
  });
});

describe("R72 a critical need", () => {
  const trickle = { thresholdMicros: 20n, atomsPerHour: 300n };
  const isCritical = true;

  it("R72 no automatic cut; a person is told once, until credit is there again", () => {
    const first = judged({ isCritical });
    expect([first.events, first.account.isCutWithheld]).toEqual([["withheld"], true]);
    expect(judged({ isCritical, isCutWithheld: true }).events).toEqual([]);
    const paid = judged({ isCritical, isCutWithheld: true, balanceMicros: 1n });
    expect([paid.events, paid.account.isCutWithheld]).toEqual([[], false]);
  });

  it("R72 no trickle under the essential level", () => {
    const account = { isCritical, balanceMicros: 20n };
    const flow = (essentialAtomsPerHour: bigint) =>
      judged(account, { trickle, essentialAtomsPerHour }).events;
    expect([flow(0n), flow(300n), flow(301n)]).toEqual([
      ["limit 300"],
      ["limit 300"],
      ["limit 301"],
    ]);
    expect(judged({ balanceMicros: 20n }, { trickle, essentialAtomsPerHour: 301n }).events).toEqual(
      ["limit 300"],
    );
  });

  it("R72 what was cut before returns without clearance", () => {
    expect(judged({ ...OFF, isCritical }, { trickle, clearanceMicros: 9n }).events).toEqual([
      "withheld",
      "limit 300",
    ]);
  });

  it("R72 where nothing would be cut nothing is withheld", () => {
    expect(judged({ isCritical }, { automaticCut: false }).events).toEqual([]);
  });
});

describe("R73 what a cut waits for, in its order", () => {
  const NOTICE = { notice: { leadS: 60n, thresholdMicros: 0n } };
  const GIVEN = { noticeS: NOW - 60n };
  const inside: Calendar = {
    fromS: 0n,
    toS: 100_000n,
    intervals: [{ beginS: 9_500n, endS: 10_500n }],
  };
  const outside: Calendar = { ...inside, intervals: [{ beginS: 10_001n, endS: 10_500n }] };
  const before: Calendar = { ...inside, intervals: [{ beginS: 9_000n, endS: 9_999n }] };
  const elsewhere: Calendar = { fromS: 0n, toS: NOW, intervals: [] };

  it.each<[string, AccountChanges, Partial<Policy>, Partial<Terms>, string[]]>([
    ["never read", { t0: undefined, r0: undefined }, {}, {}, []],
    ["in quarantine", { quarantineRaised: ["conflict"] }, {}, {}, []],
    ["just not stale", {}, { staleAfterS: 1_000n }, {}, ["cut"]],
    ["stale", {}, { staleAfterS: 999n }, {}, []],
    ["friendly", {}, {}, { friendly: inside }, []],
    ["not friendly yet", {}, {}, { friendly: outside }, ["cut"]],
    ["beyond what the calendar covers", {}, {}, { friendly: elsewhere }, []],
    ["no notice given", {}, NOTICE, {}, []],
    ["too late a notice", { noticeS: NOW - 59n }, NOTICE, {}, []],
    ["notice long enough ago", GIVEN, NOTICE, {}, ["cut"]],
    ["in the window", {}, {}, { cutWindow: inside }, ["cut"]],
    ["not in the window", {}, {}, { cutWindow: outside }, []],
    ["beyond what the window covers", {}, {}, { cutWindow: elsewhere }, []],
  ])("R73 %s", (_, changes, policy, others, events) => {
    expect(judged(changes, policy, others).events).toEqual(events);
  });

  it("R71 after a friendly end each account waits its jitter", () => {
    // slot 7: (7 × 2654435761 mod 2³²) mod 10 = 1401181143 mod 10
    const jittered = (jitterS: bigint) =>
      judged({}, { friendly: { jitterS, warningS: 0n } }, { friendly: before }).events;
    expect((7n * 2_654_435_761n) % 2n ** 32n).toBe(1_401_181_143n);
    expect(jittered(0n)).toEqual(["cut"]);
    expect(jittered(10n)).toEqual([]); // 3 s, and only 1 has gone
    expect(jittered(11n)).toEqual([]); // 5 s
    expect(jittered(1_401_181_142n)).toEqual(["cut"]); // 1 s
  });

  it("R53 a reversal starts none", () => {
    expect(judged({}, {}, {}, false).events).toEqual([]);
    expect(
      judged(
        { balanceMicros: 20n },
        { trickle: { thresholdMicros: 20n, atomsPerHour: 3n } },
        {},
        false,
      ).events,
    ).toEqual(["limit 3"]);
  });

  it("R71 a warning before the friendly end, once, and only if nothing else hinders but that", () => {
    const warn = (warningS: bigint, changes: AccountChanges = {}) =>
      judged(changes, { friendly: { jitterS: 0n, warningS } }, { friendly: inside });
    expect(warn(499n).events).toEqual([]);
    const warned = warn(500n);
    expect([warned.events, warned.account.friendlyWarnedS]).toEqual([["ending 10500"], 10_500n]);
    expect(warn(500n, { friendlyWarnedS: 10_500n }).events).toEqual([]);
    expect(warn(500n, { friendlyWarnedS: 9_000n }).events).toEqual(["ending 10500"]);
    expect(warn(500n, { balanceMicros: 1n }).events).toEqual([]);
    expect(warn(500n, OFF).events).toEqual([]);
    // Data are asked for before the friendly period is.
    expect(warn(500n, { quarantineRaised: ["clock"] }).events).toEqual([]);
    // None where the calendar knows no end.
    const unknown = judged(
      {},
      { friendly: { jitterS: 0n, warningS: 500n } },
      { friendly: elsewhere },
    );
    expect(unknown.events).toEqual([]);
  });
});

describe("R74 a day's allowance", () => {
  const dailyAllowance = { atoms: 100n, stackDays: 2n, dayStartS: 0n };
  const left = (leftAtoms: bigint) => ({ renewedS: 1n << 40n, leftAtoms });

  it("R74 while some is left nothing is cut, and what was cut returns without clearance", () => {
    const policy = { dailyAllowance, clearanceMicros: 50n };
    expect(judged({}, policy).events).toEqual([]);
    expect(judged(OFF, policy).events).toEqual(["restore"]);
    expect(judged({ allowance: left(1n) }, policy).events).toEqual([]);
    expect(judged({ allowance: left(0n) }, policy).events).toEqual(["cut"]);
    expect(judged({ ...OFF, allowance: left(0n) }, policy).events).toEqual([]);
  });

  it("R74 is not touched while there is credit", () => {
    const after = judged({ balanceMicros: 1n }, { dailyAllowance }).account;
    expect(after.allowance).toEqual({ renewedS: 0n, leftAtoms: 0n });
  });
});

describe("R76 ready for reconnection, deadlines", () => {
  const policy = { readyForReconnection: true, restoreDeadlineS: 60n };

  it("R76 a supply that is reported off is made ready; one that is not comes back by itself", () => {
    const back = { ...OFF, balanceMicros: 1n };
    const ready = judged({ ...back, supplyState: "disconnected" }, policy);
    expect([ready.events, ready.account.supplyWanted]).toEqual([["ready"], "ready"]);
    expect(ready.account.restoreS).toBe(NOW);
    // Overtaken: the cut is not reported yet.
    const overtaken = judged({ ...back, supplyState: "connected" }, policy);
    expect([overtaken.events, overtaken.account.supplyWanted]).toEqual([["restore"], "connected"]);
  });

  it("R76 ready counts as connected: nothing more is asked, and a cut takes it back", () => {
    const ready = { supplyWanted: "ready", restoreS: 9n } as const;
    expect(judged({ ...ready, balanceMicros: 1n }, policy).events).toEqual([]);
    const cut = judged({ ...ready, balanceMicros: 0n }, policy);
    expect([cut.events, cut.account.restoreS]).toEqual([["cut"], 0n]);
  });

  it("R76 out of a limit there is nothing to make ready", () => {
    const limited = { supplyWanted: "limited", supplyValue: 5n, balanceMicros: 1n } as const;
    const back = judged({ ...limited, supplyState: "disconnected" }, policy);
    expect([back.events, back.account.supplyValue]).toEqual([["restore"], 0n]);
  });
});

it("R71 … R73 the story: runs out on a Friday night, cut on Monday in the window", () => {
  const at = (text: string) => utc(`2024-03-${text}`);
  const span = { fromS: at("01T00:00Z"), toS: utc("2024-04-30T00:00Z") };
  const terms = termsOf(
    {
      notice: { leadS: 3_600n, thresholdMicros: 500n },
      friendly: { jitterS: 600n, warningS: 1_800n },
    },
    {},
    {
      friendly: { ...span, intervals: [{ beginS: at("01T17:00Z"), endS: at("04T07:00Z") }] },
      cutWindow: { ...span, intervals: [{ beginS: at("04T08:00Z"), endS: at("04T12:00Z") }] },
    },
  );
  const it = following(terms, accountOf({ balanceMicros: 1_000n }));
  it.read("2024-03-01T16:00Z", 0n);
  expect(types(it.read("2024-03-01T18:00Z", 2n))).toEqual(["supply.notice_due"]);
  expect(types(it.read("2024-03-02T18:00Z", 20n))).toEqual([]);
  // Consumption goes on being charged.
  expect(it.account.balanceMicros).toBe(-4_000n);
  expect(types(it.tick("2024-03-04T06:29:59Z"))).toEqual([]);
  expect(types(it.tick("2024-03-04T06:30:00Z"))).toEqual(["friendly_period.ending"]);
  expect(types(it.tick("2024-03-04T06:45:00Z"))).toEqual([]);
  // Friendly no more, jitter over at the latest at 07:10, the window still closed.
  expect(types(it.tick("2024-03-04T07:59:59Z"))).toEqual([]);
  expect(types(it.tick("2024-03-04T08:00:00Z"))).toEqual(["supply.cut_requested"]);
  expect(types(it.tick("2024-03-04T08:00:01Z"))).toEqual([]);
});
