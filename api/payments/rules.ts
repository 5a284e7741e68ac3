/**
 * Rules that top accounts up, as people make and change them.
 */
import { and, asc, desc, eq, gt } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { Problem } from "../problems.ts";
import type { Account } from "../registry/accounts.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { isTaken, one, type Queryable } from "../registry/database.ts";
import { autoTopUps, payments } from "../registry/schema/payments.ts";
import type { Page } from "../registry/sites.ts";

/** A rule as the registry has it. */
export type Rule = typeof autoTopUps.$inferSelect;
/** A payment as the registry has it. */
export type Payment = typeof payments.$inferSelect;

/** What is asked of a rule; in micros. */
export type RuleTerms = {
  thresholdMicros: bigint;
  targetMicros: bigint;
  monthlyCapMicros: bigint;
  method: string;
};

/** Makes a rule. Throws a Problem where the account has one. */
export async function createRule(
  db: NodePgDatabase,
  author: Author,
  account: Account,
  terms: RuleTerms,
): Promise<Rule> {
  try {
    return await db.transaction(async (tx) => {
      const row = one(
        await tx
          .insert(autoTopUps)
          .values({
            operator_id: author.operatorId,
            account_id: account.id,
            threshold_micros: terms.thresholdMicros,
            target_micros: terms.targetMicros,
            monthly_cap_micros: terms.monthlyCapMicros,
            currency: account.currency,
            method: terms.method,
            key_id: author.keyId,
          })
          .returning(),
      );
      await recordDeed(tx, author, {
        action: "auto_top_up.created",
        object: `account/${account.id}`,
        data: { auto_top_up_id: row.id },
      });
      return row;
    });
  } catch (error) {
    if (!isTaken(error, "auto_top_ups_one")) throw error;
    throw new Problem("already_exists", {
      detail: `account ${account.id} has an automatic top-up: end it first`,
      cause: error,
    });
  }
}

/** Resumes a rule that was stopped, or ends one for good; what is under way is finished all the same. */
export async function changeRule(
  db: NodePgDatabase,
  author: Author,
  rule: Rule,
  { to, reason }: { to: "active" | "ended"; reason: string },
): Promise<Rule> {
  return await db.transaction(async (tx) => {
    const now = one(
      await tx.select().from(autoTopUps).where(eq(autoTopUps.id, rule.id)).for("update"),
    );
    if (now.state === to) return now;
    if (now.state === "ended") {
      throw new Problem("auto_top_up_ended", { detail: "it has ended: make another one" });
    }
    await recordDeed(tx, author, {
      action: `auto_top_up.${to === "active" ? "resumed" : "ended"}`,
      object: `account/${rule.account_id}`,
      reason,
      data: { auto_top_up_id: rule.id },
    });
    return one(
      await tx
        .update(autoTopUps)
        .set({ state: to, fault: null })
        .where(eq(autoTopUps.id, rule.id))
        .returning(),
    );
  });
}

/** The operator's rule of this id, or a refusal. */
export async function ruleOf(db: Queryable, operatorId: string, id: string): Promise<Rule> {
  const [row] = await db
    .select()
    .from(autoTopUps)
    .where(and(eq(autoTopUps.operator_id, operatorId), eq(autoTopUps.id, id)));
  if (row !== undefined) return row;
  throw new Problem("auto_top_up_unknown", {
    detail: `there is no automatic top-up ${id}: check the id`,
  });
}

/** The operator's rules, or those of one account. */
export async function listRules(
  db: Queryable,
  operatorId: string,
  { after, limit, accountId }: Page & { accountId: string | undefined },
): Promise<Rule[]> {
  return await db
    .select()
    .from(autoTopUps)
    .where(
      and(
        eq(autoTopUps.operator_id, operatorId),
        accountId === undefined ? undefined : eq(autoTopUps.account_id, accountId),
        gt(autoTopUps.ordinal, after),
      ),
    )
    .orderBy(asc(autoTopUps.ordinal))
    .limit(limit);
}

/** The newest payment of a rule, or undefined. */
export async function lastPayment(db: Queryable, ruleId: string): Promise<Payment | undefined> {
  const [row] = await db
    .select()
    .from(payments)
    .where(eq(payments.rule_id, ruleId))
    .orderBy(desc(payments.ordinal))
    .limit(1);
  return row;
}

/** A rule's payments in the order of their making. */
export async function listPayments(
  db: Queryable,
  ruleId: string,
  { after, limit }: Page,
): Promise<Payment[]> {
  return await db
    .select()
    .from(payments)
    .where(and(eq(payments.rule_id, ruleId), gt(payments.ordinal, after)))
    .orderBy(asc(payments.ordinal))
    .limit(limit);
}
