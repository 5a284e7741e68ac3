/**
 * `/v1/price-lists`: versions of price lists, published and never edited (R30).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { parsePriceList } from "../../engine/contract/price-list/parse.ts";
import { ACCUMULATION_BASES, type PriceList } from "../../engine/contract/price-list/price-list.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { eachAtMost } from "../each.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem, type ProblemCode } from "../problems.ts";
import { recordDeed } from "../registry/audit.ts";
import {
  listPriceLists,
  type PriceListRow,
  type PriceListVersion,
  priceListOf,
  versionsOf,
} from "../registry/price-lists.ts";
import { cancelVersion, type Published, publishPriceList } from "../registry/publish.ts";
import { currencyOut, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { tellShard } from "./gateways.ts";
import { reasonText } from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

const listOut = z
  .object({
    price_list_id: z.uuid(),
    name: z.string(),
    service: z.enum(SERVICES),
    currency: currencyOut,
    basis: z.enum(ACCUMULATION_BASES),
    created_at: timeOut,
  })
  .openapi("PriceList");
const versionOut = z
  .object({
    version: z.int().positive(),
    effective_from: timeOut,
    price_list: z.looseObject({ name: z.string() }),
    published_at: timeOut,
  })
  .openapi("PriceListVersion");
const publishedOut = listOut.extend({ version: versionOut }).openapi("PublishedPriceList");
const detailOut = listOut.extend({ versions: z.array(versionOut) }).openapi("PriceListDetail");

const publicationBody = z
  .strictObject({
    price_list: z.unknown().openapi({ type: "object", description: "The price list as JSON" }),
    effective_from: z.iso
      .datetime({ offset: true })
      .optional()
      .openapi({ description: "When it begins, on a whole second; now if left out" }),
  })
  .openapi("PriceListRequest");

const tags = ["Prices"];
const publish = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/price-lists",
  summary: "Publish a version of a price list; a new name makes a new list",
  request: { body: jsonBody(publicationBody) },
  responses: {
    200: json(publishedOut, "The same version was there already"),
    201: json(publishedOut, "The published version"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "price_list_invalid",
      "price_list_begun",
      "price_list_order",
      "price_list_mismatch",
      "price_list_full",
    ),
  },
});
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/price-lists",
  summary: "List price lists",
  request: { query: pageQuery },
  responses: {
    200: json(pageOut(listOut), "A page of price lists"),
    ...problems("invalid_request"),
  },
});
const one = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/price-lists/{price_list_id}",
  summary: "Read a price list with its versions",
  request: { params: z.object({ price_list_id: z.uuid() }) },
  responses: { 200: json(detailOut, "The list"), ...problems("price_list_unknown", "not_found") },
});

const cancel = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/price-lists/{price_list_id}/versions/{version}:cancel",
  summary: "Take back a list's last version before it begins; the one before it goes on (R30)",
  request: {
    params: z.object({ price_list_id: z.uuid(), version: idBefore("cancel", /^[1-9]\d{0,8}$/) }),
    body: jsonBody(z.strictObject({ reason: reasonText })),
  },
  responses: {
    200: json(detailOut, "The list with the versions that are left"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "price_list_unknown",
      "version_unknown",
      "price_list_active",
      "not_found",
    ),
  },
});

/** Adds the routes. */
export function addPriceListRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(publish, async (c) => {
    const body = c.req.valid("json");
    const list = checkedList(body.price_list);
    const nowS = clock.nowS();
    const effectiveFrom = wholeSecond(body.effective_from, nowS);
    const text = JSON.stringify(body.price_list);
    const publication = { list, text, effectiveFrom, nowS };
    const author = authorOf(c.get("caller"), clock);
    const published = await db.transaction(async (tx) => {
      const done = await publishPriceList(tx, author.operatorId, publication);
      if (done.outcome === "published") {
        await recordDeed(tx, author, {
          action: "price_list.published",
          object: `price_list/${done.list.id}`,
          data: { version: done.version.number, effective_from: effectiveFrom },
        });
      }
      return done;
    });
    if (!("version" in published)) throw refused(published, effectiveFrom);
    await eachAtMost(8, published.shards, (shard) => tellShard(context, shard));
    const view = { ...listView(published.list), version: versionView(published.version) };
    const location = { Location: `/v1/price-lists/${published.list.id}` };
    return c.json(view, published.outcome === "published" ? 201 : 200, location);
  });
  app.openapi(withVerb(app, cancel), async (c) => {
    const { price_list_id, version } = c.req.valid("param");
    const author = authorOf(c.get("caller"), clock);
    const list = await priceListOf(db, author.operatorId, price_list_id);
    if (list === undefined) throw unknownList(price_list_id);
    const number = Number(version);
    const { shards } = await db.transaction(async (tx) => {
      const done = await cancelVersion(tx, list, { number, nowS: clock.nowS() });
      if (typeof done === "string") throw notCancelled(done, list, number);
      await recordDeed(tx, author, {
        action: "price_list.version_cancelled",
        object: `price_list/${list.id}`,
        reason: c.req.valid("json").reason,
        data: { version: number },
      });
      return done;
    });
    await eachAtMost(8, shards, (shard) => tellShard(context, shard));
    const versions = (await versionsOf(db, list.id)).map(versionView);
    return c.json({ ...listView(list), versions }, 200);
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listPriceLists(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(listView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { price_list_id } = c.req.valid("param");
    const row = await priceListOf(db, c.get("caller").operatorId, price_list_id);
    if (row === undefined) throw unknownList(price_list_id);
    const versions = (await versionsOf(db, row.id)).map(versionView);
    return c.json({ ...listView(row), versions }, 200);
  });
}

/** The refusal of a price list that is not there, or another operator's. */
export function unknownList(id: string): Problem {
  return new Problem("price_list_unknown", {
    detail: `there is no price list ${id}: check the id`,
  });
}

function notCancelled(
  why: "unknown" | "begun" | "not_last",
  { name }: PriceListRow,
  number: number,
): Problem {
  if (why === "unknown") {
    return new Problem("version_unknown", {
      detail: `price list ${name} has no version ${number}: check the number`,
    });
  }
  return new Problem("price_list_active", {
    detail:
      why === "begun"
        ? `version ${number} of ${name} has begun, or does within a minute: publish another one`
        : `version ${number} of ${name} is its only one, or a later one is published: take that one back first`,
  });
}

/** The price list of a body's `price_list`; refuses one with faults, and names each. */
export function checkedList(value: unknown): PriceList {
  const parsed = parsePriceList(value);
  if (parsed.ok) return parsed.priceList;
  const { faults } = parsed;
  throw new Problem("price_list_invalid", {
    detail: `the price list has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}: mend what errors name`,
    errors: faults.map(({ pointer, message }) => ({ pointer: `/price_list${pointer}`, message })),
  });
}

function wholeSecond(text: string | undefined, nowS: number): Date {
  if (text === undefined) return new Date(nowS * 1_000);
  const at = new Date(text);
  const message = "must be on a whole second from 1970 to 2106";
  if (at.getTime() % 1_000 !== 0 || at.getTime() < 0 || at.getTime() > 0xffff_ffff * 1_000) {
    throw new Problem("invalid_request", {
      detail: `effective_from ${message}`,
      errors: [{ pointer: "/effective_from", message }],
    });
  }
  return at;
}

type Refused = Exclude<Published, { version: PriceListVersion }>;

const WHY: Record<Refused["outcome"], { code: ProblemCode; why: string }> = {
  begun: {
    code: "price_list_begun",
    why: "has another version that begins then, and a published version is never edited: choose another effective_from",
  },
  order: {
    code: "price_list_order",
    why: "has a version that begins later: versions are published in the order in which they begin",
  },
  mismatch: {
    code: "price_list_mismatch",
    why: "is for another service or currency: take another name",
  },
  full: {
    code: "price_list_full",
    why: "has as many versions as the engine keeps: go on under another name",
  },
};

function refused({ outcome, list }: Refused, effectiveFrom: Date): Problem {
  const { code, why } = WHY[outcome];
  return new Problem(code, {
    detail: `price list ${list.name} (from ${effectiveFrom.toISOString()}) ${why}`,
  });
}

function listView(row: PriceListRow): z.input<typeof listOut> {
  return {
    price_list_id: row.id,
    name: row.name,
    service: row.service,
    currency: row.currency,
    basis: row.basis,
    created_at: row.created_at.toISOString(),
  };
}

function versionView(row: PriceListVersion): z.input<typeof versionOut> {
  return {
    version: row.number,
    effective_from: row.effective_from.toISOString(),
    price_list: JSON.parse(row.text) as { name: string },
    published_at: row.created_at.toISOString(),
  };
}
