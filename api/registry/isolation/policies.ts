/**
 * The policies and rights of a table as SQL.
 */
import { createHash } from "node:crypto";
import { systemPrivileges } from "./crossings.ts";
import { OPERATOR_SETTING } from "./scope.ts";
import { appPrivileges, type Belonging, belongingOf, type ParentRow } from "./tables.ts";

/** The two roles, by name. */
export type RoleNames = { app: string; system: string };
/** A table as the catalogue has it. */
export type TableShape = { table: string; columns: readonly string[] };

/** A name as an identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * All that makes a table as it should be, from whatever it is; the last statement leaves a mark by which this can be told. Row
 * security is not forced on the owner: only migrations and backups run as it, and both must see every row.
 */
export function statementsFor({ table, columns }: TableShape, roles: RoleNames): string[] {
  const name = quoted(table);
  const app = quoted(roles.app);
  const system = quoted(roles.system);
  const belonging = belongingOf(table, columns);
  const isOpen = belonging?.by === "installation";
  const statements = [
    `alter table ${name} ${isOpen ? "disable" : "enable"} row level security`,
    `drop policy if exists own_rows on ${name}`,
    `drop policy if exists new_rows on ${name}`,
    `drop policy if exists crossing on ${name}`,
    `revoke all on table ${name} from public, ${app}, ${system}`,
    ...policiesOf(table, belonging).map((policy) => policy.replaceAll("$app", app)),
    ...grant(name, belonging === undefined ? [] : appPrivileges(table), app),
  ];
  const crossing = systemPrivileges().get(table) ?? [];
  if (crossing.length > 0 && !isOpen)
    statements.push(`create policy crossing on ${name} to ${system} using (true)`);
  statements.push(...grant(name, crossing, system));
  statements.push(`comment on table ${name} is '${markOf(statements)}'`);
  return statements;
}

/** The mark of a table that is as these statements make it. */
export function markOf(statements: readonly string[]): string {
  const made = statements.filter((statement) => !statement.startsWith("comment on table "));
  const digest = createHash("sha256").update(made.join(";")).digest("hex").slice(0, 16);
  return `kept apart by operator: ${digest}`;
}

function grant(name: string, privileges: readonly string[], role: string): string[] {
  return privileges.length === 0
    ? []
    : [`grant ${privileges.join(", ")} on table ${name} to ${role}`];
}

function policiesOf(table: string, belonging: Belonging | undefined): string[] {
  if (belonging === undefined || belonging.by === "installation") return [];
  const name = quoted(table);
  if (belonging.by === "column") {
    const own = `${quoted(belonging.column)} = nullif(current_setting('${OPERATOR_SETTING}', true), '')::uuid`;
    return [`create policy own_rows on ${name} to $app using (${own})`];
  }
  const own = belonging.parents.map((row) => isSeen(table, row)).join(" and ");
  const policies = [`create policy own_rows on ${name} to $app using (${own})`];
  if (belonging.shared !== undefined)
    policies.push(
      `create policy new_rows on ${name} for insert to $app with check (${belonging.shared})`,
    );
  return policies;
}

/** The parent's own policy says which of its rows there are. */
function isSeen(table: string, { parent, columns }: ParentRow): string {
  const same = Object.entries(columns).map(
    ([own, theirs]) => `p.${quoted(theirs)} = ${quoted(table)}.${quoted(own)}`,
  );
  return `exists (select from ${quoted(parent)} p where ${same.join(" and ")})`;
}
