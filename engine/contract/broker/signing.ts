/**
 * The keys that sign for the broker: the operator, who signs accounts, and the signer of the installation's account, who
 * signs users. One file of mode 600, read by the api alone; whoever has it may let anybody in.
 */
import { readFileSync, statSync } from "node:fs";
import { nkeys } from "@nats-io/transport-node";
import { z } from "zod";
import { accountClaims, operatorClaims } from "./claims.ts";
import { aboutCredentials, type Credentials, makeCredentials } from "./credentials.ts";
import {
  type BrokerRole,
  gatewayPermissions,
  type Permissions,
  ROLE_PERMISSIONS,
  SYSTEM_PERMISSIONS,
} from "./permissions.ts";

/** The file's name beside the broker's other files. */
export const SIGNING_FILE = "signing.json";

const seed = (kind: "O" | "A") => z.string().regex(new RegExp(`^S${kind}[A-Z2-7]{56}$`));
const publicKey = z.string().regex(/^A[A-Z2-7]{55}$/);
const signingFile = z.strictObject({
  operator_seed: seed("O"),
  signer_seed: seed("A"),
  system_seed: seed("A"),
  account: publicKey,
});

/** What the file holds. */
export type SigningKeys = z.infer<typeof signingFile>;

/** New keys. */
export function makeSigningKeys(): SigningKeys {
  const seedOf = (pair: ReturnType<typeof nkeys.createAccount>): string =>
    Buffer.from(pair.getSeed()).toString("ascii");
  return {
    operator_seed: seedOf(nkeys.createOperator()),
    signer_seed: seedOf(nkeys.createAccount()),
    system_seed: seedOf(nkeys.createAccount()),
    account: nkeys.createAccount().getPublicKey(),
  };
}

/** Signs for one installation's broker. */
export class Signing {
  readonly #keys: SigningKeys;

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  /** The public key of the installation's account. */
  get account(): string {
    return this.#keys.account;
  }

  /** The public key of the broker's own account. */
  get system(): string {
    return this.#pair("system_seed").getPublicKey();
  }

  /** The public key that signs for users. */
  get signer(): string {
    return this.#pair("signer_seed").getPublicKey();
  }

  /** Whether credentials were signed here and allow just this. */
  fits(text: string, permissions: Permissions): boolean {
    const about = aboutCredentials(text);
    return (
      about?.issuer === this.signer &&
      JSON.stringify(about.permissions) === JSON.stringify(permissions)
    );
  }

  /** What servers are told of the operator. */
  operator(): string {
    return operatorClaims(this.#pair("operator_seed"), this.system);
  }

  /** The broker's own account. */
  systemClaims(): string {
    const claims = { account: this.system, name: "system", hasStreams: false };
    return accountClaims(this.#pair("operator_seed"), claims);
  }

  /** The installation's account, and whom it refuses: public key → second up to which what was issued is refused. */
  accountClaims(revoked: Readonly<Record<string, number>> = {}): string {
    const { account, signer } = this;
    const claims = { account, name: "drawdown", signer, hasStreams: true, revoked };
    return accountClaims(this.#pair("operator_seed"), claims);
  }

  /** Credentials of a role. */
  role(role: BrokerRole): Credentials {
    const permissions = ROLE_PERMISSIONS[role];
    return makeCredentials(this.#pair("signer_seed"), {
      name: role,
      account: this.account,
      permissions,
    });
  }

  /** Credentials of a gateway. */
  gateway(shard: number, gateway: number): Credentials {
    return makeCredentials(this.#pair("signer_seed"), {
      name: `gateway ${gateway}`,
      account: this.account,
      permissions: gatewayPermissions(shard, gateway),
    });
  }

  /** Credentials in the broker's own account, for telling it whom the installation's account refuses. */
  systemUser(): Credentials {
    const permissions = SYSTEM_PERMISSIONS;
    return makeCredentials(this.#pair("system_seed"), { name: "api", permissions });
  }

  #pair(name: "operator_seed" | "signer_seed" | "system_seed") {
    return nkeys.fromSeed(Buffer.from(this.#keys[name]));
  }
}

/** The keys as the text of their file. */
export function signingText(keys: SigningKeys): string {
  return `${JSON.stringify(keys, null, 2)}\n`;
}

/** Reads the file; undefined where there is none. Throws an Error of one line when others may read it, or it is damaged. */
export function readSigning(path: string): Signing | undefined {
  let text: string;
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0) throw new Error("others may read it: chmod 600 it");
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`NATS signing keys ${path}: ${(error as Error).message}`);
  }
  try {
    return new Signing(signingFile.parse(JSON.parse(text)));
  } catch {
    throw new Error(`NATS signing keys ${path}: the file is damaged: restore it from a backup`);
  }
}
