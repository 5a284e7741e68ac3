import { describe, expect, it } from "vitest";
import { closeMeter } from "./closing.ts";
import { accountOf, granted, money, termsOf, told } from "./testing/accounts.ts";
import { following, types } from "./testing/follow.ts";
import { utc } from "./testing/lists.ts";

/** Opened at noon with 9000 and 10.00; 250 micros a Wh. */
function opened(terms = termsOf()) {
  const it = following(terms, accountOf({ balanceMicros: money("10") }));
  it.read("2024-01-01T12:00Z", 9_000n);
  return it;
}

describe("R17 an exchange of the meter", () => {
  it("R17 closing is rated, opening takes its place, the rest stays", () => {
    const it = opened();
    const out = granted(it.exchange("2024-01-01T13:00Z", 9_004n, 17n));
    expect(out.rated.map(({ quantityAtoms }) => quantityAtoms)).toEqual([4n]);
    expect(told(out.events)).toEqual(["meter.exchanged 17 @9999000"]);
    expect(out.events[0]?.number).toBe(9n);
    expect(it.account).toMatchObject({ r0: 17n, counters: { all: 4n } });
    it.read("2024-01-01T14:00Z", 21n);
    expect(it.account).toMatchObject({ balanceMicros: money("9.998"), counters: { all: 8n } });
  });

  it.each<[string, bigint, string]>([
    ["2024-01-01T13:00Z", 8_999n, "register_invalid"],
    ["2024-01-01T11:00Z", 9_001n, "register_invalid"],
    ["2024-01-01T12:00Z", 9_001n, "register_invalid"],
    ["2024-01-01T12:00Z", 9_000n, "duplicate"],
    ["2024-01-01T11:00Z", 9_000n, "duplicate"],
  ])("R17 at %s closed with %d: %s", (at, closing, result) => {
    const it = opened();
    const before = it.account;
    const out = it.exchange(at, closing, 0n);
    if (typeof out === "string") {
      expect([out, it.account]).toEqual([result, before]);
    } else {
      expect([out.verdict, it.account.r0]).toEqual([result, 0n]);
      expect(it.account.t0).toBe(before.t0);
    }
  });

  it("R17 an opening that no meter shows exchanges nothing", () => {
    expect(opened().exchange("2024-01-01T13:00Z", undefined, 2n ** 53n)).toBe("register_invalid");
    expect(following(termsOf()).exchange("2024-01-01T13:00Z", undefined, -1n)).toBe(
      "register_invalid",
    );
  });

  it("R17 without a closing nothing more is charged; before any reading it is the opening", () => {
    const it = following(termsOf());
    const first = it.exchange("2024-01-01T12:00Z", undefined, 50n);
    expect(first).toMatchObject({ verdict: "accepted" });
    expect(types(first)).toEqual(["meter.exchanged", "supply.cut_requested"]);
    it.read("2024-01-01T13:00Z", 40n);
    expect(it.exchange("2024-01-01T14:00Z", undefined, 7n)).toMatchObject({ rated: [] });
    expect(it.account).toMatchObject({ r0: 7n, balanceMicros: 0n, quarantineRaised: [] });
  });

  it("R12 a closing may have wrapped", () => {
    const it = opened(termsOf({}, {}, { meter: { modulus: 10_000n, maxRatePerHour: 5_000n } }));
    const out = it.exchange("2024-01-01T13:00Z", 1n, 0n);
    expect(types(out)).toEqual(["reading.rollover", "meter.exchanged"]);
    expect(out).toMatchObject({ rollover: true, rated: [{ quantityAtoms: 1_001n }] });
  });

  it("R16, R20 what was uncertain of the old meter is so no longer, and can cut", () => {
    const it = opened(termsOf({ staleAfterS: 60n }));
    it.read("2024-01-01T12:00Z", 1n);
    it.tick("2024-01-01T13:00Z");
    it.balance("2024-01-01T13:00Z", 0n);
    const out = it.exchange("2024-01-01T13:01Z", undefined, 0n);
    expect(types(out)).toEqual(["meter.exchanged", "supply.cut_requested"]);
    expect(it.account).toMatchObject({ isStale: false, quarantineRaised: [] });
  });

  it.each<[string, string, bigint | undefined, string]>([
    ["the last actual one again", "2024-01-01T14:00Z", undefined, "10"],
    ["between it and the estimate", "2024-01-01T12:30Z", 9_400n, "9.9"],
    ["just at it", "2024-01-01T12:00Z", 9_000n, "10"],
  ])("R18 estimates are given back: %s", (_, at, closing, balance) => {
    const it = opened(termsOf({ chargeEstimates: true }));
    it.estimate("2024-01-01T13:00Z", 13_000n);
    const out = it.exchange(at, closing, 5n);
    expect(out).toMatchObject({ returned: { costMicros: money("1") } });
    expect(it.account).toMatchObject({
      balanceMicros: money(balance),
      r0: 5n,
      estimate: undefined,
    });
  });
});

describe("R92 a closing alone", () => {
  it("R92 leaves the meter where it was read, and judges nothing", () => {
    const it = opened();
    const closed = granted(closeMeter(it.terms, it.account, utc("2024-01-01T13:00Z"), 99_000n));
    expect(closed.account).toMatchObject({ r0: 99_000n, balanceMicros: money("-12.5") });
    expect(closed.outputs.events).toEqual([]);
  });

  it("R92 a meter that was never read has none", () => {
    const account = accountOf();
    expect(closeMeter(termsOf(), account, 7n, 5n)).toMatchObject({ account });
  });
});
