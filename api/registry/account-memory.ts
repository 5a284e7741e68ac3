/**
 * What of an account stays the same for good: whose it is and where the engine has it. Remembered, so that a busy balance
 * asks the engine alone; those not known yet are looked up together, one query for all of an operator that are asked for in one turn.
 */
import { inArray } from "drizzle-orm";
import type { Service } from "../../engine/contract/services.ts";
import { inChunks } from "../each.ts";
import { keepNewest } from "../keep-newest.ts";
import type { Queryable } from "./database.ts";
import { asOperator } from "./isolation/scope.ts";
import { accounts } from "./schema/accounts.ts";

/** Most accounts that are remembered; for one more the one that was learnt first is forgotten. */
const ACCOUNTS_REMEMBERED_MAX = 200_000;
/** Most accounts of one query. */
const ACCOUNTS_A_QUERY_MAX = 1_000;

/** What never changes of an account. */
export type AccountPlace = {
  id: string;
  operatorId: string;
  shard: number;
  slot: number;
  service: Service;
  currency: string;
  openedAt: Date;
};

/** Finds an account of an operator by its id; undefined where the operator has none. Rejects as the database does. */
export type FindAccount = (operatorId: string, id: string) => Promise<AccountPlace | undefined>;
/** The finding, with its memory: `known` is an account that was found before. */
export type AccountMemory = FindAccount & {
  known(operatorId: string, id: string): AccountPlace | undefined;
};

type Waiter = { resolve(place: AccountPlace | undefined): void; reject(error: unknown): void };

/** Makes the finding. */
export function makeFindAccount(db: Queryable): AccountMemory {
  const remembered = new Map<string, AccountPlace>();
  let waiting = new Map<string, Map<string, Waiter[]>>();
  const lookUp = async (asked: ReadonlyMap<string, Waiter[]>): Promise<void> => {
    for (const ids of inChunks([...asked.keys()], ACCOUNTS_A_QUERY_MAX)) {
      try {
        const found = new Map((await placesOf(db, ids)).map((place) => [place.id, place]));
        for (const place of found.values())
          keepNewest(remembered, place.id, place, ACCOUNTS_REMEMBERED_MAX);
        for (const id of ids) for (const one of asked.get(id) ?? []) one.resolve(found.get(id));
      } catch (error) {
        for (const id of ids) for (const one of asked.get(id) ?? []) one.reject(error);
      }
    }
  };
  const flush = (): void => {
    const asked = waiting;
    waiting = new Map();
    for (const [operatorId, own] of asked) void asOperator(operatorId, () => lookUp(own));
  };
  const find: FindAccount = async (operatorId, id) => {
    const place =
      remembered.get(id) ??
      (await new Promise<AccountPlace | undefined>((resolve, reject) => {
        if (waiting.size === 0) setImmediate(flush);
        const own = waiting.get(operatorId) ?? new Map<string, Waiter[]>();
        waiting.set(operatorId, own);
        own.set(id, [...(own.get(id) ?? []), { resolve, reject }]);
      }));
    return place?.operatorId === operatorId ? place : undefined;
  };
  const known: AccountMemory["known"] = (operatorId, id) => {
    const place = remembered.get(id);
    return place?.operatorId === operatorId ? place : undefined;
  };
  return Object.assign(find, { known });
}

function placesOf(db: Queryable, ids: readonly string[]): Promise<AccountPlace[]> {
  return db
    .select({
      id: accounts.id,
      operatorId: accounts.operator_id,
      shard: accounts.shard,
      slot: accounts.slot,
      service: accounts.service,
      currency: accounts.currency,
      openedAt: accounts.opened_at,
    })
    .from(accounts)
    .where(inArray(accounts.id, [...ids]));
}
