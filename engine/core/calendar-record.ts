/**
 * A calendar in its binary form: compiled here, so that the journal holds instants and a replay needs no time zone data.
 */
import {
  CALENDAR_COUNT,
  CALENDAR_FROM_S,
  CALENDAR_INTERVAL_BYTES,
  CALENDAR_INTERVALS,
  CALENDAR_TO_S,
  CALENDAR_USED,
  KIND_SET_CALENDAR,
  SET_CALENDAR_CALENDAR,
} from "../../kernel-as/assembly/layout.ts";
import { compileCalendar } from "../calendar/compile.ts";
import { parseCalendar } from "../contract/calendar/parse.ts";
import { type CommandResult, directory, fault, type Op } from "./record-body.ts";

/** The record that puts a calendar; its faults have pointers into the calendar's text. */
export function calendarRecord(command: Op<"set_calendar">): CommandResult {
  const parsed = parseCalendar(command.text);
  if (!parsed.ok)
    return {
      ok: false,
      faults: parsed.faults.map((each) => ({ ...each, pointer: `/text${each.pointer}` })),
    };
  const { covers_from_s: fromS, covers_to_s: toS } = command;
  if (fromS >= toS) return fault("/covers_to_s", "must lie behind covers_from_s");
  const compiled = compileCalendar(parsed.calendar, fromS, toS);
  if (!compiled.ok) return fault("/covers_to_s", compiled.reason);
  const { intervals } = compiled;
  const bytes =
    SET_CALENDAR_CALENDAR + CALENDAR_INTERVALS + intervals.length * CALENDAR_INTERVAL_BYTES;
  return directory(KIND_SET_CALENDAR, command.number, command.index, {
    bytes,
    put(view) {
      const u32 = (at: number, value: number): void =>
        view.setUint32(SET_CALENDAR_CALENDAR + at, value, true);
      u32(CALENDAR_USED, 1);
      u32(CALENDAR_COUNT, intervals.length);
      u32(CALENDAR_FROM_S, fromS);
      u32(CALENDAR_TO_S, toS);
      for (const [i, { beginS, endS }] of intervals.entries()) {
        const at = CALENDAR_INTERVALS + i * CALENDAR_INTERVAL_BYTES;
        u32(at, beginS);
        u32(at + 4, endS);
      }
    },
  });
}
