/**
 * `/v1/quarantine`: readings that the engine did not believe, and a person's word on them (R16).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SERVICES } from "../../engine/contract/services.ts";
import { needs } from "../access-control.ts";
import { shownIn } from "../account-view.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import type { Queryable } from "../registry/database.ts";
import {
  listQuarantined,
  lockQuarantined,
  markCleared,
  type QuarantinedOf,
} from "../registry/quarantine.ts";
import { QUARANTINE_STATES } from "../registry/schema/moves.ts";
import { instantText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { answerOrder, mayBeKeyed, orderAnswers, reasonText } from "./order-answers.ts";
import { idBefore, withVerb } from "./verbs.ts";

const readingOut = z
  .object({
    quarantined_reading_id: z.uuid(),
    account_id: z.uuid(),
    service: z.enum(SERVICES),
    verdict: z.string().openapi({ example: "backwards" }),
    received_at: timeOut.openapi({ description: "When the engine got it, by its clock" }),
    register: z.string(),
    unit: z.string(),
    state: z.enum(QUARANTINE_STATES),
    order_id: z.uuid().nullable(),
    ended_at: timeOut.nullable(),
  })
  .openapi("QuarantinedReading");

const tags = ["Field"];
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("accounts:read"), needs("registry:read")],
  method: "get",
  path: "/v1/quarantine",
  summary: "List readings that are in quarantine, or were",
  request: {
    query: pageQuery.extend({
      account_id: z.uuid().optional(),
      state: z.enum(QUARANTINE_STATES).optional(),
    }),
  },
  responses: {
    200: json(pageOut(readingOut), "A page of readings"),
    ...problems("invalid_request"),
  },
});
const write = { tags, security: KEYED, middleware: [needs("accounts:write")] };
const accept = createRoute({
  ...write,
  method: "post",
  path: "/v1/quarantine/{quarantined_reading_id}:accept",
  summary:
    "Accept a reading: as consumption, charging what the register advanced, or as the baseline from which counting goes on",
  request: {
    params: z.object({ quarantined_reading_id: idBefore("accept") }),
    headers: mayBeKeyed,
    body: jsonBody(
      z.strictObject({
        as: z.enum(["consumption", "baseline"]),
        read_at: instantText.optional().openapi({
          description: "When the meter showed it; when it was received if left out",
        }),
        reason: reasonText,
      }),
    ),
  },
  responses: orderAnswers("reading_unknown", "reading_outdated", "register_invalid"),
});
const reject = createRoute({
  ...write,
  method: "post",
  path: "/v1/quarantine/{quarantined_reading_id}:reject",
  summary: "Reject a reading: the meter's state stays as it was",
  request: {
    params: z.object({ quarantined_reading_id: idBefore("reject") }),
    headers: mayBeKeyed,
    body: jsonBody(z.strictObject({ reason: reasonText })),
  },
  responses: orderAnswers("reading_unknown", "reading_outdated"),
});

/** Adds the routes. */
export function addQuarantineRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(all, async (c) => {
    const { account_id, state, ...paging } = c.req.valid("query");
    const { operatorId } = c.get("caller");
    const page = pageOf(paging);
    const filter = { ...page, accountId: account_id, state };
    const before = await listQuarantined(db, operatorId, filter);
    const isChanged = await clearOld(context, before);
    const rows = isChanged ? await listQuarantined(db, operatorId, filter) : before;
    const next_cursor = nextCursor(
      rows.map(({ reading }) => reading.ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(readingView), next_cursor }, 200);
  });
  app.openapi(withVerb(app, accept), async (c) => {
    const { as, read_at, reason } = c.req.valid("json");
    const { quarantined_reading_id: id } = c.req.valid("param");
    const { reading, account } = await findOpen(context, c.get("caller").operatorId, id);
    return answerOrder(context, c, {
      account,
      asked: {
        op: "accept_reading",
        at_s: (read_at ?? reading.received_at).getTime() / 1_000,
        register_atoms: String(reading.register_atoms),
        as,
      },
      reason,
      idempotencyKey: c.req.valid("header")["idempotency-key"],
      note: { quarantined_reading_id: id },
      before: (tx) => refuseDecided(tx, id),
    });
  });
  app.openapi(withVerb(app, reject), async (c) => {
    const { quarantined_reading_id: id } = c.req.valid("param");
    const { reading, account } = await findOpen(context, c.get("caller").operatorId, id);
    return answerOrder(context, c, {
      account,
      asked: {
        op: "reject_reading",
        at_s: reading.received_at.getTime() / 1_000,
        register_atoms: String(reading.register_atoms),
      },
      reason: c.req.valid("json").reason,
      idempotencyKey: c.req.valid("header")["idempotency-key"],
      note: { quarantined_reading_id: id },
      before: (tx) => refuseDecided(tx, id),
    });
  });
}

/** What a later reading of the meter has cleared is told by no event: the engine is asked. Gives whether there was some. */
async function clearOld(
  { db, engine, clock }: ApiContext,
  rows: readonly QuarantinedOf[],
): Promise<boolean> {
  const open = rows.filter(({ reading }) => reading.state === "open");
  const states = await engine.states(open.map(({ account }) => account));
  const cleared = open.filter((_, at) => states[at]?.quarantined === false);
  await markCleared(
    db,
    cleared.map(({ reading }) => reading),
    new Date(clock.nowS() * 1_000),
  );
  return cleared.length > 0;
}

/** A reading that is open, or decided: a repeat under the same key gets the first outcome. */
async function findOpen(
  { db }: ApiContext,
  operatorId: string,
  id: string,
): Promise<QuarantinedOf> {
  const [found] = await listQuarantined(db, operatorId, { after: 0, limit: 1, ids: [id] });
  if (found !== undefined) return found;
  throw new Problem("reading_unknown", {
    detail: `there is no reading ${id} in quarantine: check the id`,
  });
}

async function refuseDecided(tx: Queryable, id: string): Promise<undefined> {
  const { state } = await lockQuarantined(tx, id);
  if (state === "open") return undefined;
  throw new Problem("reading_outdated", {
    detail: `reading ${id} is ${state}: there is nothing left to decide`,
  });
}

function readingView({ reading, account }: QuarantinedOf): z.input<typeof readingOut> {
  const { quantity, unit } = shownIn(reading.register_atoms, account.service);
  return {
    quarantined_reading_id: reading.id,
    account_id: account.id,
    service: account.service,
    verdict: reading.verdict,
    received_at: reading.received_at.toISOString(),
    register: quantity,
    unit,
    state: reading.state,
    order_id: reading.order_id,
    ended_at: reading.ended_at?.toISOString() ?? null,
  };
}
