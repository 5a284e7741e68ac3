import fc from "fast-check";
import { expect, it } from "vitest";
import { SERVICES } from "../engine/contract/services.ts";
import { putState, RECORD, RECORD_BYTES_MAX } from "../engine/contract/state-record.ts";
import { anyState } from "../engine/contract/testing/any-state.ts";
import { balanceOut, balanceView } from "./account-view.ts";
import { balanceText } from "./balance-text.ts";

const anyOf = fc.record({
  accountId: fc.uuid(),
  currency: fc.stringMatching(/^[A-Z]{3}$/),
  service: fc.constantFrom(...SERVICES),
  asOfS: fc.nat(0xffff_ffff),
  daysLeft: fc.option(fc.integer({ min: 0, max: 99_999 }).map((tenths) => tenths / 10)),
});

it("is the text of the view, of any state, and fits its schema", () => {
  fc.assert(
    fc.property(anyState, anyOf, fc.nat(9), (state, of, at) => {
      const view = new DataView(new ArrayBuffer(at + RECORD_BYTES_MAX));
      putState(view, at, state);
      const text = balanceText({ view, at }, of);
      expect(text).toBe(JSON.stringify(balanceView(state, of)));
      expect(balanceOut.safeParse(JSON.parse(text)).error).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

it("refuses a record with a state that is none", () => {
  const view = new DataView(new ArrayBuffer(RECORD_BYTES_MAX));
  view.setUint8(RECORD.creditStatus, 99);
  const of = {
    accountId: "",
    currency: "EUR",
    service: "water",
    asOfS: 0,
    daysLeft: null,
  } as const;
  expect(() => balanceText({ view, at: 0 }, of)).toThrow(RangeError);
});
