/**
 * `/v1/accounts/{account_id}/effective`: which price list and supply policy are in force for an account, and why (R37).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { inArray } from "drizzle-orm";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { Queryable } from "../registry/database.ts";
import { type Applicable, termsOf } from "../registry/effective.ts";
import { nextChange, ranked } from "../registry/precedence.ts";
import { LEVELS } from "../registry/schema/assignments.ts";
import { priceLists, supplyPolicies } from "../registry/schema/pricing.ts";
import { timeOut, timeText } from "../schemas.ts";
import { json, KEYED, problems } from "./answers.ts";
import { targetOf } from "./assignments.ts";
import { ownAccount } from "./order-answers.ts";

const because = z.object({
  level: z.enum([...LEVELS, "opening"]).openapi({
    description: "`opening`: nothing is assigned, so it is what the account was opened with",
  }),
  target_id: z.uuid().nullable(),
  assignment_id: z.uuid().nullable(),
  effective_from: timeOut.nullable(),
});
const candidateOut = z.object({ id: z.uuid(), name: z.string(), because });
const thingOut = candidateOut.extend({
  /** What the engine goes by; it differs for moments only, or while the engine does not answer. */
  told: z.boolean(),
  next: candidateOut.extend({ at: timeOut }).nullable(),
  overruled: z.array(candidateOut),
});
const effectiveOut = z
  .object({ account_id: z.uuid(), as_of: timeOut, price_list: thingOut, supply_policy: thingOut })
  .openapi("Effective");

const route = createRoute({
  tags: ["Prices"],
  security: KEYED,
  middleware: [needs("registry:read")],
  method: "get",
  path: "/v1/accounts/{account_id}/effective",
  summary: "Which price list and supply policy are in force for an account, and why",
  request: { params: z.object({ account_id: z.uuid() }) },
  responses: {
    200: json(effectiveOut, "What is in force, what comes next, and what was overruled"),
    ...problems("account_unknown", "not_found"),
  },
});

/** Adds the route. */
export function addEffectiveRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, clock } = context;
  app.openapi(route, async (c) => {
    const account = await ownAccount(context, c.get("caller"), c.req.valid("param").account_id);
    const nowMs = clock.nowS() * 1_000;
    const { lists, policies } = await termsOf(db, account, nowMs);
    const { next_price_list_at: nextAt, next_price_list_id: nextId } = account;
    const told = nextAt !== null && nextAt.getTime() <= nowMs ? nextId : account.price_list_id;
    const names = await namesOf(
      db,
      [...lists, ...policies],
      [account.opening_price_list_id, account.opening_policy_id],
    );
    return c.json(
      {
        account_id: account.id,
        as_of: timeText(clock.nowS()),
        price_list: thingView(lists, account.opening_price_list_id, { nowMs, told, names }),
        supply_policy: thingView(policies, account.opening_policy_id, {
          nowMs,
          told: account.policy_id,
          names,
        }),
      },
      200,
    );
  });
}

type With = { nowMs: number; told: string | null; names: ReadonlyMap<string, string> };

function thingView(
  candidates: readonly Applicable[],
  opening: string,
  { nowMs, told, names }: With,
): z.input<typeof thingOut> {
  const [first, ...others] = ranked(candidates, nowMs);
  const change = nextChange(candidates, nowMs, opening);
  const view = (each: Applicable | undefined) => candidateView(each, opening, names);
  const current = view(first);
  return {
    ...current,
    told: told === current.id,
    next: change === undefined ? null : { ...view(change.to), at: timeText(change.atMs / 1_000) },
    overruled: first === undefined ? [] : [...others.map(view), view(undefined)],
  };
}

function candidateView(
  each: Applicable | undefined,
  opening: string,
  names: ReadonlyMap<string, string>,
): z.input<typeof candidateOut> {
  const id = each?.thing ?? opening;
  return {
    id,
    name: names.get(id) ?? "",
    because: {
      level: each?.level ?? "opening",
      target_id: each === undefined ? null : targetOf(each.row),
      assignment_id: each?.row.id ?? null,
      effective_from: each?.row.effective_from.toISOString() ?? null,
    },
  };
}

async function namesOf(
  db: Queryable,
  candidates: readonly Applicable[],
  openings: readonly string[],
): Promise<Map<string, string>> {
  const ids = [...new Set([...candidates.map(({ thing }) => thing), ...openings])];
  const rows = [];
  for (const table of [priceLists, supplyPolicies]) {
    rows.push(
      ...(await db
        .select({ id: table.id, name: table.name })
        .from(table)
        .where(inArray(table.id, ids))),
    );
  }
  return new Map(rows.map(({ id, name }) => [id, name]));
}
