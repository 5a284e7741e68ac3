import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../app.ts";
import { makeFindCaller } from "../../keys.ts";
import { type Harness, startHarness } from "../../testing/harness.ts";
import { ensureOperator } from "../operators.ts";
import { accounts } from "../schema/accounts.ts";
import { operators } from "../schema/parties.ts";
import { loginOf } from "./login.ts";
import { asOperator, crossing } from "./scope.ts";
import { ScopedPool } from "./scoped-pool.ts";
import { prepareScopes } from "./scoped-query.ts";

let h: Harness;
let other: string;

beforeAll(async () => {
  h = await startHarness(3);
  other = await ensureOperator(h.registry.db, "Other");
}, 60_000);
afterAll(() => h?.stop());

describe("a route that forgot its operator", () => {
  it("reads and changes nothing of another's, by row security alone", async () => {
    const { db } = h.context;
    const app = createApp(h.context, {
      findCaller: makeFindCaller(db),
      tokens: undefined as never,
      issueTicket: () => ({ ticket: "t", expires_at: "" }),
    });
    app.get("/v1/planted", async (c) => {
      const rows = await db.select({ id: accounts.id }).from(accounts);
      const inTransaction = await db.transaction(async (tx) =>
        tx.select({ id: accounts.id }).from(accounts),
      );
      const [first] = h.accountIds;
      const changed = await db
        .update(accounts)
        .set({ cost_center: "planted" })
        .where(eq(accounts.id, first ?? ""))
        .returning({ id: accounts.id });
      return c.json([rows.length, inTransaction.length, changed.length]);
    });
    const ask = async (key: string) =>
      (await app.request("/v1/planted", { headers: { Authorization: `Bearer ${key}` } })).json();
    expect(await ask(h.otherKeys.operator)).toEqual([0, 0, 0]);
    const [before] = await h.registry.db
      .select()
      .from(accounts)
      .where(eq(accounts.id, h.accountIds[0] ?? ""));
    expect(before?.cost_center).toBeNull();
    // The same route does all that to whose they are: it is the policies that make the difference.
    expect(await ask(h.keys.operator)).toEqual([3, 3, 1]);
  });

  it("is refused where it asks on nobody's behalf", async () => {
    await expect(async () => h.context.db.select().from(accounts)).rejects.toThrow();
    await expect(h.context.db.transaction(async () => undefined)).rejects.toThrow(
      /nobody's behalf/,
    );
    expect(() => asOperator("'; reset role; --", () => 1)).toThrow("no operator's id");
  });
});

describe("a pooled connection", () => {
  const many = 200;
  let pool: Pool;
  let db: ReturnType<typeof drizzle>;
  beforeAll(() => {
    const login = loginOf(h.servers.postgresUrl, "");
    pool = new Pool({ connectionString: login.url, max: 2, onConnect: prepareScopes });
    db = drizzle({ client: new ScopedPool(pool, login.roles.system) as unknown as Pool });
  });
  afterAll(() => pool?.end());

  const whose = async () =>
    (await db.select({ id: operators.id }).from(operators)).map(({ id }) => id);
  const left = async () =>
    (
      await pool.query(
        "select current_setting('drawdown.operator', true) as op, current_user = session_user as own",
      )
    ).rows;

  it("keeps no scope: what shares it sees its own alone", async () => {
    const wanted = Array.from({ length: many }, (_, at) =>
      at % 2 === 0 ? h.seeded.operatorId : other,
    );
    const seen = await Promise.all(
      wanted.map((id, at) =>
        asOperator(id, () =>
          at % 3 === 0
            ? db.transaction(async (tx) =>
                (await tx.select({ id: operators.id }).from(operators)).map((row) => row.id),
              )
            : whose(),
        ),
      ),
    );
    expect(seen).toEqual(wanted.map((id) => [id]));
    expect(await left()).toEqual([{ op: "", own: true }]);
  });

  it("keeps no scope after what failed either, and stays good", async () => {
    for (let at = 0; at < 4; at++) {
      await expect(
        asOperator(other, () => db.execute(sql`select 1 / ${0}::int`)),
      ).rejects.toThrow();
      await expect(
        crossing("stream", () => db.execute(sql`select from nothing`)),
      ).rejects.toThrow();
      const failed = asOperator(other, () =>
        db.transaction((tx) => tx.execute(sql`select 1 / ${0}::int`)),
      );
      await expect(failed).rejects.toThrow();
    }
    for (let at = 0; at < 4; at++) expect(await left()).toEqual([{ op: "", own: true }]);
    expect(await asOperator(other, whose)).toEqual([other]);
    expect(pool.totalCount).toBeLessThanOrEqual(2);
  });

  it("is given back when its transaction cannot begin", async () => {
    const lost = new ScopedPool(pool, "a_role_that_is_not_there") as unknown as Pool;
    const unable = drizzle({ client: lost });
    const never = () => Promise.reject(new Error("it had begun"));
    for (let at = 0; at < 3; at++) {
      const refused = crossing("stream", () => unable.transaction(never));
      await expect(refused).rejects.toMatchObject({ cause: { code: "22023" } });
    }
    expect(await asOperator(other, () => db.transaction(whose))).toEqual([other]);
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });

  it("lets a crossing do what is listed for it, and nothing else", async () => {
    const ids = await crossing("stream", () => db.select({ id: accounts.id }).from(accounts));
    expect(ids.length).toBe(3);
    const change = crossing("stream", () => db.update(accounts).set({ cost_center: "x" }));
    await expect(change).rejects.toMatchObject({ cause: { code: "42501" } });
    const make = crossing("stream", () =>
      db.execute(sql`insert into audit (actor) values (${randomUUID()})`),
    );
    await expect(make).rejects.toMatchObject({ cause: { code: "42501" } });
  });

  it("runs a prepared statement for one operator after another", async () => {
    const statement = db
      .select({ id: operators.id })
      .from(operators)
      .where(sql`true = ${sql.placeholder("yes")}`)
      .prepare("whose_is_it");
    for (let at = 0; at < 12; at++) {
      const id = at % 2 === 0 ? other : h.seeded.operatorId;
      expect(await asOperator(id, () => statement.execute({ yes: true }))).toEqual([{ id }]);
    }
  });
});
