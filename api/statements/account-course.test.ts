/**
 * The course of a balance by rules of their own: tenancy, modes, restricted credit, order of takings.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AccountCourse, type CourseInput, type CreditEvent } from "./account-course.ts";

const NOTHING = { debts: 0n, emergency: 0n };
const event = (type: string, atS: number, amount: bigint, more: Partial<CreditEvent> = {}) => {
  return { type, atS, amount, balance: 0n, number: 0, parts: NOTHING, ...more };
};

function courseOf(events: CreditEvent[], taken: Record<number, bigint>, days = [100]) {
  const edges = [
    ...new Set([0, ...events.map(({ atS }) => atS), ...Object.keys(taken).map(Number)]),
  ];
  const input: CourseInput = {
    events,
    taken: new Map(
      Object.entries(taken).map(([atS, consumed]) => [
        Number(atS),
        { consumed, quantityAtoms: consumed, charges: [] },
      ]),
    ),
    edges: [...new Set([...edges, ...days])].sort((a, b) => a - b),
    days: new Set(days),
    disablement: 0n,
    holdsQuantity: false,
    broughtForward: { atS: 0, amount: 0n },
  };
  return new AccountCourse(input).run();
}
const told = ({ lines }: AccountCourse) => lines.map(({ kind, amount }) => [kind, amount]);

describe("the course of an account", () => {
  it("takes restricted credit first, then the balance, then invoked emergency credit", () => {
    const course = courseOf(
      [
        event("vend.applied", 10, 50n),
        event("credit.granted", 10, 20n),
        event("emergency_credit.invoked", 20, 30n),
      ],
      { 10: 60n, 20: 25n },
    );
    expect(told(course)).toEqual([
      ["vend", 50n],
      ["credit_granted", 0n],
      ["consumption", -60n],
      ["restricted_credit", 20n],
      ["emergency_invoked", 0n],
      ["consumption", -25n],
      ["emergency_credit", 15n],
    ]);
    expect([course.balance, course.emergency, course.restricted]).toEqual([0n, 15n, 0n]);
  });

  it("begins clean with a tenancy, and says what the old one's rows do not account for", () => {
    const course = courseOf(
      [event("vend.applied", 10, 50n), event("tenancy.changed", 20, 41n, { balance: 41n })],
      { 10: 10n },
    );
    expect(told(course).slice(-2)).toEqual([
      ["other", 1n],
      ["tenancy", -41n],
    ]);
    expect([course.balance, course.tenancyAt]).toEqual([0n, course.lines.length]);
  });

  it("says as released what a transfer took out of what was set aside", () => {
    const course = courseOf(
      [
        event("vend.applied", 10, 50n),
        event("credit.reserved", 20, 30n),
        event("credit.transferred", 30, -30n),
        event("credit.transferred", 40, -5n),
      ],
      {},
    );
    expect([course.balance, course.reserved]).toEqual([15n, 0n]);
  });

  it("is the sum of its lines, and what it owes is what it lent less what was repaid", () => {
    const step = fc.record({
      type: fc.constantFrom("vend.applied", "account.adjusted", "credit.granted", "takes"),
      amount: fc.bigInt(1n, 100n),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const events: CreditEvent[] = [event("emergency_credit.invoked", 1, 70n)];
        const taken: Record<number, bigint> = {};
        for (const [at, { type, amount }] of steps.entries()) {
          if (type === "takes") taken[at + 2] = amount;
          else events.push(event(type, at + 2, amount));
        }
        const course = courseOf(events, taken, [1_000]);
        const sum = (kind?: string): bigint =>
          course.lines
            .filter((line) => kind === undefined || line.kind === kind)
            .reduce((all, { amount }) => all + amount, 0n);
        expect(sum()).toBe(course.balance);
        expect(sum("emergency_credit")).toBe(course.emergency);
        expect(course.emergency <= 70n && course.restricted >= 0n).toBe(true);
      }),
    );
  });
});
