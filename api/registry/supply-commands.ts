/**
 * Supply commands (R77, R78): recorded with the command to the engine, and moved on by its answer and its events.
 */
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { RelayAction } from "../../engine/contract/supply.ts";
import type { Answered } from "../engine/delivery.ts";
import { type CommandRow, type Numbered, orderOfAccount } from "../engine/outbox.ts";
import type { Account } from "./accounts.ts";
import { recordAudit } from "./audit.ts";
import { one, type Queryable } from "./database.ts";
import { accounts } from "./schema/accounts.ts";
import { supplyCommands } from "./schema/supply.ts";
import type { Page } from "./sites.ts";

/** A supply command as the registry has it. */
export type SupplyCommand = typeof supplyCommands.$inferSelect;

/** What a person asks for. */
export type SupplyRequest = {
  action: RelayAction;
  reason: string;
  keyId: string;
  setId: string | null;
  requestedAt: Date;
};

/** Records one supply command and its command to the engine. Runs in a transaction. */
export async function requestSupply(
  tx: Queryable,
  account: Account,
  request: SupplyRequest,
): Promise<{ row: SupplyCommand; command: Numbered }> {
  const { action, reason, keyId, setId, requestedAt } = request;
  const command = await orderOfAccount(tx, account.id, { op: action });
  const row = one(
    await tx
      .insert(supplyCommands)
      .values({
        set_id: setId,
        operator_id: account.operator_id,
        account_id: account.id,
        action,
        cause: "manual",
        reason,
        key_id: keyId,
        command_number: command.number,
        requested_at: requestedAt,
        updated_at: requestedAt,
      })
      .returning(),
  );
  await recordAudit(tx, {
    operator_id: account.operator_id,
    actor: keyId,
    channel: "api",
    action: `supply.${action}`,
    object: `account/${account.id}`,
    reason,
    at: requestedAt,
  });
  return { row, command };
}

/** After the engine's answer: sent on to the gateway, or failed with the refusal. */
export async function settleSupplyCommand(
  tx: Queryable,
  command: CommandRow,
  reply: Answered,
): Promise<void> {
  const account = tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.shard, command.shard), eq(accounts.slot, command.slot ?? -1)));
  await tx
    .update(supplyCommands)
    .set(reply.status === "applied" ? { state: "sent" } : { state: "failed", fault: reply.code })
    .where(
      and(
        inArray(supplyCommands.account_id, account),
        eq(supplyCommands.command_number, command.number),
        eq(supplyCommands.state, "requested"),
      ),
    );
}

/** The operator's supply command of this id, or undefined. */
export async function supplyCommandOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<SupplyCommand | undefined> {
  const [row] = await db
    .select()
    .from(supplyCommands)
    .where(and(eq(supplyCommands.operator_id, operatorId), eq(supplyCommands.id, id)));
  return row;
}

/** The operator's supply commands in the order of their making, of one set or account or of all. */
export function listSupplyCommands(
  db: Queryable,
  operatorId: string,
  page: Page & { setId?: string | undefined; accountId?: string | undefined },
): Promise<SupplyCommand[]> {
  const { setId, accountId } = page;
  return db
    .select()
    .from(supplyCommands)
    .where(
      and(
        eq(supplyCommands.operator_id, operatorId),
        gt(supplyCommands.ordinal, page.after),
        setId === undefined ? undefined : eq(supplyCommands.set_id, setId),
        accountId === undefined ? undefined : eq(supplyCommands.account_id, accountId),
      ),
    )
    .orderBy(asc(supplyCommands.ordinal))
    .limit(page.limit);
}
