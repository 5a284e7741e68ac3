/**
 * Faults of money: pots, emergency credit, debts, the waterfall and its limits, moves (R40-R62, R90-R92).
 */
import { type Fault, faultsOf } from "../plant.ts";

const TAKING: readonly Fault[] = [
  ...faultsOf("pots.ts", [
    [
      "R41 the newest of equal pots goes first",
      "POT_EXPIRES_S) > expires) place--;",
      "POT_EXPIRES_S) >= expires) place--;",
    ],
    [
      "R41 a pot lives a second too long",
      "while (nextPotExpiry(slot) <= now && potCount(slot) > 0)",
      "while (nextPotExpiry(slot) < now && potCount(slot) > 0)",
    ],
    [
      "R41 an expired pot still pays",
      "if (load<u32>(pot, POT_EXPIRES_S) <= now) {",
      "if (load<u32>(pot, POT_EXPIRES_S) < now) {",
    ],
    [
      "R41 an empty pot is kept",
      "if (used == amount) remove(slot, i);",
      "if (used > amount) remove(slot, i);",
    ],
    [
      "R41 one pot more than there is room for",
      "if (potCount(slot) >= <u32>POTS_MAX) return",
      "if (potCount(slot) > <u32>POTS_MAX) return",
    ],
    ["R41 a pot may expire at once", "if (expires <= now) return CODE_POT_EXPIRED;", ""],
  ]),
  ...faultsOf("emergency.ts", [
    [
      "R60 not selectable just at the threshold",
      "isFree && credit <= threshold;",
      "isFree && credit < threshold;",
    ],
    [
      "R60 an offer is taken back without hysteresis",
      "if (limit == 0 || credit > threshold + load<i64>(policy, POLICY_HYSTERESIS))",
      "if (limit == 0 || credit > threshold)",
    ],
    [
      "R40 the whole limit is taken at once",
      "const moved = min(left, short);",
      "const moved = left;",
    ],
    [
      "R40 emergency credit is used although nobody invoked it",
      "if (emergencyState(slot) != EMERGENCY_INVOKED || short <= 0 || left <= 0) return;",
      "if (short <= 0 || left <= 0) return;",
    ],
    [
      "R62 what was invoked and not used is not returned",
      "if (isOver || limit == 0) putEmergencyState(slot, EMERGENCY_ENABLED);",
      "",
    ],
    [
      "R61 emergency credit can be had while it is owed",
      "if (emergencyState(slot) == EMERGENCY_CONSUMED || emergencyUsed(slot) > 0)\n      return",
      "if (emergencyState(slot) == EMERGENCY_ENABLED && emergencyUsed(slot) > 0)\n      return",
    ],
    [
      "R61 emergency credit can be had over the threshold",
      "if (limit == 0 || own(slot, now) > load<i64>(policy, POLICY_EMERGENCY_THRESHOLD))",
      "if (limit == 0)",
    ],
    [
      "R62 a pot is empty one micro early",
      "used > 0 && used >= limit)",
      "used > 0 && used >= limit - 1)",
    ],
    [
      "the offer's end has no turn",
      "own(slot, now) > threshold + load<i64>(policy, POLICY_HYSTERESIS)\n  );",
      "own(slot, now) < threshold\n  );",
    ],
  ]),
  ...faultsOf("money.ts", [
    [
      "R41 expired pots count as credit",
      "if (load<u32>(pot, POT_EXPIRES_S) > now) sum",
      "if (load<u32>(pot, POT_EXPIRES_S) > 0) sum",
    ],
    [
      "R40 emergency credit counts twice while it is used",
      "POLICY_EMERGENCY_LIMIT) - load<i64>(extra, EXTRA_EMERGENCY_USED);",
      "POLICY_EMERGENCY_LIMIT);",
    ],
  ]),
];

const ADDING: readonly Fault[] = [
  ...faultsOf("waterfall.ts", [
    [
      "R50 emergency credit is repaid before the balance is lifted",
      "  left -= put(parts + PART_THRESHOLD, isFirst ? min(left, short) : 0);\n  left -= put(parts + PART_EMERGENCY, min(left, emergencyUsed(slot)));",
      "  left -= put(parts + PART_EMERGENCY, min(left, emergencyUsed(slot)));\n  left -= put(parts + PART_THRESHOLD, isFirst ? min(left, short) : 0);",
    ],
    ["R50 the policy's order is not asked", "isFirst ? min(left, short) : 0", "min(left, short)"],
    [
      "R51 the week's cap is forgotten",
      "return min(min(share, owedOf(slot, DEBT_PAYMENT)), cap);",
      "return min(share, owedOf(slot, DEBT_PAYMENT));",
    ],
    [
      "R51 the whole cap each time",
      "EXTRA_PAYMENT_CAP) - weekUsed, 0);",
      "EXTRA_PAYMENT_CAP), 0);",
    ],
    [
      "R50 more than is owed",
      "return min(min(share, owedOf(slot, DEBT_PAYMENT)), cap);",
      "return min(share, cap);",
    ],
    [
      "R50 debt_first: accumulated before payment debt",
      "  left -= put(parts + PART_PAYMENT_DEBT, min(left, owedOf(slot, DEBT_PAYMENT)));\n  left -= put(parts + PART_ACCUMULATED_DEBT, min(left, owedOf(slot, DEBT_ACCUMULATED)));\n  left -= put(parts + PART_TIME_DEBT_1",
      "  left -= put(parts + PART_ACCUMULATED_DEBT, min(left, owedOf(slot, DEBT_ACCUMULATED)));\n  left -= put(parts + PART_PAYMENT_DEBT, min(left, owedOf(slot, DEBT_PAYMENT)));\n  left -= put(parts + PART_TIME_DEBT_1",
    ],
    [
      "R50 share: all of it",
      "const arrears = shareOf(payment, load<u32>(policy, POLICY_ARREARS_SHARE), WHOLE_PPM);",
      "const arrears = payment;",
    ],
  ]),
  ...faultsOf("vend.ts", [
    [
      "R52 the highest balance is refused, too",
      "if (balance > load<i64>(policy, POLICY_BALANCE_MAX)) return",
      "if (balance >= load<i64>(policy, POLICY_BALANCE_MAX)) return",
    ],
    ["R52 the least payment is refused", "payment < least) return", "payment <= least) return"],
    ["R52 the highest payment is refused", "payment > most) return", "payment >= most) return"],
    [
      "R52 the cap of a period is its payment's",
      "payment > cap - sumIn(slot, period)",
      "payment > cap",
    ],
    [
      "R52 a new period goes on with the old one's sum",
      "EXTRA_TOPUP_PERIOD_S) == period ? load",
      "EXTRA_TOPUP_PERIOD_S) != 1 ? load",
    ],
    [
      "R51 a new week goes on with the old one's",
      "if (load<u32>(extra, EXTRA_PAYMENT_WEEK_S) != week) return 0;",
      "",
    ],
    ["a debt that a payment clears is not told", "part > 0 && owedOf(slot, debt) == 0", "part < 0"],
    [
      "R62 repaid emergency credit stays consumed",
      "  putEmergencyState(slot, EMERGENCY_ENABLED);\n",
      "",
    ],
  ]),
  ...faultsOf("reverse.ts", [
    [
      "R53 what is used can be taken back",
      "== 0 && balanceOf(slot) < back)\n    return CODE_NOT_REVERSIBLE;",
      "== 2)\n    return CODE_NOT_REVERSIBLE;",
    ],
    [
      "R53 a reversal forgets the emergency credit",
      "  putEmergencyUsed(slot, emergencyUsed(slot) + emergency);\n",
      "",
    ],
    [
      "R53 a reversal swaps the time debts",
      "if (debt == DEBT_TIME_1) return load<i64>(parts, PART_TIME_DEBT_1);\n  return load<i64>(parts, PART_TIME_DEBT_2);",
      "if (debt == DEBT_TIME_1) return load<i64>(parts, PART_TIME_DEBT_2);\n  return load<i64>(parts, PART_TIME_DEBT_1);",
    ],
  ]),
];

const MOVES: readonly Fault[] = [
  ...faultsOf("mode.ts", [
    [
      "R91 emergency credit used is forgiven",
      "balanceOf(slot) - emergencyUsed(slot) - debtsOf(slot)",
      "balanceOf(slot) - debtsOf(slot)",
    ],
    [
      "R91 a pending change comes a second late",
      "if (at == 0 || now < at) return;",
      "if (at == 0 || now <= at) return;",
    ],
    ["R91 alerts outlive prepayment", "  store<u32>(coldOf(slot), 0, COLD_LOW_LEVEL);\n", ""],
    ["R91 the command's share is lost", "  keepWord(slot, EXTRA_PAYMENT_SHARE, share);\n", ""],
    [
      "R91 a second change replaces the pending one",
      "!= 0) return CODE_MODE_PENDING;",
      "== 1) return CODE_MODE_PENDING;",
    ],
  ]),
  ...faultsOf("tenancy.ts", [
    ["R92 the carry passes on", "  store<u32>(hot, 0, HOT_CARRY);\n", ""],
    ["R92 counters pass on", "  memory.fill(cold + COLD_COUNTERS, 0, PERIODS_MAX * 8);\n", ""],
    ["R92 alerts pass on", "  store<u32>(cold, 0, COLD_LOW_LEVEL);\n", ""],
    [
      "R92 what is set aside is lost",
      "balanceOf(slot) + reservedOf(slot), PART_BALANCE",
      "balanceOf(slot), PART_BALANCE",
    ],
    ["R92 the mode is lost", "  store<u32>(clean, mode, EXTRA_MODE);\n", ""],
  ]),
  ...faultsOf("transfer.ts", [
    [
      "R90 credit owed as emergency can be given",
      "return emergencyUsed(slot) == 0 && balanceOf(slot)",
      "return balanceOf(slot)",
    ],
    [
      "R90 a giver falls under the threshold",
      "max<i64>(load<i64>(policyOfAccount(slot), POLICY_DISABLEMENT), 0)",
      "load<i64>(policyOfAccount(slot), POLICY_DISABLEMENT)",
    ],
    [
      "R90 more than was set aside",
      "amount > reservedOf(slot) : !canSpare(slot, amount))\n    return CODE_TRANSFER_INSUFFICIENT;\n  if (isReserved)",
      "false : !canSpare(slot, amount))\n    return CODE_TRANSFER_INSUFFICIENT;\n  if (isReserved)",
    ],
    ["R90 the receiver is not judged", "  judge(to, now);\n", ""],
    ["R90 a transfer is no adjustment of the giver", "  adjusted(slot, -given);\n", ""],
    [
      "R52 a receiver above the highest balance",
      "CODE_MONEY_LIMIT;\n  if (balance > load<i64>(policyOfAccount(to), POLICY_BALANCE_MAX)) return CODE_BALANCE_LIMIT;",
      "CODE_MONEY_LIMIT;",
    ],
  ]),
  ...faultsOf("debt.ts", [
    [
      "a set debt forgets its states",
      "    keepWord(slot, place + TIME_DEBT_WHILE, load<u32>(record, DEBT_WHILE));\n",
      "",
    ],
    ["a debt that was set has no turn", "  schedule(slot, now);\n", ""],
    ["what ticks found not due becomes due by a debt", "  settleToTick(slot);\n", ""],
  ]),
  ...faultsOf("answer.ts", [
    [
      "the kept answer has another command's parts",
      "if (load<u32>(extra, EXTRA_PARTS_NUMBER) == number)",
      "if (load<u32>(extra, EXTRA_PARTS_NUMBER) != 0)",
    ],
  ]),
];

/** Of money. */
export const CREDIT_FAULTS: readonly Fault[] = [...TAKING, ...ADDING, ...MOVES];
