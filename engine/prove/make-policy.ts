/**
 * Random supply policies: every part on or off, thresholds near one another, so that one step passes several.
 */
import { DEBT_MICROS_MAX, MONEY_MAX, POLICY_MICROS_MAX } from "../contract/fields.ts";
import type { Op } from "./model-account.ts";
import type { Random } from "./random.ts";
import type { Telling } from "./scene.ts";

type Policy = Op<"set_policy">;

/** Policies of a story's directory, and calendars. */
export const STORY_POLICIES = [0, 1, 2] as const;
export const STORY_CALENDARS = [0, 1] as const;
/** A policy and a calendar that no story puts. */
export const STRANGE_INDEX = 7;

const DAY_S = 86_400;

/** What amounts of one policy are made of. */
type Scale = {
  random: Random;
  /** Amounts are mostly some of these. */
  unit: bigint;
  disablement: bigint;
  /** How likely each part is. */
  rich: number;
  /** Whether what waits for time is likely, too. */
  isOfSupply: boolean;
};

/** A policy at an index of the directory. */
export function setPolicy({ random, side, scene }: Telling, index: number): Policy {
  const isExtreme = scene.kind === "extreme" && random.chance(0.7);
  const unit = BigInt(random.pick([1, 1_000, 1_000_000, 1_000_000, 100_000_000]));
  const rich = random.pick([0, 0.3, 0.6, 0.9]);
  const isOfSupply = scene.theme === "supply";
  const scale = { random, unit, disablement: 0n, rich, isOfSupply };
  const disablement = random.chance(0.5) ? 0n : near(scale);
  const placed = { ...scale, disablement };
  const policy: Policy = {
    op: "set_policy",
    number: side.commandNumber + 1,
    index,
    disablement_threshold_micros: `${disablement}`,
    clearance_micros: `${random.chance(0.5) ? 0n : some(placed, 3)}`,
    max_balance_micros: `${isExtreme ? MONEY_MAX : 10n ** BigInt(random.int(7, 15))}`,
    automatic_cut: random.chance(0.8),
    stale_after_s: random.pick([0, 0, 0, 900, 7_200, 200_000]),
    ...makeAlerts(placed),
    ...makeCredit(placed),
    ...makeLadder(placed),
    ...makeCalendars(placed),
    ...makeFlow(placed),
    ...(scene.theme === "estimates" && { charge_estimates: true }),
    ...makeAllowance(placed, (scene.versions[0]?.effectiveFromS ?? 0) < scene.startS),
  };
  return isExtreme && random.chance(0.4) ? atBounds(random, policy) : policy;
}

/** An amount next to the cut-off, or just on it. */
function near({ random, unit, disablement }: Scale): bigint {
  const units = BigInt(random.pick([0, 1, 1, 2, 3, 5, -1, -2]));
  const off = BigInt(random.pick([0, 0, 0, 0, 1, -1]));
  return disablement + units * unit + off;
}

/** A few units; sometimes a little more or less. */
function some({ random, unit }: Scale, most: number): bigint {
  const amount = BigInt(random.int(0, most)) * unit + BigInt(random.pick([0, 0, 1, -1]));
  return amount < 0n ? 0n : amount;
}

function makeAlerts(scale: Scale) {
  const { random, rich, isOfSupply } = scale;
  const count = random.int(0, 4);
  const low = [...new Set(Array.from({ length: count }, () => near(scale)))];
  return {
    low_credit_micros: low.sort((a, b) => (a > b ? -1 : 1)).map(String),
    ...(random.chance(rich) && {
      low_credit_severity: low.map(() => random.pick(["info", "warning", "critical"] as const)),
    }),
    hysteresis_micros: `${random.chance(0.3) ? 0n : some(scale, 2)}`,
    ...(random.chance(isOfSupply ? 0.7 : rich) && {
      cool_off_s: random.pick([1, 60, 900, 7_200, 2 * DAY_S]),
    }),
    ...(random.chance(rich) && { exceed_micros: `${near(scale) + some(scale, 5)}` }),
    ...(random.chance(rich) && { days_left_warning: random.pick([1, 2, 7, 30, 1_000]) }),
  };
}

function makeCredit(scale: Scale) {
  const { random, rich } = scale;
  const micros = (most: number): string => `${some(scale, most)}`;
  return {
    ...(random.chance(rich) && {
      emergency: {
        limit_micros: micros(5),
        threshold_micros: `${near(scale)}`,
        auto_invoke: random.chance(0.4),
      },
    }),
    ...(random.chance(rich) && {
      waterfall: random.pick(["standard", "standard", "debt_first", "share"] as const),
    }),
    ...(random.chance(rich) && { restore_threshold_first: random.chance(0.5) }),
    ...(random.chance(rich) && {
      arrears_share_ppm: random.pick([0, 1, 333_333, 500_000, 999_999, 1_000_000]),
    }),
    ...(random.chance(rich * 0.5) && {
      topup: {
        ...(random.chance(0.4) && { min_micros: micros(2) }),
        ...(random.chance(0.4) && { max_micros: micros(60) }),
        ...(random.chance(0.6) && {
          cap_micros: micros(120),
          cap_every: random.pick(["day", "week", "month"] as const),
        }),
      },
    }),
  };
}

function makeLadder(scale: Scale) {
  const { random, rich, disablement, isOfSupply } = scale;
  const flow = (): number => random.pick([1, 5, 5, 6, 1_000]);
  const rung = () => ({ threshold_micros: `${near(scale)}`, atoms_per_hour: flow() });
  const noticed = near(scale);
  return {
    ...(random.chance(isOfSupply ? 0.6 : rich * 0.7) && {
      notice: {
        lead_s: random.pick([1, 60, 3_600, 10_000, DAY_S]),
        threshold_micros: `${noticed < disablement ? disablement : noticed}`,
      },
    }),
    ...(random.chance(rich * 0.7) && { limit: rung() }),
    ...(random.chance(rich * 0.7) && { trickle: rung() }),
    ...(random.chance(rich) && { essential_atoms_per_hour: flow() }),
  };
}

function makeCalendars({ random, rich, isOfSupply }: Scale) {
  const often = isOfSupply ? 0.8 : rich * 0.7;
  const calendar = (): number =>
    random.chance(0.02) ? STRANGE_INDEX : random.pick(STORY_CALENDARS);
  return {
    ...(random.chance(often) && {
      friendly: {
        calendar: calendar(),
        jitter_s: random.pick([0, 0, 60, 1_800, 7_200]),
        warning_s: random.pick([0, 600, 3_600, 20_000]),
      },
    }),
    ...(random.chance(rich * 0.5) && { cut_window: calendar() }),
  };
}

function makeFlow({ random, rich }: Scale) {
  return {
    ...(random.chance(rich) && { ready_for_reconnection: random.chance(0.7) }),
    ...(random.chance(rich) && { restore_deadline_s: random.pick([1, 60, 3_600, DAY_S]) }),
    ...(random.chance(rich) && { charge_estimates: random.chance(0.8) }),
    ...(random.chance(rich * 0.5) && {
      load_limit: {
        atoms_per_hour: random.pick([1, 20, 500, 5_000, 100_000]),
        period_s: random.pick([1, 900, 3_600, 7_200]),
        restoration_s: random.pick([0, 60, 3_600, DAY_S]),
      },
    }),
  };
}

/** None where time is passed before the list begins: there the kernel knows no days. */
function makeAllowance({ random, rich }: Scale, hasDays: boolean) {
  if (!hasDays || !random.chance(rich * 0.5)) return {};
  return {
    daily_allowance: {
      atoms: `${random.pick([1, 10, 100, 2_000])}`,
      stack_days: random.pick([1, 1, 2, 3, 366]),
      day_start_s: random.pick([0, 1, 3_600, 21_600, 86_399]),
    },
  };
}

/** Amounts as large as a policy may have them. */
function atBounds(random: Random, policy: Policy): Policy {
  const sign = random.pick([1n, -1n]);
  const bound = sign * POLICY_MICROS_MAX;
  return {
    ...policy,
    low_credit_micros: [`${POLICY_MICROS_MAX}`, `${-POLICY_MICROS_MAX}`],
    low_credit_severity: ["info", "critical"],
    hysteresis_micros: `${random.pick([0n, POLICY_MICROS_MAX])}`,
    disablement_threshold_micros: `${bound}`,
    clearance_micros: `${random.pick([0n, POLICY_MICROS_MAX])}`,
    ...(policy.notice !== undefined && {
      notice: { ...policy.notice, threshold_micros: `${POLICY_MICROS_MAX}` },
    }),
    ...(policy.emergency !== undefined && {
      emergency: {
        ...policy.emergency,
        limit_micros: `${DEBT_MICROS_MAX}`,
        threshold_micros: `${bound}`,
      },
    }),
  };
}
