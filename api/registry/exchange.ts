/**
 * Exchange of a meter (R17). The old one leaves its gateway's roster before the engine hears of the exchange, so that no
 * reading of it can be taken for one of the new; the new one comes in once the engine has its opening register.
 */
import { and, eq, isNull } from "drizzle-orm";
import type { FollowUp } from "../orders/settle.ts";
import { one, type Queryable } from "./database.ts";
import { raiseRoster } from "./gateways.ts";
import type { Meter } from "./meters.ts";
import { accounts } from "./schema/accounts.ts";
import { meters } from "./schema/field.ts";

/** The new meter as it is asked for; its usage point and service are those of the old. */
export type Replacement = Omit<
  typeof meters.$inferInsert,
  "id" | "created_at" | "retired_at" | "usage_point_id" | "service" | "operator_id"
>;

/** What an order of an exchange keeps for its end. */
export type ExchangeNote = { old_meter_id: string; new_meter_id: string };

/**
 * Takes the old meter out of its roster, and keeps the new one as not yet in use. Gives undefined when its serial number is that
 * of a meter elsewhere. Runs in a transaction, before the order is recorded.
 */
export async function beginExchange(
  tx: Queryable,
  old: Meter,
  replacement: Replacement,
  at: Date,
): Promise<Meter | undefined> {
  await raiseRoster(tx, old.gateway);
  await tx.update(meters).set({ retired_at: at }).where(eq(meters.id, old.id));
  const { operator_id, usage_point_id, service } = old;
  const [made] = await tx
    .insert(meters)
    .values({ ...replacement, operator_id, usage_point_id, service, retired_at: at })
    .onConflictDoNothing()
    .returning();
  if (made !== undefined) return made;
  // One that stood here before, or whose exchange was refused, may come back.
  const [again] = await tx
    .update(meters)
    .set(replacement)
    .where(
      and(
        eq(meters.operator_id, operator_id),
        eq(meters.serial, replacement.serial),
        eq(meters.usage_point_id, usage_point_id),
      ),
    )
    .returning();
  return again?.id === old.id || again?.retired_at === null ? undefined : again;
}

/** After the engine has exchanged it: the new meter is read from now on. */
export const settleExchange: FollowUp = async (tx, row) => {
  const { new_meter_id } = row.note as unknown as ExchangeNote;
  const meter = one(
    await tx
      .update(meters)
      .set({ retired_at: null })
      .where(eq(meters.id, new_meter_id))
      .returning(),
  );
  await tx.update(accounts).set({ gateway: meter.gateway }).where(eq(accounts.id, row.account_id));
  await raiseRoster(tx, meter.gateway);
};

/** After the engine has refused it: the old meter is read again. */
export const undoExchange = async (
  tx: Queryable,
  row: { note: Record<string, unknown> },
): Promise<void> => {
  const { old_meter_id } = row.note as unknown as ExchangeNote;
  const old = one(
    await tx
      .update(meters)
      .set({ retired_at: null })
      .where(eq(meters.id, old_meter_id))
      .returning(),
  );
  await raiseRoster(tx, old.gateway);
};

/** The meter that stands at a usage point now, or undefined. */
export async function meterAt(db: Queryable, usagePointId: string): Promise<Meter | undefined> {
  const [meter] = await db
    .select()
    .from(meters)
    .where(and(eq(meters.usage_point_id, usagePointId), isNull(meters.retired_at)));
  return meter;
}
