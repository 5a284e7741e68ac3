/**
 * Shifts at terminals: from the cash that the drawer begins with to the cash that is counted at the end.
 */
import { and, asc, count, eq, gt, isNull } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { Problem } from "../problems.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { isTaken, one, type Queryable } from "../registry/database.ts";
import { vends } from "../registry/schema/vending.ts";
import { terminals, vendorShifts, vendors } from "../registry/schema/vendors.ts";
import type { Page } from "../registry/sites.ts";
import { expectedCash, tendersOf } from "./cash-up.ts";
import type { Vendor } from "./vendors.ts";

/** A shift as the registry has it, with its terminal's name. */
export type Shift = typeof vendorShifts.$inferSelect & { terminal: string };

/** Opens a shift at a vendor's terminal. Throws a Problem where one is open, or the terminal does not sell. */
export async function openShift(
  db: NodePgDatabase,
  author: Author,
  { id: vendorId, operator_id }: Vendor,
  asked: { terminal: string; cashier: string; openingCashMicros: bigint },
): Promise<Shift> {
  try {
    return await db.transaction(async (tx) => {
      await lockVendor(tx, vendorId);
      const [at] = await tx
        .select()
        .from(terminals)
        .where(and(eq(terminals.vendor_id, vendorId), eq(terminals.name, asked.terminal)));
      if (at === undefined || at.state !== "open") {
        throw new Problem("terminal_unknown", {
          detail: `the vendor has no open terminal ${asked.terminal}: register it with POST /v1/terminals`,
          errors: [{ pointer: "/terminal_id", message: "is not known, or closed" }],
        });
      }
      const row = one(
        await tx
          .insert(vendorShifts)
          .values({
            operator_id,
            vendor_id: vendorId,
            terminal_id: at.id,
            cashier: asked.cashier,
            opened_by: author.keyId,
            opening_cash_micros: asked.openingCashMicros,
            opened_at: author.at,
          })
          .returning(),
      );
      await recordDeed(tx, author, {
        action: "shift.opened",
        object: `vendor_shift/${row.id}`,
        data: { terminal: at.name, cashier: asked.cashier },
      });
      return { ...row, terminal: at.name };
    });
  } catch (error) {
    if (!isTaken(error, "vendor_shifts_one_open")) throw error;
    throw new Problem("shift_open", {
      detail: `a shift is open at terminal ${asked.terminal}: close it first`,
      cause: error,
    });
  }
}

/**
 * Closes a shift with the cash that was counted. The same again gives the same; what is sold meanwhile belongs to no shift or
 * the next. Throws a Problem while vends of it are under way.
 */
export async function closeShift(
  db: NodePgDatabase,
  author: Author,
  shift: Shift,
  { countedMicros, note }: { countedMicros: bigint; note: string | undefined },
): Promise<Shift> {
  const row = await db.transaction(async (tx) => {
    await lockVendor(tx, shift.vendor_id);
    const now = one(await tx.select().from(vendorShifts).where(eq(vendorShifts.id, shift.id)));
    if (now.closed_at !== null) {
      if (now.counted_cash_micros === countedMicros && now.note === (note ?? null)) return now;
      throw new Problem("shift_closed", {
        detail: `shift ${shift.id} was closed with another count, which stands`,
      });
    }
    await refusePending(tx, shift.id);
    const tenders = await tendersOf(tx, shift.id);
    const closed = one(
      await tx
        .update(vendorShifts)
        .set({
          closed_by: author.keyId,
          closed_at: author.at,
          counted_cash_micros: countedMicros,
          expected_cash_micros: expectedCash(now.opening_cash_micros, tenders),
          tenders,
          note: note ?? null,
        })
        .where(eq(vendorShifts.id, shift.id))
        .returning(),
    );
    await recordDeed(tx, author, {
      action: "shift.closed",
      object: `vendor_shift/${shift.id}`,
      reason: note,
      data: { counted_micros: countedMicros.toString() },
    });
    return closed;
  });
  return { ...row, terminal: shift.terminal };
}

/** Which shifts a list is of. */
export type ShiftFilter = { vendorId?: string | undefined; isOpen?: boolean | undefined };

/** The operator's shifts. */
export async function listShifts(
  db: Queryable,
  operatorId: string,
  { after, limit, vendorId, isOpen }: Page & ShiftFilter,
): Promise<Shift[]> {
  const rows = await shifts(db)
    .where(
      and(
        eq(vendorShifts.operator_id, operatorId),
        vendorId === undefined ? undefined : eq(vendorShifts.vendor_id, vendorId),
        isOpen === true ? isNull(vendorShifts.closed_at) : undefined,
        gt(vendorShifts.ordinal, after),
      ),
    )
    .orderBy(asc(vendorShifts.ordinal))
    .limit(limit);
  return rows.map(({ shift, terminal }) => ({ ...shift, terminal }));
}

/** The operator's shift of this id, or a refusal. `vendorId`: the only vendor that the caller sees. */
export async function shiftOf(
  db: Queryable,
  operatorId: string,
  id: string,
  vendorId: string | undefined,
): Promise<Shift> {
  const [found] = await shifts(db).where(
    and(eq(vendorShifts.operator_id, operatorId), eq(vendorShifts.id, id)),
  );
  if (found !== undefined && (vendorId === undefined || vendorId === found.shift.vendor_id)) {
    return { ...found.shift, terminal: found.terminal };
  }
  throw new Problem("shift_unknown", { detail: `there is no shift ${id}: check the id` });
}

function shifts(db: Queryable) {
  return db
    .select({ shift: vendorShifts, terminal: terminals.name })
    .from(vendorShifts)
    .innerJoin(terminals, eq(terminals.id, vendorShifts.terminal_id))
    .$dynamic();
}

/** Whoever sells takes this lock, too: nothing begins in a shift that is being closed. */
async function lockVendor(tx: Queryable, vendorId: string): Promise<void> {
  await tx
    .select({ id: vendors.id })
    .from(vendors)
    .where(eq(vendors.id, vendorId))
    .for("no key update");
}

async function refusePending(tx: Queryable, shiftId: string): Promise<void> {
  const { pending } = one(
    await tx
      .select({ pending: count() })
      .from(vends)
      .where(and(eq(vends.shift_id, shiftId), eq(vends.state, "pending"))),
  );
  if (pending === 0) return;
  throw new Problem("vends_pending", {
    detail: `${pending} vends of this shift wait for the engine: close it when they are answered`,
    headers: { "Retry-After": "1" },
  });
}
