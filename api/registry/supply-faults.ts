/**
 * Why supply commands failed, as their gateways say it on `supply.fault.<gateway>`. The engine's event tells only that one
 * did; whichever of the two comes first, the command's `fault` is the gateway's own words. A message that is lost leaves a
 * fixed text.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { and, eq, inArray, isNull, or } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { supplyFaultSubject } from "../../engine/contract/subjects.ts";
import {
  SUPPLY_FAULT_BYTES_MAX,
  type SupplyFault,
  supplyFault,
} from "../../engine/contract/supply.ts";
import type { Queryable } from "./database.ts";
import { crossing, narrowToOwnerOf } from "./isolation/scope.ts";
import { accounts } from "./schema/accounts.ts";
import { supplyCommands } from "./schema/supply.ts";
import { UNTOLD_FAULT } from "./supply-projection.ts";

/** Several api processes share the messages. */
const QUEUE = "registry";
/** Most messages under way; what comes over it is lost, which leaves the fixed text. */
const UNDER_WAY_MAX = 256;
/** A command may be told of before the engine's request for it is in the registry: tries, and the wait between them. */
const TRIES_MAX = 10;
const RETRY_MS = 500;

/** What the service works with. */
export type SupplyFaultParts = {
  nats: NatsConnection;
  db: NodePgDatabase;
  onFault(error: unknown): void;
};

/** Starts listening; `stop` ends it, with what is under way. */
export function startSupplyFaults({ nats, db, onFault }: SupplyFaultParts): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const work = new Set<Promise<void>>();
  const subscription = nats.subscribe(supplyFaultSubject(0).replace(/0$/, "*"), {
    queue: QUEUE,
    callback: (error, message) => {
      const fault = error === null ? faultOf(message) : undefined;
      if (fault === undefined || work.size >= UNDER_WAY_MAX) return;
      const gateway = Number(message.subject.split(".").at(-1));
      const one = keep(db, { gateway, fault }, stopping.signal)
        .catch(onFault)
        .finally(() => work.delete(one));
      work.add(one);
    },
  });
  return {
    stop: async () => {
      stopping.abort();
      if (!subscription.isClosed()) subscription.unsubscribe();
      await Promise.all(work);
    },
  };
}

/** The gateway by its subject, which the broker keeps to it, and what it says. */
type Told = { gateway: number; fault: SupplyFault };

async function keep(db: NodePgDatabase, told: Told, signal: AbortSignal): Promise<void> {
  for (let tries = 1; tries <= TRIES_MAX && !signal.aborted; tries++) {
    if (await crossing("events", () => db.transaction((tx) => note(tx, told)))) return;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** False while the registry has no such command. A command that came to another end meanwhile stays as it is. */
async function note(tx: Queryable, { gateway, fault }: Told): Promise<boolean> {
  const { shard, slot, number, reason } = fault;
  if (!(await narrowToOwnerOf(tx, { shard, slot }))) return true;
  const [command] = await tx
    .select({ id: supplyCommands.id })
    .from(supplyCommands)
    .innerJoin(accounts, eq(accounts.id, supplyCommands.account_id))
    .where(
      and(
        eq(accounts.shard, shard),
        eq(accounts.slot, slot),
        eq(accounts.gateway, gateway),
        eq(supplyCommands.supply_number, number),
      ),
    );
  if (command === undefined) return false;
  await tx
    .update(supplyCommands)
    .set({ fault: reason })
    .where(
      and(
        eq(supplyCommands.id, command.id),
        inArray(supplyCommands.state, ["requested", "sent", "acknowledged", "failed"]),
        or(isNull(supplyCommands.fault), eq(supplyCommands.fault, UNTOLD_FAULT)),
      ),
    );
  return true;
}

function faultOf(message: Msg): SupplyFault | undefined {
  if (message.data.length > SUPPLY_FAULT_BYTES_MAX) return undefined;
  try {
    return supplyFault.safeParse(message.json()).data;
  } catch {
    return undefined;
  }
}
