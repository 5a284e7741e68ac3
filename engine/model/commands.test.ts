import { describe, expect, it } from "vitest";
import type { ModelAccount, Step } from "./account.ts";
import {
  applyActivateEmergency,
  applyAdjust,
  applyCancelModeChange,
  applyChangeTenancy,
  applyCredit,
  applyGrantCredit,
  applyReleaseCredit,
  applyReserveCredit,
  applyReverseCredit,
  applySetDebt,
  applySetPaymentMode,
  applyTransferCredit,
} from "./commands.ts";
import { NO_PARTS } from "./parts.ts";
import { accountOf, granted, money, termsOf, timeDebtOf, told } from "./testing/accounts.ts";
import { utc } from "./testing/lists.ts";

const NOW = utc("2024-05-15T12:00Z");
const TERMS = termsOf({ lowCreditMicros: [money("5")], lowCreditSeverities: ["info"] });

/** A meter that was read an hour ago at 100 Wh, and 10.00. */
const READ = accountOf({
  t0: NOW - 3_600n,
  r0: 100n,
  chargedThrough: NOW - 3_600n,
  balanceMicros: money("10"),
});
/** The same at the cut-off, alerted and cut. */
const CUT: ModelAccount = {
  ...READ,
  balanceMicros: 0n,
  alertLevel: 1,
  supplyWanted: "disconnected",
  supplyNumber: 1n,
};

const events = ({ outputs }: Step): string[] => told(outputs.events);

describe("R42 a command is one step: its own events, then the judgement's", () => {
  it("R50, R76 a payment that restores", () => {
    const step = granted(applyCredit(TERMS, CUT, { paidMicros: money("6"), number: 9n }, NOW));
    expect(events(step)).toEqual([
      "vend.applied 6000000 @6000000",
      "credit.recovered/1 5000000 @6000000",
      "supply.restore_requested 0 @6000000",
    ]);
    expect(step.outputs.parts).toEqual({ ...NO_PARTS, balance: money("6") });
    expect(step.account.creditsMicros).toBe(money("6"));
  });

  it("an adjustment of either sign; it meets no debt", () => {
    const owing = { ...READ, accumulatedDebtMicros: money("3") };
    const taken = granted(
      applyAdjust(TERMS, owing, { amountMicros: money("-10"), number: 9n }, NOW),
    );
    expect(events(taken)).toEqual([
      "account.adjusted -10000000 @0",
      "credit.low/1 5000000 @0",
      "supply.cut_requested 0 @0",
    ]);
    expect(taken.outputs.events[0]?.number).toBe(9n);
    const given = granted(applyAdjust(TERMS, owing, { amountMicros: money("1"), number: 9n }, NOW));
    expect(given.account).toEqual({
      ...owing,
      balanceMicros: money("11"),
      adjustmentsMicros: money("1"),
    });
    const most = 2n ** 62n - owing.balanceMicros;
    const payment = { amountMicros: most + 1n, number: 9n };
    expect(applyAdjust(TERMS, owing, payment, NOW)).toBe("money_limit_exceeded");
    expect(applyAdjust(TERMS, owing, { ...payment, amountMicros: most }, NOW)).not.toBeTypeOf(
      "string",
    );
  });

  it("R41 restricted credit restores, too", () => {
    const pot = { amountMicros: money("6"), expiresS: NOW + 1n };
    expect(events(granted(applyGrantCredit(TERMS, CUT, pot, NOW)))).toEqual([
      "credit.granted 6000000 @0",
      "credit.recovered/1 5000000 @0",
      "supply.restore_requested 0 @0",
    ]);
  });

  it("R60 emergency credit restores; asked for again, the account is judged and nothing else", () => {
    const emergency = { limitMicros: money("8"), thresholdMicros: 0n, autoInvoke: false };
    const terms = termsOf({ emergency });
    const step = granted(applyActivateEmergency(terms, CUT, NOW));
    expect(events(step)).toEqual([
      "emergency_credit.invoked 8000000 @0",
      "supply.restore_requested 0 @0",
    ]);
    const over = { ...step.account, balanceMicros: -1n };
    expect(events(granted(applyActivateEmergency(terms, over, NOW)))).toEqual([
      "emergency_credit.in_use 1 @0",
    ]);
    expect(applyActivateEmergency(TERMS, CUT, NOW)).toBe("emergency_credit_not_selectable");
  });

  it("a debt that is set is not judged", () => {
    const pots = [{ amountMicros: 1n, expiresS: NOW - 1n }];
    const setting = { debt: "timeDebt1", ...timeDebtOf("3", "1") } as const;
    const step = applySetDebt({ ...READ, pots }, setting, NOW);
    expect(events(step)).toEqual(["debt.changed/1 3000000 @10000000"]);
    expect(step.account.pots).toEqual(pots);
  });

  it("R53 a reversal alerts, but never cuts by itself; the next judgement does", () => {
    const parts = { ...NO_PARTS, balance: money("10") };
    const reversal = { parts, isConfirmedRemoved: false, number: 9n };
    const step = granted(applyReverseCredit(TERMS, READ, reversal, NOW));
    expect(events(step)).toEqual(["vend.reversed 10000000 @0", "credit.low/1 5000000 @0"]);
    expect(step.account.supplyWanted).toBe("connected");
    const next = granted(applyAdjust(TERMS, step.account, { amountMicros: 0n, number: 10n }, NOW));
    expect(events(next)).toEqual(["account.adjusted 0 @0", "supply.cut_requested 0 @0"]);
    expect(applyReverseCredit(TERMS, CUT, reversal, NOW)).toBe("not_reversible");
  });

  it("R91 a change of mode is judged in the mode that it brings", () => {
    const change = { mode: "credit", atS: 0n, sharePpm: 0n, weeklyCapMicros: 0n } as const;
    expect(events(granted(applySetPaymentMode(TERMS, CUT, change, NOW)))).toEqual([
      "mode.changed/1 0 @0",
      "supply.restore_requested 0 @0",
    ]);
    const pots = [{ amountMicros: 1n, expiresS: NOW - 1n }];
    const same = granted(
      applySetPaymentMode(TERMS, { ...CUT, pots }, { ...change, mode: "prepayment" }, NOW),
    );
    expect([same.account, events(same)]).toEqual([{ ...CUT, pots }, []]);
    const later = granted(
      applySetPaymentMode(TERMS, { ...CUT, pots }, { ...change, atS: NOW + 1n }, NOW),
    );
    expect(events(later)).toEqual(["credit.expired 1 @0"]);
    expect(granted(applyCancelModeChange(later.account)).account).toEqual(CUT);
    expect(applyCancelModeChange(CUT)).toBe("no_mode_change");
  });

  it("R90 what is set aside alerts, what comes back recovers", () => {
    const aside = granted(applyReserveCredit(TERMS, READ, money("9"), NOW));
    expect(events(aside)).toEqual([
      "credit.reserved 9000000 @1000000",
      "credit.low/1 5000000 @1000000",
    ]);
    const back = granted(applyReleaseCredit(TERMS, aside.account, money("9"), NOW));
    expect(events(back)).toEqual([
      "credit.released 9000000 @10000000",
      "credit.recovered/1 5000000 @10000000",
    ]);
    expect(applyReserveCredit(TERMS, READ, money("11"), NOW)).toBe("transfer_insufficient");
    expect(applyReleaseCredit(TERMS, READ, 1n, NOW)).toBe("transfer_insufficient");
  });

  it("R90 both sides of a transfer are judged", () => {
    const to = { terms: { ...TERMS, slot: 8n }, account: CUT };
    const what = { amountMicros: money("6"), isReserved: false };
    const moved = granted(applyTransferCredit({ terms: TERMS, account: READ }, to, what, NOW));
    expect(events(moved.giver)).toEqual([
      "credit.transferred -6000000 @4000000",
      "credit.low/1 5000000 @4000000",
    ]);
    expect(events(moved.receiver)).toEqual([
      "credit.transferred 6000000 @6000000",
      "credit.recovered/1 5000000 @6000000",
      "supply.restore_requested 0 @6000000",
    ]);
    expect(applyTransferCredit({ terms: TERMS, account: READ }, undefined, what, NOW)).toBe(
      "account_unknown",
    );
  });
});

describe("R92 a change of tenancy", () => {
  const pots = [{ amountMicros: money("0.40"), expiresS: NOW + 1n }];

  it("R92 closes the meter, takes what that costs from pots first, settles, and begins clean", () => {
    const leaving = { ...READ, pots, quarantineRaised: ["backwards"] } as const;
    // 2 kWh are 0.50
    const step = granted(
      applyChangeTenancy(TERMS, leaving, { closingAtoms: 2_100n, number: 9n }, NOW),
    );
    expect(
      step.outputs.rated.map(({ quantityAtoms, costMicros }) => [quantityAtoms, costMicros]),
    ).toEqual([[2_000n, 500_000n]]);
    expect(step.outputs.parts).toEqual({ ...NO_PARTS, balance: money("9.90") });
    expect(events(step)).toEqual([
      "tenancy.changed 9900000 @9900000",
      // The new tenant is judged with nothing.
      "credit.low/1 5000000 @0",
      "supply.cut_requested 0 @0",
    ]);
    expect(step.account).toMatchObject({ t0: NOW, r0: 2_100n, counters: {}, quarantineRaised: [] });
  });

  it("R92 without a closing the last reading is it; pots that were not used are forfeited", () => {
    const step = granted(
      applyChangeTenancy(TERMS, { ...READ, pots }, { closingAtoms: undefined, number: 9n }, NOW),
    );
    expect(events(step).slice(0, 2)).toEqual([
      "credit.expired 400000 @10000000",
      "tenancy.changed 10000000 @10000000",
    ]);
    expect(step.outputs.parts).toMatchObject({ restricted: money("0.40") });
    expect(step.account).toMatchObject({ t0: NOW, r0: 100n });
  });

  it("R92 a closing that is refused changes nothing; a meter that was never read needs none", () => {
    const closing = { closingAtoms: 99n, number: 9n };
    expect(applyChangeTenancy(TERMS, READ, closing, NOW)).toBe("register_invalid");
    const unread = granted(applyChangeTenancy(TERMS, accountOf(), closing, NOW));
    expect([unread.account.t0, unread.outputs.verdict]).toEqual([undefined, undefined]);
  });
});
