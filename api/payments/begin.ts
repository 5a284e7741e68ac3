/**
 * Looks at the accounts of active rules and records the payments that fall due, one in flight a rule.
 */
import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Clock } from "../../engine/contract/clock.ts";
import type { EngineClient } from "../engine/client.ts";
import { recordAudit } from "../registry/audit.ts";
import { isTaken, one, type Queryable } from "../registry/database.ts";
import { asOperator, crossing } from "../registry/isolation/scope.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { sites, units, usagePoints } from "../registry/schema/parties.ts";
import { autoTopUps, payments } from "../registry/schema/payments.ts";
import { topUpAmount } from "./decide.ts";

/** Who acts here, in the audit. */
export const ACTOR = "auto_top_up";
/** Rules that are looked at with one question. */
const RULES_AT_ONCE = 500;

/** What it works on. */
export type BeginParts = {
  db: NodePgDatabase;
  engine: Pick<EngineClient, "states">;
  clock: Clock;
};

/** Goes through all active rules; gives how many payments were recorded. Accounts that the engine does not tell of wait. */
export async function beginTopUps({ db, engine, clock }: BeginParts): Promise<number> {
  let begun = 0;
  for (let after = 0; ; ) {
    const rules = await crossing("what is due", () => rulesBehind(db, after));
    const states = await engine.states(rules.map(({ place }) => place));
    for (const [at, { rule, timezone }] of rules.entries()) {
      const state = states[at];
      if (state === null || state === undefined || state.holds !== "money") continue;
      const balanceMicros = BigInt(state.balance_micros);
      // Most accounts need nothing: they cost no more than this look.
      if (balanceMicros > rule.threshold_micros) continue;
      const now = new Date(clock.nowS() * 1_000);
      const due = { ruleId: rule.id, balanceMicros, timezone, now };
      if (await asOperator(rule.operator_id, () => begin(db, due))) begun += 1;
    }
    const last = rules.at(-1);
    if (last === undefined || rules.length < RULES_AT_ONCE) return begun;
    after = last.rule.ordinal;
  }
}

async function rulesBehind(db: Queryable, after: number) {
  return await db
    .select({
      rule: autoTopUps,
      place: { shard: accounts.shard, slot: accounts.slot },
      timezone: sites.timezone,
    })
    .from(autoTopUps)
    .innerJoin(accounts, eq(accounts.id, autoTopUps.account_id))
    .innerJoin(usagePoints, eq(usagePoints.id, accounts.usage_point_id))
    .innerJoin(units, eq(units.id, usagePoints.unit_id))
    .innerJoin(sites, eq(sites.id, units.site_id))
    .where(and(eq(autoTopUps.state, "active"), gt(autoTopUps.ordinal, after)))
    .orderBy(asc(autoTopUps.ordinal))
    .limit(RULES_AT_ONCE);
}

type Due = { ruleId: string; balanceMicros: bigint; timezone: string; now: Date };

/** The rule is locked, so that two that look at once cannot both find nothing in flight. */
async function begin(db: NodePgDatabase, due: Due): Promise<boolean> {
  try {
    return await db.transaction(async (tx) => {
      const [rule] = await tx
        .select()
        .from(autoTopUps)
        .where(and(eq(autoTopUps.id, due.ruleId), eq(autoTopUps.state, "active")))
        .for("update");
      if (rule === undefined) return false;
      const open = await tx
        .select({ id: payments.id })
        .from(payments)
        .where(
          and(
            eq(payments.account_id, rule.account_id),
            inArray(payments.state, ["requested", "paid"]),
          ),
        )
        .limit(1);
      if (open.length > 0) return false;
      const amount = topUpAmount({
        thresholdMicros: rule.threshold_micros,
        targetMicros: rule.target_micros,
        monthlyCapMicros: rule.monthly_cap_micros,
        balanceMicros: due.balanceMicros,
        paidMicros: await paidInMonth(tx, rule.account_id, due),
      });
      if (amount === undefined) return false;
      const { id } = one(
        await tx
          .insert(payments)
          .values({
            operator_id: rule.operator_id,
            rule_id: rule.id,
            account_id: rule.account_id,
            amount_micros: amount,
            currency: rule.currency,
            requested_at: due.now,
          })
          .returning({ id: payments.id }),
      );
      await recordAudit(tx, {
        operator_id: rule.operator_id,
        actor: ACTOR,
        channel: "auto",
        action: "payment.requested",
        object: `account/${rule.account_id}`,
        data: { payment_id: id, amount_micros: amount.toString() },
        at: due.now,
      });
      return true;
    });
  } catch (error) {
    if (isTaken(error, "payments_one_in_flight")) return false;
    throw error;
  }
}

/** What automatic top-ups of the account came to in the calendar month, in its site's zone, that holds the instant. */
async function paidInMonth(
  tx: Queryable,
  accountId: string,
  { timezone, now }: Due,
): Promise<bigint> {
  const { paid } = one(
    await tx
      .select({
        paid: sql<bigint>`coalesce(sum(${payments.amount_micros}), 0)::text`.mapWith(BigInt),
      })
      .from(payments)
      .where(
        and(
          eq(payments.account_id, accountId),
          sql`${payments.state} <> 'failed'`,
          sql`${payments.requested_at} >= date_trunc('month', ${now.toISOString()}::timestamptz, ${timezone})`,
        ),
      ),
  );
  return paid;
}
