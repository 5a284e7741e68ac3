/**
 * The two roles of the registry: made where they are missing, and looked at before anything relies on them.
 */
import { type ClientBase, DatabaseError } from "pg";
import { type Login, scramVerifier } from "./login.ts";
import { quoted, type RoleNames } from "./policies.ts";

/** The roles cannot be had as they must be; the message says what to run. */
export class RolesError extends Error {
  readonly code = "registry_roles";
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RolesError";
  }
}

/** Makes what is missing of the roles, as the owner of the tables. Throws a RolesError where the owner may not. */
export async function ensureRoles(owner: ClientBase, login: Login): Promise<void> {
  const { app, system } = login.roles;
  try {
    if (!(await exists(owner, system)))
      await owner.query(`create role ${quoted(system)} nologin noinherit`);
    if (!(await exists(owner, app))) await makeApp(owner, login);
    const { rows } = await owner.query<{ member: boolean }>(
      "select pg_has_role($1, $2, 'member') as member",
      [app, system],
    );
    if (rows[0]?.member !== true) await owner.query(`grant ${quoted(system)} to ${quoted(app)}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "42501") throw error;
    throw new RolesError(refusal(login.roles), { cause: error });
  }
}

async function makeApp(owner: ClientBase, { roles, password }: Login): Promise<void> {
  const secret = password === undefined ? "" : ` password '${scramVerifier(password)}'`;
  await owner.query(`create role ${quoted(roles.app)} login noinherit${secret}`);
}

/** Gives the first role its password anew: the owner's was changed, or the role came without one. */
export async function resetPassword(owner: ClientBase, { roles, password }: Login): Promise<void> {
  if (password === undefined) return;
  try {
    await owner.query(`alter role ${quoted(roles.app)} password '${scramVerifier(password)}'`);
  } catch (error) {
    throw new RolesError(refusal(roles), { cause: error });
  }
}

async function exists(owner: ClientBase, role: string): Promise<boolean> {
  return (await owner.query("select from pg_roles where rolname = $1", [role])).rows.length > 0;
}

/** Throws a RolesError unless this connection is one that row security holds for. */
export async function checkApp(client: ClientBase, { app, system }: RoleNames): Promise<void> {
  const { rows } = await client.query<Record<string, boolean>>(
    `select r.rolsuper or r.rolbypassrls as bypasses,
      exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and pg_has_role(current_user, c.relowner, 'usage')) as owns,
      pg_has_role(current_user, $1, 'usage') as inherits, pg_has_role(current_user, $1, 'member') as member
    from pg_roles r where r.rolname = current_user`,
    [system],
  );
  const found = rows[0] ?? {};
  const faults = [
    found["bypasses"] &&
      `is a superuser or bypasses row security: alter role ${quoted(app)} nosuperuser nobypassrls`,
    found["owns"] && "owns tables of the registry: use another one",
    found["inherits"] &&
      `inherits from ${system}: revoke ${quoted(system)} from ${quoted(app)}; alter role ${quoted(app)} noinherit; grant ${quoted(system)} to ${quoted(app)}`,
    !found["member"] && `may not become ${system}: grant ${quoted(system)} to ${quoted(app)}`,
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) throw new RolesError(`PostgreSQL's role ${app} ${faults.join("; it ")}`);
}

function refusal({ app, system }: RoleNames): string {
  return `the registry's user may not make its roles: as a superuser run: create role ${quoted(system)} nologin; create role ${quoted(app)} login noinherit password '…'; grant ${quoted(system)} to ${quoted(app)}; and set DRAWDOWN_POSTGRES_APP_URL to the same server as ${app}`;
}
