/**
 * What the engine's events say of readings in quarantine (R16) and of payment modes that changed at their time (R91).
 */
import { eq } from "drizzle-orm";
import type { CloudEvent } from "../../engine/contract/events.ts";
import type { Queryable } from "./database.ts";
import { accounts } from "./schema/accounts.ts";
import { quarantinedReadings } from "./schema/moves.ts";

/** Keeps a reading that came into quarantine; the same event again changes nothing. */
export async function projectReadingEvent(tx: Queryable, event: CloudEvent): Promise<void> {
  if (event.type !== "reading.quarantined") return;
  const { account_id, verdict = "unknown", register_atoms = "0" } = event.data;
  const [account] = await tx.select().from(accounts).where(eq(accounts.id, account_id));
  if (account === undefined) return;
  await tx
    .insert(quarantinedReadings)
    .values({
      operator_id: account.operator_id,
      account_id,
      event_id: event.id,
      verdict,
      received_at: new Date(event.time),
      register_atoms: BigInt(register_atoms),
    })
    .onConflictDoNothing();
}

/** Keeps the payment mode as the engine has it now. */
export async function projectModeEvent(tx: Queryable, event: CloudEvent): Promise<void> {
  const { account_id, payment_mode } = event.data;
  if (payment_mode === undefined) return;
  await tx.update(accounts).set({ payment_mode }).where(eq(accounts.id, account_id));
}
