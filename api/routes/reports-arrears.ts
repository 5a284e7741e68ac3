/**
 * `/v1/reports/arrears`: who owes what, by the engine's own balances.
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { and, eq, max } from "drizzle-orm";
import { formatMicros } from "../../engine/contract/decimal.ts";
import type { AccountState } from "../../engine/contract/queries.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import { vends } from "../registry/schema/vending.ts";
import { atMost } from "../reports/limits.ts";
import type { Subject } from "../reports/subjects.ts";
import { type Column, column, maybe, type Row, SHARED } from "../reports/table.ts";
import { tenanciesOf } from "../reports/tenancies.ts";
import { subjectQuery, subjectsAsked } from "./reports-query.ts";
import { addReport } from "./reports-route.ts";

/** Accounts that one list looks at. */
const ARREARS_ACCOUNTS_MAX = 20_000;

const COLUMNS: readonly Column[] = [
  SHARED.accountId,
  SHARED.site,
  SHARED.unitName,
  maybe("customer", "text", "Who has the account now"),
  SHARED.service,
  column("owed", "money", "All that is owed: what follows, together"),
  column("overdrawn", "money", "What the balance is below 0"),
  column("emergency_credit_used", "money", "Emergency credit that was used"),
  column("accumulated_debt", "money", "Charges that were put off"),
  column("payment_debt", "money", "Debt that is paid off from payments"),
  column("time_debts", "money", "Debts that are paid off by time"),
  SHARED.currency,
  column("supply_state", "text", "Whether the account is supplied"),
  maybe("last_vend_at", "time", "When a payment was last credited"),
  maybe("days_since_vend", "count", "Whole days since then"),
];

type Owed = {
  overdrawn: bigint;
  emergency: bigint;
  accumulated: bigint;
  payment: bigint;
  time: bigint;
};

/** Adds the route. */
export function addArrearsReport(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db, engine, clock } = context;
  addReport(app, context, {
    name: "arrears",
    summary: "Accounts that owe anything, those that owe most first",
    scope: "reports:read",
    query: z.object(subjectQuery.shape),
    columns: COLUMNS,
    codes: ["site_unknown", "unit_unknown", "account_unknown", "engine_unavailable"],
    make: async (parts, asked) => {
      const subjects = await subjectsAsked(parts, asked);
      atMost(subjects.length, ARREARS_ACCOUNTS_MAX, "accounts");
      const nowS = clock.nowS();
      const states = await engine.states(subjects.map(({ shard, slot }) => ({ shard, slot })));
      if (states.includes(undefined))
        throw new EngineUnavailable("the engine did not tell all balances: ask again");
      const time = { fromS: nowS - 1, toS: nowS, openOnly: true };
      const tenancies = await tenanciesOf(db, subjects, time);
      const customers = new Map(tenancies.map((each) => [each.usagePointId, each.customer]));
      const last = await lastVends(context, parts.caller.operatorId);
      const rows = subjects.flatMap((subject, at) => {
        const state = states[at];
        const owed = state ? owedOf(subject, state) : undefined;
        if (!state || owed === undefined || totalOf(owed) === 0n) return [];
        const customer = customers.get(subject.usagePointId) ?? null;
        const vendAt = last.get(subject.accountId) ?? null;
        return [{ owed, row: rowOf(subject, owed, { state, customer, vendAt, nowS }) }];
      });
      rows.sort((a, b) => (totalOf(a.owed) > totalOf(b.owed) ? -1 : 1));
      return { fromS: nowS, toS: nowS, notes: [], rows: rows.map(({ row }) => row) };
    },
  });
}

async function lastVends({ db }: ApiContext, operatorId: string): Promise<Map<string, Date>> {
  const rows = await db
    .select({ id: vends.account_id, at: max(vends.received_at) })
    .from(vends)
    .where(and(eq(vends.operator_id, operatorId), eq(vends.state, "applied")))
    .groupBy(vends.account_id);
  return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at] as const])));
}

/** Where quantity is held, only debts are money. */
function owedOf({ holds }: Subject, state: AccountState): Owed {
  const balance = holds === "money" ? BigInt(state.balance_micros) : 0n;
  const { debts } = state;
  return {
    overdrawn: balance < 0n ? -balance : 0n,
    emergency: holds === "money" ? BigInt(state.emergency_credit.used_micros) : 0n,
    accumulated: BigInt(debts.accumulated_debt),
    payment: BigInt(debts.payment_debt),
    time: BigInt(debts.time_debt_1) + BigInt(debts.time_debt_2),
  };
}

function totalOf({ overdrawn, emergency, accumulated, payment, time }: Owed): bigint {
  return overdrawn + emergency + accumulated + payment + time;
}

function rowOf(
  subject: Subject,
  owed: Owed,
  at: { state: AccountState; customer: string | null; vendAt: Date | null; nowS: number },
): Row {
  const { vendAt } = at;
  return {
    account_id: subject.accountId,
    site: subject.site,
    unit_name: subject.unit,
    customer: at.customer,
    service: subject.service,
    owed: formatMicros(totalOf(owed)),
    overdrawn: formatMicros(owed.overdrawn),
    emergency_credit_used: formatMicros(owed.emergency),
    accumulated_debt: formatMicros(owed.accumulated),
    payment_debt: formatMicros(owed.payment),
    time_debts: formatMicros(owed.time),
    currency: subject.currency,
    supply_state: at.state.supply_state,
    last_vend_at: vendAt === null ? null : vendAt.toISOString(),
    days_since_vend:
      vendAt === null ? null : Math.floor((at.nowS - vendAt.getTime() / 1_000) / 86_400),
  };
}
