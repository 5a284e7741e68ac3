/**
 * The way to the broker: addresses, credentials, TLS, and the inbox that the credentials allow, for every role alike.
 */
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import {
  type Authenticator,
  AuthorizationError,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import type { Settings } from "../settings-schema.ts";
import { clientTls, isTrustFault, reasonOf, type TlsFiles } from "../tls-files.ts";
import { readCredentials } from "./credentials.ts";
import { type BrokerRole, inboxOf } from "./permissions.ts";

const RETRY_MS = 500;
const RETRY_JITTER_MS = 500;
const CONNECT_WAIT_MS = 5_000;

/** How a user comes to the broker. */
export type BrokerAccess = {
  /** URLs with commas between them; a user and password in the first go for all. */
  servers: string;
  /** Where answers come in. */
  inbox: string;
  /** The file with credentials; it is read at each connection, so that new ones are taken up. */
  credentials?: string | undefined;
  /** Credentials in place of a file: those made for one connection. */
  own?: string;
  /** TLS is asked for where these are given or an address begins with tls://. */
  tls?: TlsFiles | undefined;
};

/** The settings that say how NATS is reached. */
export type NatsSettings = Pick<
  Settings,
  "data" | "nats_url" | "nats_credentials" | "nats_ca_file" | "nats_cert_file" | "nats_key_file"
>;

/** A role's way by the settings: credentials by the setting, else the role's own in the data folder where there are any. */
export function brokerAccess(settings: NatsSettings, role: BrokerRole): BrokerAccess {
  const own = join(settings.data, "nats", "credentials", `${role}.creds`);
  const credentials = settings.nats_credentials || (existsSync(own) ? own : undefined);
  return { ...reachedBy(settings), inbox: inboxOf(role), credentials };
}

/** Addresses and TLS by the settings. */
export function reachedBy(settings: NatsSettings): Pick<BrokerAccess, "servers" | "tls"> {
  const { nats_ca_file: ca, nats_cert_file: cert, nats_key_file: key } = settings;
  return { servers: settings.nats_url, tls: { ca, cert, key } };
}

/**
 * Connects, waiting for a broker that is away as long as it takes, and comes back after every break. Throws an Error of one
 * line when the broker refuses the credentials, its certificate is not trusted, or a file cannot be used.
 */
export async function connectBroker(access: BrokerAccess, name: string): Promise<NatsConnection> {
  if (access.credentials !== undefined) readCredentials(access.credentials);
  for (;;) {
    const options = brokerOptions(access, name);
    try {
      return await connect(options);
    } catch (error) {
      const fault = lastingFault(error, access);
      if (fault !== undefined) throw new Error(fault, { cause: error });
      await sleep(RETRY_MS + Math.random() * RETRY_JITTER_MS);
    }
  }
}

/** What the client is to connect by. Throws an Error of one line when a TLS file cannot be used. */
export function brokerOptions(access: BrokerAccess, name: string): NodeConnectionOptions {
  const { servers, inbox } = access;
  const addresses = servers.split(",").map((server) => new URL(server.trim()));
  const [first] = addresses;
  const tls = tlsOf(access, addresses);
  return {
    servers: addresses.map(({ protocol, host }) => `${protocol}//${host}`),
    name,
    inboxPrefix: inbox,
    timeout: CONNECT_WAIT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: RETRY_JITTER_MS,
    // The client would make an error with its stack ahead of every question, for those that fail: a tenth of the time of the engine's main thread.
    noAsyncTraces: true,
    // Credentials that were revoked may be replaced.
    ignoreAuthErrorAbort: true,
    ...(tls === undefined ? {} : { tls }),
    ...authenticationOf(access, first),
  };
}

/** What is wrong, in one line, where waiting does not mend it. */
export function lastingFault(error: unknown, access: BrokerAccess): string | undefined {
  const where = withoutUser(access.servers);
  if (error instanceof AuthorizationError) {
    const shown = shownCredentials(access.credentials);
    return `NATS at ${where} refuses ${shown}: set DRAWDOWN_NATS_CREDENTIALS to credentials of its own making`;
  }
  if (isTrustFault(error))
    return `NATS at ${where}: its certificate is not trusted (${reasonOf(error)}): set DRAWDOWN_NATS_CA_FILE to the CA that signed it, and name the host as in the certificate`;
  return undefined;
}

function shownCredentials(path: string | undefined): string {
  if (path === undefined) return "a connection without credentials";
  return existsSync(path) ? path : `a connection without credentials (there is no ${path})`;
}

function tlsOf({ tls }: BrokerAccess, addresses: readonly URL[]): NodeConnectionOptions["tls"] {
  const files = clientTls(tls, "DRAWDOWN_NATS");
  const isAsked = files !== undefined || addresses.some(({ protocol }) => protocol === "tls:");
  return isAsked ? Object.assign({ ...files }, identityOf(addresses)) : undefined;
}

/** The client names no host where the address is a number, and Node then judges the certificate as that of localhost. */
function identityOf(addresses: readonly URL[]): {
  checkServerIdentity: NonNullable<ConnectionOptions["checkServerIdentity"]>;
} {
  const numbers = addresses
    .map(({ hostname }) => hostname.replace(/^\[|\]$/g, ""))
    .filter((hostname) => isIP(hostname) !== 0 || hostname === "localhost");
  return {
    checkServerIdentity: (host, certificate) => {
      const hosts = host === "localhost" && numbers.length > 0 ? numbers : [host];
      const faults = hosts.map((each) => checkServerIdentity(each, certificate));
      return faults.includes(undefined) ? undefined : faults[0];
    },
  };
}

function authenticationOf(
  { credentials, own }: BrokerAccess,
  first: URL | undefined,
): Pick<NodeConnectionOptions, "authenticator" | "user" | "pass"> {
  if (own !== undefined) return { authenticator: credsAuthenticator(Buffer.from(own)) };
  return credentials === undefined
    ? userOf(first)
    : { authenticator: authenticatorOf(credentials) };
}

/** Must not throw, or the connection would end for good. */
function authenticatorOf(path: string): Authenticator {
  return (nonce) => {
    try {
      return credsAuthenticator(readCredentials(path))(nonce);
    } catch {
      return undefined;
    }
  };
}

function userOf(first: URL | undefined): { user?: string; pass?: string } {
  if (first === undefined || first.username === "") return {};
  return { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) };
}

function withoutUser(servers: string): string {
  return servers.replaceAll(/\/\/[^@/,]*@/g, "//");
}
