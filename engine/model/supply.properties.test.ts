import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ModelAccount, Outputs, Terms } from "./account.ts";
import { isFriendly, jitterOf } from "./calendar.ts";
import { PLAIN_POLICY, type Policy } from "./policy.ts";
import { availableMicros } from "./pots.ts";
import { applyPolicy, applyReading, applyTick } from "./steps.ts";
import { accountOf, termsOf } from "./testing/accounts.ts";

const BEGIN = 1_700_000_000n;
const micros = (min: bigint, max: bigint) => fc.bigInt({ min, max });
const few = (max: bigint) => fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max }));

const rung = fc.record({ thresholdMicros: micros(0n, 3_000n), atomsPerHour: few(9n) });
const policy: fc.Arbitrary<Policy> = fc
  .record({
    disablementMicros: micros(-500n, 500n),
    clearanceMicros: few(800n),
    hysteresisMicros: few(100n),
    lowCreditMicros: fc.constant([2_000n, 1_000n, 0n]),
    coolOffS: few(4_000n),
    staleAfterS: few(9_000n),
    notice: fc.record({ leadS: few(4_000n), thresholdMicros: micros(0n, 2_000n) }),
    limit: rung,
    trickle: rung,
    friendly: fc.record({ jitterS: few(900n), warningS: few(2_000n) }),
    dailyAllowance: fc.record({
      atoms: few(5n),
      stackDays: fc.constant(2n),
      dayStartS: few(7_200n),
    }),
  })
  .map((changes) => ({ ...PLAIN_POLICY, ...changes }));

const calendar = fc
  .uniqueArray(fc.integer({ min: 0, max: 60_000 }), { minLength: 4, maxLength: 8 })
  .map((cuts) => cuts.sort((a, b) => a - b).map((cut) => BEGIN + BigInt(cut)))
  .map((cuts) => ({
    fromS: BEGIN - 1n,
    toS: BEGIN + 70_000n,
    intervals: cuts.flatMap((beginS, i) => {
      const endS = cuts[i + 1];
      return i % 2 === 1 || endS === undefined ? [] : [{ beginS, endS }];
    }),
  }));

const terms: fc.Arbitrary<Terms> = fc
  .tuple(policy, fc.option(calendar, { nil: undefined }), fc.option(calendar, { nil: undefined }))
  .map(([using, friendly, cutWindow]) => ({ ...termsOf(), policy: using, friendly, cutWindow }));

const act = fc.record({
  kind: fc.constantFrom("tick", "tick", "read", "back", "pay", "critical"),
  waitS: fc.integer({ min: 1, max: 4_000 }),
  size: fc.integer({ min: 0, max: 8 }),
});
type Act = { kind: string; waitS: number; size: number };

/** Plays acts one after the other; `seen` is told each step. */
function play(
  using: Terms,
  acts: readonly Act[],
  seen: (nowS: bigint, before: ModelAccount, after: ModelAccount, outputs: Outputs) => void,
): void {
  let account = accountOf({ balanceMicros: 1_000n });
  let nowS = BEGIN;
  let registerAtoms = 100n;
  for (const { kind, waitS, size } of acts) {
    nowS += BigInt(waitS);
    const before = account;
    if (kind === "read") registerAtoms += BigInt(size);
    const read = kind === "back" ? 0n : registerAtoms;
    const isReading = kind === "read" || kind === "back";
    const given = {
      ...account,
      balanceMicros: account.balanceMicros + (kind === "pay" ? BigInt(size) * 250n : 0n),
      isCritical: kind === "critical" ? size > 4 : account.isCritical,
    };
    const step = isReading
      ? applyReading(using, account, { atS: nowS, registerAtoms: read, receivedAtS: nowS })
      : kind === "tick"
        ? applyTick(using, account, nowS)
        : applyPolicy(using, given, nowS);
    account = step.account;
    seen(nowS, before, account, step.outputs);
  }
}

it("R71, R72, R73 no automatic cut lacks anything that the page asks of one", () => {
  let cuts = 0;
  fc.assert(
    fc.property(terms, fc.array(act, { minLength: 25, maxLength: 40 }), (using, acts) => {
      play(using, acts, (nowS, before, after, { events }) => {
        const cut = events.find(({ type }) => type === "supply.cut_requested");
        if (cut === undefined) return;
        cuts += 1;
        const { policy, friendly, cutWindow, slot } = using;
        expect(availableMicros(policy, after, nowS)).toBeLessThanOrEqual(policy.disablementMicros);
        expect(before.supplyWanted).not.toBe("disconnected");
        expect([after.isCritical, after.quarantineRaised.length]).toEqual([false, 0]);
        expect(isFriendly(using, nowS)).toBe(false);
        const waitS = jitterOf(slot, policy.friendly.jitterS);
        for (const { endS } of friendly?.intervals ?? []) {
          expect(endS <= nowS && nowS < endS + waitS).toBe(false);
        }
        if (cutWindow !== undefined) expect(isFriendly({ friendly: cutWindow }, nowS)).toBe(true);
        assert(after.t0 !== undefined);
        if (policy.staleAfterS > 0n) expect(nowS - after.t0 <= policy.staleAfterS).toBe(true);
        if (policy.notice.leadS > 0n) {
          expect(after.noticeS > 0n && nowS - after.noticeS >= policy.notice.leadS).toBe(true);
        }
        if (policy.dailyAllowance.atoms > 0n) expect(after.allowance.leftAtoms).toBe(0n);
      });
    }),
    { numRuns: 600 },
  );
  // The story must have come that far, now and then.
  expect(cuts).toBeGreaterThan(50);
});

it("R80 judging again at the same time changes nothing and says nothing", () => {
  fc.assert(
    fc.property(terms, fc.array(act, { minLength: 5, maxLength: 25 }), (using, acts) => {
      play(using, acts, (nowS, _, after, { verdict }) => {
        // A reading that is refused is not judged.
        if (verdict !== undefined && verdict !== "accepted") return;
        const again = applyPolicy(using, after, nowS);
        expect(again.outputs.events).toEqual([]);
        expect(again.account).toEqual(after);
      });
    }),
    { numRuns: 300 },
  );
});

it("R70 what is wanted tells itself: each change of it has one request, under the next number", () => {
  fc.assert(
    fc.property(terms, fc.array(act, { minLength: 5, maxLength: 40 }), (using, acts) => {
      play(using, acts, (_, before, after, { events }) => {
        const asked = events.filter(({ type }) => /^supply\..*_requested$/.test(type));
        expect(asked.length).toBeLessThanOrEqual(1);
        expect(after.supplyNumber - before.supplyNumber).toBe(BigInt(asked.length));
        const isSame =
          after.supplyWanted === before.supplyWanted && after.supplyValue === before.supplyValue;
        expect(asked.length === 0).toBe(isSame);
      });
    }),
    { numRuns: 300 },
  );
});
