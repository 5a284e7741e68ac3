/**
 * Planted bugs in vending and delivery.
 */
import { and, eq, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { EngineUnavailable } from "../../../api/engine/engine-error.ts";
import { isAt, orderOfAccount, type Place } from "../../../api/engine/outbox.ts";
import { engineCommands } from "../../../api/registry/schema/accounts.ts";
import { PLANNED } from "../world/plan.ts";
import type { Bug } from "./bug.ts";

/** The sweeper credits what was left behind under a new number. */
export const sweepsUnderNewNumber: Bug = {
  client: (client, db) => ({
    ...client,
    sweep: async () => {
      for (const place of await leftBehind(db)) await creditAgain(db, place);
      return client.sweep();
    },
  }),
};

/** A command that was not answered in time is tried again under a new number. */
export const retriesUnderNewNumber: Bug = {
  client: (client, db) => ({
    ...client,
    deliver: async (place, upTo) => {
      try {
        return await client.deliver(place, upTo);
      } catch (error) {
        if (error instanceof EngineUnavailable) await creditAgain(db, place);
        throw error;
      }
    },
  }),
};

/** Now and then a command is sent with the number of the one before. */
export const reusesNumber: Bug = {
  apiTransport: (transport) => {
    let credits = 0;
    return {
      ...transport,
      request: (subject, text, options) => {
        const command = JSON.parse(text) as { op: string; number: number };
        const isReused = command.op === "credit" && command.number > 2 && ++credits % 5 === 0;
        const sent = isReused ? JSON.stringify({ ...command, number: command.number - 1 }) : text;
        return transport.request(subject, sent, options);
      },
    };
  },
};

/** A vend whose engine does not answer counts as carried out. */
export const believesSilence: Bug = {
  apiTransport: (transport) => ({
    ...transport,
    request: async (subject, text, options) => {
      try {
        return await transport.request(subject, text, options);
      } catch (error) {
        const command = JSON.parse(text) as { op: string; number: number };
        if (command.op !== "credit") throw error;
        const { number } = command;
        const reply = { status: "applied", number, balance_micros: "0", at_s: 1, position: 1 };
        return { json: () => reply };
      }
    },
  }),
};

async function leftBehind(db: NodePgDatabase): Promise<Place[]> {
  return db
    .selectDistinct({ shard: engineCommands.shard, slot: engineCommands.slot })
    .from(engineCommands)
    .where(sql`${engineCommands.state} = 'pending' and ${engineCommands.body}->>'op' = 'credit'`);
}

async function creditAgain(db: NodePgDatabase, place: Place): Promise<void> {
  const account = PLANNED.find(({ shard, slot }) => shard === place.shard && slot === place.slot);
  if (account === undefined) return;
  await db.transaction(async (tx) => {
    const rows = await tx
      .select()
      .from(engineCommands)
      .where(and(isAt(place), eq(engineCommands.state, "pending")));
    const credit = rows.map(({ body }) => body).find(({ op }) => op === "credit");
    if (credit?.op === "credit")
      await orderOfAccount(tx, account.id, { op: "credit", amount_micros: credit.amount_micros });
  });
}
