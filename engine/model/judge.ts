/**
 * R10 … R15: the verdict on a reading, in exactly this order.
 */

/** What is thought of a reading. */
export const VERDICTS = [
  "accepted",
  "duplicate",
  "conflict",
  "late",
  "backwards",
  "implausible",
  "clock",
  "untariffed",
  "estimated",
] as const;
/** One verdict. */
export type Verdict = (typeof VERDICTS)[number];

/** Verdicts that set a reading aside for a person (R16); a duplicate is dropped, a late or estimated one only kept. */
export const QUARANTINED: readonly Verdict[] = [
  "conflict",
  "backwards",
  "implausible",
  "clock",
  "untariffed",
];

/** A reading. `receivedAtS` only where it is known: recorded readings have none. `quality` is actual unless said. */
export type Reading = {
  atS: bigint;
  registerAtoms: bigint;
  receivedAtS?: bigint;
  quality?: "actual" | "estimated";
};

/** The last accepted reading (t₀, r₀). */
export type LastReading = { atS: bigint; registerAtoms: bigint };

/** What is known of a meter: most atoms an hour, where its register wraps, its least step (default one atom). */
export type Meter = { maxRatePerHour?: bigint; modulus?: bigint; step?: bigint };

/**
 * What the account brings: when its price list begins (undefined for all time), the most micros that an atom can cost
 * by any version of it (price-list.ts), and the balance.
 */
export type Bounds = {
  firstVersionS: bigint | undefined;
  /** R37: the same of the list that takes its place at `atS`. */
  next?: { atS: bigint; firstVersionS: bigint | undefined } | undefined;
  dearestMicros: bigint;
  balanceMicros: bigint;
};

/** The verdict, and for an accepted reading what to rate. */
export type Judgement = { verdict: Verdict; deltaAtoms: bigint; rollover: boolean };

/** Highest register that a meter can show, in atoms: 2⁵³ − 1. */
export const REGISTER_ATOMS_MAX = 2n ** 53n - 1n;

/** R4: most atoms that one reading can add. */
export const DELTA_ATOMS_MAX = 2n ** 40n;

/** Longest interval that one reading may cover: 3 660 days. */
export const INTERVAL_S_MAX = 316_224_000n;

/** Largest amount of money in one place, either sign, in micros: whatever a reading costs, it can be held. */
export const MONEY_MICROS_MAX = 2n ** 62n;

/** R14: how much later than the receiving time a reading's time may be. */
export const MAX_SKEW_S = 120n;

/** Judges a reading against the last accepted one, which is undefined before the opening. */
export function judge(
  reading: Reading,
  last: LastReading | undefined,
  meter: Meter,
  bounds: Bounds,
): Judgement {
  const refuse = (verdict: Verdict): Judgement => ({ verdict, deltaAtoms: 0n, rollover: false });
  const { atS, registerAtoms: register } = reading;

  // R18: estimated readings are recorded and not rated.
  if (reading.quality === "estimated") return refuse("estimated");

  // R4: no meter shows such a register, so that it is compared with nothing.
  if (!isRegister(register)) return refuse("implausible");

  if (last === undefined) {
    if (clockIsAhead(reading)) return refuse("clock"); // R14
    // R30: an opening before the first version would leave the meter where nothing can ever be rated.
    if (isBefore(atS, bounds)) return refuse("untariffed");
    return { verdict: "accepted", deltaAtoms: 0n, rollover: false }; // R15: the opening
  }

  // R10
  if (atS === last.atS) return refuse(register === last.registerAtoms ? "duplicate" : "conflict");
  // R11
  if (atS < last.atS) return refuse("late");

  const elapsedS = atS - last.atS;
  let deltaAtoms = register - last.registerAtoms;
  let rollover = false;
  if (deltaAtoms < 0n) {
    // R12
    const rolled = rolloverDelta(register, last.registerAtoms, meter);
    if (rolled === undefined || !isPlausible(rolled, elapsedS, meter)) return refuse("backwards");
    deltaAtoms = rolled;
    rollover = true;
  }
  // R13
  if (!isPlausible(deltaAtoms, elapsedS, meter)) return refuse("implausible");
  // R4
  if (elapsedS > INTERVAL_S_MAX || !fits(deltaAtoms, bounds)) return refuse("implausible");
  // R14
  if (clockIsAhead(reading)) return refuse("clock");
  // R30: nothing says what an interval costs that begins before the first version.
  if (isUntariffed(last.atS, atS, bounds)) return refuse("untariffed");
  // R15
  return { verdict: "accepted", deltaAtoms, rollover };
}

/** R4: whether a meter can show such a register. */
export function isRegister(atoms: bigint): boolean {
  return atoms >= 0n && atoms <= REGISTER_ATOMS_MAX;
}

/**
 * R12: `modulus − r₀ + r`, for a meter with a modulus and a max_rate. A register that already stood so far beyond the
 * modulus that this is negative is no rollover.
 */
function rolloverDelta(register: bigint, before: bigint, meter: Meter): bigint | undefined {
  if (meter.modulus === undefined || meter.maxRatePerHour === undefined) return undefined;
  const delta = meter.modulus - before + register;
  return delta < 0n ? undefined : delta;
}

/**
 * R13: `delta ≤ max_rate × (t − t₀) × 1.1 + one least step`, with max_rate an hour and times in seconds, hence both
 * sides × 3 600 × 10. R4: never more than DELTA_ATOMS_MAX.
 */
function isPlausible(deltaAtoms: bigint, elapsedS: bigint, meter: Meter): boolean {
  if (deltaAtoms > DELTA_ATOMS_MAX) return false;
  if (meter.maxRatePerHour === undefined) return true;
  const step = meter.step ?? 1n;
  return deltaAtoms * 36_000n <= meter.maxRatePerHour * elapsedS * 11n + step * 36_000n;
}

/** R4: prices and quantities at their bounds cost more than i64 holds; what the dearest step would cost must fit. */
export function fits(deltaAtoms: bigint, { dearestMicros, balanceMicros }: Bounds): boolean {
  const size = balanceMicros < 0n ? -balanceMicros : balanceMicros;
  return deltaAtoms * dearestMicros <= MONEY_MICROS_MAX - size;
}

/** R30: whether an instant is before the price list of that instant begins. */
export function isBefore(atS: bigint, { firstVersionS, next }: Bounds): boolean {
  const beginS = next !== undefined && atS >= next.atS ? next.firstVersionS : firstVersionS;
  return beginS !== undefined && atS < beginS;
}

/** R30, R37: whether a part of (fromS, toS] begins before the price list of its begin does. */
export function isUntariffed(fromS: bigint, toS: bigint, bounds: Bounds): boolean {
  const { next } = bounds;
  const changes = next !== undefined && fromS < next.atS && next.atS < toS;
  return isBefore(fromS, bounds) || (changes && isBefore(next.atS, bounds));
}

/** R14: `t > received + max_skew`. */
function clockIsAhead({ atS, receivedAtS }: Reading): boolean {
  return receivedAtS !== undefined && atS > receivedAtS + MAX_SKEW_S;
}
