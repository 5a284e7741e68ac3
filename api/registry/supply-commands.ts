/**
 * Supply commands (R77, R78): recorded with the command to the engine, and moved on by its answer and its events.
 */
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { RelayAction } from "../../engine/contract/supply.ts";
import type { Answered } from "../engine/delivery.ts";
import {
  type AccountOrder,
  type CommandRow,
  type Numbered,
  orderOfAccount,
} from "../engine/outbox.ts";
import { refuseOwn } from "../orders/refuse-own.ts";
import type { Account } from "./accounts.ts";
import { type Author, recordAudit, recordDeed } from "./audit.ts";
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
  /** Of a cut: whatever forbids it. For a critical need it then waits for another key's approval (R72). */
  override: boolean;
  keyId: string;
  setId: string | null;
  requestedAt: Date;
};

/** Records one supply command and its command to the engine, unless it waits for approval. Runs in a transaction. */
export async function requestSupply(
  tx: Queryable,
  account: Account,
  request: SupplyRequest,
): Promise<{ row: SupplyCommand; command: Numbered | undefined }> {
  const { action, reason, override, keyId, setId, requestedAt } = request;
  const needsTwo = override && account.critical_need;
  const command = needsTwo
    ? undefined
    : await orderOfAccount(tx, account.id, orderFor(action, override));
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
        override,
        key_id: keyId,
        state: command === undefined ? "awaiting_approval" : "requested",
        command_number: command?.number ?? null,
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
    data: { supply_command_id: row.id, override },
    at: requestedAt,
  });
  return { row, command };
}

function orderFor(action: RelayAction, override: boolean): AccountOrder {
  return action === "cut" && override ? { op: "cut", override } : { op: action };
}

/** Approves or rejects a cut that waits for a second pair of eyes; gives its command to the engine, if any. Runs in a transaction. */
export async function decideSupply(
  tx: Queryable,
  author: Author,
  id: string,
  { approved, reason }: { approved: boolean; reason: string | undefined },
): Promise<{ row: SupplyCommand; command: Numbered | undefined } | undefined> {
  const [row] = await tx
    .select()
    .from(supplyCommands)
    .where(and(eq(supplyCommands.operator_id, author.operatorId), eq(supplyCommands.id, id)))
    .for("update");
  if (row === undefined) return undefined;
  refuseOwn(row, author, `supply command ${id}`);
  const command = approved
    ? await orderOfAccount(tx, row.account_id, orderFor("cut", true))
    : undefined;
  await recordDeed(tx, author, {
    action: approved ? "supply.approved" : "supply.rejected",
    object: `supply_command/${id}`,
    reason,
  });
  const decided = one(
    await tx
      .update(supplyCommands)
      .set({
        state: approved ? "requested" : "rejected",
        command_number: command?.number ?? null,
        decided_by: author.keyId,
        updated_at: author.at,
      })
      .where(eq(supplyCommands.id, id))
      .returning(),
  );
  return { row: decided, command };
}

/** These supply commands as they are now, in the order of their making. */
export function supplyCommandsNow(db: Queryable, ids: readonly string[]): Promise<SupplyCommand[]> {
  return db
    .select()
    .from(supplyCommands)
    .where(inArray(supplyCommands.id, [...ids]))
    .orderBy(asc(supplyCommands.ordinal));
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
