/**
 * Faults of the common path: single readings, runs of a profile and quiet boundaries (R2, R13, R32).
 */
import { type Fault, faultsOf } from "../plant.ts";

/** One reading after the other. */
const SINGLE: readonly Fault[] = [
  ...faultsOf("common.ts", [
    [
      "R14 the clock is not looked at on the common path",
      "    at > load<u32>(RUN_BASE, RUN_LATEST_S) ||\n",
      "",
    ],
    [
      "the common path goes one micro under the floor",
      "balance <= load<i64>(hot, HOT_FLOOR)",
      "balance < load<i64>(hot, HOT_FLOOR)",
    ],
    [
      "the common path goes an atom over the edge of a block",
      "counter >= load<i64>(step, STEP_END) ||",
      "counter >= load<i64>(step, STEP_END) + 2 ||",
    ],
    [
      "R2 the common path drops the carry",
      "<u64>load<u32>(step, STEP_PRICE_LO) + <u64>load<u32>(hot, HOT_CARRY);",
      "<u64>load<u32>(step, STEP_PRICE_LO);",
    ],
  ]),
  ...faultsOf("register.ts", [
    ["the common path takes estimates", "quality == 0 && (isWithin", "(isWithin"],
  ]),
  ...faultsOf("snapshot.ts", [
    [
      "the common path takes estimates of a snapshot",
      "const isPlain = quality == 0 && at <",
      "const isPlain = at <",
    ],
    ["rows of two times are finished as one", " || at != alikeAt", ""],
    ["rows of two steps are finished as one", " || step != alikeStep", ""],
  ]),
  ...faultsOf("rate-limit.ts", [
    ["R13 without the tenth more", "<= passed * 11 +", "<= passed * 10 +"],
    ["R13 without the least step", " + <u64>load<u32>(hot, HOT_RESOLUTION) * 36000;", ";"],
    [
      "R13 a run's readings have the tenth twice",
      "min(most, (passed * 11) / 36000",
      "min(most, (passed * 12) / 36000",
    ],
  ]),
  ...faultsOf("arithmetic.ts", [
    [
      "R2 the quotient without division may be one too small",
      "return left - quotient * 15625 < 15625 ? quotient : quotient + 1;",
      "return quotient;",
    ],
  ]),
];

/** Many readings of one meter at once. */
const RUNS: readonly Fault[] = [
  ...faultsOf("run-of-readings.ts", [
    [
      "R2 a run drops the carry",
      "<u64>used * lo + carry);\n    store",
      "<u64>used * lo);\n    store",
    ],
    [
      "a run goes on over the edge of a block",
      "while (<u64>(used + quantity) < room)",
      "while (taken < count)",
    ],
    [
      "a run goes on into the next period",
      "return min(load<u32>(hot, HOT_BOUNDARY_S) - 1, load<u32>(RUN_BASE, RUN_LATEST_S));",
      "return load<u32>(RUN_BASE, RUN_LATEST_S);",
    ],
    [
      "R14 a run goes on into the future",
      "return min(load<u32>(hot, HOT_BOUNDARY_S) - 1, load<u32>(RUN_BASE, RUN_LATEST_S));",
      "return load<u32>(hot, HOT_BOUNDARY_S) - 1;",
    ],
    [
      "a run goes under the floor",
      "taken == 0 || balance <= load<i64>(hot, HOT_FLOOR)",
      "taken == 0",
    ],
    ["R13 a run takes what no meter can have measured", "if (<u64>quantity > most) break;", ""],
    [
      "R13 a run's first reading may be too much",
      " ||\n    !isWithinRate(slot, quantity, at - from)",
      "",
    ],
    ["R10 a run takes what came before", " || at <= from", ""],
    [
      "a run takes the readings of an account with care",
      "load<u32>(hot, HOT_FLAGS) != FLAGS_COMMON || ",
      "",
    ],
  ]),
];

/** Boundaries that change nothing, and those that do. */
const ACROSS: readonly Fault[] = [
  ...faultsOf("across.ts", [
    ["R35 a boundary at which charges fall due is quiet", " &&\n    !isAnyDue(table, flags)", ""],
    ["R33 the beginning of a cycle is quiet", "    (flags & MARK_CYCLE) == 0 &&\n", ""],
    [
      "R31 another period begins quietly",
      "    <u32>load<u8>(mark, MARK_PERIOD) == load<u32>(cold, COLD_PERIOD) &&\n",
      "",
    ],
    ["R32 a second boundary is not seen", "    at < boundaryBehind(slot, table, next) &&\n", ""],
    ["R40 what waits in an extra is not seen", "load<u32>(cold, COLD_EXTRA) != 0 || ", ""],
  ]),
];

/** All faults of the common path. */
export const COMMON_PATH_FAULTS: readonly Fault[] = [...SINGLE, ...RUNS, ...ACROSS];
