/**
 * Who had an account when: agreements over a report's time.
 */
import { and, eq, inArray, sql } from "drizzle-orm";
import { inChunks } from "../each.ts";
import { type Queryable, ROWS_AT_ONCE } from "../registry/database.ts";
import { agreements, customers } from "../registry/schema/parties.ts";
import { atMost, TENANCIES_MAX } from "./limits.ts";
import type { Subject } from "./subjects.ts";

/** A customer at a usage point over [fromS, toS), as far as it lies in the time asked for. */
export type Tenancy = {
  usagePointId: string;
  customerId: string;
  customer: string;
  fromS: number;
  toS: number;
  /** Whether the agreement goes on. */
  open: boolean;
};

/**
 * The tenancies of the subjects in [fromS, toS), in order of time; of one customer where one is named, and with `openOnly`
 * only those that go on. Throws ReportTooLarge over TENANCIES_MAX.
 */
export async function tenanciesOf(
  db: Queryable,
  subjects: readonly Subject[],
  asked: { fromS: number; toS: number; customerId?: string | undefined; openOnly?: boolean },
): Promise<Tenancy[]> {
  const { fromS, toS, customerId, openOnly } = asked;
  const found: Tenancy[] = [];
  for (const some of inChunks(subjects, ROWS_AT_ONCE)) {
    const rows = await db
      .select({
        usagePointId: agreements.usage_point_id,
        customerId: agreements.customer_id,
        customer: customers.name,
        from: agreements.from_at,
        to: agreements.to_at,
      })
      .from(agreements)
      .innerJoin(customers, eq(customers.id, agreements.customer_id))
      .where(
        and(
          inArray(
            agreements.usage_point_id,
            some.map(({ usagePointId }) => usagePointId),
          ),
          sql`${agreements.from_at} < to_timestamp(${toS})`,
          sql`(${agreements.to_at} is null or ${agreements.to_at} > to_timestamp(${fromS}))`,
          customerId === undefined ? undefined : eq(agreements.customer_id, customerId),
          openOnly === true ? sql`${agreements.to_at} is null` : undefined,
        ),
      )
      .orderBy(agreements.from_at)
      .limit(TENANCIES_MAX + 1);
    for (const { from, to, ...row } of rows)
      found.push({
        ...row,
        fromS: Math.max(fromS, Math.ceil(from.getTime() / 1_000)),
        toS: to === null ? toS : Math.min(toS, Math.ceil(to.getTime() / 1_000)),
        open: to === null,
      });
    atMost(found.length, TENANCIES_MAX, "tenancies");
  }
  return found;
}
