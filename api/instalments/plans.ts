/**
 * Instalment plans: put in force by the account order that gives the engine the debt with its terms, in one transaction with it.
 */
import { and, asc, eq, gt } from "drizzle-orm";
import type { FollowUp, Undo } from "../orders/settle.ts";
import type { Author } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { instalmentPlans } from "../registry/schema/instalments.ts";
import type { Page } from "../registry/sites.ts";

/** A plan as the registry has it. */
export type Plan = typeof instalmentPlans.$inferSelect;

/** What a plan says; amounts in micros. A payment debt is taken of each payment, a time debt by its period. */
export type PlanTerms =
  | {
      debt: "payment_debt";
      totalMicros: bigint;
      sharePpm: number;
      weeklyCapMicros: bigint | undefined;
    }
  | {
      debt: "time_debt_1" | "time_debt_2";
      totalMicros: bigint;
      instalments: number;
      every: "day" | "week" | "month";
    };

/** One instalment: as small as pays the total in so many, so that the last one is the smallest. */
export function instalmentOf(totalMicros: bigint, instalments: number): bigint {
  const many = BigInt(instalments);
  return (totalMicros + many - 1n) / many;
}

/** Records a plan that the engine has yet to take. Runs in the transaction of its order; gives what the order's note keeps. */
export async function recordPlan(
  tx: Queryable,
  { operatorId }: Author,
  accountId: string,
  terms: PlanTerms,
): Promise<{ plan_id: string }> {
  const { debt, totalMicros } = terms;
  const { id } = one(
    await tx
      .insert(instalmentPlans)
      .values({
        operator_id: operatorId,
        account_id: accountId,
        debt,
        total_micros: totalMicros,
        state: "pending",
        ...(terms.debt === "payment_debt"
          ? { share_ppm: terms.sharePpm, weekly_cap_micros: terms.weeklyCapMicros ?? null }
          : {
              instalments: terms.instalments,
              instalment_micros: instalmentOf(totalMicros, terms.instalments),
              every: terms.every,
            }),
      })
      .returning({ id: instalmentPlans.id }),
  );
  return { plan_id: id };
}

/**
 * Follows a debt that was set: whatever was in force for it is not any more, and the order's plan, if it has one, is. Orders of
 * an account are answered in the order of their numbers, so the last one stands.
 */
export const settlePlan: FollowUp = async (tx, row, reply) => {
  const { asked, account_id, note } = row;
  if (asked.op !== "set_debt") return;
  const at = new Date(reply.at_s * 1_000);
  const ofDebt = and(
    eq(instalmentPlans.account_id, account_id),
    eq(instalmentPlans.debt, asked.debt as Plan["debt"]),
  );
  await tx
    .update(instalmentPlans)
    .set({ state: note["written_off"] === true ? "written_off" : "replaced", ended_at: at })
    .where(and(ofDebt, eq(instalmentPlans.state, "active")));
  const planId = note["plan_id"];
  if (typeof planId !== "string") return;
  await tx
    .update(instalmentPlans)
    .set({ state: "active", order_id: row.id })
    .where(eq(instalmentPlans.id, planId));
};

/** Follows a debt that the engine refused: its plan never came into force. */
export const refusePlan: Undo = async (tx, { id, note }) => {
  const planId = note["plan_id"];
  if (typeof planId !== "string") return;
  await tx
    .update(instalmentPlans)
    .set({ state: "refused", order_id: id, ended_at: new Date() })
    .where(eq(instalmentPlans.id, planId));
};

/** The operator's plan of this id, or undefined. */
export async function planOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Plan | undefined> {
  const [row] = await db
    .select()
    .from(instalmentPlans)
    .where(and(eq(instalmentPlans.operator_id, operatorId), eq(instalmentPlans.id, id)));
  return row;
}

/** The operator's plans, or those of one account. */
export async function listPlans(
  db: Queryable,
  operatorId: string,
  {
    after,
    limit,
    accountId,
    state,
  }: Page & { accountId: string | undefined; state: Plan["state"] | undefined },
): Promise<Plan[]> {
  return await db
    .select()
    .from(instalmentPlans)
    .where(
      and(
        eq(instalmentPlans.operator_id, operatorId),
        accountId === undefined ? undefined : eq(instalmentPlans.account_id, accountId),
        state === undefined ? undefined : eq(instalmentPlans.state, state),
        gt(instalmentPlans.ordinal, after),
      ),
    )
    .orderBy(asc(instalmentPlans.ordinal))
    .limit(limit);
}
