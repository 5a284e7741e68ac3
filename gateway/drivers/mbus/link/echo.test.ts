import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEchoFilter } from "./echo.ts";

const REQUEST = Uint8Array.of(0x10, 0x7b, 0x01, 0x7c, 0x16);

/** What is left of pieces that are heard after a request. */
function left(pieces: readonly Uint8Array[], request = REQUEST): number[] {
  const filter = createEchoFilter();
  filter.sent(request);
  return pieces.flatMap((piece) => Array.from(filter.heard(piece)));
}

describe("an echo", () => {
  it.each([
    ["in one piece with the answer", [[...REQUEST, 0xe5]], [0xe5]],
    ["in pieces", [[0x10], [0x7b, 0x01], [0x7c, 0x16, 0xe5]], [0xe5]],
    ["that is none", [[0xe5]], [0xe5]],
    [
      "that only began like one",
      [
        [0x10, 0x7b],
        [0x02, 0x7d, 0x16],
      ],
      [0x10, 0x7b, 0x02, 0x7d, 0x16],
    ],
    ["that comes twice, the second time", [[...REQUEST, ...REQUEST]], [...REQUEST]],
  ])("%s", (_what, pieces, rest) => {
    expect(left(pieces.map((piece) => Uint8Array.from(piece)))).toEqual(rest);
  });

  it("is taken out however it is cut, and nothing else is", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        bytes,
        bytes,
        fc.nat({ max: 30 }),
        fc.boolean(),
        (request, answer, cut, echoed) => {
          fc.pre(answer[0] !== request[0]);
          const all = echoed ? Uint8Array.of(...request, ...answer) : answer;
          const pieces = [all.subarray(0, cut), all.subarray(cut)];
          expect(left(pieces, request)).toEqual(Array.from(answer));
        },
      ),
    );
  });
});
