/**
 * Takes a request's own bytes out of what is heard: many level converters give back what they send.
 */

/** Lets everything through but one copy of what was sent, where that comes first. */
export type EchoFilter = {
  /** A request went out. */
  sent(bytes: Uint8Array): void;
  /** What is left of a piece that was heard. */
  heard(piece: Uint8Array): Uint8Array;
};

/** A filter that expects no echo yet. An answer never begins like the request before it, so none is ever held back for long. */
export function createEchoFilter(): EchoFilter {
  let expected: Uint8Array = new Uint8Array(0);
  let matched = 0;
  return {
    sent(bytes) {
      expected = bytes;
      matched = 0;
    },
    heard(piece) {
      let at = 0;
      while (at < piece.length && matched < expected.length && piece[at] === expected[matched]) {
        at++;
        matched++;
      }
      const rest = piece.subarray(at);
      if (rest.length === 0) return rest;
      // What began like an echo and was none is given back in full.
      const kept =
        matched === expected.length
          ? rest
          : Uint8Array.of(...expected.subarray(0, matched), ...rest);
      expected = new Uint8Array(0);
      matched = 0;
      return kept;
    },
  };
}
