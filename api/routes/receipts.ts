/**
 * `/v1/vends/{vend_id}/receipt`: a copy of a receipt as JSON, page or print.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { pageHeaders } from "../access/page-headers.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { copyReceipt } from "../vending/copies.ts";
import { receiptOut } from "../vending/receipt.ts";
import { receiptHtml } from "../vending/receipt-html.ts";
import type { PrintedReceipt } from "../vending/receipt-lines.ts";
import { receiptPdf } from "../vending/receipt-pdf.ts";
import { visibleVend } from "../vending/visible.ts";
import { KEYED, problems } from "./answers.ts";
import { vendParams } from "./vends.ts";

const copyOut = z
  .object({
    ...receiptOut.shape,
    status: z.enum(["applied", "reversed"]),
    copy: z.int().positive().openapi({ description: "Counts the copies that were given out" }),
    operator: z.string(),
    vendor: z.string().nullable(),
  })
  .openapi("ReceiptCopy");

const TYPES = ["application/json", "text/html", "application/pdf"] as const;
const route = createRoute({
  tags: ["Vending"],
  security: KEYED,
  middleware: [needs("vends:read")],
  method: "get",
  path: "/v1/vends/{vend_id}/receipt",
  summary: "A copy of the receipt, marked and counted; JSON, HTML or PDF, as Accept asks",
  request: { params: vendParams },
  responses: {
    200: {
      description: "The copy",
      content: {
        "application/json": { schema: copyOut },
        "text/html": { schema: z.string() },
        "application/pdf": { schema: z.string().openapi({ format: "binary" }) },
      },
    },
    ...problems("vend_unknown", "not_found", "no_receipt"),
  },
});

/** Adds the route. */
export function addReceiptRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(route, async (c) => {
    const caller = c.get("caller");
    const vend = await visibleVend(db, caller, c.req.valid("param").vend_id);
    const printed = await copyReceipt(db, authorOf(caller, clock), vend);
    const type = accepts(c, { header: "Accept", supports: [...TYPES], default: TYPES[0] });
    if (type === "text/html") {
      const page = receiptHtml(printed);
      return c.html(page, 200, pageHeaders(page)) as never;
    }
    if (type === "application/pdf") {
      const bytes = new Uint8Array(await receiptPdf(printed));
      const name = `receipt-${printed.receipt.receipt_number}-copy-${printed.copy}.pdf`;
      return c.body(bytes, 200, {
        "Content-Type": type,
        "Content-Disposition": `inline; filename="${name}"`,
      }) as never;
    }
    return c.json(copyView(printed), 200);
  });
}

function copyView({ receipt, operator, vendor, copy, isReversed }: PrintedReceipt) {
  const status = isReversed ? ("reversed" as const) : ("applied" as const);
  return { ...receipt, status, copy, operator, vendor };
}
