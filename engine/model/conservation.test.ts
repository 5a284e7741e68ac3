import fc from "fast-check";
import { expect, it } from "vitest";
import type { ModelAccount, Step, Terms } from "./account.ts";
import * as commands from "./commands.ts";
import { NO_PARTS } from "./parts.ts";
import type { Policy } from "./policy.ts";
import { applyReading, applyTick } from "./steps.ts";
import { accountOf, termsOf, worthMicros } from "./testing/accounts.ts";
import { utc } from "./testing/lists.ts";

const START = utc("2024-03-28T12:00Z");

/** What is done to an account, and the micros that it says it brings. */
type Deed = (
  terms: Terms,
  account: ModelAccount,
  nowS: bigint,
) => [Step | commands.Refusal, bigint];

const small = fc.bigInt({ min: 0n, max: 3_000_000n });
const positive = fc.bigInt({ min: 1n, max: 3_000_000n });
const either = fc.bigInt({ min: -3_000_000n, max: 3_000_000n });
const NUMBER = 5n;

const deeds: fc.Arbitrary<Deed>[] = [
  positive.map((paidMicros) => (terms, account, nowS) => {
    const payment = { paidMicros, number: NUMBER };
    return [commands.applyCredit(terms, account, payment, nowS), paidMicros];
  }),
  either.map((amountMicros) => (terms, account, nowS) => {
    const adjustment = { amountMicros, number: NUMBER };
    return [commands.applyAdjust(terms, account, adjustment, nowS), amountMicros];
  }),
  fc.tuple(positive, fc.integer({ min: 1, max: 90 })).map(([amountMicros, hours]) => {
    return (terms, account, nowS) => {
      const pot = { amountMicros, expiresS: nowS + BigInt(hours) * 3_600n };
      return [commands.applyGrantCredit(terms, account, pot, nowS), amountMicros];
    };
  }),
  fc.constant((terms, account, nowS) => [
    commands.applyActivateEmergency(terms, account, nowS),
    0n,
  ]),
  fc
    .tuple(small, small, fc.constantFrom("timeDebt1", "timeDebt2"))
    .map(([owedMicros, rateMicros, debt]) => {
      return (_terms, account, nowS) => {
        const setting = { ...account[debt], debt, owedMicros, rateMicros };
        return [
          commands.applySetDebt(account, setting, nowS),
          account[debt].owedMicros - owedMicros,
        ];
      };
    }),
  fc.tuple(small, fc.bigInt({ min: 0n, max: 1_000_000n })).map(([owedMicros, sharePpm]) => {
    return (_terms, account, nowS) => {
      const setting = {
        debt: "paymentDebt",
        owedMicros,
        sharePpm,
        weeklyCapMicros: 900_000n,
      } as const;
      const before = account.paymentDebt.owedMicros;
      return [commands.applySetDebt(account, setting, nowS), before - owedMicros];
    };
  }),
  fc
    .tuple(small, small, small, small, fc.boolean())
    .map(([balance, emergency, debt, threshold, isConfirmedRemoved]) => {
      return (terms, account, nowS) => {
        const parts = {
          ...NO_PARTS,
          balance,
          emergency,
          paymentDebt: debt,
          timeDebt2: debt,
          threshold,
        };
        const reversal = { parts, isConfirmedRemoved, number: NUMBER };
        const back = balance + emergency + debt + debt + threshold;
        return [commands.applyReverseCredit(terms, account, reversal, nowS), -back];
      };
    }),
  fc
    .tuple(fc.constantFrom("credit", "prepayment"), fc.bigInt({ min: 0n, max: 90_000n }))
    .map(([mode, afterS]) => {
      return (terms, account, nowS) => {
        const change = { mode, atS: nowS + afterS, sharePpm: 200_000n, weeklyCapMicros: 500_000n };
        return [commands.applySetPaymentMode(terms, account, change, nowS), 0n];
      };
    }),
  positive.map((amount) => (terms, account, nowS) => [
    commands.applyReserveCredit(terms, account, amount, nowS),
    0n,
  ]),
  positive.map((amount) => (terms, account, nowS) => [
    commands.applyReleaseCredit(terms, account, amount, nowS),
    0n,
  ]),
  fc.constant((terms, account, nowS) => [applyTick(terms, account, nowS), 0n]),
  fc.bigInt({ min: -5n, max: 5_000n }).map((delta) => (terms, account, nowS) => {
    const registerAtoms = (account.r0 ?? 10_000n) + delta;
    return [applyReading(terms, account, { atS: nowS, registerAtoms, receivedAtS: nowS }), 0n];
  }),
  fc.bigInt({ min: 0n, max: 5_000n }).map((delta) => (terms, account, nowS) => {
    const registerAtoms = (account.r0 ?? 10_000n) + delta;
    return [applyReading(terms, account, { atS: nowS, registerAtoms, quality: "estimated" }), 0n];
  }),
];

const policies: fc.Arbitrary<Partial<Policy>> = fc.record({
  emergency: fc.record({ limitMicros: small, thresholdMicros: either, autoInvoke: fc.boolean() }),
  disablementMicros: either,
  hysteresisMicros: small,
  waterfall: fc.constantFrom<Policy["waterfall"]>("standard", "debt_first", "share"),
  restoreThresholdFirst: fc.boolean(),
  arrearsSharePpm: fc.bigInt({ min: 0n, max: 1_000_000n }),
  chargeEstimates: fc.boolean(),
  daysLeftWarning: fc.constantFrom(0n, 3n),
});

const TERMS = termsOf(
  {},
  {
    charges: [
      { name: "standing", every: "day", amount: "0.30", while: { disconnected: "debt" } },
      { name: "gift", every: "hour", amount: "-0.01", priority: 3 },
    ],
  },
);

/** What a step says it took: consumption, charges (not time debts, which only move), pots that were lost. */
function takings({ outputs }: Step): bigint {
  const consumed = outputs.rated.reduce((sum, { costMicros }) => sum + costMicros, 0n);
  const charged = outputs.charged
    .filter(({ row }) => row !== 32 && row !== 33)
    .reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
  const lost = outputs.events
    .filter(({ type }) => type === "credit.expired")
    .reduce((sum, { amount }) => sum + amount, 0n);
  return consumed + charged + lost - (outputs.returned?.costMicros ?? 0n);
}

/** What holds of any account behind a judgement. */
function isSound(account: ModelAccount): boolean {
  const { pots, emergency, paymentDebt, timeDebt1, timeDebt2, accumulatedDebtMicros } = account;
  const owed = [paymentDebt.owedMicros, timeDebt1.owedMicros, timeDebt2.owedMicros];
  const amounts = [...owed, accumulatedDebtMicros, emergency.usedMicros, account.reservedMicros];
  return (
    amounts.every((amount) => amount >= 0n) &&
    pots.every(({ amountMicros }) => amountMicros > 0n) &&
    pots.every(({ expiresS }, i) => expiresS >= (pots[i - 1]?.expiresS ?? 0n)) &&
    // Used credit was invoked.
    (emergency.usedMicros === 0n || emergency.state !== "enabled")
  );
}

it("R40 … R53, R91 what an account comes to moves by exactly what each step gives and takes", () => {
  const story = fc.array(fc.tuple(fc.oneof(...deeds), fc.bigInt({ min: 0n, max: 90_000n })), {
    maxLength: 40,
  });
  let [done, refused] = [0, 0];
  fc.assert(
    fc.property(policies, story, (changes, steps) => {
      const terms = { ...TERMS, policy: { ...TERMS.policy, ...changes } };
      let account: ModelAccount = { ...accountOf(), chargedThrough: START };
      let nowS = START;
      for (const [deed, laterS] of steps) {
        nowS += laterS;
        const [step, brings] = deed(terms, account, nowS);
        if (typeof step === "string") {
          refused += 1;
          continue;
        }
        done += 1;
        const moved = worthMicros(step.account) - worthMicros(account);
        expect(moved).toBe(brings - takings(step));
        expect(isSound(step.account)).toBe(true);
        account = step.account;
      }
    }),
    { numRuns: 200 },
  );
  expect(done).toBeGreaterThan(refused);
});

it("R90 a transfer moves exactly what the giver loses to the receiver", () => {
  const side = fc.record({ balanceMicros: either, reservedMicros: small });
  fc.assert(
    fc.property(side, side, positive, fc.boolean(), (from, to, amountMicros, isReserved) => {
      const giver = { terms: TERMS, account: accountOf(from) };
      const receiver = { terms: { ...TERMS, slot: 8n }, account: accountOf(to) };
      const moved = commands.applyTransferCredit(
        giver,
        receiver,
        { amountMicros, isReserved },
        START,
      );
      if (typeof moved === "string") return;
      expect(worthMicros(moved.giver.account)).toBe(worthMicros(giver.account) - amountMicros);
      expect(worthMicros(moved.receiver.account)).toBe(
        worthMicros(receiver.account) + amountMicros,
      );
    }),
  );
});

it("R92 a change of tenancy settles all that the account comes to, and leaves nothing", () => {
  const held = fc.record({
    balanceMicros: either,
    reservedMicros: small,
    accumulatedDebtMicros: small,
    pots: fc.array(fc.record({ amountMicros: positive, expiresS: fc.constant(START + 9n) }), {
      maxLength: 4,
    }),
  });
  fc.assert(
    fc.property(held, small, (changes, usedMicros) => {
      const account = accountOf({ ...changes, emergency: { state: "invoked", usedMicros } });
      const what = { closingAtoms: undefined, number: NUMBER };
      const step = commands.applyChangeTenancy(TERMS, account, what, START);
      if (typeof step === "string") throw new Error(step);
      const final =
        step.outputs.events.find(({ type }) => type === "tenancy.changed")?.amount ?? 0n;
      expect(final + takings(step)).toBe(worthMicros(account));
      expect(worthMicros(step.account)).toBe(0n);
    }),
  );
});
