/**
 * The quarantine desk (R16): readings that a person accepts as consumption or as a new baseline, or rejects.
 */
import { and, asc, eq, gt, inArray, ne } from "drizzle-orm";
import type { FollowUp } from "../orders/settle.ts";
import type { Account } from "./accounts.ts";
import { one, type Queryable } from "./database.ts";
import { accounts } from "./schema/accounts.ts";
import { quarantinedReadings } from "./schema/moves.ts";
import type { Page } from "./sites.ts";

/** A reading in quarantine as the registry has it. */
export type QuarantinedReading = typeof quarantinedReadings.$inferSelect;
/** With the account that it is of. */
export type QuarantinedOf = { reading: QuarantinedReading; account: Account };

/** Which readings a list is of. */
export type QuarantineFilter = {
  ids?: readonly string[] | undefined;
  accountId?: string | undefined;
  state?: QuarantinedReading["state"] | undefined;
};

/** The operator's readings that are or were in quarantine, in the order in which they came there. */
export function listQuarantined(
  db: Queryable,
  operatorId: string,
  { after, limit, ids, accountId, state }: Page & QuarantineFilter,
): Promise<QuarantinedOf[]> {
  return db
    .select({ reading: quarantinedReadings, account: accounts })
    .from(quarantinedReadings)
    .innerJoin(accounts, eq(accounts.id, quarantinedReadings.account_id))
    .where(
      and(
        eq(quarantinedReadings.operator_id, operatorId),
        gt(quarantinedReadings.ordinal, after),
        ids === undefined ? undefined : inArray(quarantinedReadings.id, [...ids]),
        accountId === undefined ? undefined : eq(quarantinedReadings.account_id, accountId),
        state === undefined ? undefined : eq(quarantinedReadings.state, state),
      ),
    )
    .orderBy(asc(quarantinedReadings.ordinal))
    .limit(limit);
}

/** Keeps others from deciding on a reading until the transaction ends. */
export async function lockQuarantined(tx: Queryable, id: string): Promise<QuarantinedReading> {
  return one(
    await tx.select().from(quarantinedReadings).where(eq(quarantinedReadings.id, id)).for("update"),
  );
}

/** These were cleared by a later reading: nothing is left to decide. */
export async function markCleared(
  db: Queryable,
  readings: readonly QuarantinedReading[],
  at: Date,
): Promise<void> {
  if (readings.length === 0) return;
  const ids = readings.map(({ id }) => id);
  await db
    .update(quarantinedReadings)
    .set({ state: "cleared", ended_at: at })
    .where(and(inArray(quarantinedReadings.id, ids), eq(quarantinedReadings.state, "open")));
}

/** After the engine took a person's word: the reading is decided, and others of its account are cleared with it. */
export const settleQuarantine: FollowUp = async (tx, row, reply) => {
  const readingId = row.note["quarantined_reading_id"];
  if (typeof readingId !== "string") return;
  const ended_at = new Date(reply.at_s * 1_000);
  const open = and(
    eq(quarantinedReadings.account_id, row.account_id),
    eq(quarantinedReadings.state, "open"),
  );
  const state = row.op === "accept_reading" ? "accepted" : "rejected";
  await tx
    .update(quarantinedReadings)
    .set({ state, order_id: row.id, ended_at })
    .where(and(open, eq(quarantinedReadings.id, readingId)));
  await tx
    .update(quarantinedReadings)
    .set({ state: "cleared", ended_at })
    .where(and(open, ne(quarantinedReadings.id, readingId)));
};
