/**
 * What a portal token opens: the reads that a customer's page needs, of one account. Everything else is closed by its
 * address, before any route is asked.
 */
import type { Scope } from "../roles.ts";

/** The rights of a portal token; the addresses below narrow them. */
export const PORTAL_SCOPES: ReadonlySet<Scope> = new Set<Scope>([
  "accounts:read",
  "consumption:read",
  "reports:read",
  "vends:read",
]);

/** Pages under an account that a portal token reads. */
const OF_ACCOUNT = /^\/v1\/accounts\/([^/:]+)(\/(balance|statement|consumption))?\/?$/;
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
  if (method !== "GET" && method !== "HEAD") return false;
  const id = OF_ACCOUNT.exec(path)?.[1];
  if (id !== undefined) return id.toLowerCase() === accountId;
  if (RECEIPT.test(path)) return true;
  const asked = query("account_id");
  return REPORTS.test(path) && asked.length === 1 && asked[0]?.toLowerCase() === accountId;
}
