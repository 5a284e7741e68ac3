/**
 * R34: what an account remembers of its purchases.
 */

/** What was bought in the cycle that began at `cycleS` (0: not known), and the money that bought no whole atom. */
export type Purchases = {
  readonly cycleS: bigint;
  readonly boughtAtoms: bigint;
  readonly restMicros: bigint;
};

/** Nothing bought. */
export const NO_PURCHASES: Purchases = { cycleS: 0n, boughtAtoms: 0n, restMicros: 0n };
