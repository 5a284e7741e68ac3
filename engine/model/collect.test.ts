import { expect, it } from "vitest";
import { collectionOf, type Moment } from "./collect.ts";
import type { Charge } from "./price-list.ts";
import type { Collection, CollectionJson } from "./price-list-json.ts";

const charge = (whileState: CollectionJson): Charge => ({
  index: 0,
  name: "standing",
  priority: 0,
  every: "day",
  amountMicros: 1n,
  whileState,
});

/** By the state of supply: in ordinary time, in friendly time. */
type Row = Record<Moment["state"], [Collection, Collection]>;
const ALWAYS: [Collection, Collection] = ["collect", "collect"];

it.each<[string, CollectionJson, Row]>([
  [
    "by default not while disconnected",
    {},
    {
      unknown: ALWAYS,
      connected: ALWAYS,
      limited: ALWAYS,
      ready: ALWAYS,
      disconnected: ["drop", "drop"],
    },
  ],
  [
    "always",
    { disconnected: "collect" },
    { unknown: ALWAYS, connected: ALWAYS, limited: ALWAYS, ready: ALWAYS, disconnected: ALWAYS },
  ],
  [
    "to the debt while disconnected, dropped while limited",
    { disconnected: "debt", limited: "drop" },
    {
      unknown: ALWAYS,
      connected: ALWAYS,
      limited: ["drop", "drop"],
      ready: ALWAYS,
      disconnected: ["debt", "debt"],
    },
  ],
  [
    "to the debt while friendly",
    { friendly: "debt", disconnected: "collect" },
    {
      unknown: ["collect", "debt"],
      connected: ["collect", "debt"],
      limited: ["collect", "debt"],
      ready: ["collect", "debt"],
      disconnected: ["collect", "debt"],
    },
  ],
  [
    "the supply's state is asked before the time",
    { friendly: "drop", disconnected: "debt", limited: "debt" },
    {
      unknown: ["collect", "drop"],
      connected: ["collect", "drop"],
      limited: ["debt", "debt"],
      ready: ["collect", "drop"],
      disconnected: ["debt", "debt"],
    },
  ],
])("R36 %s", (_name, whileState, row) => {
  for (const [state, [ordinary, friendly]] of Object.entries(row)) {
    const of = (isFriendly: boolean): Collection =>
      collectionOf(charge(whileState), { state: state as Moment["state"], isFriendly });
    expect([state, of(false), of(true)]).toEqual([state, ordinary, friendly]);
  }
});
