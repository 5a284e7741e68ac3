/**
 * Query parameters that many reports share, and what they mean in the caller's own operator.
 */
import { z } from "@hono/zod-openapi";
import { SERVICES } from "../../engine/contract/services.ts";
import { openZone } from "../../engine/tariff/zone.ts";
import { Problem } from "../problems.ts";
import { accountOf } from "../registry/accounts.ts";
import { COST_CENTER_MAX } from "../registry/schema/parties.ts";
import { siteOf, unitOf } from "../registry/sites.ts";
import { INTERVALS } from "../reports/intervals.ts";
import { type Subject, type SubjectFilter, subjectsOf } from "../reports/subjects.ts";
import { type Tenancy, tenanciesOf } from "../reports/tenancies.ts";
import { instantText, plainText } from "../schemas.ts";
import type { ReportParts } from "./reports-route.ts";
import { unknownSite } from "./sites.ts";
import { unknownAccount } from "./unknown-account.ts";

const DAY_S = 86_400;

/** The time of a report: [from, to), whole intervals that have a part in it; 31 days back unless told otherwise. */
export const timeQuery = z.object({ from: instantText.optional(), to: instantText.optional() });

/** A zone, or each site's own. */
export const timezoneQuery = z
  .string()
  .max(64)
  .refine((name) => openZone(name) !== undefined, "must be an IANA zone such as Europe/Madrid")
  .optional()
  .openapi({ description: "Whose clock; each site's own unless given", example: "Europe/Madrid" });

/** The length of intervals. */
export const everyQuery = z.enum(INTERVALS);

/** Which accounts. */
export const subjectQuery = z.object({
  account_id: z.uuid().optional(),
  unit_id: z.uuid().optional(),
  unit_set_id: z.uuid().optional(),
  site_id: z.uuid().optional(),
  customer_id: z.uuid().optional(),
  tariff_class_id: z.uuid().optional(),
  cost_center: plainText(COST_CENTER_MAX).optional(),
  service: z.enum(SERVICES).optional(),
});

/** A whole number within bounds, with a default. */
export function wholeNumber(least: number, most: number, otherwise: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most}`)
    .default(otherwise)
    .openapi({ type: "integer", minimum: least, maximum: most, default: otherwise });
}

/** The time asked for, in epoch seconds. */
export function timeOf(
  { context }: ReportParts,
  { from, to }: z.output<typeof timeQuery>,
  days = 31,
): { fromS: number; toS: number } {
  const toS = to === undefined ? context.clock.nowS() : to.getTime() / 1_000;
  const fromS = from === undefined ? Math.max(0, toS - days * DAY_S) : from.getTime() / 1_000;
  if (fromS >= toS) throw new RangeError("from must be before to");
  return { fromS, toS };
}

/**
 * The accounts asked for, within the caller's operator; a customer's key sees its own. Refuses a site, unit or account that
 * the operator does not have.
 */
export async function subjectsAsked(
  parts: ReportParts,
  query: z.output<typeof subjectQuery>,
): Promise<Subject[]> {
  const { context, caller } = parts;
  const { db } = context;
  const { site_id, unit_id, account_id } = query;
  if (site_id !== undefined && (await siteOf(db, caller.operatorId, site_id)) === undefined)
    throw unknownSite(site_id);
  if (unit_id !== undefined && (await unitOf(db, caller.operatorId, unit_id)) === undefined)
    throw new Problem("unit_unknown", { detail: `there is no unit ${unit_id}: check the id` });
  if (
    account_id !== undefined &&
    (await accountOf(db, caller.operatorId, account_id, caller.customerId)) === undefined
  )
    throw unknownAccount(account_id);
  return subjectsOf(db, caller.operatorId, filterOf(query, caller.customerId));
}

function filterOf(
  query: z.output<typeof subjectQuery>,
  customerId: string | undefined,
): SubjectFilter {
  return {
    accountId: query.account_id,
    unitId: query.unit_id,
    unitSetId: query.unit_set_id,
    siteId: query.site_id,
    customerId: customerId ?? query.customer_id,
    tariffClassId: query.tariff_class_id,
    costCenter: query.cost_center,
    service: query.service,
  };
}

/**
 * The tenancies that the report must keep to: of a customer's key its open ones (R92), of a customer who is asked for all of
 * theirs; all where it is grouped by customer; undefined where tenancies do not matter.
 */
export async function tenanciesAsked(
  { context, caller }: ReportParts,
  subjects: readonly Subject[],
  asked: { fromS: number; toS: number; customerId: string | undefined; byCustomer: boolean },
): Promise<{ tenancies: Tenancy[]; tenanciesOnly: boolean } | undefined> {
  const customerId = caller.customerId ?? asked.customerId;
  if (customerId === undefined && !asked.byCustomer) return undefined;
  const openOnly = caller.customerId !== undefined;
  const { fromS, toS } = asked;
  const tenancies = await tenanciesOf(context.db, subjects, { fromS, toS, customerId, openOnly });
  return { tenancies, tenanciesOnly: customerId !== undefined };
}
