/**
 * What commands, answers and events are made of: amounts and quantities as digits, places in a shard, and the names of
 * debts, parts and ways of paying.
 */
import { z } from "zod";
import { GATEWAY_MAX, SLOTS_MAX } from "./ids.ts";

/** Largest amount of money in one place, in micros: 4.6 × 10^12 of the base unit. Leaves i64 room to add two. */
export const MONEY_MAX = 1n << 62n;
/** Most of one debt, restricted pot or emergency credit, in micros; a debt too many is refused, never cut short. */
export const DEBT_MICROS_MAX = 1n << 58n;
/** Largest threshold or amount of a policy, in micros, either sign; sums of two and a balance stay within i64. */
export const POLICY_MICROS_MAX = 1n << 60n;
/** Most low-credit thresholds of a policy (R81). */
export const THRESHOLDS_MAX = 4;

/** An amount in micros as digits; within ± MONEY_MAX. */
export const microsText = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .refine((text) => BigInt(text) <= MONEY_MAX && BigInt(text) >= -MONEY_MAX, "is beyond MONEY_MAX");
const amountUpTo = (most: bigint, name: string) =>
  z
    .string()
    .regex(/^\d{1,19}$/)
    .refine((text) => BigInt(text) <= most, `is beyond ${name}`);
/** What is owed or set aside, in micros as digits, not negative. */
export const debtText = amountUpTo(DEBT_MICROS_MAX, "DEBT_MICROS_MAX");
/** An amount of money that is paid, in micros as digits, not negative. */
export const paidText = amountUpTo(MONEY_MAX, "MONEY_MAX");
/** A threshold or amount of a policy, in micros as digits, either sign. */
export const policyText = microsText.refine(
  (text) => BigInt(text) <= POLICY_MICROS_MAX && BigInt(text) >= -POLICY_MICROS_MAX,
  "is beyond POLICY_MICROS_MAX",
);
/** A quantity in atoms as digits, not negative. */
export const atomsText = z.string().regex(/^\d{1,16}$/);

/** A command's number. */
export const number = z.int().positive().max(0xffff_ffff);
/** An account's place in its shard. */
export const slot = z
  .int()
  .nonnegative()
  .max(SLOTS_MAX - 1);
/** A gateway's number; 0 for none. */
export const gateway = z.int().nonnegative().max(GATEWAY_MAX);
/** A place in a directory of the shard. */
export const directoryIndex = z.int().nonnegative().max(1_023);
/** An instant in epoch seconds, or a span of seconds. */
export const epochS = z.int().nonnegative().max(0xffff_ffff);
/** A share in millionths. */
export const sharePpm = z.int().nonnegative().max(1_000_000);
/** Atoms an hour: watts, or litres an hour in mL. */
export const atomsPerHour = z.int().nonnegative().max(0xffff_ffff);
/** Debts of an account, in the kernel's numbering from 1 (glossary). */
export const DEBTS = ["time_debt_1", "time_debt_2", "payment_debt", "accumulated_debt"] as const;
/** What an amount of money came to, in the order of the waterfall (R50); all of them, also zero ones (R51). */
export const CREDIT_PARTS = [
  "payment_debt",
  "accumulated_debt",
  "time_debt_1",
  "time_debt_2",
  "threshold",
  "emergency",
  "balance",
  "restricted",
] as const;
/** Ways of paying (R91). */
export const PAYMENT_MODES = ["prepayment", "credit"] as const;
/** How a payment meets what is owed (R50). */
export const WATERFALLS = ["standard", "debt_first", "share"] as const;
/** How urgent a low-credit threshold is (R81), in the kernel's numbering. */
export const SEVERITIES = ["info", "warning", "critical"] as const;
