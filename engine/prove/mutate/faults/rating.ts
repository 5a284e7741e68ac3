/**
 * Faults of prices, blocks, time and readings (R2-R18, R30-R36).
 */
import { type Fault, faultsOf } from "../plant.ts";

/** Arithmetic and blocks. */
const ARITHMETIC: readonly Fault[] = [
  ...faultsOf("arithmetic.ts", [
    [
      "R2 a division that truncates",
      "return a % b < 0 ? quotient - 1 : quotient;",
      "return quotient;",
    ],
    [
      "R2 the carry is left out of the cost",
      "<i64>load<u32>(step, STEP_PRICE_LO) + <i64>carry;\n  return quantity",
      "<i64>load<u32>(step, STEP_PRICE_LO);\n  return quantity",
    ],
    [
      "R32 a share is rounded up",
      "(r * <u64>part) / <u64>all)",
      "(r * <u64>part + <u64>all - 1) / <u64>all)",
    ],
  ]),
  ...faultsOf("rate.ts", [
    [
      "R33 a step ends one atom late",
      "if (counter + piece == load<i64>(step, STEP_END)) store",
      "if (counter + piece > load<i64>(step, STEP_END)) store",
    ],
    ["R2 the carry is forgotten", "store<u32>(hot, carryOf(piece, step, carry), HOT_CARRY);", ""],
    [
      "R32 parts are shares of the rest",
      "shareOf(quantity, boundary - from, to - from)",
      "shareOf(quantity, boundary - start, to - from)",
    ],
    ["R32 a boundary at the very end is not crossed", "while (to >= load", "while (to > load"],
    ["R81 a day is never closed", "if (flags & MARK_DAY) closeDay(slot);", ""],
    [
      "R35 charges on the way are not collected",
      "chargeAt(slot, boundary, flags, load<u32>(cold, COLD_TABLE), now);",
      "",
    ],
    ["R81 consumption counts for no day", "    spend(slot, cost);\n", ""],
  ]),
  ...faultsOf("calendar.ts", [
    ["R33 cycles never begin", "if (flags & MARK_CYCLE) resetCounters(slot);", ""],
    [
      "R30 a version begins a second late",
      "LIST_EFFECTIVE_S) > at) version--;",
      "LIST_EFFECTIVE_S) >= at) version--;",
    ],
    [
      "R33 a period's own counter is not found again",
      "? load<i64>(cold + period * 8, COLD_COUNTERS)\n",
      "? 0\n",
    ],
    [
      "R33 a counter is looked for in the first two blocks only",
      "while (counter >= load<i64>(step, STEP_END))",
      "if (counter >= load<i64>(step, STEP_END))",
    ],
  ]),
];

/** Verdicts on readings. */
const READINGS: readonly Fault[] = [
  ...faultsOf("register.ts", [
    ["R11 late by none is late", "if (at < from) return VERDICT_LATE;", ""],
    [
      "R10 another register at the same time is a duplicate",
      "register == before ? VERDICT_DUPLICATE : VERDICT_CONFLICT",
      "VERDICT_DUPLICATE",
    ],
    [
      "R12 any register that falls has turned over",
      "load<u32>(hot, HOT_MAX_RATE) != 0 && quantity >= 0",
      "quantity >= 0",
    ],
    [
      "R14 a reading just at the skew is too early",
      "return at <= load<u32>(RUN_BASE, RUN_LATEST_S);",
      "return at < load<u32>(RUN_BASE, RUN_LATEST_S);",
    ],
    ["R16 an event for each reading in quarantine", "if (kinds & (1 << verdict)) return;", ""],
    [
      "R16 an accepted reading clears nothing",
      "    return;\n  }\n  clearQuarantine(slot);\n  judge(slot, moment);",
      "    return;\n  }\n  judge(slot, moment);",
    ],
    [
      "R4 what was estimated does not count for what can be held",
      "HOT_BALANCE) + back;",
      "HOT_BALANCE);",
    ],
    [
      "R41 pots do not pay for readings",
      "  payFromPots(slot, before, now);\n  countLoad",
      "  countLoad",
    ],
    [
      "R74 the allowance is used without need",
      "POLICY_ALLOWANCE) > 0 && isExhausted(slot, policy, now);",
      "POLICY_ALLOWANCE) > 0;",
    ],
    [
      "R18 an estimate is charged although it turns the register over",
      "HOT_REGISTER), 0) ==\n      VERDICT_ACCEPTED;",
      "HOT_REGISTER), 0) <=\n      <u32>VERDICT_ROLLOVER;",
    ],
    ["R35 an opening forgets what is due by time", "  else chargeUpTo(slot, at, now);\n", ""],
  ]),
  ...faultsOf("estimate.ts", [
    [
      "R18 estimates keep their carry",
      "store<u32>(hot, load<u32>(extra, EXTRA_BASE_CARRY), HOT_CARRY);",
      "",
    ],
    ["R18 estimates keep their counters", "loadCounters(slot, extra + EXTRA_BASE_COUNTERS);", ""],
    [
      "R18 only the last estimate is given back",
      "EXTRA_ESTIMATED_COST, load<i64>(extra, EXTRA_ESTIMATED_COST) + cost)",
      "EXTRA_ESTIMATED_COST, cost)",
    ],
    [
      "R18 each estimate is its own beginning",
      "if (!isEstimated(slot)) checkpoint(slot);",
      "if (isEstimated(slot)) forget(extraOf(slot));\n  checkpoint(slot);",
    ],
    ["R81 what is given back was spent", "spend(slot, -cost);", ""],
  ]),
  ...faultsOf("quarantine.ts", [
    [
      "R16 a reading of the future can be accepted",
      "|| at > now) return CODE_READING_OUTDATED;",
      ") return CODE_READING_OUTDATED;",
    ],
    ["R16 a rejected reading stays in quarantine", "  clearQuarantined(slot);\n", ""],
    [
      "R33 a new beginning skips the cycles on the way",
      "cross(slot, load<u32>(hot, HOT_BOUNDARY_S));",
      "locate(slot, load<u32>(hot, HOT_BOUNDARY_S));",
    ],
    ["R35 a new beginning forgets what is due by time", "  chargeUpTo(slot, at, now);\n", ""],
  ]),
  ...faultsOf("closing.ts", [
    [
      "R17 a closing before the last reading is taken",
      "if (now > actualReadS(slot)) return judgeReading",
      "if (true) return judgeReading",
    ],
    [
      "R75 load goes on over an exchange",
      "  keepWord(slot, EXTRA_LOAD_FROM_S, 0);\n  return",
      "  return",
    ],
  ]),
];

/** Charges by time. */
const CHARGES: readonly Fault[] = [
  ...faultsOf("charge.ts", [
    [
      "R35 time debts come before the charges of the list",
      "  for (; i < count && load<u8>(first + i * CHARGE_BYTES, CHARGE_PRIORITY) == 0; i++)\n    takeCharge(slot, at, flags, table, first + i * CHARGE_BYTES);\n",
      "",
    ],
    [
      "R35 time debt 2 comes before time debt 1",
      "  takeTimeDebt(slot, at, flags, table, DEBT_TIME_1, now);\n  takeTimeDebt(slot, at, flags, table, DEBT_TIME_2, now);",
      "  takeTimeDebt(slot, at, flags, table, DEBT_TIME_2, now);\n  takeTimeDebt(slot, at, flags, table, DEBT_TIME_1, now);",
    ],
    [
      "R35 what was collected is collected again",
      "if (at <= load<u32>(cold, COLD_CHARGED_S)) return;",
      "",
    ],
    [
      "R36 what is limited is treated as disconnected",
      "becomes = (settings >> 2) & 3;",
      "becomes = settings & 3;",
    ],
    [
      "R36 friendly periods are not looked at",
      "return isFriendlyTo(slot, at) ? whenFriendly : becomes;",
      "return becomes;",
    ],
    [
      "R36 charges to the debt are taken from the balance, too",
      "    keepDebt(slot, DEBT_ACCUMULATED, owed);\n    addChargeRow",
      "    keepDebt(slot, DEBT_ACCUMULATED, owed);\n    putBalance(slot, balanceOf(slot) - amount);\n    addChargeRow",
    ],
    [
      "R35 a time debt takes more than is owed",
      "const amount = min(load<i64>(terms, TIME_DEBT_RATE), owed);",
      "const amount = load<i64>(terms, TIME_DEBT_RATE);",
    ],
    [
      "R36 time debts are taken while disconnected",
      "(allowed & WHILE_DISCONNECTED) == 0) return false;",
      "false) return false;",
    ],
    [
      "a debt that is cleared by time is not told",
      "if (owed == amount) addEvent(EVENT_DEBT_CLEARED",
      "if (owed < amount) addEvent(EVENT_DEBT_CLEARED",
    ],
    [
      "R81 charges count for no day",
      "    spend(slot, amount);\n    addChargeRow",
      "    addChargeRow",
    ],
  ]),
  ...faultsOf("due.ts", [
    [
      "R35 time debts have no turn of their own",
      "debts | chargeFlags(table),",
      "chargeFlags(table),",
    ],
    [
      "R51 the week begins with any midnight",
      "if (load<u8>(place, MARK_FLAGS) & flag) return load<u32>(place, MARK_AT);",
      "if (load<u8>(place, MARK_FLAGS) != 0) return load<u32>(place, MARK_AT);",
    ],
  ]),
  ...faultsOf("price-lists.ts", [
    [
      "R30 accounts do not learn of a new version",
      "      else seekBoundary(slot);",
      "      else continue;",
    ],
    [
      "R35 a version that begins in the past charges anew",
      "if (versionCount(list) > 0) settleCharges(index);",
      "",
    ],
  ]),
  ...faultsOf("cancel.ts", [
    ["R30 a version that has begun is taken back", "count < 2 || effective <= now", "count < 2"],
    ["R30 the only version is taken back", "count < 2 || effective <= now", "effective <= now"],
    [
      "R30 accounts stay in a version that was taken back",
      "if (load<u32>(cold, COLD_VERSION) > version) {",
      "if (load<u32>(cold, COLD_VERSION) > version + 1) {",
    ],
  ]),
];

/** Of prices, readings and charges. */
export const RATING_FAULTS: readonly Fault[] = [...ARITHMETIC, ...READINGS, ...CHARGES];
