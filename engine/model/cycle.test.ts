import { describe, expect, it } from "vitest";
import { cycleStarts, startsCycle } from "./cycle.ts";
import { dateNumber, dateText } from "./dates.ts";
import { readPriceList } from "./price-list.ts";
import type { CycleEvery } from "./price-list-json.ts";
import { flatList, utc, utcText } from "./testing/lists.ts";

/** The cycle starts of a year by its calendar. */
function startsIn(year: number, every: CycleEvery, startDay: number): string[] {
  const starts: string[] = [];
  for (let date = dateNumber(year, 1, 1); date < dateNumber(year + 1, 1, 1); date += 1) {
    if (startsCycle({ every, startDay }, date)) starts.push(dateText(date).slice(5));
  }
  return starts;
}

describe("R33 cycles", () => {
  it("R33 a month starts on its start_day, or on its last day where it is shorter", () => {
    expect(startsIn(2024, "month", 31)).toEqual([
      "01-31",
      "02-29",
      "03-31",
      "04-30",
      "05-31",
      "06-30",
      "07-31",
      "08-31",
      "09-30",
      "10-31",
      "11-30",
      "12-31",
    ]);
    expect(startsIn(2023, "month", 30).slice(0, 4)).toEqual(["01-30", "02-28", "03-30", "04-30"]);
    expect(startsIn(2023, "month", 29).slice(0, 3)).toEqual(["01-29", "02-28", "03-29"]);
    expect(startsIn(2024, "month", 29).slice(0, 3)).toEqual(["01-29", "02-29", "03-29"]);
    expect(startsIn(2023, "month", 1)).toHaveLength(12);
  });

  it("R33 quarter in January, April, July, October; year in January", () => {
    expect(startsIn(2023, "quarter", 31)).toEqual(["01-31", "04-30", "07-31", "10-31"]);
    expect(startsIn(2023, "quarter", 1)).toEqual(["01-01", "04-01", "07-01", "10-01"]);
    expect(startsIn(2023, "year", 15)).toEqual(["01-15"]);
  });

  it("R33 week on Monday, day each day, none never", () => {
    expect(startsIn(2024, "week", 1).slice(0, 3)).toEqual(["01-01", "01-08", "01-15"]);
    expect(startsIn(2023, "week", 1).slice(0, 2)).toEqual(["01-02", "01-09"]);
    expect(startsIn(2024, "day", 1)).toHaveLength(366);
    expect(startsIn(2024, "none", 1)).toEqual([]);
  });

  it.each([
    // a month's start at a midnight in summer time, and at one that no clock showed
    ["Europe/Madrid", 1, "2016-03-31T00:00Z", "2016-04-02T00:00Z", ["2016-03-31T22:00:00Z"]],
    ["America/Sao_Paulo", 4, "2018-11-01T00:00Z", "2018-11-10T00:00Z", ["2018-11-04T03:00:00Z"]],
    // a date that the zone skipped begins nothing
    ["Pacific/Apia", 30, "2011-12-01T00:00Z", "2012-01-31T00:00Z", ["2012-01-29T10:00:00Z"]],
    ["Pacific/Apia", 31, "2011-12-01T00:00Z", "2012-01-15T00:00Z", ["2011-12-30T10:00:00Z"]],
  ])("R33 in %s, each month on day %d", (timezone, startDay, from, to, starts) => {
    const list = readPriceList(
      flatList({ timezone, cycle: { every: "month", start_day: startDay } }),
    );
    expect(cycleStarts(list, utc(from), utc(to)).map(utcText)).toEqual(starts);
  });
});
