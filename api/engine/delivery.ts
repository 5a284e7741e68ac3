/**
 * Delivery of the outbox: commands of one place go out in the order of their numbers, one at a time, each only after
 * the answer to the one before is on record. So the kept answer to the last number is all that a repeat ever needs, and
 * several api processes can deliver the same rows without harm.
 */

import { and, asc, desc, eq, gte, lt, lte } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { EngineCommand, EngineCommandReply } from "../../engine/contract/commands.ts";
import type { Queryable } from "../registry/database.ts";
import { engineCommands } from "../registry/schema/accounts.ts";
import { openedCommand } from "../registry/secrets/gateway-command.ts";
import type { VendRow } from "../vending/receipt.ts";
import { type Asking, askCommand } from "./ask.ts";
import { type DeliverAll, makeDeliverAll } from "./deliver-all.ts";
import { EngineFault, EngineUnavailable } from "./engine-error.ts";
import { type InLane, makeLanes } from "./lanes.ts";
import { COMMAND_COLUMNS, type CommandRow, isAt, type Place } from "./outbox.ts";
import { makeRecord, type RecordAnswer } from "./record.ts";

/** Most commands that one call delivers of one place. */
const DELIVERED_MAX = 10_000;
/** Times that one command is sent after gaps before the engine counts as unavailable. */
const SENDS_MAX = 3;

/** A final answer: the command was carried out or refused, and that is on the engine's disk. */
export type Answered = Extract<EngineCommandReply, { status: "applied" | "refused" }>;
/** A command with its answer. */
export type AnsweredCommand = { command: CommandRow; reply: Answered };
/** The vend that an answer finished; undefined where it finished none, or another process recorded the answer. */
export type Finished = VendRow | undefined;

/** Records what follows from an answer, in the transaction that records the answer; runs once for each command. */
export type Settle = (tx: Queryable, command: CommandRow, reply: Answered) => Promise<void>;
/** The same for many at once; gives what each of them finished, in their order. */
export type SettleAll = (
  tx: Queryable,
  answered: readonly AnsweredCommand[],
) => Promise<readonly Finished[]>;
/** What follows from the answers to some commands; from those to the others nothing does. */
export type Settlements = Partial<Record<EngineCommand["op"], Settle | { together: SettleAll }>>;

/** What delivery needs. */
export type DeliveryParts = { db: NodePgDatabase; nats: Asking; settlements: Settlements };
/**
 * Delivers what is pending at a place up to a number, and gives what the command of that number finished. `only` is that
 * command, where the caller knows that no other is pending before it. Throws EngineUnavailable or EngineFault.
 */
export type Deliver = (place: Place, upTo: number, only?: CommandRow) => Promise<Finished>;
/** The two ways to deliver: of one place, and all that waits in a shard. */
export type Deliveries = { deliver: Deliver; deliverAll: DeliverAll };

type Parts = DeliveryParts & { record: RecordAnswer };

/** Makes the delivery, with lanes and groups of its own. */
export function makeDelivery(own: DeliveryParts): Deliveries {
  const parts: Parts = { ...own, record: makeRecord(own) };
  const inLane: InLane = makeLanes();
  const deliver: Deliver = (place, upTo, only) =>
    inLane(`${place.shard}/${place.slot ?? "-"}`, async () => {
      const rows = only === undefined ? await pendingAt(parts.db, place, upTo) : [only];
      if (rows.some(namesDirectory)) await deliver(shardOf(place), Number.MAX_SAFE_INTEGER);
      let last: Finished;
      for (const row of rows) {
        const finished = await deliverOne(parts, row, deliver);
        if (row.number === upTo) last = finished;
      }
      return last;
    });
  const deliverRow = (row: CommandRow): Promise<Finished> => deliverOne(parts, row, deliver);
  return { deliver, deliverAll: makeDeliverAll({ db: own.db, deliver, deliverRow }) };
}

function shardOf(place: Place): Place {
  return { shard: place.shard, slot: null };
}

const DIRECTORY_NAMED: readonly string[] = [
  "open_account",
  "exchange_meter",
  "assign_policy",
  "assign_price_list",
];

/** Such a command is refused unless the shard has first been told of the price list, policy and gateway in it. */
function namesDirectory(row: CommandRow): boolean {
  return row.slot !== null && DIRECTORY_NAMED.includes(row.body.op);
}

function pendingAt(db: Queryable, place: Place, upTo: number): Promise<CommandRow[]> {
  return db
    .select(COMMAND_COLUMNS)
    .from(engineCommands)
    .where(and(isAt(place), eq(engineCommands.state, "pending"), lte(engineCommands.number, upTo)))
    .orderBy(asc(engineCommands.number))
    .limit(DELIVERED_MAX);
}

async function deliverOne(parts: Parts, row: CommandRow, deliver: Deliver): Promise<Finished> {
  for (let send = 0; send < SENDS_MAX; send++) {
    const reply = await askCommand(parts.nats, row.shard, openedCommand(row.body));
    switch (reply.status) {
      case "applied":
      case "refused":
        return await parts.record(row, reply);
      case "gap":
        await sendAgain(parts, row, { expected: reply.expected, deliver });
        break;
      case "stale":
        if (await isAnswered(parts.db, row)) return undefined;
        throw new EngineFault(
          `${nameOf(row)} is older than the engine remembers: its answer is lost`,
        );
      case "invalid":
        throw new EngineFault(`the engine cannot read ${nameOf(row)}: ${faultsOf(reply.faults)}`);
      case "unavailable":
        throw new EngineUnavailable(reply.reason);
    }
  }
  throw new EngineUnavailable(`the engine still asks for commands before ${nameOf(row)}`);
}

/**
 * After a gap: everything before this row has been answered, so the engine has lost what it had acknowledged (its data
 * folder is older than the registry). The outbox still has it all: it is sent again, the shard's own commands first.
 */
async function sendAgain(
  parts: Parts,
  row: CommandRow,
  { expected, deliver }: { expected: number; deliver: Deliver },
): Promise<void> {
  if (row.slot !== null) await remindShard(parts, row.shard, deliver);
  const earlier = await parts.db
    .select(COMMAND_COLUMNS)
    .from(engineCommands)
    .where(
      and(isAt(row), gte(engineCommands.number, expected), lt(engineCommands.number, row.number)),
    )
    .orderBy(asc(engineCommands.number))
    .limit(DELIVERED_MAX);
  for (const command of earlier) {
    const reply = await askCommand(parts.nats, command.shard, openedCommand(command.body));
    if (reply.status === "unavailable") throw new EngineUnavailable(reply.reason);
    if (reply.status === "applied" || reply.status === "refused")
      await parts.record(command, reply);
  }
}

/** Repeats the shard's newest command: an engine that has lost it answers with a gap and is given the rest. */
async function remindShard(parts: Parts, shard: number, deliver: Deliver): Promise<void> {
  const place = { shard, slot: null };
  await deliver(place, Number.MAX_SAFE_INTEGER);
  const [newest] = await parts.db
    .select(COMMAND_COLUMNS)
    .from(engineCommands)
    .where(isAt(place))
    .orderBy(desc(engineCommands.number))
    .limit(1);
  if (newest !== undefined) await deliverOne(parts, newest, deliver);
}

async function isAnswered(db: Queryable, row: CommandRow): Promise<boolean> {
  const rows = await db
    .select({ state: engineCommands.state })
    .from(engineCommands)
    .where(eq(engineCommands.id, row.id));
  return rows.some(({ state }) => state !== "pending");
}

function nameOf(row: CommandRow): string {
  return `command ${row.number} (${row.body.op}) of shard ${row.shard}, slot ${row.slot ?? "none"}`;
}

function faultsOf(faults: readonly { pointer: string; message: string }[]): string {
  return faults.map(({ pointer, message }) => `${pointer} ${message}`).join("; ");
}
