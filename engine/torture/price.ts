/**
 * What readings should cost, worked out by the clients themselves: two plain price lists in bigint, nothing shared with
 * the engine, its compiler or its model.
 */

/** A price list as it is published, and the same as steps: from how many Wh on, at how many picos a Wh. */
export type PlainList = {
  name: string;
  text: string;
  steps: readonly { fromAtoms: bigint; priceP: bigint }[];
};

const PICOS_TO_MICROS = 1_000_000n;

const about = {
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  cycle: { every: "none" },
};

/** One price; and two blocks, the second from 10 kWh on. */
export const PLAIN_LISTS: readonly PlainList[] = [
  {
    name: "Flat",
    text: JSON.stringify({
      ...about,
      name: "Flat",
      rates: { all: [{ from: "0", price: "0.1537" }] },
    }),
    steps: [{ fromAtoms: 0n, priceP: 153_700_000n }],
  },
  {
    name: "Two blocks",
    text: JSON.stringify({
      ...about,
      name: "Two blocks",
      rates: {
        all: [
          { from: "0", price: "0.0919" },
          { from: "10", price: "0.2513" },
        ],
      },
    }),
    steps: [
      { fromAtoms: 0n, priceP: 91_900_000n },
      { fromAtoms: 10_000n, priceP: 251_300_000n },
    ],
  },
];

/** The cost in micros of a quantity in Wh since the meter's opening. */
export function plainCost({ steps }: PlainList, quantityAtoms: bigint): bigint {
  let picos = 0n;
  for (const [i, { fromAtoms, priceP }] of steps.entries()) {
    const endAtoms = steps[i + 1]?.fromAtoms ?? quantityAtoms;
    const upTo = quantityAtoms < endAtoms ? quantityAtoms : endAtoms;
    if (upTo > fromAtoms) picos += (upTo - fromAtoms) * priceP;
  }
  return picos / PICOS_TO_MICROS;
}
