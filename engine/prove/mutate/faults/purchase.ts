/**
 * Faults in what holds quantity, buys and sells it (R34, R90, R6).
 */
import { type Fault, faultsOf } from "../plant.ts";

/** Faults of accounts by purchase, and of conversions. */
export const PURCHASE_FAULTS: readonly Fault[] = [
  ...faultsOf("purchase.ts", [
    [
      "R34 a block that is bought out costs its micro rounded down",
      "worthOf(piece, price, true);",
      "worthOf(piece, price, false);",
    ],
    [
      "R34 money buys a micro-atom too much",
      "boughtFor(left, price, false)",
      "boughtFor(left, price, true)",
    ],
    [
      "R34 a block that is just bought out keeps the free one behind it",
      "step == last || can < room",
      "step == last || can <= room",
    ],
    [
      "R34 what is bought begins a block too far",
      "before >= edgeOf(step, STEP_END)",
      "before >= edgeOf(step, STEP_START)",
    ],
    [
      "R33 what was bought counts on in the next cycle",
      "return cycleOf(slot, now) == load<u32>(extra, EXTRA_BOUGHT_CYCLE_S)",
      "return true",
    ],
    [
      "R33 where no cycle is known none is kept",
      "return cycle == 0 ? load<u32>(extraOf(slot), EXTRA_BOUGHT_CYCLE_S) : cycle;",
      "return cycle;",
    ],
    ["R30 what is bought costs by the first version", "<u32>max(versionAt(list, now), 0)", "0"],
    [
      "R90 quantity is sold from the first block on",
      "let step = lastStep(table);\n  let bought",
      "let step = first;\n  let bought",
    ],
    [
      "R90 what was not bought in the cycle is not sold",
      "rest == 0 || sellPiece(first, rest) >= 0",
      "true",
    ],
    [
      "R90 what is sold for less than a micro is taken, too",
      "const given = boughtFor(worth, price, true);",
      "const given = piece;",
    ],
    [
      "R90 the giver gives a micro-atom too little",
      "const given = boughtFor(worth, price, true);",
      "const given = boughtFor(worth, price, false);",
    ],
  ]),
  ...faultsOf("transfer.ts", [
    [
      "R90 what is sold stays counted as bought",
      "boughtSoFar(slot, now) - load<i64>(RUN_BASE, RUN_SOLD_BOUGHT)",
      "boughtSoFar(slot, now)",
    ],
    [
      "R90 what the receiver buys is not counted",
      "boughtSoFar(to, now) + received",
      "boughtSoFar(to, now)",
    ],
    [
      "R90 what is left over of a reserve is gone",
      "isReserved ? amount - given : -given",
      "isReserved ? 0 : -given",
    ],
    [
      "R90 money and quantity mix",
      "if (holdsQuantity(to) != holdsQuantity(slot)) return CODE_PRICE_LIST_BASIS;",
      "",
    ],
    ["R90 what is worth nothing moves", "if (money == 0) return CODE_TRANSFER_INSUFFICIENT;", ""],
    [
      "R52 a receiver above the highest balance by what it buys",
      "received;\n  if (balance > load<i64>(policyOfAccount(to), POLICY_BALANCE_MAX)) return CODE_BALANCE_LIMIT;",
      "received;",
    ],
  ]),
  ...faultsOf("vend.ts", [
    [
      "R34 what a payment buys is not counted",
      "if (isBought) keepBought(slot, boughtSoFar(slot, now) + credit, now);",
      "",
    ],
    [
      "R34 debts are paid with what is bought, too",
      "buy(slot, left, now)",
      "buy(slot, payment, now)",
    ],
  ]),
  ...faultsOf("charge.ts", [
    [
      "R34 charges are taken from the quantity",
      "if (becomes == COLLECT_ALWAYS && holdsQuantity(slot)) becomes = COLLECT_DEBT;",
      "",
    ],
    [
      "R34 a time debt is forgiven",
      "    if (owed > DEBT_MAX) return false;\n    keepDebt(slot, DEBT_ACCUMULATED, owed);\n",
      "    if (owed > DEBT_MAX) return false;\n",
    ],
  ]),
  ...faultsOf("reverse.ts", [
    [
      "R53 what is taken back stays counted as bought",
      "keepBought(slot, bought - min(bought, quantity), now);",
      "",
    ],
    [
      "R53 what was bought in the cycle before counts, too",
      "if (vended == 0 || vended < load<u32>(extraOf(slot), EXTRA_BOUGHT_CYCLE_S)) return;",
      "",
    ],
  ]),
  ...faultsOf("demand.ts", [
    [
      "R38, R17 readings and another meter forget what was bought",
      "  if (holdsQuantity(slot)) return;\n",
      "",
    ],
  ]),
  ...faultsOf("rate.ts", [
    [
      "R34 consumption costs money",
      "holdsQuantity(slot) ? 0 : load<i64>(RUN_BASE, RUN_ROW_COST)",
      "load<i64>(RUN_BASE, RUN_ROW_COST)",
    ],
  ]),
  ...faultsOf("tenancy.ts", [
    [
      "R92 quantity that is left counts as money",
      "holdsQuantity(slot) ? 0 : load<i64>(parts, PART_BALANCE)",
      "load<i64>(parts, PART_BALANCE)",
    ],
  ]),
];
