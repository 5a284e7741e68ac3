/**
 * What the stream asks of the registry: who a key belongs to, and whose an account is.
 */
import { and, eq, isNull } from "drizzle-orm";
import { balanceView } from "./account-view.ts";
import type { EngineClient } from "./engine/client.ts";
import type { FindCaller } from "./keys.ts";
import { accountOf } from "./registry/accounts.ts";
import type { Queryable } from "./registry/database.ts";
import { asOperator, crossing } from "./registry/isolation/scope.ts";
import { accounts } from "./registry/schema/accounts.ts";
import { meters } from "./registry/schema/field.ts";
import type { StreamAccess } from "./stream/access.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Roles that may see the figures of the whole installation. */
const METRICS_ROLES = new Set(["operator", "ops"]);

/** Answers from the registry. */
export function makeStreamAccess(
  db: Queryable,
  findCaller: FindCaller,
  engine?: Pick<EngineClient, "state">,
): StreamAccess {
  return {
    snapshotOf: async (accountId, owner) => {
      const account = await asOperator(owner, () => accountOf(db, owner, accountId));
      const told = account && (await engine?.state(account));
      if (account === undefined || !told?.state) return undefined;
      const { id, currency, service } = account;
      const of = { accountId: id, currency, service, asOfS: told.asOfS, daysLeft: null };
      return JSON.stringify(balanceView(told.state, of));
    },
    authorize: async (token) => {
      const caller = await findCaller(token);
      if (caller === undefined || !caller.scopes.has("stream:read")) return undefined;
      return { operatorId: caller.operatorId, metrics: METRICS_ROLES.has(caller.role) };
    },
    ownerOf: async (accountId) => {
      if (!UUID.test(accountId)) return undefined;
      const [row] = await crossing("stream", () =>
        db
          .select({ owner: accounts.operator_id })
          .from(accounts)
          .where(eq(accounts.id, accountId))
          .execute(),
      );
      return row?.owner;
    },
    accountOfMeter: async (meterId) => {
      if (!UUID.test(meterId)) return undefined;
      const [row] = await crossing("stream", () =>
        db
          .select({ id: accounts.id })
          .from(meters)
          .innerJoin(accounts, eq(accounts.usage_point_id, meters.usage_point_id))
          .where(and(eq(meters.id, meterId), isNull(meters.retired_at)))
          .execute(),
      );
      return row?.id;
    },
  };
}
