/**
 * What the registry knows when a vend comes: its account, and the vend itself where it came before. One statement gives it all.
 */
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { Problem } from "../problems.ts";
import type { Account } from "../registry/accounts.ts";
import type { Queryable } from "../registry/database.ts";
import { accounts, engineCommands } from "../registry/schema/accounts.ts";
import { meters } from "../registry/schema/field.ts";
import { vends } from "../registry/schema/vending.ts";
import type { VendBody } from "./body.ts";
import type { VendRow } from "./receipt.ts";

/** What a body names, with the serial number of its meter; whether a command of the account waits for the engine. */
export type FoundAccount = { account: Account; serial: string; hasPending: boolean };
/** The same with the vend of this id, if it was received. */
export type LookedUp = FoundAccount & { vend: VendRow | null };

type Named = { operatorId: string; body: Pick<VendBody, "account_id" | "meter_serial"> };

/** The account that a vend names, and the vend; undefined where there is no such account. */
export async function lookUp(
  db: Queryable,
  { operatorId, vendId, body }: Named & { vendId: string },
): Promise<LookedUp | undefined> {
  const { byId, bySerial } = statementsFor(db);
  const { account_id: id, meter_serial: serial } = body;
  const [found] =
    id === undefined
      ? await bySerial.execute({ operatorId, vendId, serial })
      : await byId.execute({ operatorId, vendId, id });
  return found && { ...found, serial: found.serial ?? "" };
}

/** The account that a body names; throws a Problem where there is none. */
export async function accountFor(db: Queryable, named: Named): Promise<FoundAccount> {
  // No vend has an empty id.
  return (await lookUp(db, { ...named, vendId: "" })) ?? refuseUnknown(named.body);
}

/** Throws the Problem of a body that names no account. */
export function refuseUnknown({ account_id, meter_serial }: Named["body"]): never {
  if (account_id === undefined) {
    throw new Problem("meter_unknown", {
      detail: `there is no meter with serial number ${meter_serial} and an open account: check the number`,
      errors: [{ pointer: "/meter_serial", message: "is not known" }],
    });
  }
  throw new Problem("account_unknown", {
    detail: `there is no account ${account_id}: check the id`,
    errors: [{ pointer: "/account_id", message: "is not known" }],
  });
}

const HAS_PENDING = sql<boolean>`exists (select from ${engineCommands}
  where ${engineCommands.shard} = ${accounts.shard} and ${engineCommands.slot} = ${accounts.slot} and ${engineCommands.state} = 'pending')`;

const operatorId = sql.placeholder("operatorId");
const vendId = sql.placeholder("vendId");

/** Every vend begins with one of these: they are put together, and read by the server, once. */
function prepare(db: Queryable) {
  const of = (isNamed: SQL) =>
    db
      .select({ account: accounts, serial: meters.serial, hasPending: HAS_PENDING, vend: vends })
      .from(accounts)
      .leftJoin(
        meters,
        and(eq(meters.usage_point_id, accounts.usage_point_id), isNull(meters.retired_at)),
      )
      .leftJoin(vends, and(eq(vends.operator_id, operatorId), eq(vends.vend_id, vendId)))
      .where(and(eq(accounts.operator_id, operatorId), isNamed));
  return {
    byId: of(eq(accounts.id, sql.placeholder("id"))).prepare("vend_by_account"),
    bySerial: of(eq(meters.serial, sql.placeholder("serial"))).prepare("vend_by_serial"),
  };
}

const prepared = new WeakMap<Queryable, ReturnType<typeof prepare>>();

function statementsFor(db: Queryable): ReturnType<typeof prepare> {
  const statements = prepared.get(db) ?? prepare(db);
  prepared.set(db, statements);
  return statements;
}
