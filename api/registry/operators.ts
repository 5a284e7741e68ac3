/**
 * Operators: owners of tariffs and the boundary of isolation.
 */
import { eq } from "drizzle-orm";
import { one, type Queryable } from "./database.ts";
import { crossing } from "./isolation/scope.ts";
import { operators } from "./schema/parties.ts";

/** The operator with this name, made if there is none; gives its id. */
export async function ensureOperator(db: Queryable, name: string): Promise<string> {
  return await crossing("set up", async () => {
    await db.insert(operators).values({ name }).onConflictDoNothing();
    return one(
      await db.select({ id: operators.id }).from(operators).where(eq(operators.name, name)),
    ).id;
  });
}

/** The id of the operator with this name, or undefined. */
export async function operatorNamed(db: Queryable, name: string): Promise<string | undefined> {
  const rows = await crossing("set up", () =>
    db.select({ id: operators.id }).from(operators).where(eq(operators.name, name)).execute(),
  );
  return rows[0]?.id;
}

/** An operator as the registry has it. */
export type Operator = typeof operators.$inferSelect;

/** The operator of this id, which is there. */
export async function operatorOf(db: Queryable, id: string): Promise<Operator> {
  return one(await db.select().from(operators).where(eq(operators.id, id)));
}

/** Limits that an operator sets for its own people; what is undefined stays. */
export type Limits = {
  adjustment_limit_micros: bigint | undefined;
  transfer_limit_micros: bigint | undefined;
  reversal_window_s: number | undefined;
};

/** Changes an operator's limits. */
export async function setLimits(db: Queryable, id: string, limits: Limits): Promise<Operator> {
  const given = Object.fromEntries(
    Object.entries(limits).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(given).length > 0) {
    await db.update(operators).set(given).where(eq(operators.id, id));
  }
  return operatorOf(db, id);
}
