/**
 * Gives and proves tokens. What a token may do is what its key may do, narrowed by the token; see keys.ts.
 */
import { randomUUID } from "node:crypto";
import type { Queryable } from "../registry/database.ts";
import {
  type Claims,
  claimsOf,
  ISSUER,
  KINDS,
  type Kind,
  kindOf,
  TOKEN_LIFE_S_MAX,
} from "./claims.ts";
import { isSignedBy, parseToken, signToken } from "./jwt.ts";
import { type Jwk, makeTokenKeys } from "./token-keys.ts";

/** What a new token says. `lifeS` is at most TOKEN_LIFE_S_MAX. */
export type NewToken = {
  keyId: string;
  lifeS: number;
  scope?: string | undefined;
  accountId?: string | undefined;
  customerId?: string | undefined;
};

/** A token that was proved. */
export type Proved = { kind: Kind; claims: Claims };

/** Giving and proving of tokens. */
export type Tokens = {
  issue(kind: Kind, token: NewToken): Promise<{ token: string; expiresAt: Date }>;
  /** What a token says; undefined where it is not ours, was changed, or is over. */
  prove(token: string): Promise<Proved | undefined>;
  /** The public keys that prove them. */
  jwks(): Promise<Jwk[]>;
};

/** Makes it over the registry. Tokens run by the machine's clock. */
export function makeTokens(db: Queryable): Tokens {
  const keys = makeTokenKeys(db);
  return {
    jwks: keys.jwks,
    issue: async (kind, { keyId, lifeS, scope, accountId, customerId }) => {
      const { kid, key } = await keys.signing();
      const iat = Math.floor(Date.now() / 1_000);
      const exp = iat + Math.min(lifeS, TOKEN_LIFE_S_MAX);
      const { typ, audience: aud } = KINDS[kind];
      const claims = {
        iss: ISSUER,
        aud,
        sub: keyId,
        client_id: keyId,
        jti: randomUUID(),
        iat,
        exp,
        scope,
        account_id: accountId,
        customer_id: customerId,
      };
      return { token: signToken({ typ, kid }, claims, key), expiresAt: new Date(exp * 1_000) };
    },
    prove: async (token) => {
      const parsed = parseToken(token);
      const kind = parsed && kindOf(parsed.typ);
      if (parsed === undefined || kind === undefined) return undefined;
      // Times first: they cost nothing.
      const claims = claimsOf(kind, parsed.claims, Date.now() / 1_000);
      if (claims === undefined) return undefined;
      const key = await keys.publicKey(parsed.kid);
      return key !== undefined && isSignedBy(parsed, key) ? { kind, claims } : undefined;
    },
  };
}
