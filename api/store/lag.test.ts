import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { LagAlarm } from "./lag.ts";
import { LAG_UNKNOWN, type Lag } from "./writer-figures.ts";

const lag = (blocks: number, oldestS: number): Lag => ({ blocks, bytes: 1, oldestS, events: 0 });

const unknown = (looks: number): Lag[] => Array.from({ length: looks }, () => LAG_UNKNOWN);
const falses = (looks: number): boolean[] => Array.from({ length: looks }, () => false);

/** Looks at lags in turn: whether the alarm stood, and the levels of what was logged. */
function looks(lags: readonly Lag[]): { stood: boolean[]; logged: string[] } {
  const logged: string[] = [];
  const log = pino(
    { level: "info", formatters: { level: (level) => ({ level }) } },
    { write: (line: string) => void logged.push(JSON.parse(line).level) },
  );
  const alarm = new LagAlarm(60, log);
  return { stood: lags.map((each) => alarm.look(each)), logged };
}

describe("the alarm of a store that is behind", () => {
  it.each<[string, Lag[], boolean[], string[]]>([
    ["is silent when nothing waits", [lag(0, 0)], [false], []],
    ["is silent while blocks wait a little", [lag(9_000, 59)], [false], []],
    ["is raised once", [lag(5, 60), lag(50, 90)], [true, true], ["error"]],
    ["says when it is over", [lag(5, 60), lag(2, 1)], [true, false], ["error", "info"]],
    ["is silent while streams are made", [...unknown(9), lag(0, 0)], falses(10), []],
    ["is raised where nobody knows for long", unknown(10), [...falses(9), true], ["error"]],
    [
      "counts anew what was known between",
      [...unknown(9), lag(0, 0), ...unknown(9)],
      falses(19),
      [],
    ],
    ["stands while nobody knows", [lag(5, 60), LAG_UNKNOWN], [true, true], ["error"]],
    [
      "is raised again",
      [lag(1, 99), lag(0, 0), lag(1, 99)],
      [true, false, true],
      ["error", "info", "error"],
    ],
  ])("%s", (_, lags, stood, logged) => {
    expect(looks(lags)).toEqual({ stood, logged });
  });
});
