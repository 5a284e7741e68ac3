/**
 * How the api logs in as the role that sees one operator's rows: by an address of its own, or by one made of the owner's.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type { RoleNames } from "./policies.ts";

/** Longest name in PostgreSQL, in bytes. */
const NAME_BYTES_MAX = 63;
/** Of SCRAM-SHA-256, as PostgreSQL has it (RFC 5802, RFC 7677). */
const SCRAM_ROUNDS = 4_096;
const SCRAM_SALT_BYTES = 16;

/** The address to log in with, the roles, and the password that the first one is given; undefined where it has one. */
export type Login = { url: string; roles: RoleNames; password: string | undefined };

/**
 * The login for a database. Without an address of its own the first role has the database's name and `_app`, and a password
 * that is made of the owner's: every process that knows the one knows the other, and nothing more has to be kept.
 */
export function loginOf(ownerUrl: string, appUrl: string): Login {
  const owner = new URL(ownerUrl);
  const database =
    decodeURIComponent(owner.pathname.slice(1)) || decodeURIComponent(owner.username);
  const system = roleName(database, "_system");
  if (appUrl !== "") {
    const app = decodeURIComponent(new URL(appUrl).username);
    if (app === "" || app === decodeURIComponent(owner.username)) {
      throw new Error(
        "DRAWDOWN_POSTGRES_APP_URL must name another user than DRAWDOWN_POSTGRES_URL, who owns no table: see docs/operations.md",
      );
    }
    return { url: appUrl, roles: { app, system }, password: undefined };
  }
  const app = roleName(database, "_app");
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(app);
  if (owner.password === "") return { url: url.href, roles: { app, system }, password: undefined };
  const password = createHmac("sha256", decodeURIComponent(owner.password))
    .update(`drawdown role ${app}`)
    .digest("base64url");
  url.password = password;
  return { url: url.href, roles: { app, system }, password };
}

/** Roles belong to the whole server, so the database's name tells those of two installations apart. */
function roleName(database: string, ending: string): string {
  if (Buffer.byteLength(database + ending) <= NAME_BYTES_MAX) return database + ending;
  const digest = createHash("sha256").update(database).digest("hex").slice(0, 16);
  return `drawdown_${digest}${ending}`;
}

/** What PostgreSQL keeps of a password, so that the password itself is in no statement and no log. */
export function scramVerifier(password: string): string {
  const salt = randomBytes(SCRAM_SALT_BYTES);
  const salted = pbkdf2Sync(password, salt, SCRAM_ROUNDS, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const server = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${SCRAM_ROUNDS}:${salt.toString("base64")}$${stored}:${server}`;
}
