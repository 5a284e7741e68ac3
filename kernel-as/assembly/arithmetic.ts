/**
 * Exact arithmetic of money and shares (R2, R32). Floor for all signs, no product beyond 64 bits.
 */
import { STEP_PRICE_HI, STEP_PRICE_LO } from "./layout";

export const PICOS_A_MICRO: i64 = 1000000;
/** Most money in one place, in micros, either side of 0: 2^62. Not in layout.ts: a number there must be exact in both worlds. */
export const MONEY_MAX: i64 = 4611686018427387904;
/** Most of one debt, restricted pot, emergency credit or reserve, in micros: 2^58. */
export const DEBT_MAX: i64 = 288230376151711744;
/** Most money that buys quantity at once, in micros: 2^42; so that no product here passes 64 bits. */
export const BUY_MONEY_MAX: i64 = 4398046511104;

/**
 * floor(picos / 10^6) for picos < 2^31 x 10^6, without a division. A sixth power of ten is 2^6 x 15625, and the highest 32
 * bits of what is left by 15625 give the quotient or one less.
 */
export function wholeMicros(picos: u64): u64 {
  const left = picos >> 6;
  // 2251799814 is 2^45 / 15625 and 0.3148 more; what that makes too much is taken off, so that it never is.
  const quotient = (((left >> 13) * 2251799814 + 2943117749) >> 32) - 1;
  return left - quotient * 15625 < 15625 ? quotient : quotient + 1;
}

/** Floor of a / b for b > 0. */
export function floorDiv(a: i64, b: i64): i64 {
  const quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/**
 * Cost and next carry of a quantity at a step's price: floor((q x p + carry) / 10^6) and the rest (R2).
 * With p = hi x 10^6 + lo it is q x hi + floor((q x lo + carry) / 10^6); |q x lo| < 2^60.
 * The caller has bounded q x hi (register.ts, fits).
 */
export function costOf(quantity: i64, step: u32, carry: u32): i64 {
  const low = quantity * <i64>load<u32>(step, STEP_PRICE_LO) + <i64>carry;
  return quantity * load<i64>(step, STEP_PRICE_HI) + floorDiv(low, PICOS_A_MICRO);
}

/** The carry that goes with costOf. */
export function carryOf(quantity: i64, step: u32, carry: u32): u32 {
  const low = quantity * <i64>load<u32>(step, STEP_PRICE_LO) + <i64>carry;
  return <u32>(low - floorDiv(low, PICOS_A_MICRO) * PICOS_A_MICRO);
}

/**
 * floor(whole x part / all) for 0 <= part <= all < 2^32 and whole >= 0: the share of a quantity up to an instant (R32).
 * Split by whole = d x all + r, so that no product passes 64 bits.
 */
export function shareOf(whole: i64, part: u32, all: u32): i64 {
  const d = whole / <i64>all;
  const r = <u64>(whole % <i64>all);
  return d * <i64>part + <i64>((r * <u64>part) / <u64>all);
}

/**
 * The micro-atoms that money buys at a price in picos an atom: money x 10^12 / price, floor, or ceil where `isUp`. For a price
 * from 10^6 to 10^12 and at most BUY_MONEY_MAX.
 */
export function boughtFor(money: i64, price: i64, isUp: bool): i64 {
  const high = (money % price) * PICOS_A_MICRO;
  const low = (high % price) * PICOS_A_MICRO;
  const bought = ((money / price) * PICOS_A_MICRO + high / price) * PICOS_A_MICRO + low / price;
  return isUp && low % price != 0 ? bought + 1 : bought;
}

/** What micro-atoms are worth: quantity x price / 10^12, floor, or ceil where `isUp`. The caller has asked costsMore, or knows. */
export function worthOf(quantity: i64, price: i64, isUp: bool): i64 {
  const low = (quantity % PICOS_A_MICRO) * price;
  const picos = (quantity / PICOS_A_MICRO) * price + low / PICOS_A_MICRO;
  const isExact = picos % PICOS_A_MICRO == 0 && low % PICOS_A_MICRO == 0;
  return picos / PICOS_A_MICRO + (isUp && !isExact ? 1 : 0);
}

/** Whether micro-atoms are surely worth more than BUY_MONEY_MAX; of what is not, worthOf can be worked out. */
export function costsMore(quantity: i64, price: i64): bool {
  return quantity / PICOS_A_MICRO > ((BUY_MONEY_MAX + 1) * PICOS_A_MICRO) / price;
}
