/**
 * From a bearer key or token to who is calling, with a short memory so that a busy one costs one lookup every few seconds.
 */
import { looksLikeToken, TOKEN_CHARS_MAX } from "./access/jwt.ts";
import { PORTAL_SCOPES } from "./access/portal.ts";
import type { Proved, Tokens } from "./access/tokens.ts";
import { currentCustomerOf } from "./registry/accounts.ts";
import {
  type ApiKey,
  hashOfKey,
  keyOfId,
  keyWithHash,
  noteUse,
  type Role,
} from "./registry/api-keys.ts";
import type { Queryable } from "./registry/database.ts";
import { crossing } from "./registry/isolation/scope.ts";
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
  /** The one account that a portal token is for. */
  accountId?: string | undefined;
};

/** Finds the caller of a key or token; undefined when it is unknown, expired or revoked. */
export type FindCaller = (bearer: string) => Promise<Caller | undefined>;
/** The finding, with its memory: `known` is the caller of one that was found a moment ago and is still good. */
export type CallerMemory = FindCaller & { known(bearer: string): Caller | undefined };

/** How long a key or token is remembered: a revoked one works so long at most. */
const KEY_MEMORY_MS = 5_000;
/** Most keys and tokens that are remembered, unknown ones too. */
const KEYS_REMEMBERED_MAX = 10_000;
/** Most keys and tokens that are known by their own text, for KEY_MEMORY_MS at most: hashing is dear where they are many. */
const KEYS_AT_HAND_MAX = 1_000;

type Remembered = { caller: Caller | undefined; expiresMs: number; untilMs: number };
type Found = Omit<Remembered, "untilMs">;

const NOBODY: Found = { caller: undefined, expiresMs: Number.POSITIVE_INFINITY };

/** Makes the finding; without `tokens` keys alone are known. Keys expire by the machine's clock. */
export function makeFindCaller(db: Queryable, tokens?: Tokens): CallerMemory {
  const remembered = new Map<string, Remembered>();
  const find: FindCaller = async (bearer) => {
    if (bearer.length === 0 || bearer.length > TOKEN_CHARS_MAX) return undefined;
    const hash = hashOfKey(bearer);
    const nowMs = Date.now();
    const known = remembered.get(hash);
    if (known !== undefined && known.untilMs > nowMs) return validAt(known, nowMs);
    const found = await crossing("find caller", () =>
      looksLikeToken(bearer) ? ofToken(db, tokens, bearer) : ofKey(db, hash, nowMs),
    );
    const fresh = { ...found, untilMs: nowMs + KEY_MEMORY_MS };
    if (remembered.size >= KEYS_REMEMBERED_MAX) remembered.clear();
    remembered.set(hash, fresh);
    return validAt(fresh, nowMs);
  };
  return Object.assign(find, { known: knownIn(remembered) });
}

function knownIn(remembered: ReadonlyMap<string, Remembered>): CallerMemory["known"] {
  const atHand = new Map<string, Remembered>();
  let clearMs = 0;
  return (bearer) => {
    const nowMs = Date.now();
    if (nowMs >= clearMs || atHand.size >= KEYS_AT_HAND_MAX) {
      atHand.clear();
      clearMs = nowMs + KEY_MEMORY_MS;
    }
    const recent = atHand.get(bearer);
    if (recent !== undefined && recent.untilMs > nowMs) return validAt(recent, nowMs);
    const known = remembered.get(hashOfKey(bearer));
    if (known === undefined || known.untilMs <= nowMs) return undefined;
    atHand.set(bearer, known);
    return validAt(known, nowMs);
  };
}

function validAt(remembered: Remembered, nowMs: number): Caller | undefined {
  return remembered.expiresMs > nowMs ? remembered.caller : undefined;
}

async function ofKey(db: Queryable, hash: string, nowMs: number): Promise<Found> {
  const key = await keyWithHash(db, hash);
  if (key === undefined || key.revoked_at !== null) return NOBODY;
  const expiresMs = expiryOf(key, hash);
  if (expiresMs > nowMs) await noteUse(db, key, new Date(nowMs));
  return { caller: callerOf(key), expiresMs };
}

/** A token stands for its key: it ends with it, and may do no more than it. */
async function ofToken(db: Queryable, tokens: Tokens | undefined, token: string): Promise<Found> {
  const proved = await tokens?.prove(token);
  const key = proved && (await keyOfId(db, proved.claims.sub));
  if (proved === undefined || key === undefined || key.revoked_at !== null) return NOBODY;
  const caller = await narrowed(db, callerOf(key), proved);
  const expiresMs = Math.min(proved.claims.exp * 1_000, expiryOf(key, key.hash));
  return { caller, expiresMs };
}

async function narrowed(
  db: Queryable,
  caller: Caller,
  proved: Proved,
): Promise<Caller | undefined> {
  const { kind, claims } = proved;
  if (kind === "access") {
    const asked = claims.scope?.split(" ");
    const scopes = [...caller.scopes].filter((scope) => asked?.includes(scope) ?? true);
    return { ...caller, scopes: new Set(scopes) };
  }
  const { account_id: accountId = "", customer_id: customerId } = claims;
  // Whoever moved out, or was not there yet, sees nothing of who has the account now (R92).
  if ((await currentCustomerOf(db, accountId)) !== customerId) return undefined;
  return { ...caller, role: "customer", scopes: PORTAL_SCOPES, customerId, accountId };
}

/** Until when this form of the key is good, in epoch milliseconds. */
function expiryOf(key: ApiKey, hash: string): number {
  const expiresMs = key.expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
  if (key.hash === hash) return expiresMs;
  return Math.min(expiresMs, key.previous_until?.getTime() ?? 0);
}

/** Who calls with a key. */
export function callerOf(key: ApiKey): Caller {
  return {
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
}
