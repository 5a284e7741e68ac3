/**
 * What came of a step, in one shape for both sides, and how two of them differ.
 */

/** Texts that are compared as they are, in their order. Money in micros, quantities in atoms, times in epoch seconds. */
export type Outcome = {
  /** Of a command: code, number expected, balance. Of a frame: its code. */
  answer: string;
  /** `slot verdict register: version/period/block quantity cost, …` with sums by version, period and block. */
  readings: string[];
  /** `slot at version/index amount` */
  charges: string[];
  events: string[];
  /** All that the account remembers, by its slot. */
  accounts: Record<string, Record<string, string>>;
  /** What must hold on one side by itself and does not. */
  faults: string[];
};

/** Outputs counted: readings, charges and events. */
export function outputsIn({ readings, charges, events }: Outcome): number {
  return readings.length + charges.length + events.length;
}

/** Pairs of an account's texts that were found equal: as long as neither side makes a new one, they stay so. */
const agreed = new WeakMap<object, object>();

/** What differs, a line each; empty where nothing does. */
export function differences(kernel: Outcome, model: Outcome): string[] {
  const lines = [...kernel.faults.map((fault) => `kernel: ${fault}`)];
  if (kernel.answer !== model.answer)
    lines.push(`answer: kernel "${kernel.answer}", model "${model.answer}"`);
  for (const part of ["readings", "charges", "events"] as const) {
    const longer = Math.max(kernel[part].length, model[part].length);
    for (let i = 0; i < longer; i++) {
      const [one, other] = [kernel[part][i] ?? "nothing", model[part][i] ?? "nothing"];
      if (one !== other) lines.push(`${part} ${i}: kernel "${one}", model "${other}"`);
    }
  }
  const slots = new Set([...Object.keys(kernel.accounts), ...Object.keys(model.accounts)]);
  for (const slot of slots) {
    const [one, other] = [kernel.accounts[slot] ?? {}, model.accounts[slot] ?? {}];
    if (agreed.get(one) === other) continue;
    const before = lines.length;
    for (const field of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (one[field] !== other[field])
        lines.push(`account ${slot} ${field}: kernel ${one[field]}, model ${other[field]}`);
    }
    if (lines.length === before) agreed.set(one, other);
  }
  return lines;
}

/** A piece of a reading: quantity and cost of one version, period and block. */
export type Piece = {
  version: number;
  period: string;
  block: number;
  quantity: bigint;
  cost: bigint;
};

/** A reading's text, its pieces summed by version, period and block and in that order. */
export function readingText(
  slot: number,
  verdict: string,
  register: bigint,
  pieces: readonly Piece[],
): string {
  const sums = new Map<string, { quantity: bigint; cost: bigint }>();
  for (const { version, period, block, quantity, cost } of pieces) {
    if (quantity === 0n && cost === 0n) continue;
    const key = `${version}/${period}/${block}`;
    const sum = sums.get(key) ?? { quantity: 0n, cost: 0n };
    sums.set(key, { quantity: sum.quantity + quantity, cost: sum.cost + cost });
  }
  const texts = [...sums].map(([key, { quantity, cost }]) => `${key} ${quantity} ${cost}`);
  return `${slot} ${verdict} ${register}: ${texts.sort().join(", ")}`;
}

/** What was given back of estimates, beside the reading that trued them up (R18). */
export function returnedText(
  slot: number,
  returned: {
    atS: number | bigint;
    registerAtoms: bigint;
    quantityAtoms: bigint;
    costMicros: bigint;
  },
): string {
  const { atS, registerAtoms, quantityAtoms, costMicros } = returned;
  return `${slot} returned ${registerAtoms} of ${atS}: ${quantityAtoms} ${costMicros}`;
}

/** An event as both sides know it. `cause` only of supply requests. */
export type EventFacts = {
  type: string;
  slot: number;
  at: bigint;
  level: number;
  number: bigint;
  balance: bigint;
  amount: bigint;
  cause?: string;
};

/** An event's text. */
export function eventText({
  type,
  slot,
  at,
  level,
  number,
  balance,
  amount,
  cause,
}: EventFacts): string {
  const what = cause === undefined ? type : `${type} ${cause}`;
  return `${slot} ${what} at ${at} level ${level} number ${number} balance ${balance} amount ${amount}`;
}
