/**
 * The broker's own documents: signed claims (NATS JWT, version 2) of an operator, of accounts, and of users with their
 * permissions. Made here; read and judged by the broker alone.
 */
import { createHash } from "node:crypto";
import type { nkeys } from "@nats-io/transport-node";
import type { Permissions } from "./permissions.ts";

type KeyPair = ReturnType<typeof nkeys.fromSeed>;

const HEADER = encoded({ typ: "JWT", alg: "ed25519-nkey" });
const NO_LIMIT = -1;
/** Most credentials that are refused by name at a time: the account's document stays under a megabyte. */
export const REVOCATIONS_MAX = 10_000;

/** An account: whose it is, who may sign for its users, and whom it refuses (public key → second of the refusal). */
export type AccountClaims = {
  account: string;
  name: string;
  signer?: string;
  hasStreams: boolean;
  revoked?: Readonly<Record<string, number>>;
};

/** A user: its public key, and the account that it belongs to where the account's own key does not sign. */
export type UserClaims = { user: string; name: string; account?: string; permissions: Permissions };

/** The operator's document, which servers trust; it is signed by itself. */
export function operatorClaims(operator: KeyPair, system: string): string {
  const nats = { type: "operator", version: 2, system_account: system };
  return signed(operator, { sub: operator.getPublicKey(), name: "drawdown", nats });
}

/** An account's document, signed by the operator. Throws where more than REVOCATIONS_MAX are refused. */
export function accountClaims(operator: KeyPair, claims: AccountClaims): string {
  const { account, name, signer, hasStreams, revoked = {} } = claims;
  const count = Object.keys(revoked).length;
  if (count > REVOCATIONS_MAX)
    throw new Error(`${count} revoked credentials are more than ${REVOCATIONS_MAX}`);
  const stored = hasStreams ? NO_LIMIT : 0;
  const limits = {
    ...{ subs: NO_LIMIT, data: NO_LIMIT, payload: NO_LIMIT, conn: NO_LIMIT, leaf: NO_LIMIT },
    ...{ imports: NO_LIMIT, exports: NO_LIMIT, wildcards: true },
    ...{ mem_storage: stored, disk_storage: stored, streams: stored, consumer: stored },
  };
  const nats = {
    type: "account",
    version: 2,
    limits,
    ...(signer === undefined ? {} : { signing_keys: [signer] }),
    ...(count === 0 ? {} : { revocations: revoked }),
  };
  return signed(operator, { sub: account, name, nats });
}

/** A user's document, signed by its account or by the account's signer. */
export function userClaims(signer: KeyPair, claims: UserClaims): string {
  const { user, name, account, permissions } = claims;
  const nats = {
    type: "user",
    version: 2,
    ...(account === undefined ? {} : { issuer_account: account }),
    ...{ subs: NO_LIMIT, data: NO_LIMIT, payload: NO_LIMIT },
    pub: listOf(permissions.publish),
    sub: listOf(permissions.subscribe),
  };
  return signed(signer, { sub: user, name, nats });
}

/** An empty list would allow everything. */
function listOf(subjects: readonly string[]): { allow: readonly string[] } | { deny: string[] } {
  return subjects.length === 0 ? { deny: [">"] } : { allow: subjects };
}

function signed(signer: KeyPair, about: { sub: string; name: string; nats: object }): string {
  const claims = { ...about, iss: signer.getPublicKey(), iat: Math.floor(Date.now() / 1000) };
  // Servers take two documents of one id for one and the same.
  const jti = createHash("sha256").update(JSON.stringify(claims)).digest("hex");
  const text = `${HEADER}.${encoded({ ...claims, jti })}`;
  const signature = signer.sign(Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString("base64url")}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
