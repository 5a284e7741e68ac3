/**
 * A supply policy: how credit is judged, what happens when it runs out, how payments are taken. Money in micros, flows in
 * atoms an hour, times in seconds. Where 0 means nothing, 0 turns a part off.
 */

/** R81: how urgent an alert is. */
export type Severity = "info" | "warning" | "critical";

/** R50: how a payment meets what is owed. */
export type Waterfall = "standard" | "debt_first" | "share";

/** A rung of R70: at or under the threshold the flow is limited; 0 atoms an hour: no such rung. */
export type Rung = { thresholdMicros: bigint; atomsPerHour: bigint };

/** All that a policy says. */
export type Policy = {
  /** R80: from the highest to the lowest. */
  readonly lowCreditMicros: readonly bigint[];
  /** R81: of each threshold; `warning` where it is left out. */
  readonly lowCreditSeverities: readonly Severity[];
  readonly hysteresisMicros: bigint;
  /** R80: an alert of one level is not repeated sooner; 0: at once. */
  readonly coolOffS: bigint;
  /** R80: credit that is remarkably high; undefined: none is. */
  readonly exceedMicros: bigint | undefined;
  /** R81: warns when the trailing mean leaves so few days; 0: never, and nothing is tracked. */
  readonly daysLeftWarning: bigint;
  /** R40: the cut-off. */
  readonly disablementMicros: bigint;
  /** R76: how far above the cut-off supply returns. */
  readonly clearanceMicros: bigint;
  /** R52 */
  readonly balanceMaxMicros: bigint;
  readonly automaticCut: boolean;
  /** R20: readings older than this are stale; 0: none ever is. */
  readonly staleAfterS: bigint;
  /** R60: a limit of 0: there is none. */
  readonly emergency: {
    readonly limitMicros: bigint;
    readonly thresholdMicros: bigint;
    readonly autoInvoke: boolean;
  };
  /** R73: a cut needs a notice so long before; 0: none. */
  readonly notice: { readonly leadS: bigint; readonly thresholdMicros: bigint };
  readonly limit: Rung;
  readonly trickle: Rung;
  /** R72: the least flow for a critical need. */
  readonly essentialAtomsPerHour: bigint;
  /** R71: beside the friendly calendar, which the terms give. */
  readonly friendly: { readonly jitterS: bigint; readonly warningS: bigint };
  /** R76: a restore waits for somebody at the meter. */
  readonly readyForReconnection: boolean;
  /** R76: 0: a restore has no deadline. */
  readonly restoreDeadlineS: bigint;
  /** R18 */
  readonly chargeEstimates: boolean;
  /** R75: a mean flow above atomsPerHour over a period; 0: no load limit. */
  readonly loadLimit: {
    readonly atomsPerHour: bigint;
    readonly periodS: bigint;
    readonly restorationS: bigint;
  };
  /** R74: atoms a day that may be used when credit has run out; 0: none. */
  readonly dailyAllowance: {
    readonly atoms: bigint;
    readonly stackDays: bigint;
    readonly dayStartS: bigint;
  };
  readonly waterfall: Waterfall;
  /** R50: (c) before (d). */
  readonly restoreThresholdFirst: boolean;
  /** R50: of the waterfall `share`: millionths of each payment that go to arrears. */
  readonly arrearsSharePpm: bigint;
  /** R52: bounds of one payment, and of all in a day, week or month; 0: unbounded. */
  readonly topup: {
    readonly minMicros: bigint;
    readonly maxMicros: bigint;
    readonly capMicros: bigint;
    readonly capEvery: "day" | "week" | "month";
  };
};

const NO_RUNG: Rung = { thresholdMicros: 0n, atomsPerHour: 0n };

/** A policy that cuts at 0 and has nothing else; others are it with changes. */
export const PLAIN_POLICY: Policy = {
  lowCreditMicros: [],
  lowCreditSeverities: [],
  hysteresisMicros: 0n,
  coolOffS: 0n,
  exceedMicros: undefined,
  daysLeftWarning: 0n,
  disablementMicros: 0n,
  clearanceMicros: 0n,
  balanceMaxMicros: 2n ** 62n,
  automaticCut: true,
  staleAfterS: 0n,
  emergency: { limitMicros: 0n, thresholdMicros: 0n, autoInvoke: false },
  notice: { leadS: 0n, thresholdMicros: 0n },
  limit: NO_RUNG,
  trickle: NO_RUNG,
  essentialAtomsPerHour: 0n,
  friendly: { jitterS: 0n, warningS: 0n },
  readyForReconnection: false,
  restoreDeadlineS: 0n,
  chargeEstimates: false,
  loadLimit: { atomsPerHour: 0n, periodS: 0n, restorationS: 0n },
  dailyAllowance: { atoms: 0n, stackDays: 1n, dayStartS: 0n },
  waterfall: "standard",
  restoreThresholdFirst: true,
  arrearsSharePpm: 0n,
  topup: { minMicros: 0n, maxMicros: 0n, capMicros: 0n, capEvery: "day" },
};
