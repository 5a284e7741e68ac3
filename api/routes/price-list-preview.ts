/**
 * `/v1/price-lists:preview`: what a price list would have charged, before it is published or begins.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { and, eq, inArray } from "drizzle-orm";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { parsePriceListText } from "../../engine/contract/price-list/parse.ts";
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import { atomsToText } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import {
  PREVIEW_ACCOUNTS_MAX,
  PREVIEW_PERIOD_S_MAX,
  PREVIEWS_AT_ONCE_MAX,
} from "../preview/limits.ts";
import { lastMonth, type Period } from "../preview/period.ts";
import { makePreview, type Preview, type Previewed } from "../preview/preview.ts";
import { type Charged, nothing, type Proposed } from "../preview/proposed.ts";
import { Problem } from "../problems.ts";
import { customerOf } from "../registry/parties.ts";
import { type PriceListVersion, priceListOf, versionsOf } from "../registry/price-lists.ts";
import { accounts as accountsTable } from "../registry/schema/accounts.ts";
import { siteOf, unitOf } from "../registry/sites.ts";
import { type Subject, subjectsOf } from "../reports/subjects.ts";
import { currencyOut, instantText, moneyOut, timeOut, timeText } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { findNamed } from "./named.ts";
import { checkedList, unknownList } from "./price-lists.ts";
import { storeOf, told } from "./reports-route.ts";
import { unknownSite } from "./sites.ts";
import { unknownAccount } from "./unknown-account.ts";

const previewBody = z
  .strictObject({
    price_list: z
      .unknown()
      .optional()
      .openapi({ type: "object", description: "The price list as JSON, or give price_list_id" }),
    price_list_id: z.uuid().optional(),
    version: z.int().positive().optional().openapi({
      description: "Of price_list_id; its last one unless given. Rates the whole time",
    }),
    account_ids: z.array(z.uuid()).min(1).max(PREVIEW_ACCOUNTS_MAX).optional(),
    unit_id: z.uuid().optional(),
    unit_set_id: z.uuid().optional(),
    customer_id: z.uuid().optional(),
    customer_group_id: z.uuid().optional(),
    site_id: z.uuid().optional(),
    from: instantText.optional(),
    to: instantText.optional(),
  })
  .openapi("PriceListPreviewRequest");
type Body = z.output<typeof previewBody>;

const quantityOut = z.string().regex(/^-?\d+(\.\d+)?$/);
const chargedOut = z
  .object({ quantity: quantityOut, consumption: moneyOut, charges: moneyOut, total: moneyOut })
  .openapi("PreviewSums");
const comparedOut = { present: chargedOut, proposed: chargedOut, difference: moneyOut };
const previewOut = z
  .object({
    price_list_id: z.uuid().nullable(),
    version: z.int().nullable(),
    name: z.string(),
    from: timeOut,
    to: timeOut,
    currency: currencyOut,
    unit: z.string(),
    totals: z.object({ ...comparedOut, accounts: z.int() }),
    items: z.array(
      z.object({ account_id: z.uuid(), unit_id: z.uuid(), unit_name: z.string(), ...comparedOut }),
    ),
    left_out: z.object({ other_service: z.int(), holds_quantity: z.int(), not_rateable: z.int() }),
    notes: z.array(z.string()),
  })
  .openapi("PriceListPreview");

const preview = createRoute({
  tags: ["Prices"],
  security: KEYED,
  middleware: [needs("registry:read"), needs("reports:read")],
  method: "post",
  path: "/v1/price-lists:preview",
  summary: "What a price list would have charged for what was consumed; nothing is written",
  request: { body: jsonBody(previewBody) },
  responses: {
    200: json(previewOut, "What was charged, and what would have been"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "price_list_invalid",
      "price_list_unknown",
      "version_unknown",
      "site_unknown",
      "unit_unknown",
      "unit_set_unknown",
      "customer_unknown",
      "customer_group_unknown",
      "account_unknown",
      "report_too_large",
      "preview_busy",
      "store_unavailable",
    ),
  },
});

type Chosen = Proposed & { id: string | null; version: number | null };

/** Adds the route. */
export function addPriceListPreviewRoute(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  let working = 0;
  app.openapi(preview, async (c) => {
    const body = c.req.valid("json");
    const { operatorId } = c.get("caller");
    const chosen = await chosenList(context, operatorId, body);
    const period = periodOf(chosen.list, body, context.clock.nowS());
    await findScope(context, operatorId, body);
    if (working >= PREVIEWS_AT_ONCE_MAX) throw busy();
    working += 1;
    try {
      const store = storeOf(context);
      const made = await told(async () => {
        const all = await subjectsOf(context.db, operatorId, filterOf(body));
        const fit = fitting(all, chosen.list);
        const parts = { db: context.db, store, operatorId };
        return { fit, preview: await makePreview(parts, fit.subjects, chosen, period) };
      });
      return c.json(previewView(chosen, period, made.fit, made.preview), 200);
    } finally {
      working -= 1;
    }
  });
}

async function chosenList({ db }: ApiContext, operatorId: string, body: Body): Promise<Chosen> {
  const { price_list, price_list_id: id, version } = body;
  if ((price_list === undefined) === (id === undefined))
    throw wrong("/price_list", "give either price_list or price_list_id");
  if (id === undefined) {
    if (version !== undefined) throw wrong("/version", "goes with price_list_id");
    const list = rateable(checkedList(price_list), "/price_list");
    return { list, text: JSON.stringify(price_list), id: null, version: null };
  }
  const row = await priceListOf(db, operatorId, id);
  if (row === undefined) throw unknownList(id);
  const versions = await versionsOf(db, row.id);
  const found: PriceListVersion | undefined =
    version === undefined ? versions.at(-1) : versions.find(({ number }) => number === version);
  if (found === undefined)
    throw new Problem("version_unknown", {
      detail: `price list ${row.name} has no version ${version}: check the number`,
    });
  const parsed = parsePriceListText(found.text);
  if (!parsed.ok) throw new Error(`version ${found.number} does not parse any more`);
  const list = rateable(parsed.priceList, "/price_list_id");
  return { list, text: found.text, id: row.id, version: found.number };
}

function rateable(list: PriceList, pointer: string): PriceList {
  if (list.accumulationBasis === "consumption") return list;
  throw wrong(pointer, "rates what is bought (R34): it charges nothing for what was consumed");
}

function periodOf(list: PriceList, { from, to }: Body, nowS: number): Period {
  if ((from === undefined) !== (to === undefined)) throw wrong("/from", "goes with to");
  if (from === undefined || to === undefined) return lastMonth(list, nowS);
  const period = { fromS: from.getTime() / 1_000, toS: to.getTime() / 1_000 };
  if (period.fromS >= period.toS) throw wrong("/from", "must be before to");
  if (period.toS > nowS) throw wrong("/to", "must not be in the future");
  if (period.toS - period.fromS > PREVIEW_PERIOD_S_MAX)
    throw wrong("/to", `must be within ${PREVIEW_PERIOD_S_MAX / 86_400} days of from`);
  return period;
}

async function findScope(context: ApiContext, operatorId: string, body: Body): Promise<void> {
  const { db } = context;
  const { site_id, unit_id, unit_set_id, customer_id, customer_group_id, account_ids } = body;
  if (site_id !== undefined && (await siteOf(db, operatorId, site_id)) === undefined)
    throw unknownSite(site_id);
  if (unit_id !== undefined && (await unitOf(db, operatorId, unit_id)) === undefined)
    throw new Problem("unit_unknown", { detail: `there is no unit ${unit_id}: check the id` });
  if (unit_set_id !== undefined) await findNamed(context, operatorId, "unit_set", unit_set_id);
  if (customer_group_id !== undefined)
    await findNamed(context, operatorId, "customer_group", customer_group_id);
  if (customer_id !== undefined && (await customerOf(db, operatorId, customer_id)) === undefined)
    throw new Problem("customer_unknown", {
      detail: `there is no customer ${customer_id}: check the id`,
    });
  if (account_ids === undefined) return;
  const rows = await db
    .select({ id: accountsTable.id })
    .from(accountsTable)
    .where(and(eq(accountsTable.operator_id, operatorId), inArray(accountsTable.id, account_ids)));
  const known = new Set(rows.map(({ id }) => id));
  const missing = account_ids.find((id) => !known.has(id.toLowerCase()));
  if (missing !== undefined) throw unknownAccount(missing);
}

function filterOf(body: Body) {
  return {
    accountIds: body.account_ids,
    unitId: body.unit_id,
    unitSetId: body.unit_set_id,
    customerId: body.customer_id,
    customerGroupId: body.customer_group_id,
    siteId: body.site_id,
  };
}

type Fitting = { subjects: Subject[]; other_service: number; holds_quantity: number };

/** The accounts that the list could charge. Refuses more than PREVIEW_ACCOUNTS_MAX. */
function fitting(all: readonly Subject[], { service, currency }: PriceList): Fitting {
  const ours = all.filter((one) => one.service === service && one.currency === currency);
  const subjects = ours.filter(({ holds }) => holds === "money");
  if (subjects.length > PREVIEW_ACCOUNTS_MAX)
    throw new Problem("report_too_large", {
      detail: `the preview would be of ${subjects.length} accounts, ${PREVIEW_ACCOUNTS_MAX} are taken: name a site, a set, a group or accounts`,
    });
  return {
    subjects,
    other_service: all.length - ours.length,
    holds_quantity: ours.length - subjects.length,
  };
}

function previewView(
  { list, id, version }: Chosen,
  { fromS, toS }: Period,
  { other_service, holds_quantity }: Fitting,
  { accounts, carryUnknown }: Preview,
): z.input<typeof previewOut> {
  const rated = accounts.flatMap(({ subject, present, proposed }) =>
    proposed === undefined ? [] : [{ subject, present, proposed }],
  );
  const sum = (side: "present" | "proposed"): Charged =>
    rated.reduce((all, one) => plus(all, one[side]), nothing());
  return {
    price_list_id: id,
    version,
    name: list.name,
    from: timeText(fromS),
    to: timeText(toS),
    currency: list.currency,
    unit: list.unit.name,
    totals: { accounts: rated.length, ...compared(list, sum("present"), sum("proposed")) },
    items: rated.map(({ subject, present, proposed }) => ({
      account_id: subject.accountId,
      unit_id: subject.unitId,
      unit_name: subject.unit,
      ...compared(list, present, proposed),
    })),
    left_out: { other_service, holds_quantity, not_rateable: accounts.length - rated.length },
    notes: notesOf(list, accounts, carryUnknown),
  };
}

function plus(a: Charged, b: Charged): Charged {
  return {
    quantityAtoms: a.quantityAtoms + b.quantityAtoms,
    costMicros: a.costMicros + b.costMicros,
    chargesMicros: a.chargesMicros + b.chargesMicros,
  };
}

function compared(list: PriceList, present: Charged, proposed: Charged) {
  return {
    present: sumsView(list, present),
    proposed: sumsView(list, proposed),
    difference: formatMicros(totalOf(proposed) - totalOf(present)),
  };
}

function sumsView(list: PriceList, sums: Charged): z.input<typeof chargedOut> {
  return {
    quantity: atomsToText(sums.quantityAtoms, list.unit),
    consumption: formatMicros(sums.costMicros),
    charges: formatMicros(sums.chargesMicros),
    total: formatMicros(totalOf(sums)),
  };
}

function totalOf({ costMicros, chargesMicros }: Charged): bigint {
  return costMicros + chargesMicros;
}

function notesOf(list: PriceList, accounts: readonly Previewed[], carryUnknown: number): string[] {
  const notes: string[] = [];
  if (list.charges.length > 0)
    notes.push(
      "charges by time are reckoned as for a supply that is connected and outside friendly periods",
    );
  const straddling = accounts.filter(
    ({ present, proposed }) =>
      proposed !== undefined && proposed.quantityAtoms !== present.quantityAtoms,
  ).length;
  if (straddling > 0)
    notes.push(
      `${straddling} accounts have a reading over an edge of the time that the two lists cut in different places`,
    );
  if (carryUnknown > 0)
    notes.push(
      `of ${carryUnknown} accounts the store does not have all that was rated since they began, and a micro may be amiss`,
    );
  return notes;
}

function wrong(pointer: string, message: string): Problem {
  return new Problem("invalid_request", {
    detail: `${pointer.slice(1)}: ${message}`,
    errors: [{ pointer, message }],
  });
}

function busy(): Problem {
  return new Problem("preview_busy", {
    detail: `${PREVIEWS_AT_ONCE_MAX} preview is being made already: ask again in a few seconds`,
    headers: { "Retry-After": "5" },
  });
}
