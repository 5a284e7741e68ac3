/**
 * From a bearer key to who is calling, with a short memory so that a busy key costs one lookup every few seconds.
 */
import { type ApiKey, hashOfKey, keyWithHash, type Role } from "./registry/api-keys.ts";
import type { Queryable } from "./registry/database.ts";
import { type Scope, scopesOf } from "./roles.ts";

/** Who is calling: the key, its operator and its rights. */
export type Caller = {
  keyId: string;
  operatorId: string;
  name: string;
  role: Role;
  scopes: ReadonlySet<Scope>;
  /** Whose key it is: it sees this customer's accounts only, from the beginning of each agreement on (R92). */
  customerId: string | undefined;
};

/** Finds the caller of a key; undefined when it is unknown, expired or revoked. */
export type FindCaller = (key: string) => Promise<Caller | undefined>;

/** How long a key is remembered: a revoked one works so long at most. */
const KEY_MEMORY_MS = 5_000;
/** Most keys that are remembered, unknown ones too. */
const KEYS_REMEMBERED_MAX = 10_000;
/** Longest key that is looked up. */
const KEY_CHARS_MAX = 200;

type Remembered = { caller: Caller | undefined; expiresMs: number; untilMs: number };

/** Makes the finding. Keys expire by the machine's clock. */
export function makeFindCaller(db: Queryable): FindCaller {
  const remembered = new Map<string, Remembered>();
  return async (key) => {
    if (key.length === 0 || key.length > KEY_CHARS_MAX) return undefined;
    const hash = hashOfKey(key);
    const nowMs = Date.now();
    const known = remembered.get(hash);
    if (known !== undefined && known.untilMs > nowMs) return validAt(known, nowMs);
    const fresh = remember(await keyWithHash(db, hash), nowMs);
    if (remembered.size >= KEYS_REMEMBERED_MAX) remembered.clear();
    remembered.set(hash, fresh);
    return validAt(fresh, nowMs);
  };
}

function validAt(remembered: Remembered, nowMs: number): Caller | undefined {
  return remembered.expiresMs > nowMs ? remembered.caller : undefined;
}

function remember(key: ApiKey | undefined, nowMs: number): Remembered {
  const untilMs = nowMs + KEY_MEMORY_MS;
  if (key === undefined || key.revoked_at !== null) {
    return { caller: undefined, expiresMs: Number.POSITIVE_INFINITY, untilMs };
  }
  const caller: Caller = {
    keyId: key.id,
    operatorId: key.operator_id,
    name: key.name,
    role: key.role,
    // A customer's key that belongs to nobody may do nothing.
    scopes:
      key.role === "customer" && key.customer_id === null
        ? new Set()
        : scopesOf(key.role, key.scopes),
    customerId: key.customer_id ?? undefined,
  };
  return { caller, expiresMs: key.expires_at?.getTime() ?? Number.POSITIVE_INFINITY, untilMs };
}
