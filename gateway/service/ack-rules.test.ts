import fc from "fast-check";
import { expect, test } from "vitest";
import { type DurableAck, FRAME_REFUSALS } from "../../engine/contract/acks.ts";
import { ackSteps } from "./ack-rules.ts";

const at = { epoch: 100, durable: 50, acknowledged: 0 };
const base = { shard: 1, epoch: 100, sequence: 40 };

test.each<[string, DurableAck, string[]]>([
  ["plain progress", base, ["progress"]],
  ["an earlier epoch", { ...base, epoch: 99 }, []],
  ["a later epoch", { ...base, epoch: 101 }, ["renew"]],
  ["more than is here", { ...base, sequence: 51 }, ["renew"]],
  ["a gap", { ...base, refused: { sequence: 45, code: "sequence_gap" } }, ["progress", "rewind"]],
  [
    "a gap at the start of our epoch",
    { ...base, epoch: 99, refused: { sequence: 3, code: "sequence_gap" } },
    ["rewind"],
  ],
  [
    "frames of an epoch gone by",
    { ...base, refused: { sequence: 9, code: "old_epoch" } },
    ["progress"],
  ],
  [
    "an old roster",
    { ...base, refused: { sequence: 41, code: "old_roster" } },
    ["progress", "restamp"],
  ],
  [
    "a stranger",
    { shard: 1, epoch: 0, sequence: 0, refused: { sequence: 1, code: "unknown_gateway" } },
    ["halt"],
  ],
  [
    "a frame that was counted and not applied",
    { ...base, refused: { sequence: 39, code: "foreign_slot" } },
    ["rescue"],
  ],
  [
    "frames that were not applied, though what first told of them got lost",
    { ...base, unapplied: [{ sequence: 7, code: "foreign_slot" }] },
    ["rescue"],
  ],
  [
    "a frame that was not even counted",
    { ...base, refused: { sequence: 41, code: "malformed" } },
    ["progress", "halt"],
  ],
  ["a wrong tag", { ...base, refused: { sequence: 41, code: "bad_tag" } }, ["progress", "halt"]],
])("%s", (_, ack, steps) => {
  expect(ackSteps(ack, at).map(({ step }) => step)).toEqual(steps);
});

test("what was not applied is saved once: not when it was acknowledged already", () => {
  const unapplied = [
    { sequence: 30, code: "foreign_slot" as const },
    { sequence: 31, code: "malformed" as const },
  ];
  const ack = { ...base, unapplied, refused: { sequence: 33, code: "foreign_slot" as const } };
  expect(ackSteps(ack, { ...at, acknowledged: 30 })).toEqual([
    {
      step: "rescue",
      upTo: 40,
      unapplied: [unapplied[1], { sequence: 33, code: "foreign_slot" }],
    },
  ]);
  expect(ackSteps(ack, { ...at, acknowledged: 40 })).toEqual([{ step: "progress", sequence: 40 }]);
});

test("no acknowledgement lets go of a frame that it does not cover", () => {
  const acks = fc.record({
    shard: fc.constant(1),
    epoch: fc.integer({ min: 98, max: 102 }),
    sequence: fc.nat(100),
    refused: fc.record({ sequence: fc.nat(100), code: fc.constantFrom(...FRAME_REFUSALS) }),
  });
  fc.assert(
    fc.property(acks, (ack) => {
      for (const step of ackSteps(ack, at)) {
        if (step.step === "progress")
          expect([step.sequence, ack.epoch]).toEqual([ack.sequence, 100]);
        if (step.step === "renew") expect(step.epoch).toBeGreaterThan(ack.epoch);
      }
    }),
  );
});

test.each([
  ["in this epoch", { ...base, sequence: 20 }],
  ["before this epoch began", { ...base, epoch: 99, sequence: 7 }],
])(
  "an engine that lost what it had acknowledged %s gets what is left under a new epoch",
  (_, ack) => {
    const refused = { sequence: 31, code: "sequence_gap" as const };
    const steps = ackSteps({ ...ack, refused }, { ...at, acknowledged: 30 });
    expect(steps).toMatchObject([{ step: "renew", epoch: 101 }]);
  },
);
