/**
 * What people ask of the store, as the api's reports ask it: the accounts are given, the roll-ups are summed.
 */
import { BEGIN_S, type Fleet } from "./fleet.ts";

/** A question: its name, and its text for one of its many forms. `rows`: how many it must be answered with, at least. */
export type Question = { name: string; rows: number; ask(nth: number): string };

const DAY_S = 86_400;
const MONTH_DAYS = 30;

/** The questions for a fleet of which `days` days are loaded, each with other accounts, sites and days every time. */
export function questionsOf(fleet: Fleet, days: number): Question[] {
  const span = Math.min(MONTH_DAYS, days);
  const year = Math.min(365, days);
  const account = (nth: number): number =>
    fleet.accounts[(nth * 7_919) % fleet.accounts.length] ?? 0;
  const site = (nth: number): number[] => fleet.accountsOf((nth * 7) % fleet.sites);
  const homes = (nth: number): number[] => site(nth).slice(0, -1);
  const begin = (nth: number, length: number): number =>
    BEGIN_S + ((nth * 31) % Math.max(1, days - length + 1)) * DAY_S;
  const hours = (nth: number, length: number): string =>
    `hour >= toDateTime(${begin(nth, length)}, 'UTC') AND hour < toDateTime(${begin(nth, length) + length * DAY_S}, 'UTC')`;
  const dates = (nth: number, length: number): string =>
    `day >= toDate(${begin(nth, length)}) AND day < toDate(${begin(nth, length) + length * DAY_S})`;
  return [
    {
      name: "one account's year by day",
      rows: year - 1,
      ask: (nth) =>
        `SELECT day, sum(quantity), sum(cost) FROM readings_by_day WHERE account = ${account(nth)} ` +
        `AND ${dates(nth, year)} GROUP BY day ORDER BY day`,
    },
    {
      name: "one site's month by hour",
      rows: span * 24 - 1,
      ask: (nth) =>
        `SELECT hour, sum(quantity), sum(cost) FROM readings_by_hour WHERE account IN (${homes(nth)}) ` +
        `AND ${hours(nth, span)} GROUP BY hour ORDER BY hour`,
    },
    {
      name: "top 100 consumers of a site, a month",
      rows: 100,
      ask: (nth) =>
        `SELECT account, sum(quantity) AS used, sum(cost) FROM readings_by_day WHERE account IN (${homes(nth)}) ` +
        `AND ${dates(nth, span)} GROUP BY account ORDER BY used DESC LIMIT 100`,
    },
    {
      name: "loss report of a site, a month by day",
      rows: span - 1,
      ask: (nth) => {
        const meter = site(nth).at(-1);
        return (
          `SELECT day, sumIf(quantity, account = ${meter}) AS taken, sumIf(quantity, account != ${meter}) AS counted, ` +
          `taken - counted AS lost FROM readings_by_day WHERE account IN (${site(nth)}) AND ${dates(nth, span)} ` +
          "GROUP BY day ORDER BY day"
        );
      },
    },
    {
      name: "one account's statement lines of all months",
      rows: Math.floor(days / MONTH_DAYS),
      ask: (nth) =>
        `SELECT cycle, period, block, sum(quantity), sum(cost) FROM readings_by_cycle WHERE account = ${account(nth)} ` +
        "GROUP BY cycle, period, block ORDER BY cycle, period, block",
    },
    {
      name: "the whole fleet's day by hour",
      rows: 24,
      ask: (nth) =>
        `SELECT hour, sum(quantity), sum(cost), sum(accepted) FROM readings_by_hour WHERE ${hours(nth, 1)} GROUP BY hour ORDER BY hour`,
    },
  ];
}
