/**
 * Webhook endpoints: made, changed, given another secret, ended. Each write is audited, without the secret.
 */
import { randomBytes } from "node:crypto";
import { and, asc, count, eq, gt, ne, sql } from "drizzle-orm";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { notificationMessages, webhookEndpoints } from "../registry/schema/notifications.ts";
import { operators } from "../registry/schema/parties.ts";
import type { Page } from "../registry/sites.ts";

/** Most endpoints of an operator. */
export const ENDPOINTS_MAX = 20;
/** The secret before the last rotation is signed with for so long. */
const OLD_SECRET_S = 86_400;
const SECRET_BYTES = 32;

/** An endpoint as the registry has it. */
export type Endpoint = typeof webhookEndpoints.$inferSelect;
/** What can be said of an endpoint; what is undefined stays as it is. */
export type EndpointTerms = {
  url?: string | undefined;
  description?: string | null | undefined;
  event_types?: string[] | undefined;
  state?: "active" | "disabled" | undefined;
};

const e = webhookEndpoints;

/** Makes an endpoint; undefined where the operator has as many as it can have. */
export async function createEndpoint(
  tx: Queryable,
  author: Author,
  terms: EndpointTerms & { url: string },
): Promise<Endpoint | undefined> {
  // The operator's row orders those who make one at the same time.
  await tx.select().from(operators).where(eq(operators.id, author.operatorId)).for("update");
  const [there] = await tx
    .select({ many: count() })
    .from(e)
    .where(and(eq(e.operator_id, author.operatorId), ne(e.state, "ended")));
  if ((there?.many ?? 0) >= ENDPOINTS_MAX) return undefined;
  const { url, description, event_types } = terms;
  const row = one(
    await tx
      .insert(e)
      .values({
        operator_id: author.operatorId,
        url,
        description: description ?? null,
        event_types: event_types ?? [],
        secret: newSecret(),
        since_at: author.at,
      })
      .returning(),
  );
  await record(tx, author, row.id, "create", terms);
  return row;
}

/** The operator's endpoint of this id, or undefined. */
export async function endpointOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Endpoint | undefined> {
  const [row] = await db.select().from(e).where(own(operatorId, id));
  return row;
}

/** The operator's endpoints in the order of their making. */
export function listEndpoints(
  db: Queryable,
  operatorId: string,
  { after, limit }: Page,
): Promise<Endpoint[]> {
  return db
    .select()
    .from(e)
    .where(and(eq(e.operator_id, operatorId), ne(e.state, "ended"), gt(e.ordinal, after)))
    .orderBy(asc(e.ordinal))
    .limit(limit);
}

/** Changes an endpoint; undefined where there is none. */
export async function changeEndpoint(
  tx: Queryable,
  author: Author,
  id: string,
  terms: EndpointTerms,
): Promise<Endpoint | undefined> {
  const [row] = await tx
    .update(e)
    .set({ ...terms, failures: 0, resting_until: null })
    .where(own(author.operatorId, id))
    .returning();
  if (row !== undefined) await record(tx, author, id, "change", terms);
  return row;
}

/** Gives it a new secret; the one before is signed with, too, for a day. Undefined where there is none. */
export async function rotateSecret(
  tx: Queryable,
  author: Author,
  id: string,
): Promise<Endpoint | undefined> {
  const [row] = await tx
    .update(e)
    .set({
      secret: newSecret(),
      old_secret: sql`${e.secret}`,
      old_secret_until: sql`now() + ${`${OLD_SECRET_S} s`}::interval`,
    })
    .where(own(author.operatorId, id))
    .returning();
  if (row !== undefined) await record(tx, author, id, "rotate_secret");
  return row;
}

/** Ends an endpoint for good: what waits for it is given up. False where there is none. */
export async function endEndpoint(tx: Queryable, author: Author, id: string): Promise<boolean> {
  const [row] = await tx
    .update(e)
    .set({ state: "ended", secret: newSecret(), old_secret: null, old_secret_until: null })
    .where(own(author.operatorId, id))
    .returning({ id: e.id });
  if (row === undefined) return false;
  const m = notificationMessages;
  await tx
    .update(m)
    .set({ state: "dead", fault: "the endpoint was removed", ended_at: sql`now()` })
    .where(and(eq(m.endpoint_id, id), eq(m.state, "pending")));
  await record(tx, author, id, "end");
  return true;
}

/** The secret as people are given it. */
export function secretText({ secret }: Pick<Endpoint, "secret">): string {
  return `whsec_${secret}`;
}

function own(operatorId: string, id: string) {
  return and(eq(e.operator_id, operatorId), eq(e.id, id), ne(e.state, "ended"));
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64");
}

function record(
  tx: Queryable,
  author: Author,
  id: string,
  what: string,
  data?: unknown,
): Promise<void> {
  return recordDeed(tx, author, {
    action: `webhook_endpoint.${what}`,
    object: `webhook_endpoint/${id}`,
    data,
  });
}
