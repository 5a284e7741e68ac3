/**
 * What the sandbox does with a payment, by the cents of its amount.
 */

/** How a payment goes. */
export type Course = {
  /** What it comes to; `never`: it stays pending. */
  end: "succeeded" | "failed" | "never";
  /** Milliseconds until then; 0: at once. */
  afterMs: number;
  /** The first answers get lost: the connection breaks when the payment is taken. */
  lostAnswers: number;
  /** The first requests are answered with 503, and nothing is taken. */
  refusals: number;
  /** Milliseconds until the answer comes. */
  answerMs: number;
  /** Notices of the end. */
  notices: number;
};

const PLAIN: Course = {
  end: "succeeded",
  afterMs: 0,
  lostAnswers: 0,
  refusals: 0,
  answerMs: 0,
  notices: 1,
};
/** How long a late end takes. */
const LATE_MS = 300;
/** Longer than a client of a test waits. */
const SLOW_MS = 1_500;

/** The magic cents; all others succeed at once. */
export const MAGIC: Readonly<Record<string, Course>> = {
  "01": { ...PLAIN, end: "failed" },
  "02": { ...PLAIN, afterMs: LATE_MS },
  "03": { ...PLAIN, end: "failed", afterMs: LATE_MS },
  "04": { ...PLAIN, lostAnswers: 2 },
  "05": { ...PLAIN, refusals: 2 },
  "06": { ...PLAIN, answerMs: SLOW_MS },
  "07": { ...PLAIN, notices: 3 },
  "08": { ...PLAIN, end: "never" },
};

/** The course of an amount, as a decimal text. */
export function courseOf(amount: string): Course {
  return MAGIC[/\.(\d\d)0*$/.exec(amount)?.[1] ?? ""] ?? PLAIN;
}
