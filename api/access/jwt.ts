/**
 * JSON Web Tokens of one form only (RFC 7515, 7519): compact, signed with Ed25519 (`EdDSA`, RFC 8037). The header must
 * name this algorithm, a type that is asked for and a key by its id; there is no `none`, and no choice for the sender.
 */
import { type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";

/** Longest token that is looked at, in characters. */
export const TOKEN_CHARS_MAX = 2_000;

const ALGORITHM = "EdDSA";
const PART = /^[A-Za-z0-9_-]+$/;

const headerIn = z.strictObject({
  alg: z.literal(ALGORITHM),
  typ: z.string().max(40),
  kid: z.uuid(),
});

/** A token that was taken apart; nothing in it is believed until its signature is. */
export type Parsed = {
  typ: string;
  kid: string;
  claims: unknown;
  /** What was signed, and the signature. */
  signed: string;
  signature: Uint8Array;
};

/** Whether a text has the form of a token rather than of a key. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith("ey");
}

/** Makes a token. */
export function signToken(
  header: { typ: string; kid: string },
  claims: Record<string, unknown>,
  key: KeyObject,
): string {
  const { typ, kid } = header;
  const signed = `${encoded({ alg: ALGORITHM, typ, kid })}.${encoded(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}

/** Takes a token apart; undefined where it has another form or names another algorithm. */
export function parseToken(token: string): Parsed | undefined {
  if (token.length > TOKEN_CHARS_MAX) return undefined;
  const parts = token.split(".");
  const [head = "", body = "", mark = ""] = parts;
  if (parts.length !== 3 || ![head, body, mark].every((part) => PART.test(part))) return undefined;
  const header = headerIn.safeParse(decoded(head));
  if (!header.success) return undefined;
  const signature = Buffer.from(mark, "base64url");
  // One text for one token: bits of the last character that mean nothing must be 0.
  if (signature.length !== 64 || signature.toString("base64url") !== mark) return undefined;
  const { typ, kid } = header.data;
  return { typ, kid, claims: decoded(body), signed: `${head}.${body}`, signature };
}

/** Whether the signature is that of this public key. Takes about 0.1 ms. */
export function isSignedBy({ signed, signature }: Parsed, key: KeyObject): boolean {
  return verify(null, Buffer.from(signed), key, signature);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
