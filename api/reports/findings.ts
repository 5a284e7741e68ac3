/**
 * What looks like theft or a fault: rules over series of days, each with the figures that it goes by and the thresholds that
 * they passed. A finding is a reason to look, not a proof.
 */
import { shownIn } from "../account-view.ts";
import type { DaySeries } from "./day-series.ts";
import type { Subject } from "./subjects.ts";

/** Kinds of findings. */
export const FINDING_KINDS = [
  "reverse_flow",
  "zero_use",
  "sudden_drop",
  "night_use_in_empty_unit",
  "bypass_by_site_balance",
] as const;
/** A kind. */
export type FindingKind = (typeof FINDING_KINDS)[number];

/** A finding about a site and, but for the balance, an account. Evidence and thresholds by name. */
export type Finding = {
  kind: FindingKind;
  subject: Subject;
  isOfSite: boolean;
  fromS: number;
  toS: number;
  evidence: Record<string, string | number>;
  thresholds: Record<string, string | number>;
};

/** Thresholds of the rules over days. */
export const DAY_RULES = {
  /** Days that are looked at, and days before them that they are compared with. */
  recentDays: 7,
  baseDays: 28,
  /** Of the days before, so many percent had to have use for it to be "always". */
  usedDaysPercent: 95,
  /** A mean under so many percent of the one before is a drop. */
  dropPercent: 40,
} as const;

/** The recent days of a series and those before; undefined where there are not so many. */
function split(series: DaySeries) {
  const { recentDays, baseDays } = DAY_RULES;
  if (series.atoms.length < recentDays + baseDays) return undefined;
  return {
    recent: series.atoms.slice(-recentDays),
    recentReadings: series.readings.slice(-recentDays),
    base: series.atoms.slice(-recentDays - baseDays, -recentDays),
  };
}

/** Zero where there was always use, and sudden drops; a silent meter is neither. `toS` is the end of the series. */
export function dayFindings(subject: Subject, series: DaySeries, toS: number): Finding[] {
  const days = split(series);
  if (days === undefined) return [];
  const { recentDays, baseDays, usedDaysPercent, dropPercent } = DAY_RULES;
  const { recent, base } = days;
  // Without readings nobody knows what was used: another report tells of silent meters.
  if (days.recentReadings.some((count) => count === 0)) return [];
  const used = base.filter((atoms) => atoms > 0n).length;
  const before = sum(base);
  const now = sum(recent);
  const isAlways = used * 100 >= baseDays * usedDaysPercent;
  const at = { subject, isOfSite: false, fromS: toS - recentDays * 86_400, toS };
  const mean = (atoms: bigint, count: number): string =>
    shownIn(atoms / BigInt(count), subject.service).quantity;
  const evidence = {
    recent_days: recentDays,
    recent_mean_per_day: mean(now, recentDays),
    days_before: baseDays,
    days_before_with_use: used,
    mean_per_day_before: mean(before, baseDays),
    unit: shownIn(0n, subject.service).unit,
  };
  if (now === 0n && isAlways) {
    const thresholds = { recent_total: 0, days_with_use_percent_min: usedDaysPercent };
    return [{ kind: "zero_use", ...at, evidence, thresholds }];
  }
  const isDrop =
    now > 0n && now * BigInt(baseDays) * 100n < before * BigInt(recentDays * dropPercent);
  if (!isDrop || !isAlways) return [];
  const thresholds = {
    percent_of_before_max: dropPercent,
    days_with_use_percent_min: usedDaysPercent,
  };
  return [{ kind: "sudden_drop", ...at, evidence, thresholds }];
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((all, value) => all + value, 0n);
}
