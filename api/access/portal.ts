/**
 * What a portal token opens: what a customer's page needs of one account, all of it reads but for how the customer wants to
 * be told. Everything else is closed by its address, before any route is asked.
 */
import type { Scope } from "../roles.ts";

/** The rights of a portal token; the addresses below narrow them. */
export const PORTAL_SCOPES: ReadonlySet<Scope> = new Set<Scope>([
  "accounts:read",
  "consumption:read",
  "reports:read",
  "vends:read",
  "preferences:read",
  "preferences:write",
]);

/** Pages under an account that a portal token reads. */
const OF_ACCOUNT = /^\/v1\/accounts\/([^/:]+)(\/(balance|statement|consumption))?\/?$/;
/** How the account's customer wants to be told: read and set. */
const PREFERENCES = /^\/v1\/accounts\/([^/:]+)\/notification-preferences\/?$/;
/** Receipts; whose a vend is must be asked for where it is looked up. */
const RECEIPT = /^\/v1\/vends\/[^/:]+(\/receipt)?\/?$/;
/** Reports that are asked for with `account_id`. */
const REPORTS = /^\/v1\/reports\/(consumption|statement-lines)\/?$/;

/** Whether a portal token for this account opens the address. `query` gives a parameter's values. */
export function portalOpens(
  accountId: string,
  request: { method: string; path: string; query: (name: string) => readonly string[] },
): boolean {
  const { method, path, query } = request;
  const preferencesOf = PREFERENCES.exec(path)?.[1];
  if (preferencesOf !== undefined) {
    return ["GET", "HEAD", "PUT"].includes(method) && preferencesOf.toLowerCase() === accountId;
  }
  if (method !== "GET" && method !== "HEAD") return false;
  const id = OF_ACCOUNT.exec(path)?.[1];
  if (id !== undefined) return id.toLowerCase() === accountId;
  if (RECEIPT.test(path)) return true;
  const asked = query("account_id");
  return REPORTS.test(path) && asked.length === 1 && asked[0]?.toLowerCase() === accountId;
}
