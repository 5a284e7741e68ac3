/**
 * What each role may do.
 */
import type { Role } from "./registry/api-keys.ts";

/** All rights, each a kind of thing and what is done with it. */
export const SCOPES = [
  "registry:read",
  "registry:write",
  "accounts:read",
  "accounts:write",
  "orders:read",
  "vends:read",
  "vends:write",
  "supply:read",
  "supply:write",
  "supply:override",
  "orders:approve",
  "audit:read",
  "consumption:read",
  "reports:read",
  "stream:read",
  "keys:read",
  "keys:write",
  "portal:write",
  "preferences:read",
  "preferences:write",
] as const;
/** A right. */
export type Scope = (typeof SCOPES)[number];

const READ: readonly Scope[] = SCOPES.filter((scope) => scope.endsWith(":read"));

const OF_ROLE: Record<Role, readonly Scope[]> = {
  operator: SCOPES,
  vendor: ["accounts:read", "vends:read", "vends:write"],
  ops: [...READ, "supply:write", "orders:approve"],
  auditor: READ,
  customer: ["accounts:read", "consumption:read", "preferences:read", "preferences:write"],
  gateway: [],
};

/** The rights of a key: those of its role, and where it names scopes only those of them. */
export function scopesOf(role: Role, scopes: readonly string[]): ReadonlySet<Scope> {
  const all = OF_ROLE[role];
  return new Set(scopes.length === 0 ? all : all.filter((scope) => scopes.includes(scope)));
}
