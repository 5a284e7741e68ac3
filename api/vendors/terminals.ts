/**
 * Terminals of vendors.
 */
import { and, asc, eq, gt } from "drizzle-orm";
import { Problem } from "../problems.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { terminals } from "../registry/schema/vendors.ts";
import type { Page } from "../registry/sites.ts";
import type { Vendor } from "./vendors.ts";

/** A terminal as the registry has it. */
export type Terminal = typeof terminals.$inferSelect;

/** Makes a terminal. The database refuses a name that the vendor has (`terminals_name`). Runs in a transaction. */
export async function createTerminal(
  tx: Queryable,
  author: Author,
  { id, operator_id }: Vendor,
  name: string,
): Promise<Terminal> {
  const row = one(
    await tx.insert(terminals).values({ operator_id, vendor_id: id, name }).returning(),
  );
  await recordDeed(tx, author, {
    action: "terminal.created",
    object: `terminal/${row.id}`,
    data: { vendor_id: id, name },
  });
  return row;
}

/** Opens or closes a terminal of the operator: a closed one takes no vends. Runs in a transaction. */
export async function changeTerminal(
  tx: Queryable,
  author: Author,
  id: string,
  { state, reason }: { state: Terminal["state"]; reason: string },
): Promise<Terminal> {
  const [row] = await tx
    .update(terminals)
    .set({ state })
    .where(and(eq(terminals.operator_id, author.operatorId), eq(terminals.id, id)))
    .returning();
  if (row === undefined) {
    throw new Problem("terminal_unknown", { detail: `there is no terminal ${id}: check the id` });
  }
  await recordDeed(tx, author, {
    action: `terminal.${state}`,
    object: `terminal/${id}`,
    reason,
  });
  return row;
}

/** The operator's terminals, or those of one vendor. */
export async function listTerminals(
  db: Queryable,
  operatorId: string,
  { after, limit, vendorId }: Page & { vendorId: string | undefined },
): Promise<Terminal[]> {
  return await db
    .select()
    .from(terminals)
    .where(
      and(
        eq(terminals.operator_id, operatorId),
        vendorId === undefined ? undefined : eq(terminals.vendor_id, vendorId),
        gt(terminals.ordinal, after),
      ),
    )
    .orderBy(asc(terminals.ordinal))
    .limit(limit);
}
