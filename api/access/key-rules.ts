/**
 * Which keys a caller may make, change and end: none that may more than the caller itself.
 */
import type { Role } from "../registry/api-keys.ts";
import { type Scope, scopesOf } from "../roles.ts";

/** Roles of keys that are made at /v1/api-keys; those of customers and vendors are made where they belong to. */
export const ROLES_MADE = [
  "operator",
  "vendor",
  "ops",
  "auditor",
] as const satisfies readonly Role[];

/** The rights that a key would have and the caller has not; [] where the caller may make it. */
export function rightsBeyond(
  caller: ReadonlySet<Scope>,
  wanted: { role: Role; scopes: readonly string[] },
): Scope[] {
  return [...scopesOf(wanted.role, wanted.scopes)].filter((scope) => !caller.has(scope));
}

/** Scopes that the role never has, so that asking for them is a mistake. */
export function foreignScopes(role: Role, scopes: readonly Scope[]): Scope[] {
  const all = scopesOf(role, []);
  return scopes.filter((scope) => !all.has(scope));
}

/** Whether a key that ends at `wanted` outlives the one that makes it; null and undefined are never. */
export function outlives(wanted: Date | null | undefined, maker: Date | null): boolean {
  if (maker === null) return false;
  return wanted === null || wanted === undefined || wanted > maker;
}
