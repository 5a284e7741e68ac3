/**
 * Credentials: what a user shows to the broker, its document and the seed of its key, in the text form that all NATS
 * clients read. The seed is a secret: it stands in files of mode 600 and in no log.
 */
import { readFileSync, statSync } from "node:fs";
import { nkeys } from "@nats-io/transport-node";
import { z } from "zod";
import { userClaims } from "./claims.ts";
import type { Permissions } from "./permissions.ts";

/** Longest file of credentials that is read. */
const CREDENTIALS_BYTES_MAX = 65_536;

/** A user's credentials, and the public key by which they can be revoked. */
export type Credentials = { publicKey: string; text: string };

/** Makes a key and credentials for it; `account` is whose user it is where a signer signs for it. */
export function makeCredentials(
  signer: ReturnType<typeof nkeys.fromSeed>,
  about: { name: string; account?: string; permissions: Permissions },
): Credentials {
  const user = nkeys.createUser();
  const publicKey = user.getPublicKey();
  const claims = userClaims(signer, { user: publicKey, ...about });
  const seed = Buffer.from(user.getSeed()).toString("ascii");
  return { publicKey, text: credentialsText(claims, seed) };
}

function credentialsText(claims: string, seed: string): string {
  return [
    "-----BEGIN NATS USER JWT-----",
    claims,
    "------END NATS USER JWT------",
    "",
    "-----BEGIN USER NKEY SEED-----",
    seed,
    "------END USER NKEY SEED------",
    "",
  ].join("\n");
}

/** What a file of credentials says, as far as we look at it: who signed it, for whom, and what it allows. */
export type CredentialsAbout = { issuer: string; publicKey: string; permissions: Permissions };

const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  nats: z.object({
    pub: z.object({ allow: z.array(z.string()).default([]) }),
    sub: z.object({ allow: z.array(z.string()).default([]) }),
  }),
});

/** What credentials say of themselves; undefined where they are none of ours. */
export function aboutCredentials(text: string): CredentialsAbout | undefined {
  const body = /\n[\w-]+\.([\w-]+)\.[\w-]+\n/.exec(text)?.[1] ?? "";
  try {
    const { iss, sub, nats } = claims.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
    const permissions = { publish: nats.pub.allow, subscribe: nats.sub.allow };
    return { issuer: iss, publicKey: sub, permissions };
  } catch {
    return undefined;
  }
}

/** Reads a file of credentials. Throws an Error of one line when it is not there, open to others, or no such file. */
export function readCredentials(path: string): Uint8Array {
  let text: string;
  try {
    const { mode, size } = statSync(path);
    if ((mode & 0o077) !== 0) throw new Error("others may read it: chmod 600 it");
    if (size > CREDENTIALS_BYTES_MAX) throw new Error("it is too long for credentials");
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`NATS credentials ${path}: ${error instanceof Error ? error.message : error}`);
  }
  if (aboutCredentials(text) === undefined || !/\nSU[A-Z2-7]{56}\n/.test(text))
    throw new Error(
      `NATS credentials ${path}: it is no credentials file, as drawdown, nsc or POST /v1/gateways give it`,
    );
  return Buffer.from(text);
}
