/**
 * Brings roles, rights and policies to what the code says, after the migrations: a table that is as it should be is not touched,
 * so that a start beside running processes waits for none of their locks.
 */
import type { ClientBase } from "pg";
import { FUNCTIONS } from "./crossings.ts";
import type { Login } from "./login.ts";
import { markOf, quoted, type RoleNames, statementsFor, type TableShape } from "./policies.ts";
import { ensureRoles } from "./roles.ts";

type Found = TableShape & {
  mark: string | null;
  secured: boolean;
  policies: number;
  granted: boolean;
};

/** Does it all on the owner's connection; the caller holds the lock under which migrations run. Gives the tables that were changed. */
export async function applyIsolation(owner: ClientBase, login: Login): Promise<string[]> {
  await ensureRoles(owner, login);
  const { roles } = login;
  const changed: string[] = [];
  for (const found of await tablesOf(owner, roles)) {
    const statements = statementsFor(found, roles);
    if (isAs(found, statements)) continue;
    await owner.query(["begin", ...statements, "commit"].join(";\n"));
    changed.push(found.table);
  }
  const app = quoted(roles.app);
  for (const signature of Object.keys(FUNCTIONS)) {
    await owner.query(
      `revoke all on function ${signature} from public; grant execute on function ${signature} to ${app}`,
    );
  }
  return changed;
}

/** Rights are lost where a copy was restored without them, and the mark was not. */
function isAs(found: Found, statements: readonly string[]): boolean {
  const policies = statements.filter((statement) => statement.startsWith("create policy"));
  const isSecured = statements.some((s) => s.endsWith(" enable row level security"));
  return (
    found.mark === markOf(statements) &&
    found.secured === isSecured &&
    found.policies === policies.length &&
    (found.granted || !statements.some((s) => s.startsWith("grant ")))
  );
}

/** All tables of the registry, with what they are like now. */
async function tablesOf(owner: ClientBase, { app, system }: RoleNames): Promise<Found[]> {
  const { rows } = await owner.query<Found>(
    `select c.relname as table, c.relrowsecurity as secured, obj_description(c.oid, 'pg_class') as mark,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
      exists (select from aclexplode(c.relacl) x where x.grantee in ($1::regrole, $2::regrole)) as granted
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname`,
    [quoted(app), quoted(system)],
  );
  return rows;
}
