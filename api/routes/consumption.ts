/**
 * `/v1/accounts/{account_id}/consumption` and `/v1/consumption`: quantities and costs by hour or day, from the store.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { accountNumber } from "../../engine/contract/ids.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { openZone } from "../../engine/tariff/zone.ts";
import { needs } from "../access-control.ts";
import { shownIn } from "../account-view.ts";
import type { ConsumptionRow } from "../consumption-port.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";
import { type Account, accountOf, heldSince, listAccounts } from "../registry/accounts.ts";
import { currencyOut, moneyOut, timeOut, timeText } from "../schemas.ts";
import { bucketEdges } from "../store/buckets.ts";
import { json, KEYED, problems } from "./answers.ts";
import { unknownAccount } from "./unknown-account.ts";

/** Most accounts of one question. */
const ACCOUNTS_MAX = 1_000;
/** Most buckets of one question, over all its accounts. */
const BUCKETS_MAX = 100_000;

const BUCKET_S = { hour: 3_600, day: 86_400 } as const;
/** Without `from`, so many buckets back. */
const BUCKETS_DEFAULT = { hour: 24, day: 31 } as const;

const bucketOut = z.object({
  account_id: z.uuid(),
  service: z.enum(SERVICES),
  from: timeOut,
  to: timeOut,
  quantity: z.string(),
  unit: z.string(),
  cost: moneyOut,
  charges: moneyOut,
  currency: currencyOut,
});
const consumptionOut = z
  .object({
    from: timeOut,
    to: timeOut,
    every: z.enum(["hour", "day"]),
    timezone: z.string(),
    items: z.array(bucketOut),
  })
  .openapi("Consumption");

const time = z.iso.datetime({
  offset: true,
  error: "must be RFC 3339 with an offset, such as 2026-03-01T00:00:00Z",
});
const period = z.object({
  from: time.optional(),
  to: time.optional(),
  every: z.enum(["hour", "day"]).default("hour"),
  timezone: z
    .string()
    .refine((name) => openZone(name) !== undefined, "must be an IANA zone such as Europe/Madrid")
    .default("UTC")
    .openapi({ description: "Whose hours and days; IANA name" }),
});

const tags = ["Consumption"];
const read = { tags, security: KEYED, middleware: [needs("consumption:read")] };
const ofOne = createRoute({
  ...read,
  method: "get",
  path: "/v1/accounts/{account_id}/consumption",
  summary: "Consumption of an account by hour or day, in [from, to)",
  request: { params: z.object({ account_id: z.uuid() }), query: period },
  responses: {
    200: json(consumptionOut, "Buckets with consumption or charges, oldest first"),
    ...problems("account_unknown", "not_found", "invalid_request", "store_unavailable"),
  },
});
const ofMany = createRoute({
  ...read,
  method: "get",
  path: "/v1/consumption",
  summary: "Consumption of many accounts: those of a site, unit or service",
  request: {
    query: period.extend({
      site_id: z.uuid().optional(),
      unit_id: z.uuid().optional(),
      service: z.enum(SERVICES).optional(),
    }),
  },
  responses: {
    200: json(consumptionOut, "Buckets with consumption or charges, by account, oldest first"),
    ...problems("invalid_request", "store_unavailable"),
  },
});

/** Adds the routes. */
export function addConsumptionRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(ofOne, async (c) => {
    const { account_id } = c.req.valid("param");
    const { operatorId, customerId } = c.get("caller");
    const account = await accountOf(db, operatorId, account_id, customerId);
    if (account === undefined) throw unknownAccount(account_id);
    const all = await consumptionOf(context, [account], c.req.valid("query"));
    return c.json(await ownOnly(context, customerId, all), 200);
  });
  app.openapi(ofMany, async (c) => {
    const { site_id, unit_id, service, ...asked } = c.req.valid("query");
    const { operatorId, customerId } = c.get("caller");
    const rows = await listAccounts(db, operatorId, {
      customerId,
      after: 0,
      limit: ACCOUNTS_MAX + 1,
      siteId: site_id,
      unitId: unit_id,
      service,
    });
    if (rows.length > ACCOUNTS_MAX) {
      throw tooMuch(`more than ${ACCOUNTS_MAX} accounts: narrow it by site_id, unit_id or service`);
    }
    const accounts = rows.map(({ account }) => account);
    const all = await consumptionOf(context, accounts, asked);
    return c.json(await ownOnly(context, customerId, all), 200);
  });
}

type Consumption = z.input<typeof consumptionOut>;

/** For a customer, whole buckets of their own time only: what was used before is not theirs to see (R92). */
async function ownOnly(
  { db }: ApiContext,
  customerId: string | undefined,
  all: Consumption,
): Promise<Consumption> {
  if (customerId === undefined) return all;
  const ids = [...new Set(all.items.map(({ account_id }) => account_id))];
  const since = await heldSince(db, customerId, ids);
  const items = all.items.filter(({ account_id, from }) => {
    const begin = since.get(account_id);
    return begin !== undefined && Date.parse(from) >= begin.getTime();
  });
  return { ...all, items };
}

async function consumptionOf(
  context: ApiContext,
  accounts: readonly Account[],
  asked: z.output<typeof period>,
): Promise<z.input<typeof consumptionOut>> {
  const { every, timezone } = asked;
  const edges = edgesOf(asked, context.clock.nowS());
  const fromS = edges[0] ?? 0;
  const toS = edges.at(-1) ?? fromS;
  if ((edges.length - 1) * accounts.length > BUCKETS_MAX) {
    throw tooMuch(`more than ${BUCKETS_MAX} buckets: ask for less time or fewer accounts`);
  }
  const byNumber = new Map(
    accounts.map((account) => [accountNumber(account.shard, account.slot), account]),
  );
  const ends = new Map(edges.map((atS, at) => [atS, edges[at + 1] ?? toS]));
  const numbers = [...byNumber.keys()];
  const rows = await ask(context, { accounts: numbers, every, fromS, toS, timezone });
  const items = rows.flatMap((row) => {
    const account = byNumber.get(row.account);
    return account === undefined ? [] : [bucketView(row, account, ends.get(row.from) ?? toS)];
  });
  return { from: timeText(fromS), to: timeText(toS), every, timezone, items };
}

/** The begins of the whole buckets that have a part in the time asked for, and the end of the last. */
function edgesOf({ from, to, every, timezone }: z.output<typeof period>, nowS: number): number[] {
  const toS = to === undefined ? nowS : Math.ceil(Date.parse(to) / 1_000);
  const fromS =
    from === undefined
      ? toS - BUCKETS_DEFAULT[every] * BUCKET_S[every]
      : Math.floor(Date.parse(from) / 1_000);
  try {
    return bucketEdges(fromS, toS, every, timezone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem("invalid_request", {
      detail: error.message,
      errors: [{ parameter: "from", message: error.message }],
    });
  }
}

async function ask(
  { consumption }: ApiContext,
  asked: Parameters<NonNullable<ApiContext["consumption"]>>[0],
): Promise<ConsumptionRow[]> {
  if (consumption === undefined) {
    throw new Problem("store_unavailable", {
      detail: "this installation has no store of readings",
    });
  }
  if (asked.accounts.length === 0) return [];
  try {
    return await consumption(asked);
  } catch (error) {
    throw new Problem("store_unavailable", {
      detail: "the store of readings does not answer: metering goes on, ask again later",
      headers: { "Retry-After": "5" },
      cause: error,
    });
  }
}

function tooMuch(detail: string): Problem {
  return new Problem("invalid_request", { detail, errors: [] });
}

function bucketView(
  row: ConsumptionRow,
  account: Account,
  endS: number,
): z.input<typeof bucketOut> {
  return {
    account_id: account.id,
    service: account.service,
    from: timeText(row.from),
    to: timeText(endS),
    ...shownIn(row.quantity_atoms, account.service),
    cost: formatMicros(row.cost_micros),
    charges: formatMicros(row.charges_micros),
    currency: account.currency,
  };
}
