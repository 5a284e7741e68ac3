/**
 * What vends do to the float of their vendor: an amount is held back when its vend begins, taken when the engine has credited
 * it, given back when the engine refuses it. Each runs in the transaction that moves the vend, under the vendor's row lock.
 */
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { formatMicros } from "../../engine/contract/decimal.ts";
import type { Service } from "../../engine/contract/services.ts";
import { Problem } from "../problems.ts";
import { one, type Queryable } from "../registry/database.ts";
import { vendorMovements } from "../registry/schema/vendor-ledger.ts";
import { terminals, vendorCommissions, vendorShifts, vendors } from "../registry/schema/vendors.ts";
import type { VendRow } from "../vending/receipt.ts";
import { commissionOn } from "./commission.ts";

/** What a sale is about to be. */
export type Sale = {
  vendorId: string;
  amountMicros: bigint;
  currency: string;
  service: Service;
  terminal: string | undefined;
};
/** What its vend keeps of it. */
export type Reserved = Pick<VendRow, "vendor_id" | "shift_id" | "commission_micros">;

/** Holds the amount back. Throws a Problem where the vendor may not sell it. Locks the vendor: take it before the account. */
export async function reserveSale(tx: Queryable, sale: Sale): Promise<Reserved> {
  const { vendorId, amountMicros } = sale;
  const [vendor] = await tx
    .update(vendors)
    .set({ reserved_micros: sql`${vendors.reserved_micros} + ${amountMicros}` })
    .where(
      and(
        eq(vendors.id, vendorId),
        eq(vendors.state, "active"),
        eq(vendors.currency, sale.currency),
        sql`(${vendors.limit_micros} is null or ${vendors.float_micros} + ${vendors.limit_micros} - ${vendors.reserved_micros} >= ${amountMicros})`,
      ),
    )
    .returning({ ppm: ppmOf(sale.service) });
  if (vendor === undefined) throw await refusalOf(tx, sale);
  const shiftId = sale.terminal === undefined ? null : await shiftAt(tx, vendorId, sale.terminal);
  return {
    vendor_id: vendorId,
    shift_id: shiftId,
    commission_micros: commissionOn(amountMicros, vendor.ppm ?? 0),
  };
}

/** In a statement on vendors: what they earn by a service. */
function ppmOf(service: Service): SQL<number | null> {
  return sql`(select c.ppm from ${vendorCommissions} as c where c.vendor_id = vendors.id and c.service = ${service})`;
}

/** A vend that the engine has answered: when it was credited, or undefined where it was refused. */
export type EndedSale = { vend: VendRow; soldAt: Date | undefined };
type OfVendor = EndedSale & { vendorId: string };

/** Takes what was held back for vends that were credited, and gives back what was for those that were refused. */
export async function endSales(tx: Queryable, ended: readonly EndedSale[]): Promise<void> {
  const sales = ended.flatMap((each): OfVendor[] =>
    each.vend.vendor_id === null ? [] : [{ ...each, vendorId: each.vend.vendor_id }],
  );
  if (sales.length === 0) return;
  const floats = await moveFloats(tx, sales);
  const rows = sales.flatMap(({ vend, vendorId, soldAt }) => {
    if (soldAt === undefined) return [];
    const balance = (floats.get(vendorId) ?? 0n) - vend.amount_micros;
    floats.set(vendorId, balance);
    return [saleOf(vend, { vendorId, balance, at: soldAt })];
  });
  if (rows.length > 0) await tx.insert(vendorMovements).values(rows);
}

/** Gives the vendors' floats before the sales. Locks vendors in the order of their ids, as every process does. */
async function moveFloats(tx: Queryable, sales: readonly OfVendor[]): Promise<Map<string, bigint>> {
  const sums = [...new Set(sales.map(({ vendorId }) => vendorId))].map((id) => {
    const own = sales.filter(({ vendorId }) => vendorId === id);
    const sold = own.filter(({ soldAt }) => soldAt !== undefined);
    return { id, held: String(sumOf(own)), sold: String(sumOf(sold)) };
  });
  const { rows } = await tx.execute<{ id: string; float: string }>(sql`
    with moved as (
      select * from json_to_recordset(${JSON.stringify(sums)}::json) as m(id uuid, held bigint, sold bigint)
    ), own as (
      select id from ${vendors} where id = any(array(select id from moved)) order by id for no key update
    )
    update ${vendors} as v
    set reserved_micros = v.reserved_micros - moved.held, float_micros = v.float_micros - moved.sold
    from own join moved using (id) where v.id = own.id
    returning v.id, v.float_micros + moved.sold as float`);
  return new Map(rows.map(({ id, float }) => [id, BigInt(float)]));
}

function sumOf(sales: readonly EndedSale[]): bigint {
  return sales.reduce((sum, { vend }) => sum + vend.amount_micros, 0n);
}

function saleOf(
  vend: VendRow,
  { vendorId, balance, at }: { vendorId: string; balance: bigint; at: Date },
): typeof vendorMovements.$inferInsert {
  return {
    ...movementOf(vend, vendorId),
    kind: "sale",
    amount_micros: -vend.amount_micros,
    commission_micros: vend.commission_micros,
    balance_micros: balance,
    shift_id: vend.shift_id,
    at,
  };
}

/** Gives the float the amount of a vend that was taken back, and takes its commission back, in the shift that is open now. */
export async function returnSale(tx: Queryable, vend: VendRow, at: Date): Promise<void> {
  const { vendor_id: vendorId, amount_micros: amount } = vend;
  if (vendorId === null) return;
  const { float } = one(
    await tx
      .update(vendors)
      .set({ float_micros: sql`${vendors.float_micros} + ${amount}` })
      .where(eq(vendors.id, vendorId))
      .returning({ float: vendors.float_micros }),
  );
  const open = vend.terminal_id === null ? undefined : await openAt(tx, vendorId, vend.terminal_id);
  await tx.insert(vendorMovements).values({
    ...movementOf(vend, vendorId),
    kind: "reversal",
    amount_micros: amount,
    commission_micros: -vend.commission_micros,
    balance_micros: float,
    shift_id: open?.shiftId ?? null,
    at,
  });
}

function movementOf(vend: VendRow, vendorId: string) {
  const { operator_id, vend_id, tender } = vend;
  const reference = tender.reference ?? null;
  return { operator_id, vendor_id: vendorId, vend_id, tender: tender.type, reference };
}

async function shiftAt(tx: Queryable, vendorId: string, name: string): Promise<string | null> {
  const found = await openAt(tx, vendorId, name);
  if (found !== undefined && found.state === "open") return found.shiftId;
  throw new Problem("terminal_unknown", {
    detail: `the vendor has no open terminal ${name}: register it with POST /v1/terminals, or leave terminal_id out`,
    errors: [{ pointer: "/terminal_id", message: "is not known, or closed" }],
  });
}

async function openAt(tx: Queryable, vendorId: string, name: string) {
  const [found] = await tx
    .select({ state: terminals.state, shiftId: vendorShifts.id })
    .from(terminals)
    .leftJoin(
      vendorShifts,
      and(eq(vendorShifts.terminal_id, terminals.id), isNull(vendorShifts.closed_at)),
    )
    .where(and(eq(terminals.vendor_id, vendorId), eq(terminals.name, name)));
  return found;
}

async function refusalOf(tx: Queryable, { vendorId, amountMicros, currency }: Sale) {
  const vendor = one(await tx.select().from(vendors).where(eq(vendors.id, vendorId)));
  if (vendor.state !== "active") {
    return new Problem("vendor_suspended", { detail: `vendor ${vendor.name} is suspended` });
  }
  if (vendor.currency !== currency) {
    return new Problem("currency_mismatch", {
      detail: `vendor ${vendor.name} sells in ${vendor.currency}`,
      errors: [{ pointer: "/currency", message: `must be ${vendor.currency}` }],
    });
  }
  const left = vendor.float_micros + (vendor.limit_micros ?? 0n) - vendor.reserved_micros;
  return new Problem("vendor_limit_reached", {
    detail: `${formatMicros(left)} ${currency} are left of the float and limit of vendor ${vendor.name}, ${formatMicros(amountMicros)} are needed: record a deposit, or wait for vends that are under way`,
    errors: [{ pointer: "/amount", message: "is more than the vendor may sell now" }],
  });
}
