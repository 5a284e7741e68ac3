/**
 * What the engine's events say of supply commands (R77): which meter number a command got, and how it ended. Commands of
 * the engine itself (credit ran out or came back) get rows here too, so that the list shows every cut and restore.
 */
import { and, asc, eq, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { CloudEvent } from "../../engine/contract/events.ts";
import type { SupplyAction } from "../../engine/contract/supply.ts";
import type { Queryable } from "./database.ts";
import { accounts } from "./schema/accounts.ts";
import { supplyCommands } from "./schema/supply.ts";

const REASONS = {
  cut: "credit ran out",
  restore: "credit came back",
  limit: "credit runs out",
  arm: "credit came back; somebody at the meter has to restore",
  load_limit: "the load was over its limit",
} as const;

/** What is told of a failed command whose gateway has not said why. */
export const UNTOLD_FAULT = "the gateway could not carry it out";

/** Applies one event; the same again changes nothing. Runs in a transaction. */
export async function projectSupplyEvent(tx: Queryable, event: CloudEvent): Promise<void> {
  switch (event.type) {
    case "supply.cut_requested":
      return requested(tx, event, "cut");
    case "supply.restore_requested":
      return requested(
        tx,
        event,
        event.data.supply_state === "ready_for_reconnection" ? "arm" : "restore",
      );
    case "supply.limit_requested":
      return requested(tx, event, "limit");
    case "supply.executed":
      return ended(tx, event, { state: "executed", fault: null });
    case "supply.failed":
      return event.data.supply_state === "expired"
        ? ended(tx, event, { state: "expired", fault: "was not carried out in time" })
        : ended(tx, event, { state: "failed", fault: OR_UNTOLD });
    case "supply.disagreed":
      return ended(tx, event, {
        state: "failed",
        fault: `the meter reports ${event.data.supply_state ?? "another state"}`,
      });
    default:
      return;
  }
}

async function requested(tx: Queryable, event: CloudEvent, action: SupplyAction): Promise<void> {
  const { account_id, supply_number, cause } = event.data;
  if (supply_number === undefined) return;
  const at = new Date(event.time);
  const [account] = await tx
    .select()
    .from(accounts)
    .where(eq(accounts.id, account_id))
    .for("update");
  if (account === undefined || (await isKnown(tx, account_id, supply_number))) return;
  if (cause === "manual" && (await adopt(tx, event, action))) return;
  await tx.insert(supplyCommands).values({
    operator_id: account.operator_id,
    account_id,
    action,
    cause: cause === "load_limit" ? "load_limit" : "automatic",
    reason: REASONS[cause === "load_limit" ? "load_limit" : action],
    supply_number,
    state: "sent",
    requested_at: at,
    updated_at: at,
  });
  // What the engine asked for later makes what it asked for before, and never heard of, pointless.
  await expireOlder(tx, account_id, supply_number, at);
}

async function isKnown(tx: Queryable, accountId: string, supplyNumber: number): Promise<boolean> {
  const rows = await tx
    .select({ id: supplyCommands.id })
    .from(supplyCommands)
    .where(
      and(eq(supplyCommands.account_id, accountId), eq(supplyCommands.supply_number, supplyNumber)),
    );
  return rows.length > 0;
}

/** The engine carries manual commands out in the order of their numbers, so the oldest without a meter number is meant. */
async function adopt(tx: Queryable, event: CloudEvent, action: SupplyAction): Promise<boolean> {
  const { account_id, supply_number } = event.data;
  const at = new Date(event.time);
  const [oldest] = await tx
    .select({ id: supplyCommands.id })
    .from(supplyCommands)
    .where(
      and(
        eq(supplyCommands.account_id, account_id),
        eq(supplyCommands.action, action),
        eq(supplyCommands.cause, "manual"),
        isNull(supplyCommands.supply_number),
        inArray(supplyCommands.state, ["requested", "sent"]),
      ),
    )
    .orderBy(asc(supplyCommands.command_number))
    .limit(1);
  if (oldest === undefined) return false;
  await tx
    .update(supplyCommands)
    .set({ state: "sent", supply_number: supply_number ?? null, updated_at: at })
    .where(eq(supplyCommands.id, oldest.id));
  return true;
}

async function expireOlder(
  tx: Queryable,
  accountId: string,
  supplyNumber: number,
  at: Date,
): Promise<void> {
  await tx
    .update(supplyCommands)
    .set({ state: "expired", fault: "a later command took its place", updated_at: at })
    .where(
      and(
        eq(supplyCommands.account_id, accountId),
        lt(supplyCommands.supply_number, supplyNumber),
        inArray(supplyCommands.state, ["sent", "acknowledged"]),
      ),
    );
}

type End = { state: "executed" | "failed" | "expired"; fault: string | SQL | null };

/** What the gateway said stays, where it came first. */
const OR_UNTOLD = sql`coalesce(${supplyCommands.fault}, ${UNTOLD_FAULT})`;

/** A failure can still be followed by the execution of a repeat; what was executed stays so. */
async function ended(tx: Queryable, event: CloudEvent, end: End): Promise<void> {
  const { account_id, supply_number } = event.data;
  if (supply_number === undefined || supply_number === 0) return;
  await tx
    .update(supplyCommands)
    .set({ ...end, updated_at: new Date(event.time) })
    .where(
      and(
        eq(supplyCommands.account_id, account_id),
        eq(supplyCommands.supply_number, supply_number),
        or(
          inArray(supplyCommands.state, ["requested", "sent", "acknowledged"]),
          end.state === "executed"
            ? inArray(supplyCommands.state, ["failed", "expired"])
            : undefined,
        ),
      ),
    );
}
