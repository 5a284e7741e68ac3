/**
 * Lists by pages: `?limit=&cursor=` → `{ "items", "next_cursor" }`. A cursor is opaque; the order is that of making, so
 * that a page never shifts under a reader.
 */
import { z } from "@hono/zod-openapi";

/** Most items of a page. */
const PAGE_MAX = 1_000;
/** Items of a page unless asked otherwise. */
const PAGE_DEFAULT = 100;

const CURSOR = /^o(\d{1,15})$/;

const limit = z
  .string()
  .refine(
    (text) => /^\d{1,9}$/.test(text) && Number(text) >= 1 && Number(text) <= PAGE_MAX,
    `must be a whole number from 1 to ${PAGE_MAX}`,
  )
  .transform(Number)
  .optional()
  .openapi({ type: "integer", minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT });

const cursor = z
  .string()
  .max(64)
  .transform((text, ctx) => {
    const match = CURSOR.exec(Buffer.from(text, "base64url").toString("latin1"));
    if (match?.[1] !== undefined) return Number(match[1]);
    ctx.addIssue({ code: "custom", message: "must be a next_cursor from the page before" });
    return z.NEVER;
  })
  .optional();

/** The query parameters of a list. */
export const pageQuery = z.object({ limit, cursor });

/** The page that was asked for. */
export function pageOf(query: z.output<typeof pageQuery>): { after: number; limit: number } {
  return { after: query.cursor ?? 0, limit: query.limit ?? PAGE_DEFAULT };
}

/** A page of items. */
export function pageOut<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** The cursor behind a page's last row; null when the page was not full, so that the list is at its end. */
export function nextCursor(ordinals: readonly number[], asked: number): string | null {
  const last = ordinals.at(-1);
  if (last === undefined || ordinals.length < asked) return null;
  return Buffer.from(`o${last}`, "latin1").toString("base64url");
}
