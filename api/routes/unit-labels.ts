/**
 * What reports go by: use, floor area and cost centre of units, and cost centres of accounts.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { formatDecimal, parseDecimal } from "../../engine/contract/decimal.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";
import { accountOf } from "../registry/accounts.ts";
import { recordDeed } from "../registry/audit.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { COST_CENTER_MAX, REFERENCE_MAX, UNIT_USES } from "../registry/schema/parties.ts";
import { labelUnit, type Unit, type UnitLabels, unitOf } from "../registry/sites.ts";
import { plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { unknownAccount } from "./unknown-account.ts";

const AREA_SCALE = 2;
const AREA_DM2_MAX = 1_000_000_000_000n;

/** A unit as it is given. */
export const unitOut = z
  .object({
    unit_id: z.uuid(),
    site_id: z.uuid(),
    name: z.string(),
    reference: z.string().nullable(),
    use: z.enum(UNIT_USES),
    cost_center: z.string().nullable(),
    area_m2: z.string().nullable(),
    created_at: timeOut,
  })
  .openapi("Unit");

const costCenter = plainText(COST_CENTER_MAX)
  .nullable()
  .optional()
  .openapi({ description: "Production line or department that reports group by" });
const area = z
  .string('must be a decimal in quotes, such as "72.50"')
  .transform((text, ctx) => {
    const dm2 = parseDecimal(text, AREA_SCALE);
    if (dm2 !== undefined && dm2 > 0n && dm2 <= AREA_DM2_MAX) return Number(dm2);
    ctx.addIssue({
      code: "custom",
      message: `must be square metres over 0 with at most ${AREA_SCALE} decimals`,
    });
    return z.NEVER;
  })
  .openapi({ type: "string", example: "72.50" });

/** Labels of a unit as they are asked for; null takes one away. */
export const unitLabels = z.strictObject({
  use: z.enum(UNIT_USES).optional().openapi({
    description: "common: shared by all; supply: where the site's own meters are; else private",
  }),
  cost_center: costCenter,
  area_m2: area
    .nullable()
    .optional()
    .openapi({ type: ["string", "null"] }),
});

/** The same as the registry takes them. */
export function labelsOf(given: z.output<typeof unitLabels>): UnitLabels {
  return { use: given.use, cost_center: given.cost_center, area_dm2: given.area_m2 };
}

/** A unit's view. */
export function unitView(unit: Unit): z.input<typeof unitOut> {
  const { id, site_id, name, reference, use, cost_center, area_dm2, created_at } = unit;
  return {
    unit_id: id,
    site_id,
    name,
    reference,
    use,
    cost_center,
    area_m2: area_dm2 === null ? null : formatDecimal(BigInt(area_dm2), AREA_SCALE, AREA_SCALE),
    created_at: created_at.toISOString(),
  };
}

/** The refusal of a unit that is not there, or another operator's. */
export function unknownUnit(id: string): Problem {
  return new Problem("unit_unknown", { detail: `there is no unit ${id}: check the id` });
}

const labelled = z
  .object({ account_id: z.uuid(), cost_center: z.string().nullable() })
  .openapi("AccountCostCenter");
const ofUnit = createRoute({
  tags: ["Places"],
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "patch",
  path: "/v1/units/{unit_id}",
  summary: "Change a unit: its name, reference and what reports go by; what is left out stays",
  request: {
    params: z.object({ unit_id: z.uuid() }),
    body: jsonBody(
      unitLabels.extend({
        name: plainText(NAME_MAX).optional(),
        reference: plainText(REFERENCE_MAX).nullable().optional(),
      }),
    ),
  },
  responses: {
    200: json(unitOut, "The unit"),
    ...problems("malformed_json", "invalid_request", "already_exists", "unit_unknown", "not_found"),
  },
});
const ofAccount = createRoute({
  tags: ["Accounts"],
  security: KEYED,
  middleware: [needs("registry:write")],
  method: "put",
  path: "/v1/accounts/{account_id}/cost-center",
  summary: "Give an account a cost centre of its own; null: its unit's",
  request: {
    params: z.object({ account_id: z.uuid() }),
    body: jsonBody(z.strictObject({ cost_center: plainText(COST_CENTER_MAX).nullable() })),
  },
  responses: {
    200: json(labelled, "What it is now"),
    ...problems("malformed_json", "invalid_request", "account_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addUnitLabelRoutes(app: OpenAPIHono<ApiEnv>, { db, clock }: ApiContext): void {
  app.openapi(ofUnit, async (c) => {
    const { unit_id: id } = c.req.valid("param");
    const given = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    if ((await unitOf(db, author.operatorId, id)) === undefined) throw unknownUnit(id);
    const { name, reference } = given;
    const unit = await refuseTaken("unit", given, () =>
      db.transaction(async (tx) => {
        const changed = await labelUnit(tx, id, { name, reference, ...labelsOf(given) });
        const object = `unit/${id}`;
        await recordDeed(tx, author, { action: "unit.changed", object, data: given });
        return changed;
      }),
    );
    return c.json(unitView(unit), 200);
  });
  app.openapi(ofAccount, async (c) => {
    const { account_id: id } = c.req.valid("param");
    const { cost_center } = c.req.valid("json");
    const author = authorOf(c.get("caller"), clock);
    if ((await accountOf(db, author.operatorId, id)) === undefined) throw unknownAccount(id);
    await db.transaction(async (tx) => {
      await tx.update(accounts).set({ cost_center }).where(eq(accounts.id, id));
      const data = { cost_center };
      await recordDeed(tx, author, { action: "account.labelled", object: `account/${id}`, data });
    });
    return c.json({ account_id: id, cost_center }, 200);
  });
}
