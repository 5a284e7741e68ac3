import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountState } from "./queries.ts";
import { putState, RECORD, RECORD_BYTES_MAX, stateIn } from "./state-record.ts";
import {
  questionBytes,
  questionIn,
  STATES_ASKED_MAX,
  StatesAnswer,
  StatesReader,
  TOLD,
} from "./states-question.ts";
import { anyState } from "./testing/any-state.ts";

describe("a record", () => {
  it("says what the state says, wherever it lies, and the schema takes it", () => {
    fc.assert(
      fc.property(anyState, fc.nat(9), (state, at) => {
        const view = new DataView(new ArrayBuffer(at + RECORD_BYTES_MAX));
        expect(putState(view, at, state)).toBeLessThanOrEqual(RECORD_BYTES_MAX);
        const read = stateIn(view, at, state.slot);
        expect(read).toEqual(state);
        expect(accountState.safeParse(read).success).toBe(true);
      }),
    );
  });

  it("with a state that is none is refused", () => {
    const view = new DataView(new ArrayBuffer(RECORD_BYTES_MAX));
    view.setUint8(RECORD.supplyState, 99);
    expect(() => stateIn(view, 0, 0)).toThrow(RangeError);
  });
});

describe("a question", () => {
  it("comes out as it went in, from anywhere in a buffer", () => {
    const accounts = fc.array(fc.nat(0x3fff_ffff), { maxLength: 50 });
    fc.assert(
      fc.property(accounts, fc.boolean(), fc.nat(7), (accounts, waits, before) => {
        const bytes = questionBytes({ waits, accounts });
        const around = new Uint8Array(before + bytes.length);
        around.set(bytes, before);
        expect(questionIn(around.subarray(before))).toEqual({ waits, accounts });
      }),
    );
  });

  it.each([
    ["nothing", []],
    ["a text", [...Buffer.from('{"slots":[]}')]],
    ["too few accounts", [1, 0, 2, 0, 1, 0, 0, 0]],
    ["bytes behind it", [1, 0, 0, 0, 9]],
    [
      "more than STATES_ASKED_MAX",
      [...questionBytes({ waits: false, accounts: new Array(STATES_ASKED_MAX + 1).fill(1) })],
    ],
  ])("of %s is none", (_, bytes) => {
    expect(questionIn(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe("an answer", () => {
  const tell = (told: readonly unknown[], answer = new StatesAnswer(7n)): Uint8Array => {
    answer.begin(1_234);
    for (const each of told) {
      if (typeof each === "number") answer.tell(each as 2);
      else if (each === null) answer.tellState(() => 0);
      else answer.tellState((view, at) => putState(view, at, each as never));
    }
    return answer.bytes();
  };

  it("tells of each account in turn, and the next one nothing of it", () => {
    const told = fc.oneof(anyState, fc.constant(null), fc.constantFrom(TOLD.busy, TOLD.elsewhere));
    const answer = new StatesAnswer(0xffff_ffff_ffff_ffffn);
    fc.assert(
      fc.property(fc.array(told, { maxLength: 20 }), (told) => {
        const reader = new StatesReader(tell(told, answer));
        expect([reader.asOfS, reader.engine]).toEqual([1_234, 0xffff_ffff_ffff_ffffn]);
        for (const each of told) {
          const what = reader.next();
          if (each === null) expect(what).toBe(TOLD.none);
          else if (typeof each === "number") expect(what).toBe(each);
          else expect(stateIn(reader.view, reader.record, each.slot)).toEqual(each);
        }
        expect(() => reader.next()).toThrow(RangeError);
      }),
    );
  });

  it("that ends early is refused, and so is what is no answer", () => {
    const [state] = fc.sample(anyState, { numRuns: 1, seed: 1 });
    const whole = tell([state]);
    for (let bytes = 0; bytes < whole.length; bytes++)
      expect(() => new StatesReader(whole.subarray(0, bytes)).next()).toThrow(RangeError);
    expect(() => new StatesReader(Uint8Array.from(Buffer.from('{"status":"ok","a":1}')))).toThrow(
      RangeError,
    );
  });
});
