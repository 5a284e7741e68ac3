/**
 * Findings that need more of the store than sums of days: flow backwards, and use at night where nobody lives.
 */

import { VERDICTS } from "../../engine/contract/rated.ts";
import { epochToLocalS, openZone } from "../../engine/tariff/zone.ts";
import { shownIn } from "../account-view.ts";
import { inChunks } from "../each.ts";
import type { Finding } from "./findings.ts";
import type { ReportStore } from "./store.ts";
import type { Subject } from "./subjects.ts";
import { sumGroups } from "./sums.ts";

const ACCOUNTS_AT_ONCE = 20_000;
/** Readings under the meter's last one that make a finding. */
export const BACKWARDS_MIN = 1;
/** Local hours that are night, [from, to). */
export const NIGHT_HOURS = { from: 1, to: 5 } as const;
/** Nights with use that make a finding, and use that counts in an hour: more than a hundredth of the unit. */
export const NIGHTS_MIN = 3;
const NIGHT_USE_PER_UNIT = 100n;

type Time = { fromS: number; toS: number };

/** Meters whose register fell: each with how often, when, and the lowest it told. */
export async function backwardsFindings(
  store: ReportStore,
  subjects: readonly Subject[],
  { fromS, toS }: Time,
): Promise<Finding[]> {
  const byNumber = new Map(subjects.map((subject) => [subject.number, subject]));
  const found: Finding[] = [];
  type Row = [account: number, count: number, first: number, last: number, lowest: string];
  for (const some of inChunks([...byNumber.keys()], ACCOUNTS_AT_ONCE)) {
    const params = { accounts: some, first: fromS, end: toS, least: BACKWARDS_MIN };
    for (const [account, count, first, last, lowest] of await store.rows<Row>(BACKWARDS, params)) {
      const subject = byNumber.get(account);
      if (subject === undefined) continue;
      const shown = shownIn(BigInt(lowest), subject.service);
      found.push({
        kind: "reverse_flow",
        subject,
        isOfSite: false,
        fromS: first,
        toS: last,
        evidence: { readings: count, lowest_register: shown.quantity, unit: shown.unit },
        thresholds: { readings_min: BACKWARDS_MIN },
      });
    }
  }
  return found;
}

const BACKWARDS =
  "SELECT account, toInt32(count()), toUInt32(min(`to`)), toUInt32(max(`to`)), toString(min(register)) " +
  "FROM readings WHERE account IN ({accounts:Array(UInt32)}) AND `to` > toDateTime({first:UInt32}, 'UTC') " +
  `AND \`to\` <= toDateTime({end:UInt32}, 'UTC') AND verdict = ${VERDICTS.indexOf("backwards")} ` +
  "GROUP BY account HAVING count() >= {least:UInt32} ORDER BY account";

/** Use at night in units that nobody has, by whole hours of the given edges (one zone's). */
export async function nightFindings(
  store: ReportStore,
  empty: readonly Subject[],
  edges: readonly number[],
  timezone: string,
): Promise<Finding[]> {
  const zone = openZone(timezone);
  if (zone === undefined || empty.length === 0) return [];
  const shares = empty.map(({ number }, group) => ({ number, group }));
  const nights = new Map<number, { days: Set<number>; atoms: bigint; most: bigint }>();
  for (const { group, fromS, quantityAtoms } of await sumGroups(store, shares, edges)) {
    const localS = epochToLocalS(zone, fromS);
    const hour = Math.floor((localS % 86_400) / 3_600);
    const service = empty[group]?.service ?? "electricity";
    const isUsed = quantityAtoms * NIGHT_USE_PER_UNIT > leastOf(service);
    if (hour < NIGHT_HOURS.from || hour >= NIGHT_HOURS.to || !isUsed) continue;
    const night = nights.get(group) ?? { days: new Set<number>(), atoms: 0n, most: 0n };
    night.days.add(Math.floor(localS / 86_400));
    night.atoms += quantityAtoms;
    if (quantityAtoms > night.most) night.most = quantityAtoms;
    nights.set(group, night);
  }
  return [...nights].flatMap(([group, { days, atoms, most }]) => {
    const subject = empty[group];
    if (subject === undefined || days.size < NIGHTS_MIN) return [];
    const { service } = subject;
    return [
      {
        kind: "night_use_in_empty_unit" as const,
        subject,
        isOfSite: false,
        fromS: edges[0] ?? 0,
        toS: edges.at(-1) ?? 0,
        evidence: {
          nights: days.size,
          ...shownIn(atoms, service),
          most_in_an_hour: shownIn(most, service).quantity,
        },
        thresholds: {
          nights_min: NIGHTS_MIN,
          local_hours_from: NIGHT_HOURS.from,
          local_hours_to: NIGHT_HOURS.to,
          use_in_an_hour_over: shownIn(leastOf(service) / NIGHT_USE_PER_UNIT, service).quantity,
        },
      },
    ];
  });
}

/** A unit of a service in atoms: a kWh, a cubic metre, an hour. */
function leastOf(service: Subject["service"]): bigint {
  if (service === "water" || service === "gas") return 1_000_000n;
  return service === "parking" || service === "facility" ? 3_600n : 1_000n;
}
