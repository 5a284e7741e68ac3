/**
 * Faults of alerts, notices, calendars, the ladder and supply, and of when an account's turn comes (R20, R70-R81).
 */
import { type Fault, faultsOf } from "../plant.ts";

const ALERTS: readonly Fault[] = [
  ...faultsOf("alerts.ts", [
    [
      "R80 an alert just over the threshold only",
      "while (level < count && credit <= lowOf(policy, level))",
      "while (level < count && credit < lowOf(policy, level))",
    ],
    [
      "R80 recovered without hysteresis",
      "credit > lowOf(policy, level - 1) + hysteresis)",
      "credit > lowOf(policy, level - 1))",
    ],
    ["R80 no cool-off", "if (last != 0 && <u64>now < <u64>last + <u64>coolOff) return false;", ""],
    [
      "R80 a cool-off that lasts a second longer",
      "<u64>now < <u64>last + <u64>coolOff",
      "<u64>now <= <u64>last + <u64>coolOff",
    ],
    [
      "R81 the severity of the next level",
      "load<u8>(policy + level - 1, POLICY_SEVERITY)",
      "load<u8>(policy + level, POLICY_SEVERITY)",
    ],
    [
      "R80 exceeded only beyond the limit",
      "if (!wasOver && credit >= limit)",
      "if (!wasOver && credit > limit)",
    ],
    [
      "R80 no longer exceeded without hysteresis",
      "credit < limit - load<i64>(policy, POLICY_HYSTERESIS)",
      "credit < limit",
    ],
    ["R81 the first day counts by a seventh", "seen == 0 ? spent : mean +", "mean +"],
    ["R81 today goes on over midnight", "  keepLong(slot, EXTRA_SPENT_TODAY, 0);\n}", "}"],
    ["R81 the mean truncates", "floorDiv(spent - mean, MEAN_DAYS)", "(spent - mean) / MEAN_DAYS"],
    [
      "R81 days are counted from nothing, not from the cut-off",
      "available(slot, policy, now) - load<i64>(policy, POLICY_DISABLEMENT);\n  return max",
      "available(slot, policy, now);\n  return max",
    ],
    ["R81 the days alert recovers a day early", "days > warning + 1)", "days > warning)"],
    ["R81 level 255 days seen", "min(seen + 1, DAYS_SEEN_MAX)", "seen + 1 > 3 ? 3 : seen + 1"],
  ]),
  ...faultsOf("notice.ts", [
    [
      "R73 no notice just at the threshold",
      "if (credit <= threshold &&",
      "if (credit < threshold &&",
    ],
    [
      "R73 a notice stands without hysteresis",
      "credit > threshold + load<i64>(policy, POLICY_HYSTERESIS)",
      "credit > threshold",
    ],
    [
      "R73 the lead is a second longer",
      "<u64>now >= <u64>told + <u64>lead",
      "<u64>now > <u64>told + <u64>lead",
    ],
    ["R73 a notice is given again", "EXTRA_NOTICE_S) == 0) {", "EXTRA_NOTICE_S) != now) {"],
  ]),
  ...faultsOf("watch.ts", [
    [
      "R20 silent a second early",
      "if (<u64>now <= <u64>load<u32>(hot, HOT_READ_S) + <u64>staleAfter) return;",
      "if (<u64>now < <u64>load<u32>(hot, HOT_READ_S) + <u64>staleAfter) return;",
    ],
    [
      "R20 silence has no turn",
      "    due = min(due, <u64>load<u32>(hot, HOT_READ_S) + staleAfter + 1);\n",
      "    due = due;\n",
    ],
    [
      "R76 a restore has no turn",
      "if (asked != 0 && deadline != 0) due = min(due, asked + deadline);",
      "",
    ],
    ["R76 the alarm comes again", "  keepWord(slot, EXTRA_RESTORE_S, 0);\n", ""],
    [
      "R20 a policy without silence leaves the flag",
      "    store<u32>(hot, flags & ~FLAG_STALE, HOT_FLAGS);\n    return;",
      "    return;",
    ],
  ]),
];

const CALENDARS: readonly Fault[] = [
  ...faultsOf("policy-calendar.ts", [
    [
      "R71 what a calendar does not tell is not friendly",
      "return !covers(calendar, at) || endOf(calendar, at) != 0;",
      "return covers(calendar, at) && endOf(calendar, at) != 0;",
    ],
    [
      "R71 a period holds its last instant",
      "return at < end ? end : 0;",
      "return at <= end ? end : 0;",
    ],
    ["R71 no jitter", "return <u64>at >= <u64>end + <u64>jitterOf(slot, policy);", "return true;"],
    [
      "R71 the jitter is a second longer",
      "return <u64>at >= <u64>end + <u64>jitterOf(slot, policy);",
      "return <u64>at > <u64>end + <u64>jitterOf(slot, policy);",
    ],
    ["R71 every account has the same jitter", "(slot * SPREAD) % jitter", "SPREAD % jitter"],
    [
      "R73 the window is open where it is not told",
      "return calendar == 0 || (covers(calendar, at) && endOf(calendar, at) != 0);",
      "return calendar == 0 || !covers(calendar, at) || endOf(calendar, at) != 0;",
    ],
    [
      "R71 a period begins a second late",
      "CALENDAR_BEGIN) <= at) low = middle + 1;",
      "CALENDAR_BEGIN) < at) low = middle + 1;",
    ],
    [
      "R71 the end of jitter has no turn",
      "return <u32>(over > <u64>now ? min(next, over) : next);",
      "return <u32>next;",
    ],
    ["R71 the warning has no turn", "warned >= end ? end : end - (warned - <u64>now)", "end"],
    [
      "R73 a window has no turn",
      "  return load<u32>(intervalOf(calendar, begun), CALENDAR_BEGIN);\n}\n",
      "  return <u32>DUE_NEVER;\n}\n",
    ],
  ]),
  ...faultsOf("cut-wait.ts", [
    [
      "R73 a cut waits for no certain data",
      "if (!isCertain(slot, policy, now)) return WAIT_CERTAIN;",
      "",
    ],
    ["R73 a cut waits for no calm", "if (!isCalm(slot, policy, now)) return WAIT_CALM;", ""],
    ["R73 a cut waits for no notice", "if (!hasNotice(slot, policy, now)) return WAIT_NOTICE;", ""],
    [
      "R73 a cut waits for no window",
      "return isWindowOpen(policy, now) ? WAIT_NONE : WAIT_WINDOW;",
      "return WAIT_NONE;",
    ],
    [
      "R18 estimates are certain",
      "FLAG_READ | FLAG_QUARANTINED | FLAG_ESTIMATED",
      "FLAG_READ | FLAG_QUARANTINED",
    ],
    [
      "R16 what is in quarantine is certain",
      "FLAG_READ | FLAG_QUARANTINED | FLAG_ESTIMATED",
      "FLAG_READ | FLAG_ESTIMATED",
    ],
    [
      "R71 the warning comes a second late",
      "<u64>now + <u64>warning < <u64>end) return false;",
      "<u64>now + <u64>warning <= <u64>end) return false;",
    ],
    [
      "R71 the warning comes again",
      "EXTRA_FRIENDLY_WARNED_S) != end;",
      "EXTRA_FRIENDLY_WARNED_S) != 1;",
    ],
    [
      "R73 the notice's end has no turn",
      "if (told != 0 && lead > <u64>now) due = <u32>min(<u64>due, lead);",
      "",
    ],
  ]),
  ...faultsOf("directory.ts", [
    [
      "a new calendar judges nobody",
      "load<u32>(policy, POLICY_WINDOW_CALENDAR) == calendar\n",
      "false\n",
    ],
    [
      "a policy may name a calendar that is not there",
      "if (!isCalendar(load<u32>(policy, POLICY_WINDOW_CALENDAR))) return CODE_CALENDAR_UNKNOWN;",
      "",
    ],
  ]),
];

const LADDER: readonly Fault[] = [
  ...faultsOf("ladder.ts", [
    [
      "R70 no trickle just at its threshold",
      "credit <= load<i64>(policy, POLICY_TRICKLE_THRESHOLD)",
      "credit < load<i64>(policy, POLICY_TRICKLE_THRESHOLD)",
    ],
    [
      "R70 no limit just at its threshold",
      "credit <= load<i64>(policy, POLICY_LIMIT_THRESHOLD)",
      "credit < load<i64>(policy, POLICY_LIMIT_THRESHOLD)",
    ],
    [
      "R72 a critical need is trickled like all",
      "return hasFlag(slot, EXTRA_CRITICAL) ? max(trickle, essential) : trickle;",
      "return trickle;",
    ],
    [
      "R76 restored without clearance",
      "return credit >= cutOff + load<i64>(policy, POLICY_CLEARANCE);",
      "return true;",
    ],
    [
      "R76 restored a micro beyond the clearance",
      "return credit >= cutOff + load",
      "return credit > cutOff + load",
    ],
    [
      "R70 not exhausted just at the cut-off",
      "return available(slot, policy, now) <= load",
      "return available(slot, policy, now) < load",
    ],
    [
      "R91 a cut in credit mode is not undone",
      "if (isCredit(slot) || hasFlag(slot, EXTRA_CRITICAL)) return true;",
      "if (hasFlag(slot, EXTRA_CRITICAL)) return true;",
    ],
  ]),
  ...faultsOf("supply.ts", [
    [
      "R78 a payment restores what a person cut",
      "if (isCut || available(slot, policy, now)",
      "if (available(slot, policy, now)",
    ],
    ["R75 a load cut waits for clearance, too", "    isFree = true;\n", ""],
    ["R75 a load cut is undone at once", "if (isLoadCut(slot, policy, now)) return;", ""],
    [
      "R72 a critical need is cut",
      "if (wantsCut && hasFlag(slot, EXTRA_CRITICAL)) {",
      "if (wantsCut && hasFlag(slot, EXTRA_WITHHELD)) {",
    ],
    [
      "R72 a cut that is withheld is told each time",
      "      setFlag(slot, EXTRA_WITHHELD, true);\n",
      "",
    ],
    [
      "R72 credit does not end what was withheld",
      "    setFlag(slot, EXTRA_WITHHELD, false);\n",
      "    setFlag(slot, EXTRA_WITHHELD, true);\n",
    ],
    [
      "R18 a limit starts by uncertain data",
      "if (isDeeper && !isCertain(slot, policy, now)) return;",
      "",
    ],
    [
      "R70 a limit is asked for again",
      "if (soft == before) return;",
      "if (soft == 0 && before == 0) return;",
    ],
    [
      "R76 never ready for reconnection",
      "return (\n    load<u32>(policy, POLICY_READY) != 0 &&",
      "return (\n    load<u32>(policy, POLICY_READY) == 2 &&",
    ],
    [
      "R76 ready although the meter never cut",
      "    load<u32>(cold, COLD_SUPPLY_WANTED) == SUPPLY_DISCONNECTED &&\n    load<u32>(cold, COLD_SUPPLY_STATE) == SUPPLY_DISCONNECTED\n",
      "    load<u32>(cold, COLD_SUPPLY_WANTED) == SUPPLY_DISCONNECTED\n",
    ],
    [
      "R76 a cut has a restore's deadline",
      "wanted == SUPPLY_CONNECTED && load<u32>(policy, POLICY_RESTORE_DEADLINE_S) != 0",
      "load<u32>(policy, POLICY_RESTORE_DEADLINE_S) != 0",
    ],
    ["R77 numbers do not rise", "COLD_SUPPLY_NUMBER) + 1;", "COLD_SUPPLY_NUMBER) | 1;"],
    [
      "R78 a cut by hand in a friendly period",
      "if (isFriendly(policy, now)) return CODE_CUT_FRIENDLY;",
      "",
    ],
    ["R78 a cut by hand on stale data", "FLAG_STALE) return CODE_CUT_STALE;", "FLAG_STALE) {}"],
    [
      "R91 the order of mode and emergency",
      "  applyModeDue(slot, now);\n  if (!isCredit(slot)) {\n    judgeEmergency(slot, policy, now);",
      "  if (!isCredit(slot)) {\n    judgeEmergency(slot, policy, now);\n    applyModeDue(slot, now);",
    ],
    ["R74 the allowance is not asked", "(!hasAllowance || allowanceLeft(slot) <= 0);", "true;"],
  ]),
  ...faultsOf("supply.ts", [
    ["R53 a reversal cuts", "judgeAll(slot, now, false);", "judgeAll(slot, now, true);"],
  ]),
  ...faultsOf("allowance.ts", [
    [
      "R74 allowances stack without end",
      "min(allowanceLeft(slot) + min(days, stack) * atoms, stack * atoms)",
      "allowanceLeft(slot) + min(days, stack) * atoms",
    ],
    [
      "R74 the day begins at midnight",
      "return midnight == 0 ? 0 : midnight + offset;",
      "return midnight;",
    ],
    [
      "R74 the allowance can be overdrawn",
      "max<i64>(0, allowanceLeft(slot) - quantity)",
      "allowanceLeft(slot) - quantity",
    ],
    [
      "R74 each renewal is a whole day",
      "const days = start == 0 ? 0 : daysSince(slot, policy, renewed, start);",
      "const days: i64 = 1;",
    ],
  ]),
  ...faultsOf("load-limit.ts", [
    ["R75 a load just at the limit is too much", "if (quantity <= (limit", "if (quantity < (limit"],
    [
      "R75 a period of its very length is too short",
      "if (seconds < load<u32>(policy, POLICY_LOAD_PERIOD_S)) return;",
      "if (seconds <= load<u32>(policy, POLICY_LOAD_PERIOD_S)) return;",
    ],
    [
      "R75 load is not forgotten",
      "  keepLong(slot, EXTRA_LOAD_QUANTITY, 0);\n  // quantity",
      "  // quantity",
    ],
    [
      "R72 a load cut for a critical need",
      "if (hasFlag(slot, EXTRA_CRITICAL) || isFriendly(policy, now)) return;",
      "if (isFriendly(policy, now)) return;",
    ],
    [
      "R75 restored a second late",
      "return <u64>now < loadCutUntil(slot, policy);",
      "return <u64>now <= loadCutUntil(slot, policy);",
    ],
  ]),
  ...faultsOf("report.ts", [
    [
      "R77 any number answers",
      "number != 0 && number == load<u32>(cold, COLD_SUPPLY_NUMBER);",
      "number != 0;",
    ],
    [
      "R76 a report does not end the deadline",
      "if (state == SUPPLY_CONNECTED || state == SUPPLY_READY) keepWord(slot, EXTRA_RESTORE_S, 0);",
      "",
    ],
    [
      "R76 what somebody switched on stays ready",
      "if (isSwitched) store<u32>(cold, SUPPLY_CONNECTED, COLD_SUPPLY_WANTED);",
      "",
    ],
  ]),
];

const TURNS: readonly Fault[] = [
  ...faultsOf("schedule.ts", [
    [
      "R41 a pot's expiry has no turn",
      "let due = min(nextDue(slot), nextPotExpiry(slot));",
      "let due = nextDue(slot);",
    ],
    ["R91 a change of mode has no turn", "if (change != 0) due = min(due, change);", ""],
    [
      "R75 the end of a load cut has no turn",
      "if (isCutByLoad(slot)) due = sooner(due, loadCutUntil(slot, policy));",
      "",
    ],
    [
      "R80 the end of a cool-off has no turn",
      "if (isLowHeld(slot, policy, now)) due = sooner(due, lowHeldUntil(slot, policy));",
      "",
    ],
    [
      "R74 a new day has no turn",
      "    due = min(due, nextDayStart(slot, policy, now));\n",
      "    due = due;\n",
    ],
    [
      "R73 a cut that waits has no turn",
      "return isCutWaiting(slot, policy, now) ? min(due, cutWaitDue(slot, policy, now)) : due;",
      "return due;",
    ],
  ]),
  ...faultsOf("floor.ts", [
    [
      "the floor lies under the alert",
      "floor = higher(floor, load<i64>(policy + i * 8, POLICY_LOW), balance);",
      "floor = higher(floor, load<i64>(policy + i * 8, POLICY_LOW) - 1, balance);",
    ],
    [
      "the floor forgets emergency credit",
      "if (load<i64>(policy, POLICY_EMERGENCY_LIMIT) != 0)\n",
      "if (load<i64>(policy, POLICY_EMERGENCY_LIMIT) == 1)\n",
    ],
    [
      "the floor forgets the limit",
      "if (load<u32>(policy, POLICY_LIMIT_VALUE) != 0)\n",
      "if (load<u32>(policy, POLICY_LIMIT_VALUE) == 2)\n",
    ],
    [
      "the floor forgets the notice",
      "if (load<u32>(policy, POLICY_NOTICE_LEAD_S) != 0)\n",
      "if (load<u32>(policy, POLICY_NOTICE_LEAD_S) == 2)\n",
    ],
    [
      "the floor forgets the cut-off",
      "let floor = higher(under, load<i64>(policy, POLICY_DISABLEMENT) - more, balance);",
      "let floor = under;",
    ],
    [
      "the floor forgets what is exceeded",
      "floor = higher(floor, limit - 1, balance);",
      "floor = higher(floor, limit - 2, balance);",
    ],
    [
      "a cut that waits does not look at readings",
      "if (isCutWaiting(slot, policy, now)) return true;",
      "",
    ],
    ["days are not looked at with care", "    load<u32>(policy, POLICY_DAYS_LEFT) != 0 ||\n", ""],
    ["load is not looked at with care", "    load<u32>(policy, POLICY_LOAD_LIMIT) != 0 ||\n", ""],
    ["pots are not looked at with care", "    load<u32>(extra, EXTRA_POTS) != 0 ||\n", ""],
    [
      "a pending mode is not looked at with care",
      "    load<u32>(extra, EXTRA_MODE_AT_S) != 0\n",
      "    false\n",
    ],
  ]),
];

/** Of alerts, calendars, supply and turns. */
export const SUPPLY_FAULTS: readonly Fault[] = [...ALERTS, ...CALENDARS, ...LADDER, ...TURNS];
