/**
 * What access tokens say, and when they are believed. A token names the key that it stands for and is worth nothing
 * without it: whose that key is and what it may do is looked up, never taken from the token.
 */
import { z } from "zod";

/** Who makes tokens. */
export const ISSUER = "urn:drawdown";
/** The two kinds: what the header's `typ` and the claim `aud` must be. */
export const KINDS = {
  access: { typ: "at+jwt", audience: "urn:drawdown:api" },
  portal: { typ: "portal+jwt", audience: "urn:drawdown:portal" },
} as const;
/** A kind of token. */
export type Kind = keyof typeof KINDS;

/** Longest life of a token, in seconds. */
export const TOKEN_LIFE_S_MAX = 3_600;
/** How far the clocks of two machines of an installation may be apart, in seconds. */
export const TOKEN_SKEW_S_MAX = 30;

const claimsIn = z.strictObject({
  iss: z.literal(ISSUER),
  aud: z.string(),
  sub: z.uuid(),
  client_id: z.uuid(),
  jti: z.uuid(),
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
  scope: z.string().max(1_000).optional(),
  account_id: z.uuid().optional(),
  customer_id: z.uuid().optional(),
});
/** The claims: `sub` and `client_id` are the key's id, times are epoch seconds. */
export type Claims = z.output<typeof claimsIn>;

/** The claims of a token of this kind whose signature was proved; undefined where it is not good at `nowS`. */
export function claimsOf(kind: Kind, claims: unknown, nowS: number): Claims | undefined {
  const parsed = claimsIn.safeParse(claims);
  if (!parsed.success) return undefined;
  const { aud, sub, client_id, iat, exp, account_id } = parsed.data;
  if (aud !== KINDS[kind].audience || sub !== client_id) return undefined;
  if (exp <= iat || exp - iat > TOKEN_LIFE_S_MAX) return undefined;
  if (iat > nowS + TOKEN_SKEW_S_MAX || exp <= nowS - TOKEN_SKEW_S_MAX) return undefined;
  if ((kind === "portal") !== (account_id !== undefined)) return undefined;
  return parsed.data;
}

/** Which kind a header names. */
export function kindOf(typ: string): Kind | undefined {
  return (Object.keys(KINDS) as Kind[]).find((kind) => KINDS[kind].typ === typ);
}
