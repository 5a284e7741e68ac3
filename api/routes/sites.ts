/**
 * `/v1/sites` and `/v1/units`.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { openZone } from "../../engine/tariff/zone.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { recordDeed } from "../registry/audit.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { REFERENCE_MAX } from "../registry/schema/parties.ts";
import {
  changeSite,
  createSite,
  createUnit,
  listSites,
  listUnits,
  type Site,
  siteOf,
  unitOf,
} from "../registry/sites.ts";
import { plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { refuseTaken, taken } from "./refuse-taken.ts";
import { labelsOf, unitLabels, unitOut, unitView, unknownUnit } from "./unit-labels.ts";

const siteOut = z
  .object({
    site_id: z.uuid(),
    name: z.string(),
    reference: z.string().nullable(),
    timezone: z.string(),
    shard: z.int(),
    created_at: timeOut,
  })
  .openapi("Site");

/** The operator's own key of a site or unit; null takes it away. */
const reference = plainText(REFERENCE_MAX)
  .nullable()
  .optional()
  .openapi({ description: "The operator's own key, by which imports name it" });
const siteBody = z
  .strictObject({
    name: plainText(NAME_MAX),
    reference,
    timezone: plainText(64)
      .refine(
        (name) => openZone(name) !== undefined,
        'must be an IANA zone such as "Europe/Madrid"',
      )
      .openapi({ example: "Europe/Madrid" }),
  })
  .openapi("SiteRequest");
const unitBody = z
  .strictObject({ site_id: z.uuid(), name: plainText(NAME_MAX), reference, ...unitLabels.shape })
  .openapi("UnitRequest");

const tags = ["Places"];
const read = { tags, security: KEYED, middleware: [needs("registry:read")] };
const write = { tags, security: KEYED, middleware: [needs("registry:write")] };

const makeSite = createRoute({
  ...write,
  method: "post",
  path: "/v1/sites",
  summary: "Make a site; it gets the shard with the fewest sites",
  request: { body: jsonBody(siteBody) },
  responses: {
    201: json(siteOut, "The site"),
    ...problems("malformed_json", "invalid_request", "already_exists"),
  },
});
const allSites = createRoute({
  ...read,
  method: "get",
  path: "/v1/sites",
  summary: "List sites",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(siteOut), "A page of sites"), ...problems("invalid_request") },
});
const oneSite = createRoute({
  ...read,
  method: "get",
  path: "/v1/sites/{site_id}",
  summary: "Read a site",
  request: { params: z.object({ site_id: z.uuid() }) },
  responses: { 200: json(siteOut, "The site"), ...problems("site_unknown", "not_found") },
});
const patchSite = createRoute({
  ...write,
  method: "patch",
  path: "/v1/sites/{site_id}",
  summary:
    "Change a site's name or reference; what is left out stays. Its timezone stays for its life",
  request: {
    params: z.object({ site_id: z.uuid() }),
    body: jsonBody(z.strictObject({ name: plainText(NAME_MAX).optional(), reference })),
  },
  responses: {
    200: json(siteOut, "The site"),
    ...problems("malformed_json", "invalid_request", "already_exists", "site_unknown", "not_found"),
  },
});
const makeUnit = createRoute({
  ...write,
  method: "post",
  path: "/v1/units",
  summary: "Make a unit: a flat, shop or workshop of a site",
  request: { body: jsonBody(unitBody) },
  responses: {
    201: json(unitOut, "The unit"),
    ...problems("malformed_json", "invalid_request", "already_exists", "site_unknown"),
  },
});
const allUnits = createRoute({
  ...read,
  method: "get",
  path: "/v1/units",
  summary: "List units",
  request: { query: pageQuery.extend({ site_id: z.uuid().optional() }) },
  responses: { 200: json(pageOut(unitOut), "A page of units"), ...problems("invalid_request") },
});
const oneUnit = createRoute({
  ...read,
  method: "get",
  path: "/v1/units/{unit_id}",
  summary: "Read a unit",
  request: { params: z.object({ unit_id: z.uuid() }) },
  responses: { 200: json(unitOut, "The unit"), ...problems("unit_unknown", "not_found") },
});

/** Adds the routes. */
export function addSiteRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(makeSite, async (c) => {
    const author = authorOf(c.get("caller"), clock);
    const wanted = { operatorId: author.operatorId, ...c.req.valid("json") };
    const row = await refuseTaken("site", wanted, () =>
      db.transaction(async (tx) => {
        const { row, created } = await createSite(tx, wanted);
        if (!created) throw taken("site", row.name);
        await recordDeed(tx, author, { action: "site.made", object: `site/${row.id}` });
        return row;
      }),
    );
    return c.json(siteView(row), 201, { Location: `/v1/sites/${row.id}` });
  });
  app.openapi(allSites, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listSites(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(siteView), next_cursor }, 200);
  });
  app.openapi(oneSite, async (c) => {
    const site = await siteOf(db, c.get("caller").operatorId, c.req.valid("param").site_id);
    if (site === undefined) throw unknownSite(c.req.valid("param").site_id);
    return c.json(siteView(site), 200);
  });
  app.openapi(patchSite, async (c) => {
    const author = authorOf(c.get("caller"), clock);
    const { site_id } = c.req.valid("param");
    const given = c.req.valid("json");
    if ((await siteOf(db, author.operatorId, site_id)) === undefined) throw unknownSite(site_id);
    const row = await refuseTaken("site", given, () =>
      db.transaction(async (tx) => {
        const changed = await changeSite(tx, site_id, given);
        const object = `site/${site_id}`;
        await recordDeed(tx, author, { action: "site.changed", object, data: given });
        return changed;
      }),
    );
    return c.json(siteView(row), 200);
  });
  app.openapi(makeUnit, async (c) => {
    const { site_id, name, reference, ...given } = c.req.valid("json");
    const site = await siteOf(db, c.get("caller").operatorId, site_id);
    if (site === undefined) throw unknownSite(site_id);
    const author = authorOf(c.get("caller"), clock);
    const row = await db.transaction(async (tx) => {
      const { row, created } = await createUnit(tx, {
        siteId: site.id,
        name,
        reference,
        labels: labelsOf(given),
      });
      if (!created) throw taken("unit", name);
      await recordDeed(tx, author, { action: "unit.made", object: `unit/${row.id}` });
      return row;
    });
    return c.json(unitView(row), 201, { Location: `/v1/units/${row.id}` });
  });
  app.openapi(allUnits, async (c) => {
    const query = c.req.valid("query");
    const page = { ...pageOf(query), siteId: query.site_id };
    const rows = await listUnits(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(unitView), next_cursor }, 200);
  });
  app.openapi(oneUnit, async (c) => {
    const { unit_id } = c.req.valid("param");
    const found = await unitOf(db, c.get("caller").operatorId, unit_id);
    if (found === undefined) throw unknownUnit(unit_id);
    return c.json(unitView(found.unit), 200);
  });
}

/** The refusal of a site that is not there, or another operator's. */
export function unknownSite(id: string): Problem {
  return new Problem("site_unknown", { detail: `there is no site ${id}: check the id` });
}

function siteView(site: Site): z.input<typeof siteOut> {
  const { id, name, reference, timezone, shard, created_at } = site;
  return { site_id: id, name, reference, timezone, shard, created_at: created_at.toISOString() };
}
