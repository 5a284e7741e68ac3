/**
 * `/v1/supply-commands`: cut and restore by hand (R78), for one account or a set, and how far they came.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SERVICES } from "../../engine/contract/services.ts";
import { RELAY_ACTIONS, type RelayAction, SUPPLY_ACTIONS } from "../../engine/contract/supply.ts";
import { needs } from "../access-control.ts";
import { authorOf } from "../author.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { eachAtMost } from "../each.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import type { Numbered } from "../engine/outbox.ts";
import type { Caller } from "../keys.ts";
import { refusalProblem } from "../orders/refusal.ts";
import { nextCursor, pageOf, pageOut, pageQuery } from "../paging.ts";
import { Problem } from "../problems.ts";
import { listAccounts } from "../registry/accounts.ts";
import { REASON_MAX, SUPPLY_CAUSES, SUPPLY_COMMAND_STATES } from "../registry/schema/supply.ts";
import { siteOf } from "../registry/sites.ts";
import {
  decideSupply,
  listSupplyCommands,
  requestSupply,
  type SupplyCommand,
  supplyCommandOf,
  supplyCommandsNow,
} from "../registry/supply-commands.ts";
import { plainText, timeOut } from "../schemas.ts";
import { json, jsonBody, KEYED, problems } from "./answers.ts";
import { decisionRoute } from "./decision.ts";
import { findNamed } from "./named.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { unknownSite } from "./sites.ts";
import { unknownAccount } from "./unknown-account.ts";
import { idBefore, withVerb } from "./verbs.ts";

/** Most accounts of one set. */
const SET_MAX = 1_000;
const SIDE_BY_SIDE = 16;
/** How long an answer waits for verdicts. */
const VERDICTS_MS = 2_000;

const commandOut = z
  .object({
    supply_command_id: z.uuid(),
    set_id: z.uuid().nullable(),
    account_id: z.uuid(),
    action: z.enum(SUPPLY_ACTIONS),
    cause: z.enum(SUPPLY_CAUSES),
    reason: z.string(),
    override: z.boolean(),
    decided_by: z.uuid().nullable(),
    state: z.enum(SUPPLY_COMMAND_STATES),
    fault: z.string().nullable(),
    supply_number: z.int().nullable(),
    requested_at: timeOut,
    updated_at: timeOut,
  })
  .openapi("SupplyCommand");
const acceptedOut = z
  .object({ set_id: z.uuid(), items: z.array(commandOut) })
  .openapi("AcceptedSupplyCommands");

type Named = Partial<
  Record<"account_id" | "unit_set_id" | "site_id", string | undefined> & {
    account_ids: string[] | undefined;
  }
>;
const givenOf = ({ account_id, account_ids, unit_set_id, site_id }: Named) =>
  [account_id, account_ids, unit_set_id, site_id].filter((each) => each !== undefined);
const isOfPlace = ({ unit_set_id, site_id }: Named) =>
  unit_set_id !== undefined || site_id !== undefined;

const commandBody = z
  .strictObject({
    account_id: z.uuid().optional(),
    account_ids: z.array(z.uuid()).min(1).max(SET_MAX).optional(),
    unit_set_id: z.uuid().optional().openapi({ description: "All accounts of its units" }),
    site_id: z.uuid().optional(),
    service: z
      .enum(SERVICES)
      .optional()
      .openapi({ description: "Of a set or site: accounts of this service only" }),
    action: z.enum(RELAY_ACTIONS),
    reason: plainText(REASON_MAX),
    override: z.boolean().default(false).openapi({
      description:
        "Cut also in a friendly period, without notice, on stale data, and for critical need after another key's approval",
    }),
  })
  .refine((body) => !body.override || body.action === "cut", {
    message: "is for cuts only: nothing forbids a restore",
    path: ["override"],
  })
  .refine((body) => givenOf(body).length === 1, {
    message: "must hold one of account_id, account_ids, unit_set_id and site_id",
    path: ["account_id"],
  })
  .refine((body) => body.service === undefined || isOfPlace(body), {
    message: "is for unit_set_id and site_id only",
    path: ["service"],
  })
  .openapi("SupplyCommandRequest");

const tags = ["Supply"];
const post = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("supply:write")],
  method: "post",
  path: "/v1/supply-commands",
  summary: "Cut or restore supply, of one account or a set",
  request: { body: jsonBody(commandBody) },
  responses: {
    202: json(
      z.union([commandOut, acceptedOut]),
      "The command, or those of the set with a verdict for each; Location tells where to see how far it came",
    ),
    ...problems(
      "malformed_json",
      "invalid_request",
      "account_unknown",
      "unit_set_unknown",
      "site_unknown",
      "cut_forbidden_friendly_period",
      "cut_forbidden_critical_need",
      "cut_forbidden_no_notice",
      "cut_forbidden_stale_data",
      "command_refused",
    ),
  },
});
const decided = (verb: "approve" | "reject") => ({
  tags,
  params: z.object({ supply_command_id: idBefore(verb) }),
  out: commandOut,
  told: "The command",
  unknown: "supply_command_unknown" as const,
});
const approve = decisionRoute("/v1/supply-commands/{supply_command_id}:approve", {
  ...decided("approve"),
  summary: "Approve a cut for critical need that another key asked for",
});
const reject = decisionRoute("/v1/supply-commands/{supply_command_id}:reject", {
  ...decided("reject"),
  summary: "Reject a cut for critical need that another key asked for",
});
const all = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("supply:read")],
  method: "get",
  path: "/v1/supply-commands",
  summary: "List supply commands, those of the engine itself too",
  request: {
    query: pageQuery.extend({ set_id: z.uuid().optional(), account_id: z.uuid().optional() }),
  },
  responses: {
    200: json(pageOut(commandOut), "A page of commands"),
    ...problems("invalid_request"),
  },
});
const one = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("supply:read")],
  method: "get",
  path: "/v1/supply-commands/{supply_command_id}",
  summary: "How far a supply command came",
  request: { params: z.object({ supply_command_id: z.uuid() }) },
  responses: {
    200: json(commandOut, "The command"),
    ...problems("supply_command_unknown", "not_found"),
  },
});

/** Adds the routes. */
export function addSupplyCommandRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(post, async (c) => {
    const body = c.req.valid("json");
    const ids = isOfPlace(body)
      ? await idsAt(context, c.get("caller").operatorId, body)
      : (body.account_ids ?? [body.account_id ?? ""]);
    const setId = body.account_id === undefined ? randomUUID() : null;
    const { action, reason, override } = body;
    if (override && !c.get("caller").scopes.has("supply:override")) {
      throw new Problem("forbidden", {
        detail: `override needs the scope supply:override, which the key (role ${c.get("caller").role}) does not have`,
      });
    }
    const wanted = { ids: [...new Set(ids)], setId, action, reason, override };
    const { rows, commands } = await record(context, c.get("caller"), wanted);
    await sent(context, commands, c.get("traceId"));
    const known = await supplyCommandsNow(
      db,
      rows.map(({ id }) => id),
    );
    const items = known.map(commandView);
    const [first] = items;
    if (first === undefined) throw new Error("a supply command was recorded for no account");
    if (setId === null) {
      if (first.state === "failed" && first.fault !== null) {
        throw refusalProblem(first.fault, `the ${action} (${first.supply_command_id})`);
      }
      return c.json(first, 202, { Location: `/v1/supply-commands/${first.supply_command_id}` });
    }
    const location = { Location: `/v1/supply-commands?set_id=${setId}` };
    return c.json({ set_id: setId, items }, 202, location);
  });
  for (const [route, approved] of [
    [approve, true],
    [reject, false],
  ] as const) {
    app.openapi(withVerb(app, route), async (c) => {
      const { supply_command_id: id } = c.req.valid("param");
      const { reason } = c.req.valid("json");
      const author = authorOf(c.get("caller"), context.clock);
      const decided = await db.transaction((tx) =>
        decideSupply(tx, author, id, { approved, reason }),
      );
      if (decided === undefined) throw unknownCommand(id);
      const { row, command } = decided;
      await sent(context, command === undefined ? [] : [command], c.get("traceId"));
      const [known] = await supplyCommandsNow(db, [row.id]);
      return c.json(commandView(known ?? row), 200);
    });
  }
  app.openapi(all, async (c) => {
    const { set_id, account_id, ...paging } = c.req.valid("query");
    const page = { ...pageOf(paging), setId: set_id, accountId: account_id };
    const rows = await listSupplyCommands(db, c.get("caller").operatorId, page);
    const next_cursor = nextCursor(
      rows.map(({ ordinal }) => ordinal),
      page.limit,
    );
    return c.json({ items: rows.map(commandView), next_cursor }, 200);
  });
  app.openapi(one, async (c) => {
    const { supply_command_id } = c.req.valid("param");
    const row = await supplyCommandOf(db, c.get("caller").operatorId, supply_command_id);
    if (row === undefined) throw unknownCommand(supply_command_id);
    return c.json(commandView(row), 200);
  });
}

/** The accounts of a unit set or a site; refused when there are none, or more than a set can hold. */
async function idsAt(
  context: ApiContext,
  operatorId: string,
  { unit_set_id, site_id, service }: z.output<typeof commandBody>,
): Promise<string[]> {
  if (unit_set_id !== undefined) await findNamed(context, operatorId, "unit_set", unit_set_id);
  if (site_id !== undefined && (await siteOf(context.db, operatorId, site_id)) === undefined) {
    throw unknownSite(site_id);
  }
  const found = await listAccounts(context.db, operatorId, {
    after: 0,
    limit: SET_MAX + 1,
    siteId: site_id,
    unitSetId: unit_set_id,
    service,
  });
  const pointer = unit_set_id === undefined ? "/site_id" : "/unit_set_id";
  if (found.length === 0) throw refuseWrong(pointer, "holds no account");
  if (found.length > SET_MAX) throw refuseWrong(pointer, `holds more than ${SET_MAX} accounts`);
  return found.map(({ account }) => account.id);
}

function unknownCommand(id: string): Problem {
  return new Problem("supply_command_unknown", {
    detail: `there is no supply command ${id}: check the id`,
  });
}

type Wanted = {
  ids: string[];
  setId: string | null;
  action: RelayAction;
  reason: string;
  override: boolean;
};

/** All of a set or nothing: an account that is not there refuses it whole. */
async function record(
  { db, clock }: ApiContext,
  { operatorId, keyId }: Caller,
  { ids, setId, ...asked }: Wanted,
): Promise<{ rows: SupplyCommand[]; commands: Numbered[] }> {
  const found = await listAccounts(db, operatorId, { after: 0, limit: ids.length, ids });
  const known = new Set(found.map(({ account }) => account.id));
  const missing = ids.find((id) => !known.has(id.toLowerCase()));
  if (missing !== undefined) throw unknownAccount(missing);
  const request = { ...asked, keyId, setId, requestedAt: new Date(clock.nowS() * 1_000) };
  return db.transaction(async (tx) => {
    const rows: SupplyCommand[] = [];
    const commands: Numbered[] = [];
    // By id, so that two sets that share accounts lock them in the same order.
    const accounts = found.map(({ account }) => account).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const account of accounts) {
      const { row, command } = await requestSupply(tx, account, request);
      rows.push(row);
      if (command !== undefined) commands.push(command);
    }
    return { rows, commands };
  });
}

/** Waits a while for the engine's verdicts; what has none by then goes on behind the answer. */
async function sent(
  context: ApiContext,
  commands: readonly Numbered[],
  traceId: string,
): Promise<void> {
  await Promise.race([
    send(context, commands, traceId),
    sleep(VERDICTS_MS, undefined, { ref: false }),
  ]);
}

/** Goes on behind the answer; what the engine does not take now, the sweeper brings later. */
async function send(
  { engine, onFault }: ApiContext,
  commands: readonly Numbered[],
  traceId: string,
): Promise<void> {
  await eachAtMost(SIDE_BY_SIDE, commands, async (command) => {
    try {
      await engine.deliver(command, command.number);
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) onFault(error, traceId);
    }
  });
}

function commandView(row: SupplyCommand): z.input<typeof commandOut> {
  return {
    supply_command_id: row.id,
    set_id: row.set_id,
    account_id: row.account_id,
    action: row.action,
    cause: row.cause,
    reason: row.reason,
    override: row.override,
    decided_by: row.decided_by,
    state: row.state,
    fault: row.fault,
    supply_number: row.supply_number,
    requested_at: row.requested_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
