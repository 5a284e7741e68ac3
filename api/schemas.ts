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
    .regex(CONTROL_FREE, "must not hold control characters, or half a character")
    .openapi({ pattern: CONTROL_FREE_PATTERN });
}

/** Without control characters, and without half of a pair of surrogates, which PostgreSQL does not take. */
const CONTROL_FREE = /^[^\p{Cc}\p{Cs}]*$/u;
/** The same for the document, in what all readers of patterns know: the flag `u` has no place there. */
const CONTROL_FREE_PATTERN = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";

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
  })
  .openapi({ pattern: "^-?\\d{1,13}(\\.\\d{1,6})?$", example: "10.00" });

/** Money as it is given: exact, six decimals. */
export const moneyOut = z
  .string()
  .regex(/^-?\d+\.\d{2,6}$/)
  .openapi({ example: "12.345678" });

/** Money that is not negative; micros inside. */
export const notNegativeMoney = moneyText.refine((micros) => micros >= 0n, "must not be negative");
/** Money above 0; micros inside. */
export const positiveMoney = moneyText.refine((micros) => micros > 0n, "must be more than 0");

/** A share as a decimal text from 0 to 1; millionths inside. */
export const shareText = z
  .string('must be a decimal in quotes, such as "0.25"')
  .transform((text, ctx) => {
    const ppm = parseDecimal(text, 6);
    if (ppm === undefined || ppm < 0n || ppm > 1_000_000n) {
      ctx.addIssue({
        code: "custom",
        message: 'must be a decimal from "0" to "1" with at most 6 decimals',
      });
      return z.NEVER;
    }
    return Number(ppm);
  })
  .openapi({ pattern: "^(0(\\.\\d{1,6})?|1(\\.0{1,6})?)$", example: "0.25" });

/** A currency as it is asked for. */
export const currencyText = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be a currency code such as "EUR"')
  .openapi({ example: "EUR" });

/** An instant as it is asked for, on a whole second from 1970 to 2106; a Date inside. */
export const instantText = z.iso
  .datetime({
    offset: true,
    error: "must be RFC 3339 with an offset, such as 2026-03-01T00:00:00Z",
  })
  .transform((text, ctx) => {
    const at = new Date(text);
    if (at.getTime() % 1_000 === 0 && at.getTime() >= 0 && at.getTime() <= 0xffff_ffff * 1_000) {
      return at;
    }
    ctx.addIssue({ code: "custom", message: "must be on a whole second from 1970 to 2106" });
    return z.NEVER;
  });

/** An amount in what an account holds, as it is given: money, or quantity in its unit. */
export const heldOut = z
  .string()
  .regex(/^-?\d+\.\d{2,12}$/)
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
