/**
 * To whom the rows of each table belong, and so by which policy they are kept apart. A table with a column `operator_id` needs
 * no line here; any other one that is not named here is closed to everybody, and a test finds it.
 */
import type { Privileges } from "./crossings.ts";

/** Whose a row is: the row of `parent` whose columns have these values; what is not seen of the parent is not seen of it. */
export type ParentRow = { parent: string; columns: Readonly<Record<string, string>> };

/** How the rows of a table belong: by a column, through rows of others (all of them must be one's own), or to nobody. */
export type Belonging =
  | { by: "column"; column: string }
  | { by: "parents"; parents: readonly ParentRow[]; shared?: string }
  | { by: "installation"; reason: string };

const of = (parent: string, column: string): ParentRow => ({ parent, columns: { [column]: "id" } });
const parents = (...rows: readonly ParentRow[]): Belonging => ({ by: "parents", parents: rows });

const NAMED: Readonly<Record<string, Belonging>> = {
  operators: { by: "column", column: "id" },
  shards: {
    by: "installation",
    reason: "sites of several operators share a shard; it says only how many numbers are given out",
  },
  token_keys: {
    by: "installation",
    reason: "public halves of the keys that tokens are signed with",
  },
  units: parents(of("sites", "site_id")),
  usage_points: parents(of("units", "unit_id")),
  unit_set_members: parents(of("unit_sets", "unit_set_id"), of("units", "unit_id")),
  gateways: parents(of("sites", "site_id")),
  price_list_versions: parents(of("price_lists", "price_list_id")),
  supply_policy_versions: parents(of("supply_policies", "policy_id")),
  calendar_versions: parents(of("calendars", "calendar_id")),
  carbon_factors: parents(of("carbon_tables", "table_id")),
  vendor_commissions: parents(of("vendors", "vendor_id")),
  shard_price_lists: parents(of("price_lists", "price_list_id")),
  shard_policies: parents(of("supply_policies", "policy_id")),
  shard_calendars: parents(of("calendars", "calendar_id")),
  engine_commands: {
    by: "parents",
    parents: [{ parent: "accounts", columns: { shard: "shard", slot: "slot" } }],
    // What a shard is told (a price list, a gateway) is nobody's: it can be ordered by all, and read back by none.
    shared: "slot is null",
  },
};

/** How a table's rows belong; undefined where nobody has said it. */
export function belongingOf(table: string, columns: readonly string[]): Belonging | undefined {
  const named = Object.hasOwn(NAMED, table) ? NAMED[table] : undefined;
  if (named !== undefined) return named;
  return columns.includes("operator_id") ? { by: "column", column: "operator_id" } : undefined;
}

/** What requests may do with a table, on their operator's rows. What was written in the audit stays as it is (R94). */
export function appPrivileges(table: string): Privileges {
  return LIMITED[table] ?? ["select", "insert", "update", "delete"];
}

const LIMITED: Readonly<Record<string, Privileges>> = {
  audit: ["select", "insert"],
  operators: ["select", "update"],
  shards: ["select", "update"],
  token_keys: [],
  vends: ["select", "insert", "update"],
  vendor_movements: ["select", "insert"],
};
