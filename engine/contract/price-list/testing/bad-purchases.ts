/**
 * A list by purchase (R34), and ways to spoil it.
 */
import type { BAD_LISTS } from "./bad-lists.ts";

/** Makes the example a list by purchase of two blocks. */
export const PURCHASE = {
  "/accumulation_basis": "purchase",
  "/schedule": undefined,
  "/taxes": [],
  "/rates": {
    all: [
      { from: "0", price: "0.25" },
      { from: "100", price: "0.40" },
    ],
  },
};

/** As BAD_LISTS. */
export const BAD_PURCHASES: typeof BAD_LISTS = [
  [
    "purchase with several periods",
    { "/accumulation_basis": "purchase", "/taxes": [] },
    ["/rates"],
    /has 3 periods: with accumulation_basis "purchase" .* give one/,
  ],
  [
    "purchase with counters of each period",
    { ...PURCHASE, "/block_scope": "per_period" },
    ["/block_scope"],
    /must be "all"/,
  ],
  [
    "purchase with demand",
    { ...PURCHASE, "/demand": { window_minutes: 15, price: "1" } },
    ["/demand"],
    /leave it out/,
  ],
  [
    "purchase with a price under the range",
    { ...PURCHASE, "/rates/all/0/price": "0.0009999" },
    ["/rates/all/0/price"],
    /0, or from 0\.001 to 1000 per kWh/,
  ],
  [
    "purchase with prices over the range and below 0, with their taxes",
    {
      ...PURCHASE,
      "/taxes": [{ name: "VAT", rate: "0.21" }],
      "/rates/all/0/price": "826.4463",
      "/rates/all/1/price": "-0.01",
    },
    ["/rates/all/0/price", "/rates/all/1/price"],
    /out of range/,
  ],
  [
    "purchase with a price far out of any range",
    { ...PURCHASE, "/rates/all/1/price": "99999" },
    ["/rates/all/1/price"],
    /0, or from/,
  ],
  [
    "purchase that is free without end",
    { ...PURCHASE, "/rates/all/1/price": "0.00" },
    ["/rates/all/1/price"],
    /nothing would end it/,
  ],
  [
    "all that purchase can't have",
    {
      "/accumulation_basis": "purchase",
      "/block_scope": "per_period",
      "/demand": { window_minutes: 15, price: "1" },
      "/rates/flat/0/price": "0",
    },
    ["/rates/flat/0/price", "/rates", "/block_scope", "/demand"],
    /nothing would end it/,
  ],
];
