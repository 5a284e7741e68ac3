/**
 * `/v1/vendor-shifts`: opening a shift at a terminal, what it took so far, and the cash-up.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Caller } from "../keys.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import type { Queryable } from "../registry/database.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { TERMINAL_MAX } from "../registry/schema/vendors.ts";
import { moneyOut, notNegativeMoney, plainText, timeOut } from "../schemas.ts";
import { expectedCash, tendersOf } from "../vendors/cash-up.ts";
import { closeShift, listShifts, openShift, type Shift, shiftOf } from "../vendors/shifts.ts";
import { ownVendorOf, type Vendor, vendorFor } from "../vendors/vendors.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { reasonText } from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

const shiftOut = z
  .object({
    shift_id: z.uuid(),
    vendor_id: z.uuid(),
    terminal_id: z.string(),
    cashier: z.string(),
    state: z.enum(["open", "closed"]),
    opened_at: timeOut,
    opened_by: z.uuid(),
    opening_cash: moneyOut,
    expected_cash: moneyOut.openapi({
      description: "By the ledger; of an open shift as it stands",
    }),
    closed_at: timeOut.nullable(),
    closed_by: z.uuid().nullable(),
    counted_cash: moneyOut.nullable(),
    difference: moneyOut.nullable().openapi({ description: "Counted, less expected" }),
    tenders: z.array(
      z.object({
        tender: z.string(),
        sales: z.int(),
        sales_amount: moneyOut,
        reversals: z.int(),
        reversals_amount: moneyOut,
      }),
    ),
    note: z.string().nullable(),
  })
  .openapi("VendorShift");

const tags = ["Vendors"];
const write = { tags, security: KEYED, middleware: [needs("vends:write")] };
const read = { tags, security: KEYED, middleware: [needs("vends:read")] };
const open = createRoute({
  ...write,
  method: "post",
  path: "/v1/vendor-shifts",
  summary: "Open a shift; vends of the terminal belong to it until it is closed",
  request: {
    body: jsonBody(
      z
        .strictObject({
          vendor_id: z.uuid().optional().openapi({ description: "May be left out by a vendor" }),
          terminal_id: plainText(TERMINAL_MAX),
          cashier: plainText(NAME_MAX),
          opening_cash: notNegativeMoney,
        })
        .openapi("ShiftRequest"),
    ),
  },
  responses: {
    201: json(shiftOut, "The shift"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "vendor_unknown",
      "terminal_unknown",
      "shift_open",
    ),
  },
});
const all = createRoute({
  ...read,
  method: "get",
  path: "/v1/vendor-shifts",
  summary: "List shifts; a vendor's key sees its own",
  request: {
    query: pageQuery.extend({
      vendor_id: z.uuid().optional(),
      state: z.enum(["open"]).optional(),
    }),
  },
  responses: {
    200: json(pageOut(shiftOut), "A page"),
    ...problems("invalid_request", "vendor_unknown"),
  },
});
const one = createRoute({
  ...read,
  method: "get",
  path: "/v1/vendor-shifts/{shift_id}",
  summary: "Read a shift, also what an open one took so far",
  request: { params: z.object({ shift_id: z.uuid() }) },
  responses: { 200: json(shiftOut, "The shift"), ...problems("shift_unknown", "not_found") },
});
const close = createRoute({
  ...write,
  method: "post",
  path: "/v1/vendor-shifts/{shift_id}:close",
  summary: "Cash up: close a shift with the cash that was counted; the same again gives the same",
  request: {
    params: z.object({ shift_id: idBefore("close") }),
    body: jsonBody(z.strictObject({ counted_cash: notNegativeMoney, note: reasonText.optional() })),
  },
  responses: {
    200: json(shiftOut, "The shift, with what is missing or too much"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "shift_unknown",
      "not_found",
      "shift_closed",
      "vends_pending",
    ),
  },
});

/** Adds the routes. */
export function addVendorShiftRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  const find = async (caller: Caller, id: string): Promise<Shift> =>
    shiftOf(db, caller.operatorId, id, await ownVendorOf(db, caller));
  app.openapi(open, async (c) => {
    const caller = c.get("caller");
    const { vendor_id, terminal_id, cashier, opening_cash } = c.req.valid("json");
    const shift = await openShift(
      db,
      authorOf(caller, clock),
      await vendorNamed(db, caller, vendor_id),
      { terminal: terminal_id, cashier, openingCashMicros: opening_cash },
    );
    const headers = { Location: `/v1/vendor-shifts/${shift.id}` };
    return c.json(await shiftView(db, shift), 201, headers);
  });
  app.openapi(all, async (c) => {
    const caller = c.get("caller");
    const { vendor_id, state, ...paging } = c.req.valid("query");
    if (vendor_id !== undefined) await vendorFor(db, caller, vendor_id);
    const page = pageOf(paging);
    const rows = await listShifts(db, caller.operatorId, {
      ...page,
      vendorId: vendor_id ?? (await ownVendorOf(db, caller)),
      isOpen: state === "open",
    });
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    const items = await Promise.all(rows.map((row) => shiftView(db, row)));
    return c.json({ items, next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { shift_id } = c.req.valid("param");
    return c.json(await shiftView(db, await find(c.get("caller"), shift_id)), 200);
  });
  app.openapi(withVerb(app, close), async (c) => {
    const caller = c.get("caller");
    const shift = await find(caller, c.req.valid("param").shift_id);
    const { counted_cash: countedMicros, note } = c.req.valid("json");
    const closed = await closeShift(db, authorOf(caller, clock), shift, { countedMicros, note });
    return c.json(await shiftView(db, closed), 200);
  });
}

async function vendorNamed(db: Queryable, caller: Caller, id: string | undefined): Promise<Vendor> {
  const vendorId = id ?? (await ownVendorOf(db, caller));
  if (vendorId !== undefined) return await vendorFor(db, caller, vendorId);
  throw new Problem("invalid_request", {
    detail: "vendor_id is needed: the key is no vendor's",
    errors: [{ pointer: "/vendor_id", message: "is needed" }],
  });
}

async function shiftView(db: Queryable, shift: Shift): Promise<z.input<typeof shiftOut>> {
  const tenders = shift.tenders ?? (await tendersOf(db, shift.id));
  const expected = shift.expected_cash_micros ?? expectedCash(shift.opening_cash_micros, tenders);
  const counted = shift.counted_cash_micros;
  return {
    shift_id: shift.id,
    vendor_id: shift.vendor_id,
    terminal_id: shift.terminal,
    cashier: shift.cashier,
    state: shift.closed_at === null ? "open" : "closed",
    opened_at: shift.opened_at.toISOString(),
    opened_by: shift.opened_by,
    opening_cash: formatMicros(shift.opening_cash_micros),
    expected_cash: formatMicros(expected),
    closed_at: shift.closed_at?.toISOString() ?? null,
    closed_by: shift.closed_by,
    counted_cash: counted === null ? null : formatMicros(counted),
    difference: counted === null ? null : formatMicros(counted - expected),
    tenders: tenders.map(({ sales_micros, reversals_micros, ...tender }) => ({
      ...tender,
      sales_amount: formatMicros(BigInt(sales_micros)),
      reversals_amount: formatMicros(BigInt(reversals_micros)),
    })),
    note: shift.note,
  };
}
