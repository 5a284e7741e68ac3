/**
 * Assignments (R37): made, ended, listed; each change has the accounts that it names looked at again.
 */
import { and, asc, eq, gt, isNotNull, isNull } from "drizzle-orm";
import { markDue } from "./apply-terms.ts";
import { type Author, recordDeed } from "./audit.ts";
import { one, type Queryable } from "./database.ts";
import { type Assignment, namedBy } from "./effective.ts";
import { assignments, type Level } from "./schema/assignments.ts";
import type { Page } from "./sites.ts";

/** What is assigned. */
export type Kind = "price_list" | "supply_policy";

/** An assignment as it is asked for; `targetId` is undefined for the operator. */
export type NewAssignment = {
  kind: Kind;
  thingId: string;
  service: Assignment["service"];
  currency: string;
  level: Level;
  targetId: string | undefined;
  effectiveFrom: Date;
  reason: string | undefined;
};

/** An assignment that was made or ended, and how many accounts it names now. */
export type Changed = { row: Assignment; accounts: number };

/** Makes an assignment. Runs in a transaction. */
export async function createAssignment(
  tx: Queryable,
  author: Author,
  wanted: NewAssignment,
): Promise<Changed> {
  const { kind, thingId, level, targetId } = wanted;
  const row = one(
    await tx
      .insert(assignments)
      .values({
        operator_id: author.operatorId,
        [kind === "price_list" ? "price_list_id" : "supply_policy_id"]: thingId,
        service: wanted.service,
        currency: wanted.currency,
        level,
        ...(level !== "operator" && { [`${level}_id`]: targetId }),
        effective_from: wanted.effectiveFrom,
        reason: wanted.reason ?? null,
        key_id: author.keyId,
      })
      .returning(),
  );
  await recordDeed(tx, author, {
    action: `${kind}.assigned`,
    object: `assignment/${row.id}`,
    reason: wanted.reason,
    data: { [kind]: thingId, level, target: targetId ?? null, from: wanted.effectiveFrom },
  });
  return { row, accounts: await markDue(tx, namedBy(row), author.at) };
}

/** Ends an assignment from an instant on. Runs in a transaction. */
export async function endAssignment(
  tx: Queryable,
  author: Author,
  row: Assignment,
  { at, reason }: { at: Date; reason: string | undefined },
): Promise<Changed> {
  // One that has not begun never does.
  const ended_from = at < row.effective_from ? row.effective_from : at;
  const ended = one(
    await tx.update(assignments).set({ ended_from }).where(eq(assignments.id, row.id)).returning(),
  );
  await recordDeed(tx, author, {
    action: "assignment.ended",
    object: `assignment/${row.id}`,
    reason,
    data: { from: ended_from },
  });
  return { row: ended, accounts: await markDue(tx, namedBy(ended), author.at) };
}

/** The operator's assignment of this kind and id, or undefined. */
export async function assignmentOf(
  db: Queryable,
  operatorId: string,
  kind: Kind,
  id: string,
): Promise<Assignment | undefined> {
  const [row] = await db
    .select()
    .from(assignments)
    .where(and(eq(assignments.operator_id, operatorId), eq(assignments.id, id), ofKind(kind)));
  return row;
}

/** The operator's assignments of a kind, in the order of their making; without those that were ended unless asked. */
export function listAssignments(
  db: Queryable,
  operatorId: string,
  { after, limit, kind, ended }: Page & { kind: Kind; ended: boolean },
): Promise<Assignment[]> {
  return db
    .select()
    .from(assignments)
    .where(
      and(
        eq(assignments.operator_id, operatorId),
        gt(assignments.ordinal, after),
        ofKind(kind),
        ended ? undefined : isNull(assignments.ended_from),
      ),
    )
    .orderBy(asc(assignments.ordinal))
    .limit(limit);
}

function ofKind(kind: Kind) {
  return isNotNull(
    kind === "price_list" ? assignments.price_list_id : assignments.supply_policy_id,
  );
}
