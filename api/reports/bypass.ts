/**
 * Bypass by the site's balance: a loss that the reads cannot explain, with the accounts whose drop fits its rise.
 */

import { shownIn } from "../account-view.ts";
import type { DaySeries } from "./day-series.ts";
import { DAY_RULES, type Finding } from "./findings.ts";
import { type Balance, percentText } from "./losses.ts";
import type { Subject } from "./subjects.ts";

/** A loss counts from so many percent of the supply on, at the least that the reads allow. */
export const LOSS_PERCENT_MIN = 5;
/** An account is named when its use fell by so many percent of what the loss rose by. */
export const SUSPECT_PERCENT_MIN = 50;
const SUSPECTS_MAX = 5;

/** The finding of a site's service: its balance in the recent days and, for comparison, in those before. */
export function bypassFinding(
  recent: Balance,
  before: Balance,
  accounts: readonly { subject: Subject; series: DaySeries }[],
): Finding | undefined {
  const [first] = accounts;
  const isLoss =
    recent.supply > 0n && recent.lossAtLeast * 100n >= recent.supply * BigInt(LOSS_PERCENT_MIN);
  if (!isLoss || first === undefined || recent.silent > 0) return undefined;
  const shown = (atoms: bigint): string => shownIn(atoms, recent.service).quantity;
  const { recentDays, baseDays } = DAY_RULES;
  const usual = (before.loss * BigInt(recentDays)) / BigInt(baseDays);
  const suspects = suspectsOf(accounts, recent.loss - usual);
  return {
    kind: "bypass_by_site_balance",
    subject: first.subject,
    isOfSite: true,
    fromS: recent.fromS,
    toS: recent.toS,
    evidence: {
      service: recent.service,
      supply: shown(recent.supply),
      units: shown(recent.private + recent.common),
      loss: shown(recent.loss),
      loss_at_least: shown(recent.lossAtLeast),
      loss_percent: percentText(recent.loss, recent.supply, 2) ?? "0",
      loss_percent_before: percentText(before.loss, before.supply, 2) ?? "0",
      unit: shownIn(0n, recent.service).unit,
      accounts_that_fell_with_it: suspects.join(" "),
    },
    thresholds: {
      loss_at_least_percent_min: LOSS_PERCENT_MIN,
      drop_percent_of_rise_min: SUSPECT_PERCENT_MIN,
    },
  };
}

function suspectsOf(
  accounts: readonly { subject: Subject; series: DaySeries }[],
  riseAtoms: bigint,
): string[] {
  if (riseAtoms <= 0n) return [];
  const { recentDays, baseDays } = DAY_RULES;
  const sum = (values: readonly bigint[]): bigint => values.reduce((all, each) => all + each, 0n);
  return accounts
    .filter(({ subject, series }) => {
      return subject.use !== "supply" && series.atoms.length >= recentDays + baseDays;
    })
    .map(({ subject, series: { atoms } }) => {
      const base = sum(atoms.slice(-recentDays - baseDays, -recentDays));
      const fell = (base * BigInt(recentDays)) / BigInt(baseDays) - sum(atoms.slice(-recentDays));
      return { id: subject.accountId, fell };
    })
    .filter(({ fell }) => fell * 100n >= riseAtoms * BigInt(SUSPECT_PERCENT_MIN))
    .sort((a, b) => (a.fell > b.fell ? -1 : 1))
    .slice(0, SUSPECTS_MAX)
    .map(({ id }) => id);
}
