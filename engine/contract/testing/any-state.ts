/**
 * Any state that an account can be in, for tests of what states are written into.
 */
import fc from "fast-check";
import { MONEY_MAX, PAYMENT_MODES } from "../fields.ts";
import { SLOTS_MAX } from "../ids.ts";
import { type AccountState, CREDIT_STATUSES, EMERGENCY_STATUSES } from "../queries.ts";
import { SUPPLY_STATES } from "../supply.ts";

const U32 = 0xffff_ffff;
const near0 = fc.bigInt({ min: -20_000_000n, max: 20_000_000n });
const doubles = fc.bigInt({ min: -(1n << 54n), max: 1n << 54n });
const anywhere = fc.bigInt({ min: -MONEY_MAX, max: MONEY_MAX });
const micros = fc.oneof(fc.constant(0n), near0, doubles, anywhere).map(String);
const u32 = fc.oneof(fc.nat(9), fc.nat(U32));
const atS = fc.integer({ min: 1, max: U32 });
const atoms = fc.bigInt({ min: 0n, max: 9_007_199_254_740_991n }).map(String);
const index = fc.nat(1_023);

const holding = fc.oneof(
  fc.record({ holds: fc.constant("money" as const) }),
  fc.record({
    holds: fc.constant("quantity" as const),
    bought_micro_atoms: micros,
    bought_cycle_s: u32,
  }),
);

const rest = fc.record({
  slot: fc.nat(SLOTS_MAX - 1),
  account_id: fc.uuid(),
  balance_micros: micros,
  available_credit_micros: micros,
  credit_status: fc.constantFrom(...CREDIT_STATUSES),
  low_credit_level: fc.nat(4),
  supply_state: fc.constantFrom(...SUPPLY_STATES),
  supply_wanted: fc.constantFrom(
    "connected" as const,
    "disconnected" as const,
    "limited" as const,
    "ready_for_reconnection" as const,
  ),
  supply_limit_atoms_per_hour: u32,
  supply_number: u32,
  command_number: u32,
  last_reading: fc.option(fc.record({ at_s: u32, register_atoms: atoms })),
  quarantined: fc.boolean(),
  stale: fc.boolean(),
  estimated: fc.boolean(),
  payment_mode: fc.constantFrom(...PAYMENT_MODES),
  mode_change: fc.option(fc.record({ mode: fc.constantFrom(...PAYMENT_MODES), at_s: atS })),
  emergency_credit: fc.record({
    status: fc.constantFrom(...EMERGENCY_STATUSES),
    limit_micros: micros,
    used_micros: micros,
  }),
  debts: fc.record({
    time_debt_1: micros,
    time_debt_2: micros,
    payment_debt: micros,
    accumulated_debt: micros,
  }),
  restricted_credit: fc.array(fc.record({ amount_micros: micros, expires_s: u32 }), {
    maxLength: 4,
  }),
  reserved_micros: micros,
  critical_need: fc.boolean(),
  notice_s: fc.option(atS),
  days_left: fc.option(fc.oneof(fc.nat(9_999), fc.maxSafeNat())),
  price_list: index,
  policy: index,
});

/** Any state. */
export const anyState: fc.Arbitrary<AccountState> = fc
  .tuple(rest, holding)
  .map(([state, holds]) => ({ ...state, ...holds }));
