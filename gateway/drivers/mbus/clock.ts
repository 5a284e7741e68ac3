/**
 * A meter's own clock, from the record of date and time in its telegram. The record carries no zone: the device file
 * says which time it tells, and the gateway's own zone is the meter's.
 */
import type { DataRecord } from "./decode/records.ts";

/** UTC, the gateway's zone without summer time, or with it. */
export type ClockTime = "utc" | "standard_time" | "local_time";

const DATE_AND_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/;

/**
 * The meter's clock in epoch seconds; undefined where it tells none, an invalid one, or nobody knows of which zone. A clock
 * that tells minutes only stands for a minute: it is taken at the second that lies nearest to `atS`, the gateway's own.
 */
export function meterClockS(
  records: readonly DataRecord[],
  time: ClockTime | undefined,
  atS: number,
): number | undefined {
  const value = records.find(isClock)?.value;
  if (time === undefined || value?.kind !== "time" || !value.valid) return undefined;
  const firstS = epochS(value.text, time);
  if (firstS === undefined) return undefined;
  return Math.min(Math.max(atS, firstS), firstS + value.stepS - 1);
}

function epochS(text: string, time: ClockTime): number | undefined {
  const fields = DATE_AND_TIME.exec(text)?.slice(1).map(Number);
  if (fields === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  const utcS = Date.UTC(year, month - 1, day, hour, minute, second) / 1_000;
  const same = new Date(utcS * 1_000);
  // A day 0 or a month 13 runs over into another date: that is no time.
  if (same.getUTCDate() !== day || same.getUTCMonth() !== month - 1 || hour > 23) return undefined;
  if (time === "utc") return utcS;
  if (time === "standard_time") return utcS + standardOffsetS(year);
  return new Date(year, month - 1, day, hour, minute, second).getTime() / 1_000;
}

/** The momentary time point of the device itself, not of a stored value or a maximum. */
function isClock(record: DataRecord): boolean {
  return (
    record.quantity === "Time point (date & time)" &&
    record.function === "instantaneous" &&
    record.storage === 0 &&
    record.tariff === 0 &&
    record.subunit === 0 &&
    record.qualifiers.length === 0
  );
}

/** What is added to the zone's winter time to have UTC. */
function standardOffsetS(year: number): number {
  const offsets = [0, 6].map((month) => new Date(year, month, 1).getTimezoneOffset() * 60);
  return Math.max(...offsets);
}
