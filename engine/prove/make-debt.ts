/**
 * Random debts and their terms.
 */
import { DEBT_MICROS_MAX, DEBTS } from "../contract/fields.ts";
import type { Op } from "./model-account.ts";
import type { Random } from "./random.ts";
import type { Telling } from "./scene.ts";

type Debt = Omit<Op<"set_debt">, "number" | "slot">;

/** A debt in the place of what was owed. */
export function makeDebt({ random, scene }: Telling): Debt {
  const debt = random.pick(DEBTS);
  const isExtreme = scene.kind === "extreme" && random.chance(0.3);
  const owed = isExtreme ? DEBT_MICROS_MAX : makeOwed(random);
  const head = { op: "set_debt", debt, owed_micros: `${owed}` } as const;
  if (debt === "accumulated_debt") return head;
  if (debt === "payment_debt") {
    return {
      ...head,
      share_ppm: random.pick([0, 1, 100_000, 333_333, 1_000_000]),
      ...(random.chance(0.6) && { weekly_cap_micros: `${makeOwed(random)}` }),
    };
  }
  return {
    ...head,
    rate_micros: `${makeRate(random, owed)}`,
    every: random.pick(["day", "day", "week", "month"] as const),
    ...(random.chance(0.5) && {
      collect: {
        ...(random.chance(0.5) && { disconnected: random.chance(0.5) }),
        ...(random.chance(0.5) && { limited: random.chance(0.5) }),
        ...(random.chance(0.5) && { friendly: random.chance(0.5) }),
      },
    }),
  };
}

function makeOwed(random: Random): bigint {
  if (random.chance(0.1)) return 0n;
  return BigInt(random.spread(random.pick([10, 1e4, 1e7, 1e9])));
}

/** Mostly so much that the debt is cleared after some days, or just by one more. */
function makeRate(random: Random, owed: bigint): bigint {
  const parts = BigInt(random.pick([1, 2, 3, 7]));
  const rate = owed / parts + BigInt(random.pick([0, 0, 1]));
  const made = random.chance(0.8) ? rate : makeOwed(random);
  return made > DEBT_MICROS_MAX ? DEBT_MICROS_MAX : made;
}
