/**
 * The keys that tokens are signed with. Each process makes its own, keeps the private half in memory, and tells the
 * public half to the registry, where all processes find it; a new one each day. So no secret lies anywhere at rest, and
 * tokens outlive a restart of the process that gave them.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { and, asc, eq, gt, lt } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { crossing } from "../registry/isolation/scope.ts";
import { tokenKeys } from "../registry/schema/access.ts";
import { TOKEN_LIFE_S_MAX, TOKEN_SKEW_S_MAX } from "./claims.ts";

/** How long a process signs with one key, in milliseconds. */
const SIGNS_MS_MAX = 24 * 3_600_000;
/** How long a public half is kept: until the last token that was signed with it is over. */
const KEPT_MS = SIGNS_MS_MAX + (TOKEN_LIFE_S_MAX + 2 * TOKEN_SKEW_S_MAX) * 1_000;
/** Most public halves in the answer of /.well-known/jwks.json. */
const JWKS_MAX = 1_000;
/** Most keys that a process remembers, those that are not there too. */
const REMEMBERED_MAX = 1_000;
/** How long it is remembered that there is no key of an id. */
const ABSENT_MS = 5_000;

/** A public key as a JWK (RFC 8037). */
export type Jwk = { kty: "OKP"; crv: "Ed25519"; alg: "EdDSA"; use: "sig"; kid: string; x: string };

/** Signing keys of this process, and the public keys of all. */
export type TokenKeys = {
  /** The key to sign with now. */
  signing(): Promise<{ kid: string; key: KeyObject }>;
  /** The public key of an id; undefined where there is none, or none any more. */
  publicKey(kid: string): Promise<KeyObject | undefined>;
  /** All public keys that are believed now. */
  jwks(): Promise<Jwk[]>;
};

type Signing = { kid: string; key: KeyObject; untilMs: number };
type Known = { key: KeyObject | undefined; untilMs: number };

/** Makes them; nothing is made or written until a token is asked for. */
export function makeTokenKeys(db: Queryable): TokenKeys {
  let signing: Signing | undefined;
  let making: Promise<Signing> | undefined;
  const known = new Map<string, Known>();
  return {
    signing: async () => {
      if (signing !== undefined && signing.untilMs > Date.now()) return signing;
      // Whoever comes while one is made waits for the same one.
      making ??= crossing("find caller", () => newKey(db)).finally(() => {
        making = undefined;
      });
      signing = await making;
      return signing;
    },
    publicKey: async (kid) => {
      const nowMs = Date.now();
      const remembered = known.get(kid);
      if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.key;
      const found = await crossing("find caller", () => lookUp(db, kid, nowMs));
      if (known.size >= REMEMBERED_MAX) known.clear();
      known.set(kid, found);
      return found.key;
    },
    jwks: async () => {
      const rows = await crossing("find caller", () =>
        db
          .select()
          .from(tokenKeys)
          .where(gt(tokenKeys.expires_at, new Date()))
          .orderBy(asc(tokenKeys.created_at), asc(tokenKeys.kid))
          .limit(JWKS_MAX)
          .execute(),
      );
      return rows.map(({ kid, public_key }) => jwkOf(kid, public_key));
    },
  };
}

async function newKey(db: Queryable): Promise<Signing> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  if (x === undefined) throw new Error("an Ed25519 key has no x");
  const kid = randomUUID();
  const nowMs = Date.now();
  await db.delete(tokenKeys).where(lt(tokenKeys.expires_at, new Date(nowMs)));
  await db.insert(tokenKeys).values({ kid, public_key: x, expires_at: new Date(nowMs + KEPT_MS) });
  return { kid, key: privateKey, untilMs: nowMs + SIGNS_MS_MAX };
}

async function lookUp(db: Queryable, kid: string, nowMs: number): Promise<Known> {
  const [row] = await db
    .select()
    .from(tokenKeys)
    .where(and(eq(tokenKeys.kid, kid), gt(tokenKeys.expires_at, new Date(nowMs))));
  if (row === undefined) return { key: undefined, untilMs: nowMs + ABSENT_MS };
  const key = createPublicKey({ key: jwkOf(kid, row.public_key), format: "jwk" });
  return { key, untilMs: row.expires_at.getTime() };
}

function jwkOf(kid: string, x: string): Jwk {
  return { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", kid, x };
}
