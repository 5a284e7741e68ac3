/**
 * Schemas that many routes share: names, money, time, pages.
 */
import { z } from "@hono/zod-openapi";
import { formatMicros, MONEY_SCALE, parseDecimal } from "../engine/contract/decimal.ts";
import { MONEY_MAX } from "../engine/contract/fields.ts";

/** A text for people or machines: not empty, bounded, without control characters. */
export function plainText(most: number) {
  return z
    .string()
    .min(1, "must not be empty")
    .max(most, `must have at most ${most} characters`)
    .regex(/^\P{Cc}*$/u, "must not hold control characters");
}

/** Money as a decimal text in the currency's base unit, with at most six decimals; micros inside. */
export const moneyText = z
  .string('must be a decimal in quotes, such as "10.00"')
  .transform((text, ctx) => {
    const micros = parseDecimal(text, MONEY_SCALE);
    if (micros === undefined || micros > MONEY_MAX || micros < -MONEY_MAX) {
      ctx.addIssue({
        code: "custom",
        message: `must be a decimal such as "10.00" with at most ${MONEY_SCALE} decimals, within ± ${formatMicros(MONEY_MAX)}`,
      });
      return z.NEVER;
    }
    return micros;
  });

/** Money as it is given: exact, six decimals. */
export const moneyOut = z
  .string()
  .regex(/^-?\d+\.\d{2,6}$/)
  .openapi({ example: "12.345678" });

/** A currency as it is given. */
export const currencyOut = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .openapi({ example: "EUR" });

/** A time as it is given: RFC 3339, UTC. */
export const timeOut = z.iso.datetime().openapi({ example: "2026-03-01T09:30:00.000Z" });

/** An epoch second as text. */
export function timeText(epochS: number): string {
  return new Date(epochS * 1_000).toISOString();
}
