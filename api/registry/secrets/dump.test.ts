import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpProvider } from "../../payments/http-provider.ts";
import { type Harness, startHarness } from "../../testing/harness.ts";
import { openRegistry } from "../database.ts";
import { rosterOf } from "../roster.ts";
import { gateways } from "../schema/field.ts";
import { KEY_FILE, newSealKey, readKeyFile, replaceKeyFile } from "./key-file.ts";
import { takeKeys } from "./keyring.ts";

/** Whoever has a copy of the database has no secret, and whoever has the key file, too, has all of them. */

let h: Harness;
/** Every secret that was given or made, by what it is. */
const secrets: Record<string, string> = {};
const METER_KEY = "000102030405060708090A0B0C0D0E0F";

beforeAll(async () => {
  h = await startHarness(2);
  h.context.webhookHosts = new Set(["127.0.0.1"]);
  h.context.payments = httpProvider({ url: "http://127.0.0.1:9", key: "k", secret: "c2VjcmV0" });
  const endpoint = await made("/v1/webhook-endpoints", { url: "http://127.0.0.1:9/hooks" });
  secrets["webhook, old"] = String(endpoint["secret"]).replace("whsec_", "");
  const rotated = await made(
    `/v1/webhook-endpoints/${endpoint["webhook_endpoint_id"]}:rotate-secret`,
  );
  secrets["webhook"] = String(rotated["secret"]).replace("whsec_", "");
  const [site] = (await made("/v1/sites?limit=1", undefined, "GET"))["items"] as {
    site_id: string;
  }[];
  const gateway = await made("/v1/gateways", { site_id: site?.site_id, name: "sealed" });
  secrets["gateway"] = String(gateway["key"]);
  const rule = {
    threshold: "1.00",
    target: "5.00",
    monthly_cap: "50.00",
    method: "pm_do-not-tell",
  };
  await made("/v1/auto-top-ups", { account_id: h.accountIds[0], ...rule });
  secrets["payment method"] = rule.method;
  const { rows } = await h.registry.db.execute<{ id: string }>(sql`select id from meters limit 1`);
  const { meters } = await import("../schema/field.ts");
  await h.registry.db.update(meters).set({ key: METER_KEY });
  expect(rows).toHaveLength(1);
  secrets["meter"] = METER_KEY;
});
afterAll(() => h?.stop());

async function made(
  path: string,
  body?: unknown,
  method = "POST",
): Promise<Record<string, unknown>> {
  const response = await h.call(path, { method, body });
  expect([path, response.status]).toEqual([
    path,
    response.status < 300 ? response.status : await response.text(),
  ]);
  return (await response.json()) as Record<string, unknown>;
}

/** All rows of all tables as text. */
async function dump(): Promise<string> {
  const { rows } = await h.registry.db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  let text = "";
  for (const { name } of rows) {
    const all = await h.registry.db.execute<{ t: string }>(
      sql`select x::text as t from ${sql.identifier(name)} x`,
    );
    text += `${name}\n${all.rows.map(({ t }) => t).join("\n")}\n`;
  }
  return text;
}

const inPlain = (text: string): string[] =>
  Object.entries(secrets)
    .filter(([, secret]) => text.includes(secret))
    .map(([name]) => name);

/** Puts back what an earlier version had: the same secrets in plain text. */
async function unsealAll(): Promise<void> {
  const { db } = h.registry;
  for (const [table, name] of [
    ["gateways", "key"],
    ["meters", "key"],
    ["webhook_endpoints", "secret"],
    ["webhook_endpoints", "old_secret"],
    ["auto_top_ups", "method"],
  ] as const) {
    await db.execute(
      sql`alter table ${sql.identifier(table)} drop constraint ${sql.identifier(`${table}_${name}_sealed`)}`,
    );
  }
  await db.execute(sql`update meters set key = ${METER_KEY}`);
  await db.execute(sql`update gateways set key = ${secrets["gateway"] ?? ""}`);
  await db.execute(
    sql`update webhook_endpoints set secret = ${secrets["webhook"] ?? ""}, old_secret = ${secrets["webhook, old"] ?? ""}`,
  );
  await db.execute(sql`update auto_top_ups set method = ${secrets["payment method"] ?? ""}`);
  await db.execute(
    sql`update engine_commands set body = jsonb_set(body, '{key}', to_jsonb(${secrets["gateway"] ?? ""}::text)) where body->>'op' = 'set_gateway'`,
  );
}

const SEALED = sql.raw(`'^sealed[.]1[.]'`);

async function sealBack(): Promise<void> {
  for (const [table, name] of [
    ["gateways", "key"],
    ["meters", "key"],
    ["webhook_endpoints", "secret"],
    ["webhook_endpoints", "old_secret"],
    ["auto_top_ups", "method"],
  ] as const) {
    await h.registry.db.execute(
      sql`alter table ${sql.identifier(table)} add constraint ${sql.identifier(`${table}_${name}_sealed`)} check (${sql.identifier(name)} ~ ${SEALED}) not valid`,
    );
  }
}

const reopened = async (folder = h.servers.data): Promise<void> => {
  const registry = await openRegistry(h.servers.postgresUrl, { folder });
  await registry.close();
};

describe("a dump of the database", () => {
  it("holds no secret, while the api works with all of them", async () => {
    const text = await dump();
    expect(text).toContain("sealed.1.");
    expect(inPlain(text)).toEqual([]);
    const roster = await rosterOf(h.registry.db, 1);
    expect(roster?.meters.map(({ key }) => key)).toEqual([METER_KEY, METER_KEY]);
    const gateway = (await h.registry.db.select().from(gateways)).at(-1);
    expect(gateway?.key).toBe(secrets["gateway"]);
    const told = h.answering.applied.flatMap((command) =>
      command.op === "set_gateway" ? [command.key] : [],
    );
    expect(told.every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
    const rule = await made("/v1/auto-top-ups?limit=1", undefined, "GET");
    expect(JSON.stringify(rule)).toContain("pm_do-not-tell");
  });

  it("of an earlier version, with secrets in plain text, holds none once the registry was opened", async () => {
    await unsealAll();
    expect(inPlain(await dump()).sort()).toEqual(Object.keys(secrets).sort());
    await sealBack();
    await reopened();
    expect(inPlain(await dump())).toEqual([]);
    expect((await rosterOf(h.registry.db, 1))?.meters[0]?.key).toBe(METER_KEY);
  });

  it("takes no secret in plain text any more", async () => {
    await expect(
      h.registry.db.execute(sql`update meters set key = ${METER_KEY}`),
    ).rejects.toMatchObject({ cause: { constraint: "meters_key_sealed" } });
  });
});

describe("a rotation", () => {
  it("brings everything to the new key; without the keys the registry does not open, and says why", async () => {
    const path = join(h.servers.data, KEY_FILE);
    const [first] = readKeyFile(path) ?? [newSealKey()];
    const next = newSealKey();
    replaceKeyFile(path, [next, first]);
    await reopened();
    const text = await dump();
    expect(text).toContain(next.id);
    expect(text).not.toContain(first.id);
    expect(inPlain(text)).toEqual([]);
    replaceKeyFile(path, [next]);
    takeKeys({ folder: h.servers.data });
    expect((await rosterOf(h.registry.db, 1))?.meters[0]?.key).toBe(METER_KEY);
    expect(readFileSync(path, "utf8")).not.toContain(first.bytes.toString("base64"));
  });
});
