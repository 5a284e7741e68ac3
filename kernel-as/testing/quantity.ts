/**
 * Words for tests of accounts that hold quantity (R34): lists by purchase, what an account has, what a step said.
 */
import type { AccountState } from "../../engine/contract/queries.ts";
import { ShardState } from "../../engine/core/state.ts";
import type { Outcome } from "../../engine/prove/outcome.ts";
import { blocksOf, listOf, type World } from "../../engine/prove/testing/world.ts";

/** Micro-atoms in a kWh. */
export const KWH = 1_000_000_000n;

/** The page's list: 100 kWh at 0.25, then 50 for nothing, then 0.40 each, in months of UTC. */
export const SOLD = listOf({
  accumulation_basis: "purchase",
  cycle: { every: "month" },
  rates: { all: blocksOf([0, "0.25"], [100_000, "0"], [150_000, "0.40"]) },
});

/** A list by purchase of one price a kWh, without cycles. */
export function soldAt(price: string): ReturnType<typeof listOf> {
  return listOf({
    accumulation_basis: "purchase",
    rates: { all: [{ from: "0", price }] },
  });
}

/** Euros as micros. */
export function eur(euros: number): bigint {
  return BigInt(Math.round(euros * 1e6));
}

/** kWh as micro-atoms. */
export function kwh(many: number): bigint {
  return BigInt(Math.round(many * 1e9));
}

/** What the account has, as the world is told it. */
export function stateIn(it: World, slot = 0): AccountState {
  const state = new ShardState(0, it.kernel.memory).account(slot);
  if (state === null) throw new Error(`slot ${slot} was never opened`);
  return state;
}

/** Micro-atoms that were bought in the cycle, and when it began. */
export function boughtIn(it: World, slot = 0): [bigint, number | undefined] {
  const { bought_micro_atoms, bought_cycle_s } = stateIn(it, slot);
  return [BigInt(bought_micro_atoms ?? "-1"), bought_cycle_s];
}

/** The answer's parts, or its code alone when it was refused. */
export function partsOf({ answer }: Outcome): bigint[] | number {
  const [code, , , parts = ""] = answer.split(" ");
  return code === "0" ? parts.split("/").map(BigInt) : Number(code);
}

/** What a credit to slot 0 put into the balance, or the code of its refusal. */
export function boughtBy(it: World, micros: bigint): bigint | number {
  const parts = partsOf(it.credit(0, micros));
  return typeof parts === "number" ? parts : (parts[6] ?? -1n);
}

/** Events as "slot type amount", the level behind the type where it is not 0. */
export function said({ events }: Outcome): string[] {
  return events.map((event) => {
    const { slot, what, level, amount } =
      /^(?<slot>\d+) (?<what>\S+).* at \d+ level (?<level>\d+) .* amount (?<amount>-?\d+)$/.exec(
        event,
      )?.groups ?? {};
    return [slot, what, ...(level === "0" ? [] : [level]), amount].join(" ");
  });
}
