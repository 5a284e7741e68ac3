/**
 * The files by which a broker knows its users, made at the first start and kept: the signing keys, what servers are told
 * of operator and accounts, and the credentials of each role. Each file of mode 600 in folders of mode 700.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { BROKER_ROLES, type BrokerRole, ROLE_PERMISSIONS } from "../contract/broker/permissions.ts";
import {
  makeSigningKeys,
  readSigning,
  SIGNING_FILE,
  Signing,
  signingText,
} from "../contract/broker/signing.ts";
import { writeSecretFile } from "./secret-file.ts";

/** What servers include in their configuration: the operator, and the accounts as they were at first. */
export const ACCOUNTS_CONF = "accounts.conf";
/** Folder of the roles' credentials, `<role>.creds`. */
const CREDENTIALS_FOLDER = "credentials";

/** The broker's folder of an installation. */
export const brokerFolder = (data: string): string => join(data, "nats");

/**
 * Makes what is missing in a broker's folder, and credentials anew that allow something else than this version's roles
 * need. Lost signing keys are made anew, and all credentials with them. Gives who signs.
 */
export function makeBrokerFiles(
  folder: string,
  roles: readonly BrokerRole[] = BROKER_ROLES,
): Signing {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const signing = readSigning(join(folder, SIGNING_FILE)) ?? newSigning(folder);
  const accounts = join(folder, ACCOUNTS_CONF);
  if (!existsSync(accounts) || !readFileSync(accounts, "utf8").includes(signing.account))
    writeSecretFile(accounts, accountsConf(signing));
  for (const role of roles) makeRoleCredentials(folder, signing, role);
  return signing;
}

/** The file with a role's credentials. */
export function roleCredentials(data: string, role: BrokerRole): string {
  return join(brokerFolder(data), CREDENTIALS_FOLDER, `${role}.creds`);
}

/** Makes credentials for benches and torture, who own the installation; gives their file. */
export function toolsCredentials(data: string): string {
  makeBrokerFiles(brokerFolder(data), ["tools"]);
  return roleCredentials(data, "tools");
}

/**
 * Streams of a broker that knew no accounts, or of one whose keys are lost, become the account's: JetStream keeps each
 * account's in a folder of its name. Only while the broker does not run.
 */
export function adoptStreams(store: string, account: string): void {
  const folder = join(store, "jetstream");
  if (!existsSync(folder) || existsSync(join(folder, account))) return;
  const others = readdirSync(folder).filter(
    (name) => name === "$G" || /^A[A-Z2-7]{55}$/.test(name),
  );
  const [only] = others;
  if (only !== undefined && others.length === 1)
    renameSync(join(folder, only), join(folder, account));
}

function newSigning(folder: string): Signing {
  const keys = makeSigningKeys();
  writeSecretFile(join(folder, SIGNING_FILE), signingText(keys));
  return new Signing(keys);
}

function accountsConf(signing: Signing): string {
  return [
    `operator: ${JSON.stringify(signing.operator())}`,
    `system_account: ${signing.system}`,
    "resolver_preload {",
    `  ${signing.system}: ${JSON.stringify(signing.systemClaims())}`,
    `  ${signing.account}: ${JSON.stringify(signing.accountClaims())}`,
    "}",
    "",
  ].join("\n");
}

function makeRoleCredentials(folder: string, signing: Signing, role: BrokerRole): void {
  const path = join(folder, CREDENTIALS_FOLDER, `${role}.creds`);
  if (existsSync(path) && signing.fits(readFileSync(path, "utf8"), ROLE_PERMISSIONS[role])) return;
  mkdirSync(join(folder, CREDENTIALS_FOLDER), { recursive: true, mode: 0o700 });
  writeSecretFile(path, signing.role(role).text);
}
