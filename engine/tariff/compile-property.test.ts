import fc from "fast-check";
import { expect, test } from "vitest";
import type { Table } from "./table.ts";
import { listWith, localText, ratesOf, tableOf } from "./testing/tables.ts";

const ZONES = [
  "Europe/Madrid",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Asia/Beirut",
  "America/Havana",
  "Atlantic/Azores",
  "Pacific/Apia",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "Antarctica/Troll",
];
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const PERIODS = ["a", "b", "c"];

type Line = { season?: string; days?: string[]; at: Record<string, string> };
type Written = {
  timezone: string;
  seasons: { name: string; from: string; to: string }[];
  special_days: { date: string; as: string }[];
  schedule: Line[];
};

const halfHour = fc
  .integer({ min: 1, max: 47 })
  .map((half) => `${String(half >> 1).padStart(2, "0")}:${half % 2 === 0 ? "00" : "30"}`);
const at = fc
  .tuple(
    fc.constantFrom(...PERIODS),
    fc.dictionary(halfHour, fc.constantFrom(...PERIODS), { maxKeys: 8 }),
  )
  .map(([first, rest]) => ({ ...rest, "00:00": first }));
const line: fc.Arbitrary<Line> = fc.record(
  {
    season: fc.constantFrom("s", "t"),
    days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
    at,
  },
  { requiredKeys: ["at"] },
);
const monthDay = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2000-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(5, 10));
const written: fc.Arbitrary<Written> = fc
  .record({
    timezone: fc.constantFrom(...ZONES),
    edges: fc.uniqueArray(monthDay, { minLength: 4, maxLength: 4 }),
    special_days: fc.uniqueArray(
      fc.record({ date: monthDay.map((date) => `*-${date}`), as: fc.constantFrom(...DAYS) }),
      { maxLength: 20, selector: (day) => day.date },
    ),
    lines: fc.array(line, { maxLength: 4 }),
    rest: at,
  })
  .map(({ timezone, edges, special_days, lines, rest }) => {
    // Two seasons that do not overlap; the second may wrap the year.
    const [a = "", b = "", c = "", d = ""] = edges.sort();
    const seasons = [
      { name: "s", from: b, to: c },
      { name: "t", from: d, to: a },
    ];
    return {
      timezone,
      seasons,
      special_days,
      schedule: [...lines, { at: rest }, { at: { "00:00": "a", "01:00": "b", "02:00": "c" } }],
    };
  });

/** The furthest that the clock has come at an instant: in a repeated hour that is where it stood before. */
function furthestLocal(timezone: string, epochS: number): string {
  let furthest = localText(timezone, epochS);
  const quarterS = Math.floor(epochS / 900) * 900 - 1;
  for (let back = 0; back < 16; back++) {
    const local = localText(timezone, quarterS - back * 900);
    if (local > furthest) furthest = local;
  }
  return furthest;
}

/** The period in force, looked up as a person would: by the clock on the wall and the words of the list. */
function naivePeriod(list: Written, epochS: number): string | undefined {
  const local = furthestLocal(list.timezone, epochS);
  const [date = "", time = ""] = local.split(" ");
  const monthDay = date.slice(5);
  const special = list.special_days.find((day) => day.date === `*-${monthDay}`)?.as;
  const weekday = special ?? DAYS[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7] ?? "";
  const season = list.seasons.find(({ from, to }) =>
    from <= to ? monthDay >= from && monthDay <= to : monthDay >= from || monthDay <= to,
  )?.name;
  const line = list.schedule.find(
    (line) => (line.season ?? season) === season && (line.days ?? [weekday]).includes(weekday),
  );
  const switches = Object.keys(line?.at ?? {})
    .sort()
    .filter((key) => key <= time.slice(0, 5));
  return line?.at[switches.at(-1) ?? ""];
}

function periodAt(table: Table, epochS: number): string | undefined {
  const mark = table.marks.findLast((mark) => mark.atS <= epochS);
  return PERIODS[mark?.period ?? -1];
}

test("the period in force at any instant is the one that a naive lookup by the wall clock finds", () => {
  const instants = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), {
    minLength: 20,
    maxLength: 20,
  });
  const start = fc.integer({ min: 1_167_609_600, max: 1_893_456_000 });
  fc.assert(
    fc.property(written, start, instants, (list, fromS, places) => {
      const toS = fromS + 400 * 86_400;
      const compiled = listWith({ ...list, rates: ratesOf(...PERIODS) });
      const table = tableOf(
        compiled,
        new Date(fromS * 1_000).toISOString(),
        new Date(toS * 1_000).toISOString(),
      );

      expect(table.marks[0]?.atS).toBe(fromS - 40 * 86_400);
      const idle = table.marks.filter((mark, index) => {
        const before = table.marks[index - 1];
        if (before === undefined) return false;
        return mark.atS <= before.atS || (mark.period === before.period && mark.flags === 0);
      });
      expect(idle).toEqual([]);
      expect(table.marks.at(-1)?.atS).toBeLessThan(toS);
      const probes = [
        fromS,
        toS - 1,
        ...places.map((place) => fromS + Math.floor(place * (toS - fromS))),
      ];
      const nearMark = places.map(
        (place) => table.marks[Math.floor(place * table.marks.length)]?.atS ?? fromS,
      );
      for (const epochS of [
        ...probes,
        ...nearMark,
        ...nearMark.map((atS) => Math.max(fromS, atS - 1)),
      ]) {
        expect([epochS, periodAt(table, epochS)]).toEqual([epochS, naivePeriod(list, epochS)]);
      }
    }),
    { numRuns: 60 },
  );
});

test("around every change of a zone's clock the same holds, each quarter of an hour", () => {
  const changes: [string, string][] = [
    ["Europe/Madrid", "2026-03-29T01:00Z"],
    ["Europe/Madrid", "2026-10-25T01:00Z"],
    ["America/New_York", "2026-11-01T06:00Z"],
    ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
    ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
    ["America/Sao_Paulo", "2018-11-04T03:00Z"],
    ["America/Sao_Paulo", "2018-02-18T02:00Z"],
    ["Africa/Cairo", "2024-04-25T22:00Z"],
    ["Africa/Cairo", "2024-10-31T21:00Z"],
    ["America/Havana", "2026-11-01T05:00Z"],
    ["Atlantic/Azores", "2026-10-25T01:00Z"],
    ["Antarctica/Troll", "2026-03-29T01:00Z"],
    ["Pacific/Apia", "2011-12-30T10:00Z"],
  ];
  fc.assert(
    fc.property(written, fc.constantFrom(...changes), (list, [timezone, change]) => {
      const here = { ...list, timezone };
      const changeS = Date.parse(change) / 1_000;
      const compiled = listWith({ ...here, rates: ratesOf(...PERIODS) });
      const day = (offS: number): string => new Date((changeS + offS) * 1_000).toISOString();
      const table = tableOf(compiled, day(-30 * 3_600), day(30 * 3_600));
      for (let offS = -6 * 3_600; offS <= 6 * 3_600; offS += 900) {
        const found = periodAt(table, changeS + offS);
        expect([day(offS), found]).toEqual([day(offS), naivePeriod(here, changeS + offS)]);
      }
    }),
    { numRuns: 60 },
  );
});
