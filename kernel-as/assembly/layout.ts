/**
 * The layout of a shard's memory, read by both compilers: AssemblyScript for the kernel, TypeScript for its host.
 *
 * A shard is one shared WebAssembly memory of fixed size. All places are fixed, so that an address is a base plus an
 * index times a size; pages that nobody touched cost nothing. Only plain constants may stand here.
 * Any change of what lies between STATE and the end of COLD needs a new LAYOUT_VERSION.
 */

/** Version of the account state; a snapshot of another version is refused. */
export const LAYOUT_VERSION = 2;
export const PAGE_BYTES = 65536;

// Bounds. Each is checked where the thing enters.
export const SLOTS_MAX = 1048576;
export const GATEWAYS_MAX = 4096;
export const POLICIES_MAX = 1024;
export const LISTS_MAX = 1024;
export const VERSIONS_MAX = 30;
export const THRESHOLDS_MAX = 4;
export const PERIODS_MAX = 8;
export const CHARGES_MAX = 8;
export const CALENDARS_MAX = 256;
export const CALENDAR_INTERVALS_MAX = 2046;
export const POTS_MAX = 4;
export const TIME_DEBTS_MAX = 2;
/** Most day starts that renew an allowance at once. */
export const ALLOWANCE_DAYS_MAX = 4096;
export const INPUT_BYTES_MAX = 4194304;
export const RECORDS_MAX = 65536;
/** Most quantity that one reading may bring, in atoms (R4). */
export const QUANTITY_MAX = 1099511627776;
/** Highest register in atoms: 2^53 - 1. */
export const REGISTER_MAX = 9007199254740991;
/** Longest interval that one reading may cover: ten years. */
export const INTERVAL_S_MAX = 316224000;
/** Most marks in an interval: 48 switches, 24 full hours and a midnight a day for ten years. */
export const INTERVAL_MARKS_MAX = 270336;
/** Most rows of a reading: 48 switches and, for 8 periods of 16 blocks, 120 edges a day; a row more for each version. */
export const INTERVAL_ROWS_MAX = 622592;
/** Rows that a call may write: 64 Ki readings of one row, and room for one reading of most rows. */
export const ROWS_MAX = 688128;
export const CHARGE_ROWS_MAX = 2228224;
export const EVENTS_MAX = 262144;
/** Most events that one reading, one command or one account's tick can bring. */
export const EVENTS_A_STEP_MAX = 48;

// Memory map.
export const STATE_BASE = 0;
export const RUN_BASE = 4096;
export const GATEWAYS_BASE = 65536;
export const LISTS_BASE = 458752;
export const POLICIES_BASE = 720896;
export const INPUT_BASE = 1048576;
export const ROWS_BASE = 8388608;
export const CHARGE_ROWS_BASE = 41943040;
export const EVENTS_BASE = 100663296;
export const TABLES_BASE = 134217728;
export const TABLES_BYTES_MAX = 134217728;
export const DUE_BASE = 268435456;
export const HOT_BASE = 276824064;
export const COLD_BASE = 343932928;
export const EXTRA_BASE = 545259520;
export const CALENDARS_BASE = 1082195968;
export const RESULTS_BASE = 1086390272;
export const PACK_RUNS_BASE = 1091633152;
export const PACK_BASE = 1091895296;
export const PACK_BYTES_MAX = 83886080;
export const MEMORY_PAGES = 17941;

// STATE: the shard's own, saved with snapshots.
export const STATE_LAYOUT = 0;
export const STATE_SHARD = 4;
export const STATE_SLOTS = 8;
export const STATE_COMMAND_NUMBER = 12;
export const STATE_COMMAND_RESULT = 16;
export const STATE_TICKED_S = 20;
export const STATE_GATEWAYS = 24;
export const STATE_TABLES_BYTES = 28;
/** Extras given out; the first is nobody's and stays all zeros. */
export const STATE_EXTRAS = 32;
export const STATE_CALENDARS = 36;
export const STATE_BYTES = 64;

// RUN: what one call to the kernel reads and leaves; not state.
export const RUN_RECORD_AT = 0;
export const RUN_RECORD_INDEX = 4;
export const RUN_DONE = 8;
export const RUN_ROWS = 12;
export const RUN_CHARGE_ROWS = 16;
export const RUN_EVENTS = 20;
export const RUN_READINGS = 24;
export const RUN_LATEST_S = 28;
/** The row that a reading is gathering while period, block and version stay the same. */
export const RUN_ROW_STEP = 32;
export const RUN_ROW_FROM = 36;
export const RUN_ROW_TO = 40;
export const RUN_ROW_WRITTEN = 44;
export const RUN_ROW_QUANTITY = 48;
export const RUN_ROW_COST = 56;
/** The latest cycle start that the rated interval crossed; 0: none. */
export const RUN_CYCLE_S = 64;
/** What a quantity is sold for (R90): the money, what of it pays for that, and how much of this was bought in the cycle. */
export const RUN_SOLD_MONEY = 72;
export const RUN_SOLD_GIVEN = 80;
export const RUN_SOLD_BOUGHT = 88;
/** Where the column of registers goes on behind a run of readings that was taken at once. */
export const RUN_REGISTER_AT = 96;

// GATEWAY, 64 bytes.
export const GATEWAY_BYTES = 64;
export const GATEWAY_NUMBER = 0;
export const GATEWAY_EPOCH = 4;
export const GATEWAY_SEQUENCE = 8;
export const GATEWAY_ROSTER = 12;
export const GATEWAY_KEY = 16;
export const GATEWAY_KEY_BYTES = 32;
/** Of the last 64 frames, a bit each, the newest lowest: those that were used and not applied, for either reason. */
export const GATEWAY_FOREIGN = 48;
export const GATEWAY_MALFORMED = 56;

// POLICY. Thresholds fall from the first. Money in micros; 0 turns a part off where its comment says so.
export const POLICY_BYTES = 256;
export const POLICY_USED = 0;
export const POLICY_THRESHOLDS = 4;
export const POLICY_AUTOMATIC_CUT = 8;
/** Seconds after which a meter is silent; 0: never. */
export const POLICY_STALE_AFTER_S = 12;
export const POLICY_LOW = 16;
export const POLICY_HYSTERESIS = 48;
export const POLICY_DISABLEMENT = 56;
export const POLICY_CLEARANCE = 64;
export const POLICY_BALANCE_MAX = 72;
/** Four bytes, one for each threshold. */
export const POLICY_SEVERITY = 80;
export const POLICY_COOL_OFF_S = 84;
/** 2^62 turns it off. */
export const POLICY_EXCEED = 88;
/** 0 turns it off. */
export const POLICY_DAYS_LEFT = 96;
export const POLICY_AUTO_INVOKE = 100;
/** 0 turns emergency credit off. */
export const POLICY_EMERGENCY_LIMIT = 104;
export const POLICY_EMERGENCY_THRESHOLD = 112;
/** 0: no notice is needed. */
export const POLICY_NOTICE_LEAD_S = 120;
export const POLICY_LOAD_PERIOD_S = 124;
export const POLICY_NOTICE_THRESHOLD = 128;
export const POLICY_LIMIT_THRESHOLD = 136;
export const POLICY_TRICKLE_THRESHOLD = 144;
/** Atoms an hour; 0 turns the rung off. */
export const POLICY_LIMIT_VALUE = 152;
export const POLICY_TRICKLE_VALUE = 156;
export const POLICY_ESSENTIAL_VALUE = 160;
/** Index of the calendar plus one; 0: none. */
export const POLICY_FRIENDLY_CALENDAR = 164;
export const POLICY_WINDOW_CALENDAR = 168;
export const POLICY_FRIENDLY_JITTER_S = 172;
export const POLICY_FRIENDLY_WARNING_S = 176;
export const POLICY_READY = 180;
/** 0 turns the alarm off. */
export const POLICY_RESTORE_DEADLINE_S = 184;
export const POLICY_CHARGE_ESTIMATES = 188;
/** Atoms an hour; 0 turns it off. */
export const POLICY_LOAD_LIMIT = 192;
export const POLICY_LOAD_RESTORATION_S = 196;
/** 0 turns the allowance off. */
export const POLICY_ALLOWANCE = 200;
export const POLICY_ALLOWANCE_STACK = 208;
export const POLICY_DAY_START_S = 212;
export const POLICY_WATERFALL = 216;
export const POLICY_THRESHOLD_FIRST = 220;
export const POLICY_ARREARS_SHARE = 224;
/** MARK_DAY, MARK_WEEK or MARK_MONTH. */
export const POLICY_TOPUP_EVERY = 228;
/** Each of the three: 0 turns it off. */
export const POLICY_TOPUP_MIN = 232;
export const POLICY_TOPUP_MAX = 240;
export const POLICY_TOPUP_CAP = 248;
export const WATERFALL_STANDARD = 0;
export const WATERFALL_DEBT_FIRST = 1;
export const WATERFALL_SHARE = 2;

// CALENDAR: half-open intervals of time, rising.
export const CALENDAR_BYTES = 16384;
export const CALENDAR_USED = 0;
export const CALENDAR_COUNT = 4;
export const CALENDAR_FROM_S = 8;
export const CALENDAR_TO_S = 12;
export const CALENDAR_INTERVALS = 16;
export const CALENDAR_INTERVAL_BYTES = 8;
export const CALENDAR_BEGIN = 0;
export const CALENDAR_END = 4;

// LIST: a price list's versions, rising by effective_from; 256 bytes.
export const LIST_BYTES = 256;
export const LIST_VERSIONS = 0;
export const LIST_FIRST = 8;
export const LIST_VERSION_BYTES = 8;
export const LIST_EFFECTIVE_S = 0;
export const LIST_TABLE = 4;

// TABLE: a compiled version of a price list (engine/tariff writes it). Offsets inside are relative to its start.
export const TABLE_MAGIC = 844383300;
export const TABLE_HEADER_BYTES = 80;
export const TABLE_BYTES = 4;
export const TABLE_VERSION = 8;
export const TABLE_EFFECTIVE_S = 12;
export const TABLE_FROM_S = 16;
export const TABLE_TO_S = 20;
export const TABLE_MARKS = 24;
export const TABLE_MARKS_AT = 28;
export const TABLE_PERIODS_AT = 32;
export const TABLE_STEPS_AT = 36;
export const TABLE_CHARGES_AT = 40;
export const TABLE_PERIODS = 44;
export const TABLE_CHARGES = 45;
export const TABLE_SCOPE = 46;
/**
 * How many steps quantity is sold by (R34); 0 of a list that is rated by consumption. It stands within the first 64 bytes:
 * tables of layout 1 have no more of a header.
 */
export const TABLE_VEND_STEPS = 47;
/** The largest size of a priceHi in the table, plus one: bounds what a quantity can cost. */
export const TABLE_COST_MAX = 48;
/** Seconds of a window of maximum demand; 0 where the list has none. Its price in picos an atom, as hi x 10^6 + lo. */
export const TABLE_DEMAND_WINDOW_S = 56;
export const TABLE_DEMAND_LO = 60;
export const TABLE_DEMAND_HI = 64;
/** Of a list that is rated by purchase: where the steps are that quantity is sold by. */
export const TABLE_VEND_AT = 72;
export const SCOPE_ALL = 0;
export const SCOPE_PER_PERIOD = 1;

// MARK: an instant at which something changes or falls due; the period is in force from it on.
export const MARK_BYTES = 8;
export const MARK_AT = 0;
export const MARK_PERIOD = 4;
export const MARK_FLAGS = 5;
export const MARK_CYCLE = 1;
export const MARK_HOUR = 2;
export const MARK_DAY = 4;
export const MARK_WEEK = 8;
export const MARK_MONTH = 16;

export const PERIOD_BYTES = 8;
export const PERIOD_FIRST = 0;
export const PERIOD_BLOCKS = 4;

// STEP: one period's block, with its price in picos an atom as hi x 10^6 + lo.
export const STEP_BYTES = 40;
export const STEP_START = 0;
export const STEP_END = 8;
export const STEP_PRICE_HI = 16;
export const STEP_PRICE_LO = 24;
export const STEP_TARIFF = 28;
export const STEP_PERIOD = 32;
export const STEP_BLOCK = 33;

export const CHARGE_BYTES = 16;
/** The flag of the marks at which it falls due. Charges lie in the order of their collection. */
export const CHARGE_DUE = 0;
/** Its place in the price list's own order. */
export const CHARGE_INDEX = 4;
export const CHARGE_PRIORITY = 5;
/** What becomes of it (COLLECT_*): bits 0-1 while disconnected, 2-3 while limited, 4-5 in a friendly period. */
export const CHARGE_WHILE = 6;
export const CHARGE_AMOUNT = 8;

export const COLLECT_ALWAYS = 0;
export const COLLECT_DROP = 1;
export const COLLECT_DEBT = 2;
/** Charge rows of time debts are numbered from here, those that went to the accumulated debt from the second. */
export const CHARGE_OF_TIME_DEBT = 32;
export const CHARGE_TO_DEBT = 64;
export const CHARGE_OF_DEMAND = 40;
/** Most windows of maximum demand that one reading fills exactly, half at either end. */
export const DEMAND_WINDOWS_MAX = 4096;

// DUE: per slot, the time from which ticks have work for the account.
export const DUE_NEVER = 4294967295;

// HOT: what the common path touches; one cache line.
export const HOT_BYTES = 64;
export const HOT_REGISTER = 0;
export const HOT_BALANCE = 8;
export const HOT_COUNTER = 16;
/** The common path ends where the balance would come to this or under. */
export const HOT_FLOOR = 24;
export const HOT_READ_S = 32;
/** The first instant at which the step may be another. */
export const HOT_BOUNDARY_S = 36;
export const HOT_STEP = 40;
export const HOT_CARRY = 44;
export const HOT_GATEWAY = 48;
export const HOT_MAX_RATE = 52;
export const HOT_FLAGS = 56;
export const HOT_RESOLUTION = 60;

export const FLAG_OPEN = 1;
export const FLAG_READ = 2;
/** Time is driven by the account's own readings: no ticks, no judgement of the meter's clock (replays). */
export const FLAG_RECORDED = 4;
/** A reading waits in quarantine: the next accepted one must clear it. */
export const FLAG_QUARANTINED = 8;
/** The meter is silent for longer than the policy allows (R20). */
export const FLAG_STALE = 16;
/** The last reading that was charged is an estimate (R18). */
export const FLAG_ESTIMATED = 32;
/** Something of the account has to be looked at with every reading. */
export const FLAG_CAREFUL = 64;
export const FLAGS_COMMON = 3;

// COLD: the rest of an account.
export const COLD_BYTES = 192;
export const COLD_LIST = 0;
export const COLD_POLICY = 4;
export const COLD_VERSION = 8;
export const COLD_TABLE = 12;
export const COLD_MARK = 16;
export const COLD_CHARGED_S = 20;
export const COLD_COMMAND_NUMBER = 24;
export const COLD_COMMAND_RESULT = 28;
export const COLD_COMMAND_BALANCE = 32;
export const COLD_SUPPLY_NUMBER = 40;
export const COLD_SUPPLY_STATE = 44;
export const COLD_SUPPLY_WANTED = 48;
export const COLD_SUPPLY_CAUSE = 52;
export const COLD_LOW_LEVEL = 56;
export const COLD_QUARANTINE = 60;
export const COLD_MODULUS = 64;
export const COLD_ACCOUNT_ID = 72;
export const COLD_ACCOUNT_ID_BYTES = 16;
export const COLD_CREDITS = 88;
export const COLD_ADJUSTMENTS = 96;
export const COLD_CHARGED_QUANTITY_BASE = 104;
export const COLD_COUNTERS = 112;
export const COLD_OPENED_S = 176;
export const COLD_COMMAND_S = 180;
export const COLD_PERIOD = 184;
/** Index of the account's extra; 0 while it has none. */
export const COLD_EXTRA = 188;

// EXTRA: what only some accounts need, given when it is first needed. Extra 0 is all zeros and read for all others; behind
// it is one for each slot, so that none is ever missing.
export const EXTRA_BYTES = 512;
export const EXTRA_SLOT = 0;
export const EXTRA_FLAGS = 4;
export const EXTRA_EMERGENCY_STATE = 8;
export const EXTRA_MODE = 12;
export const EXTRA_EMERGENCY_USED = 16;
export const EXTRA_ACCUMULATED_DEBT = 24;
export const EXTRA_PAYMENT_DEBT = 32;
export const EXTRA_PAYMENT_CAP = 40;
export const EXTRA_PAYMENT_WEEK_USED = 48;
export const EXTRA_PAYMENT_SHARE = 56;
export const EXTRA_PAYMENT_WEEK_S = 60;
export const EXTRA_TIME_DEBTS = 64;
export const EXTRA_POTS = 112;
/** Number of the command that EXTRA_PARTS belong to. */
export const EXTRA_PARTS_NUMBER = 116;
export const EXTRA_POT_FIRST = 120;
export const EXTRA_PARTS = 184;
export const EXTRA_RESERVED = 248;
export const EXTRA_NOTICE_S = 256;
export const EXTRA_FRIENDLY_WARNED_S = 260;
export const EXTRA_RESTORE_S = 264;
/** The limit that is wanted, in atoms an hour; 0 when none is. */
export const EXTRA_SUPPLY_VALUE = 268;
export const EXTRA_LOAD_FROM_S = 272;
export const EXTRA_LOAD_CUT_S = 276;
export const EXTRA_LOAD_QUANTITY = 280;
export const EXTRA_ALLOWANCE_LEFT = 288;
export const EXTRA_ALLOWANCE_S = 296;
/** When the pending change of mode falls due; 0: none is pending. */
export const EXTRA_MODE_AT_S = 300;
export const EXTRA_MODE_PENDING = 304;
export const EXTRA_MODE_SHARE = 308;
export const EXTRA_MODE_CAP = 312;
export const EXTRA_ALERT_S = 320;
export const EXTRA_EXCEED_S = 336;
export const EXTRA_DAYS_SEEN = 340;
export const EXTRA_SPENT_TODAY = 344;
export const EXTRA_DAYS_MEAN = 352;
export const EXTRA_TOPUP_SUM = 360;
export const EXTRA_TOPUP_PERIOD_S = 368;
export const EXTRA_TENANCY_S = 372;
export const EXTRA_BASE_READ_S = 376;
export const EXTRA_BASE_CARRY = 380;
export const EXTRA_BASE_REGISTER = 384;
export const EXTRA_ESTIMATED_COST = 392;
export const EXTRA_ESTIMATED_QUANTITY = 400;
export const EXTRA_BASE_COUNTERS = 408;
/** The list that follows, its index plus one, and from when on. */
export const EXTRA_NEXT_LIST = 472;
export const EXTRA_NEXT_LIST_S = 476;
/** Where the window of maximum demand begins that is being gathered. */
export const EXTRA_DEMAND_WINDOW_S = 480;
export const EXTRA_DEMAND_QUANTITY = 488;
export const EXTRA_DEMAND_MAX = 496;
/**
 * Accounts that hold quantity (R34) gather no demand, and keep in its place what was bought in the cycle, in micro-atoms, and
 * where the cycle begins that it counts in; 0: not known.
 */
export const EXTRA_BOUGHT_CYCLE_S = 480;
export const EXTRA_BOUGHT = 488;
/** Of estimates that crossed a change of list: the list before, its index plus one, and the instant of the change. */
export const EXTRA_BASE_LIST = 504;
export const EXTRA_BASE_NEXT_LIST_S = 508;
export const EXTRA_OFFERED = 1;
export const EXTRA_CRITICAL = 2;
export const EXTRA_WITHHELD = 4;
export const EXTRA_EXCEEDED = 8;
export const EXTRA_DAYS_LOW = 16;
export const EMERGENCY_ENABLED = 0;
export const EMERGENCY_INVOKED = 1;
export const EMERGENCY_CONSUMED = 2;
export const MODE_PREPAYMENT = 0;
export const MODE_CREDIT = 1;

// A time debt within the extra. `every` is a mark's flag; `while` says with a bit in which states it is collected.
export const TIME_DEBT_BYTES = 24;
export const TIME_DEBT_OWED = 0;
export const TIME_DEBT_RATE = 8;
export const TIME_DEBT_EVERY = 16;
export const TIME_DEBT_WHILE = 20;
export const WHILE_DISCONNECTED = 1;
export const WHILE_LIMITED = 2;
export const WHILE_FRIENDLY = 4;

// A restricted pot within the extra; those with the soonest expiry first.
export const POT_BYTES = 16;
export const POT_AMOUNT = 0;
export const POT_EXPIRES_S = 8;

// Debts by number, as commands and events name them.
export const DEBT_TIME_1 = 1;
export const DEBT_TIME_2 = 2;
export const DEBT_PAYMENT = 3;
export const DEBT_ACCUMULATED = 4;

// Supply, as it is wanted and as the meter reported it.
export const SUPPLY_UNKNOWN = 0;
export const SUPPLY_CONNECTED = 1;
export const SUPPLY_DISCONNECTED = 2;
export const SUPPLY_LIMITED = 3;
export const SUPPLY_REPORT_FAILED = 4;
export const SUPPLY_REPORT_EXPIRED = 5;
/** Paid, and waiting for somebody at the meter (R76). */
export const SUPPLY_READY = 6;
export const CAUSE_AUTOMATIC = 0;
export const CAUSE_MANUAL = 1;
/** The load limit (R75). */
export const CAUSE_LOAD = 2;

// FRAME, as engine/contract/frame.ts describes it.
export const FRAME_HEADER_BYTES = 56;
export const FRAME_FLAGS = 5;
export const FRAME_SHAPE = 4;
export const FRAME_GATEWAY = 8;
export const FRAME_EPOCH = 12;
export const FRAME_SEQUENCE = 16;
export const FRAME_BASE_S = 24;
export const FRAME_INTERVAL_S = 28;
export const FRAME_SLOTS = 32;
export const FRAME_PER_SLOT = 34;
export const FRAME_REPORTS = 36;
export const FRAME_SLOT_BYTES = 40;
export const FRAME_TIME_BYTES = 44;
export const FRAME_REGISTER_BYTES = 48;
export const FRAME_QUALITY_BYTES = 52;
export const FRAME_FLAG_TIMES = 1;
export const FRAME_FLAG_QUALITY = 2;
export const FRAME_SHAPE_PROFILE = 2;
export const REPORT_BYTES = 24;
export const REPORT_SLOT = 0;
export const REPORT_KIND = 4;
export const REPORT_STATE = 5;
export const REPORT_AT_S = 8;
export const REPORT_NUMBER = 12;
export const REPORT_VALUE = 16;
export const REPORT_KIND_SUPPLY = 1;
export const REPORT_KIND_CLOCK_DRIFT = 2;
export const REPORT_KIND_TAMPER = 3;

// RECORD: one input. Header of 16 bytes, then the body; lengths are multiples of 8.
export const RECORD_HEADER_BYTES = 16;
export const RECORD_BYTES = 0;
export const RECORD_KIND = 4;
export const RECORD_AT_S = 8;
/** Frames: index of the gateway's entry (u16). */
export const RECORD_GATEWAY_INDEX = 6;
/** Frames: the latest time that a reading may have (R14), so that a replay judges as was judged before. */
export const RECORD_LATEST_S = 12;
export const KIND_FRAME = 1;
export const KIND_TICK = 2;
export const KIND_OPEN_ACCOUNT = 3;
export const KIND_CREDIT = 4;
export const KIND_ADJUST = 5;
export const KIND_CUT = 6;
export const KIND_RESTORE = 7;
export const KIND_EXCHANGE_METER = 8;
export const KIND_SET_PRICE_LIST = 9;
export const KIND_SET_POLICY = 10;
export const KIND_SET_GATEWAY = 11;
export const KIND_SET_CALENDAR = 12;
export const KIND_CANCEL_VERSION = 13;
/** Kinds from here on are commands of accounts again. */
export const KIND_ACTIVATE_EMERGENCY = 32;
export const KIND_GRANT_CREDIT = 33;
export const KIND_SET_DEBT = 34;
export const KIND_REVERSE_CREDIT = 35;
export const KIND_ACCEPT_READING = 36;
export const KIND_REJECT_READING = 37;
export const KIND_SET_MODE = 38;
export const KIND_CANCEL_MODE = 39;
export const KIND_CHANGE_TENANCY = 40;
export const KIND_SET_CRITICAL = 41;
export const KIND_ASSIGN_POLICY = 42;
export const KIND_RESERVE_CREDIT = 43;
export const KIND_RELEASE_CREDIT = 44;
export const KIND_TRANSFER_CREDIT = 45;
export const KIND_ASSIGN_LIST = 46;

// Bodies of commands, from the record's start. Account commands: number, slot. Shard commands: number, index.
export const COMMAND_NUMBER = 16;
export const COMMAND_SLOT = 20;
export const COMMAND_INDEX = 20;
export const COMMAND_AMOUNT = 24;
export const COMMAND_TABLE = 24;
export const COMMAND_POLICY = 24;
export const OPEN_LIST = 24;
export const OPEN_POLICY = 28;
export const OPEN_GATEWAY = 32;
export const OPEN_MAX_RATE = 36;
export const OPEN_RESOLUTION = 40;
export const OPEN_RECORDED = 44;
export const OPEN_MODULUS = 48;
export const OPEN_ACCOUNT_ID = 56;
export const OPEN_BYTES = 72;
export const EXCHANGE_GATEWAY = 24;
export const EXCHANGE_MAX_RATE = 28;
export const EXCHANGE_RESOLUTION = 32;
export const EXCHANGE_CLOSED = 36;
export const EXCHANGE_MODULUS = 40;
export const EXCHANGE_CLOSING = 48;
export const EXCHANGE_OPENING = 56;
export const EXCHANGE_BYTES = 64;
export const SET_GATEWAY_NUMBER = 24;
export const SET_GATEWAY_ROSTER = 28;
export const SET_GATEWAY_KEY = 32;
export const SET_GATEWAY_BYTES = 64;
export const CUT_OVERRIDE = 24;
export const CUT_BYTES = 32;
export const GRANT_EXPIRES_S = 32;
export const GRANT_BYTES = 40;
export const DEBT_NUMBER = 24;
export const DEBT_EVERY = 28;
export const DEBT_OWED = 32;
export const DEBT_RATE = 40;
export const DEBT_CAP = 48;
export const DEBT_WHILE = 56;
export const DEBT_SHARE = 60;
export const DEBT_BYTES = 64;
export const REVERSE_CONFIRMED = 24;
/** When the credit was given; 0: not known. */
export const REVERSE_VENDED_S = 28;
export const REVERSE_PARTS = 32;
/** What was paid, in the place of the part that no credit has; 0: the sum of the parts. */
export const REVERSE_AMOUNT = 88;
export const REVERSE_BYTES = 96;
export const READING_AT_S = 24;
export const READING_BASELINE = 28;
export const READING_REGISTER = 32;
export const READING_BYTES = 40;
export const MODE_MODE = 24;
export const MODE_AT_S = 28;
export const MODE_SHARE = 32;
export const MODE_CAP = 40;
export const MODE_BYTES = 48;
export const TENANCY_CLOSED = 24;
export const TENANCY_CLOSING = 32;
export const TENANCY_BYTES = 40;
export const CRITICAL_CRITICAL = 24;
export const CRITICAL_BYTES = 32;
export const ASSIGN_POLICY = 24;
export const ASSIGN_BYTES = 32;
export const ASSIGN_LIST = 24;
export const ASSIGN_AT_S = 28;
export const TRANSFER_TO_SLOT = 32;
export const TRANSFER_RESERVED = 36;
export const TRANSFER_CONVERT = 40;
export const TRANSFER_BYTES = 48;
export const SET_CALENDAR_CALENDAR = 24;
export const CANCEL_EFFECTIVE_S = 24;
export const CANCEL_BYTES = 32;

// RESULT: one for each record.
export const RESULT_BYTES = 80;
export const RESULT_CODE = 0;
export const RESULT_EXPECTED = 4;
export const RESULT_BALANCE = 8;
/** What an amount came to, in the order of CREDIT_PARTS in engine/contract/commands.ts. */
export const RESULT_PARTS = 16;
export const PARTS_MAX = 8;
export const PART_PAYMENT_DEBT = 0;
export const PART_ACCUMULATED_DEBT = 8;
export const PART_TIME_DEBT_1 = 16;
export const PART_TIME_DEBT_2 = 24;
export const PART_THRESHOLD = 32;
export const PART_EMERGENCY = 40;
export const PART_BALANCE = 48;
export const PART_POTS = 56;
export const PARTS_BYTES = 64;
export const CODE_APPLIED = 0;
export const CODE_GAP = 1;
export const CODE_STALE = 2;
/** Frames: nothing of it was taken, but its sequence is used. */
export const CODE_MALFORMED = 3;
export const CODE_FOREIGN_SLOT = 4;
/** Refusals of commands start here, in the order of COMMAND_REFUSALS. */
export const CODE_REFUSED = 16;
export const CODE_ACCOUNT_UNKNOWN = 16;
export const CODE_ACCOUNT_OPEN = 17;
export const CODE_PRICE_LIST_UNKNOWN = 18;
export const CODE_PRICE_LIST_ORDER = 19;
export const CODE_DIRECTORY_FULL = 20;
export const CODE_POLICY_UNKNOWN = 21;
export const CODE_BALANCE_LIMIT = 22;
export const CODE_MONEY_LIMIT = 23;
export const CODE_GATEWAY_UNKNOWN = 24;
export const CODE_REGISTER_INVALID = 25;
export const CODE_NOT_PREPAYMENT = 26;
export const CODE_EMERGENCY_NOT_SELECTABLE = 27;
export const CODE_EMERGENCY_NOT_REPAID = 28;
export const CODE_BELOW_MINIMUM = 29;
export const CODE_ABOVE_MAXIMUM = 30;
export const CODE_TOPUP_CAP = 31;
export const CODE_POTS_FULL = 32;
export const CODE_POT_EXPIRED = 33;
export const CODE_NOT_REVERSIBLE = 34;
export const CODE_CUT_CRITICAL = 35;
export const CODE_CUT_FRIENDLY = 36;
export const CODE_CUT_NO_NOTICE = 37;
export const CODE_CUT_STALE = 38;
export const CODE_MODE_PENDING = 39;
export const CODE_NO_MODE_CHANGE = 40;
export const CODE_TRANSFER_INSUFFICIENT = 41;
export const CODE_READING_OUTDATED = 42;
export const CODE_CALENDAR_UNKNOWN = 43;
export const CODE_PRICE_LIST_BASIS = 44;

// Columns of rated rows and of charges.
export const ROW_FROM = ROWS_BASE;
export const ROW_TO = ROW_FROM + ROWS_MAX * 4;
export const ROW_ACCOUNT = ROW_TO + ROWS_MAX * 4;
export const ROW_TARIFF = ROW_ACCOUNT + ROWS_MAX * 4;
export const ROW_REGISTER = ROW_TARIFF + ROWS_MAX * 4;
export const ROW_QUANTITY = ROW_REGISTER + ROWS_MAX * 8;
export const ROW_COST = ROW_QUANTITY + ROWS_MAX * 8;
export const ROW_VERDICT = ROW_COST + ROWS_MAX * 8;
export const ROW_PERIOD = ROW_VERDICT + ROWS_MAX;
export const ROW_BLOCK = ROW_PERIOD + ROWS_MAX;
export const ROW_LAST = ROW_BLOCK + ROWS_MAX;
export const CHARGE_ROW_ACCOUNT = CHARGE_ROWS_BASE;
export const CHARGE_ROW_AT = CHARGE_ROW_ACCOUNT + CHARGE_ROWS_MAX * 4;
export const CHARGE_ROW_TARIFF = CHARGE_ROW_AT + CHARGE_ROWS_MAX * 4;
export const CHARGE_ROW_AMOUNT = CHARGE_ROW_TARIFF + CHARGE_ROWS_MAX * 4;
export const CHARGE_ROW_CHARGE = CHARGE_ROW_AMOUNT + CHARGE_ROWS_MAX * 8;

// Rated rows as packed blocks (pack.ts; docs/frames.md). "DDP1" as a little-endian number: magic and version.
export const PACK_MAGIC = 827343940;
export const PACK_ROWS_MAX = 16384;
export const PACK_BYTES = 4;
export const PACK_ROWS = 8;
export const PACK_TABLE = 12;
export const PACK_COLUMNS = 14;
export const PACK_HEADER_BYTES = 16;
/** Left free behind the columns for the checksum. */
export const PACK_CRC_BYTES = 4;
export const PACK_BLOCK_ALIGN = 8;
/** Stands behind the last block, in place of a magic. */
export const PACK_NONE = 0;
export const PACK_TABLE_READINGS = 1;
export const PACK_TABLE_CHARGES = 2;
/** A column as one number for each row, or as runs of rows. */
export const PACK_MODE_NUMBERS = 0;
export const PACK_MODE_RUNS = 1;
/** Most runs of a column: one for every four rows. */
export const PACK_RUNS_MAX = 4096;
export const PACK_RUN_VALUES = PACK_RUNS_BASE;
export const PACK_RUN_COUNTS = PACK_RUN_VALUES + PACK_RUNS_MAX * 8;

// Verdicts, in the order of VERDICTS in engine/contract/rated.ts.
export const VERDICT_ACCEPTED = 0;
export const VERDICT_OPENING = 1;
export const VERDICT_ROLLOVER = 2;
export const VERDICT_DUPLICATE = 3;
export const VERDICT_CONFLICT = 4;
export const VERDICT_LATE = 5;
export const VERDICT_BACKWARDS = 6;
export const VERDICT_IMPLAUSIBLE = 7;
export const VERDICT_CLOCK = 8;
export const VERDICT_UNTARIFFED = 9;
export const VERDICT_ESTIMATED = 10;

// EVENT, 48 bytes; types in the order of EVENT_TYPES in engine/contract/events.ts.
export const EVENT_BYTES = 48;
export const EVENT_SLOT = 0;
export const EVENT_TYPE = 4;
export const EVENT_LEVEL = 6;
export const EVENT_AT_S = 8;
export const EVENT_NUMBER = 12;
export const EVENT_BALANCE = 16;
export const EVENT_AMOUNT = 24;
export const EVENT_CAUSE = 32;
/** Index of the record that brought it. */
export const EVENT_RECORD = 36;
export const EVENT_ACCOUNT_OPENED = 0;
export const EVENT_VEND_APPLIED = 1;
export const EVENT_ACCOUNT_ADJUSTED = 2;
export const EVENT_CREDIT_LOW = 3;
export const EVENT_CREDIT_RECOVERED = 4;
export const EVENT_CUT_REQUESTED = 5;
export const EVENT_RESTORE_REQUESTED = 6;
export const EVENT_SUPPLY_EXECUTED = 7;
export const EVENT_SUPPLY_FAILED = 8;
export const EVENT_SUPPLY_DISAGREED = 9;
export const EVENT_READING_QUARANTINED = 10;
export const EVENT_READING_ROLLOVER = 11;
export const EVENT_CLOCK_DRIFT = 12;
export const EVENT_METER_EXCHANGED = 13;
export const EVENT_METER_TAMPERED = 14;
export const EVENT_EMERGENCY_OFFERED = 15;
export const EVENT_EMERGENCY_INVOKED = 16;
export const EVENT_EMERGENCY_IN_USE = 17;
export const EVENT_EMERGENCY_EXHAUSTED = 18;
export const EVENT_EMERGENCY_REPAID = 19;
export const EVENT_CREDIT_EXCEEDED = 20;
export const EVENT_CREDIT_GRANTED = 21;
export const EVENT_CREDIT_EXPIRED = 22;
export const EVENT_DEBT_CHANGED = 23;
export const EVENT_DEBT_CLEARED = 24;
export const EVENT_VEND_REVERSED = 25;
export const EVENT_NOTICE_DUE = 26;
export const EVENT_LIMIT_REQUESTED = 27;
export const EVENT_CUT_WITHHELD = 28;
export const EVENT_SUPPLY_OVERDUE = 29;
export const EVENT_FRIENDLY_ENDING = 30;
export const EVENT_METER_STALE = 31;
export const EVENT_READING_ACCEPTED = 32;
export const EVENT_READING_REJECTED = 33;
export const EVENT_MODE_CHANGED = 34;
export const EVENT_TENANCY_CHANGED = 35;
export const EVENT_CREDIT_TRANSFERRED = 36;
export const EVENT_CREDIT_RESERVED = 37;
export const EVENT_CREDIT_RELEASED = 38;
export const EVENT_TARIFF_ASSIGNED = 39;
export const EVENT_TARIFF_ACTIVATED = 40;
export const EVENT_CYCLE_STARTED = 41;
export const EVENT_CREDIT_BOUGHT = 42;
export const EVENT_CREDIT_CONVERTED = 43;
/** The level that alerts of `exceed` and of days left carry. */
export const LEVEL_EXCEEDED = 9;
export const LEVEL_DAYS_LEFT = 8;

// What a call returns.
export const RUN_COMPLETE = 0;
/** Outputs are full: take them and call again; the rest of the input is still there. */
export const RUN_SUSPENDED = 1;
