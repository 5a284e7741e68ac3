/**
 * `/v1/meters`.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { link } from "../../engine/contract/link.ts";
import { FIELD_DRIVERS } from "../../engine/contract/roster.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { raiseRoster } from "../registry/gateways.ts";
import { changeMeter, createMeters, listMeters, type Meter, meterOf } from "../registry/meters.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { unitOf } from "../registry/sites.ts";
import { plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { findGateway, tellShard } from "./gateways.ts";

/** A quantity of atoms as it is asked for. */
export const atoms = z.string().regex(/^\d{1,16}$/, "must be a whole number of atoms in quotes");
/** AES-128 key of a meter that encrypts what it sends; it is never shown again. */
export const meterKey = z
  .string()
  .regex(/^[0-9A-F]{32}$/, "must be 32 digits of hex in capitals")
  .optional();

const meterOut = z
  .object({
    meter_id: z.uuid(),
    serial: z.string(),
    service: z.enum(SERVICES),
    gateway: z.int(),
    usage_point_id: z.uuid(),
    driver: z.enum(FIELD_DRIVERS),
    device: z.string(),
    link,
    address: z.string(),
    encrypted: z.boolean(),
    modulus_atoms: z.string(),
    max_rate_atoms_per_hour: z.string(),
    step_atoms: z.string(),
    created_at: timeOut,
    retired_at: timeOut.nullable(),
  })
  .openapi("Meter");

const meterBody = z
  .strictObject({
    unit_id: z.uuid(),
    gateway: z.int().positive(),
    serial: plainText(64),
    service: z.enum(SERVICES),
    usage_point: plainText(NAME_MAX).default("main"),
    driver: z.enum(FIELD_DRIVERS),
    device: plainText(64).openapi({ example: "eastron-sdm120" }),
    link,
    address: plainText(64),
    key: meterKey,
    modulus_atoms: atoms.default("0"),
    max_rate_atoms_per_hour: atoms.default("0"),
    step_atoms: atoms.default("1"),
  })
  .openapi("MeterRequest");

const tags = ["Field"];
const make = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "post",
  path: "/v1/meters",
  summary: "Make a meter at a usage point of a unit; its gateway reads it once its account is open",
  request: { body: jsonBody(meterBody) },
  responses: {
    201: json(meterOut, "The meter"),
    ...problems(
      "malformed_json",
      "invalid_request",
      "already_exists",
      "unit_unknown",
      "gateway_unknown",
    ),
  },
});
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/meters",
  summary: "List meters",
  request: { query: pageQuery },
  responses: { 200: json(pageOut(meterOut), "A page of meters"), ...problems("invalid_request") },
});
const one = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/meters/{meter_id}",
  summary: "Read a meter",
  request: { params: z.object({ meter_id: z.uuid() }) },
  responses: { 200: json(meterOut, "The meter"), ...problems("meter_unknown", "not_found") },
});
const patch = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "patch",
  path: "/v1/meters/{meter_id}",
  summary:
    "Change how a meter is reached; what is left out stays. Another meter in its place is an exchange",
  request: {
    params: z.object({ meter_id: z.uuid() }),
    body: jsonBody(
      z.strictObject({
        driver: z.enum(FIELD_DRIVERS).optional(),
        device: plainText(64).optional(),
        link: link.optional(),
        address: plainText(64).optional(),
        key: meterKey.unwrap().nullable().optional(),
      }),
    ),
  },
  responses: {
    200: json(meterOut, "The meter; its gateway is told"),
    ...problems("malformed_json", "invalid_request", "meter_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addMeterRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(make, async (c) => {
    const body = c.req.valid("json");
    const { operatorId } = c.get("caller");
    const place = await unitOf(db, operatorId, body.unit_id);
    if (place === undefined) {
      throw new Problem("unit_unknown", { detail: `there is no unit ${body.unit_id}` });
    }
    const gateway = await findGateway(context, operatorId, body.gateway);
    if (gateway.site_id !== place.site.id) {
      const message = `is at another site than unit ${body.unit_id}`;
      throw new Problem("invalid_request", {
        detail: `gateway ${body.gateway} ${message}`,
        errors: [{ pointer: "/gateway", message }],
      });
    }
    const meter = await makeMeter(context, authorOf(c.get("caller"), context.clock), body);
    return c.json(meterView(meter), 201, { Location: `/v1/meters/${meter.id}` });
  });
  app.openapi(all, async (c) => {
    const page = pageOf(c.req.valid("query"));
    const rows = await listMeters(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(meterView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { meter_id } = c.req.valid("param");
    const meter = await meterOf(db, c.get("caller").operatorId, { id: meter_id });
    if (meter === undefined) {
      throw new Problem("meter_unknown", { detail: `there is no meter ${meter_id}: check the id` });
    }
    return c.json(meterView(meter), 200);
  });
  app.openapi(patch, async (c) => {
    const { meter_id: id } = c.req.valid("param");
    const author = authorOf(c.get("caller"), context.clock);
    const before = await meterOf(db, author.operatorId, { id });
    if (before === undefined || before.retired_at !== null) {
      throw new Problem("meter_unknown", { detail: `there is no meter ${id} in use` });
    }
    const given = c.req.valid("json");
    const { key, ...shown } = given;
    const { meter, version } = await db.transaction(async (tx) => {
      const meter = await changeMeter(tx, id, given);
      const data = { ...shown, ...(key !== undefined && { key: key === null ? null : "changed" }) };
      await recordDeed(tx, author, { action: "meter.changed", object: `meter/${id}`, data });
      return { meter, version: await raiseRoster(tx, meter.gateway) };
    });
    const gateway = await findGateway(context, author.operatorId, meter.gateway);
    await tellShard(context, gateway.shard);
    context.announceRoster(meter.gateway, version);
    return c.json(meterView(meter), 200);
  });
}

async function makeMeter(
  { db }: ApiContext,
  author: Author,
  body: z.output<typeof meterBody>,
): Promise<Meter> {
  const wanted = {
    unitId: body.unit_id,
    gateway: body.gateway,
    serial: body.serial,
    service: body.service,
    usagePoint: body.usage_point,
    driver: body.driver,
    device: body.device,
    link: body.link,
    address: body.address,
    key: body.key,
    modulusAtoms: BigInt(body.modulus_atoms),
    maxRateAtomsPerHour: BigInt(body.max_rate_atoms_per_hour),
    stepAtoms: BigInt(body.step_atoms),
  };
  const made = await db.transaction(async (tx) => {
    const [meter] = await createMeters(tx, author.operatorId, [wanted]);
    if (meter !== undefined) {
      await recordDeed(tx, author, { action: "meter.made", object: `meter/${meter.id}` });
    }
    return meter;
  });
  if (made !== undefined) return made;
  throw new Problem("already_exists", {
    detail: `there is a meter ${body.serial} already, or another meter at usage point ${body.usage_point} of this unit`,
  });
}

function meterView(row: Meter): z.input<typeof meterOut> {
  return {
    meter_id: row.id,
    serial: row.serial,
    service: row.service,
    gateway: row.gateway,
    usage_point_id: row.usage_point_id,
    driver: row.driver,
    device: row.device,
    link: row.link,
    address: row.address,
    encrypted: row.key !== null,
    modulus_atoms: String(row.modulus_atoms),
    max_rate_atoms_per_hour: String(row.max_rate_atoms_per_hour),
    step_atoms: String(row.step_atoms),
    created_at: row.created_at.toISOString(),
    retired_at: row.retired_at?.toISOString() ?? null,
  };
}
