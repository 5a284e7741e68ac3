import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKeys, tokenKeys } from "../registry/schema/access.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { type Comparison, compareWith } from "../testing/openapi.ts";
import { ISSUER, KINDS } from "./claims.ts";
import { signToken } from "./jwt.ts";

/** Keys and tokens over HTTP, against a real registry. */

let h: Harness;
let compare: Comparison;
type Body = Record<string, never> & {
  key_id: string;
  key: string;
  token: string;
  access_token: string;
  items: Record<string, unknown>[];
};

beforeAll(async () => {
  h = await startHarness(4);
  compare = compareWith((await (await h.call("/openapi.json")).json()) as Record<string, unknown>);
});
afterAll(() => h?.stop());

async function call(
  documented: string,
  method: string,
  path: string,
  options: { key?: string; body?: unknown } = {},
): Promise<{ status: number; body: Body }> {
  const response = await h.call(path, { method, ...options });
  expect(await compare(method, documented, response)).toEqual([]);
  return { status: response.status, body: (await response.json()) as Body };
}

async function makeKey(body: Record<string, unknown>, key?: string) {
  const of = { body: { name: "one", ...body }, ...(key === undefined ? {} : { key }) };
  return call("/v1/api-keys", "POST", "/v1/api-keys", of);
}
const status = async (path: string, key: string) => (await h.call(path, { key })).status;

describe("keys", () => {
  it("are shown once, listed without their secret, and told apart by prefix and last use", async () => {
    const made = await makeKey({ role: "auditor" });
    expect(made.status).toBe(201);
    expect(await status("/v1/sites", made.body.key)).toBe(200);
    const list = await call("/v1/api-keys", "GET", "/v1/api-keys?limit=1000");
    const own = list.body.items.find((item) => item["key_id"] === made.body.key_id);
    expect(own).toMatchObject({ prefix: made.body.key.slice(0, 9), role: "auditor" });
    expect(String(own?.["last_used_at"])).toMatch(/T\d\d:00:00.000Z$/);
    expect(JSON.stringify(list.body)).not.toContain(made.body.key.slice(9));
    const [row] = await h.registry.db
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.id, made.body.key_id));
    expect(JSON.stringify(row)).not.toContain(made.body.key.slice(9));
  });

  it.each([
    [{ role: "ops", scopes: ["keys:write"] }, 422, "invalid_request"],
    [{ role: "customer" }, 422, "invalid_request"],
    [{ role: "operator", scopes: ["no:such"] }, 422, "invalid_request"],
    [{ role: "operator" }, 403, "key_beyond_caller"],
    [{ role: "auditor" }, 403, "key_beyond_caller"],
    [{ role: "operator", scopes: ["keys:write"] }, 201, undefined],
    [{ role: "auditor", scopes: ["accounts:read"] }, 201, undefined],
  ])("made by a narrow key: %j is %i", async (body, expected, code) => {
    const scopes = ["keys:write", "accounts:read"];
    const narrow = (await makeKey({ role: "operator", scopes })).body.key;
    const made = await makeKey(body, narrow);
    expect([made.status, made.body["code"]]).toEqual([expected, code]);
  });

  it("do not outlive the key that makes them", async () => {
    const expires_at = "2090-01-01T00:00:00Z";
    const short = (await makeKey({ role: "operator", expires_at })).body.key;
    expect((await makeKey({ role: "ops" }, short)).status).toBe(403);
    expect((await makeKey({ role: "ops", expires_at: "2090-01-02T00:00:00Z" }, short)).status).toBe(
      403,
    );
    expect((await makeKey({ role: "ops", expires_at }, short)).status).toBe(201);
  });

  it("are rotated: the old one is good for the time of grace, the one before ends", async () => {
    const { body } = await makeKey({ role: "auditor" });
    const path = `/v1/api-keys/${body.key_id}:rotate`;
    const rotate = (grace_s: number) =>
      call("/v1/api-keys/{key_id}:rotate", "POST", path, { body: { grace_s } });
    const second = (await rotate(60)).body;
    expect(second.key_id).toBe(body.key_id);
    expect([await status("/v1/sites", body.key), await status("/v1/sites", second.key)]).toEqual([
      200, 200,
    ]);
    const third = (await rotate(0)).body;
    h.forgetKeys();
    const all = [body.key, second.key, third.key];
    expect(await Promise.all(all.map((key) => status("/v1/sites", key)))).toEqual([401, 401, 200]);
  });

  it("are revoked, once, and cannot be rotated then", async () => {
    const { body } = await makeKey({ role: "auditor" });
    const path = `/v1/api-keys/${body.key_id}`;
    const revoke = () =>
      call("/v1/api-keys/{key_id}:revoke", "POST", `${path}:revoke`, { body: { reason: "lost" } });
    const first = await revoke();
    expect((await revoke()).body).toEqual(first.body);
    expect(await status("/v1/sites", body.key)).toBe(401);
    const again = await call("/v1/api-keys/{key_id}:rotate", "POST", `${path}:rotate`, {
      body: {},
    });
    expect([again.status, again.body["code"]]).toEqual([409, "key_ended"]);
    const record = await h.call(`/v1/audit?object=api_key/${body.key_id}`);
    const { items } = (await record.json()) as { items: { action: string }[] };
    expect(items.map(({ action }) => action)).toEqual(["key.made", "key.revoked"]);
  });

  it("of others are not there, and a stronger one is not rotated by a weaker one", async () => {
    const { key_id } = (await makeKey({ role: "operator" })).body;
    const rotate = (key: string) =>
      h.call(`/v1/api-keys/${key_id}:rotate`, { method: "POST", key, body: {} });
    expect((await rotate(h.otherKeys.operator)).status).toBe(404);
    const weak = (await makeKey({ role: "operator", scopes: ["keys:write"] })).body.key;
    expect((await rotate(weak)).status).toBe(403);
  });
});

type Form = Record<string, string>;
const token = async (form: Form, headers: Form = {}) => {
  const text = new URLSearchParams({ grant_type: "client_credentials", ...form }).toString();
  const type = { "Content-Type": "application/x-www-form-urlencoded" };
  const response = await h.call("/oauth/token", {
    method: "POST",
    key: undefined,
    text,
    headers: { ...type, ...headers },
  });
  expect(await compare("POST", "/oauth/token", response)).toEqual([]);
  return { status: response.status, body: (await response.json()) as Body };
};
const basic = (id: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString("base64")}`,
});

describe("OAuth client credentials", () => {
  it("give a token by header and by form, which opens what the key opens", async () => {
    const { key_id, key } = (await makeKey({ role: "auditor" })).body;
    const posted = await token({ client_id: key_id, client_secret: key });
    const headed = await token({}, basic(key_id, key));
    for (const { status: code, body } of [posted, headed]) {
      expect([code, body["token_type"], body["expires_in"]]).toEqual([200, "Bearer", 900]);
      expect(await status("/v1/sites", body.access_token)).toBe(200);
      expect((await makeKey({ role: "ops" }, body.access_token)).status).toBe(403);
    }
  });

  it("give fewer scopes where fewer are asked for, never more", async () => {
    const { key_id, key } = (await makeKey({ role: "auditor" })).body;
    const client = { client_id: key_id, client_secret: key };
    const narrow = await token({ ...client, scope: "accounts:read" });
    expect(narrow.body["scope"]).toBe("accounts:read");
    expect(await status("/v1/accounts", narrow.body.access_token)).toBe(200);
    expect(await status("/v1/sites", narrow.body.access_token)).toBe(403);
    for (const scope of ["keys:write", "accounts:read keys:write", "", "x"]) {
      const refused = await token({ ...client, scope });
      expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_scope"]);
    }
  });

  it("refuse as RFC 6749 says", async () => {
    const { key_id, key } = (await makeKey({ role: "auditor" })).body;
    const client = { client_id: key_id, client_secret: key };
    const good = (await token(client)).body.access_token;
    const cases: [Form, Form, number, string][] = [
      [{}, {}, 401, "invalid_client"],
      [{ ...client, client_secret: "dd_wrong" }, {}, 401, "invalid_client"],
      [{ ...client, client_id: randomUUID() }, {}, 401, "invalid_client"],
      [{ ...client, client_secret: good }, {}, 401, "invalid_client"],
      [{}, basic(key_id, "dd_wrong"), 401, "invalid_client"],
      [{}, { Authorization: "Basic %%%" }, 401, "invalid_client"],
      [client, basic(key_id, key), 400, "invalid_request"],
      [{ ...client, grant_type: "password" }, {}, 400, "unsupported_grant_type"],
    ];
    for (const [form, headers, code, error] of cases) {
      const refused = await token(form, headers);
      expect([refused.status, refused.body["error"]]).toEqual([code, error]);
    }
  });

  it("end with their key", async () => {
    const { key_id, key } = (await makeKey({ role: "auditor" })).body;
    const { access_token } = (await token({ client_id: key_id, client_secret: key })).body;
    expect(await status("/v1/sites", access_token)).toBe(200);
    const path = `/v1/api-keys/${key_id}:revoke`;
    await h.call(path, { method: "POST", body: { reason: "lost" } });
    h.forgetKeys();
    expect(await status("/v1/sites", access_token)).toBe(401);
  });

  it("are proved by the published keys, which hold no private half", async () => {
    const response = await h.call("/.well-known/jwks.json", { key: undefined });
    expect(await compare("GET", "/.well-known/jwks.json", response)).toEqual([]);
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(key).not.toHaveProperty("d");
  });
});

describe("tokens that are not good", () => {
  it.each([
    ["of now", {}, {}, 200],
    ["30 s ahead", { iat: 25, exp: 900 }, {}, 200],
    ["from the future", { iat: 60, exp: 900 }, {}, 401],
    ["over", { iat: -900, exp: -31 }, {}, 401],
    ["that live too long", { iat: 0, exp: 3_601 }, {}, 401],
    ["that end before they begin", { iat: 10, exp: 5 }, {}, 401],
    ["for others", {}, { aud: "urn:other" }, 401],
    ["for the portal", {}, { aud: KINDS.portal.audience }, 401],
    ["of others", {}, { iss: "urn:other" }, 401],
    ["of no key", {}, { sub: randomUUID() }, 401],
    ["with more in them", {}, { admin: true }, 401],
    ["of an account", {}, { account_id: randomUUID() }, 401],
  ])("%s", async (_, times: { iat?: number; exp?: number }, more, expected) => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const kid = randomUUID();
    const expires_at = new Date(Date.now() + 60_000);
    const x = publicKey.export({ format: "jwk" }).x ?? "";
    await h.registry.db.insert(tokenKeys).values({ kid, public_key: x, expires_at });
    const { key_id } = (await makeKey({ role: "auditor" })).body;
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: ISSUER,
      aud: KINDS.access.audience,
      sub: key_id,
      client_id: key_id,
      jti: randomUUID(),
      iat: now + (times.iat ?? 0),
      exp: now + (times.exp ?? 900),
      ...more,
    };
    const made = signToken({ typ: KINDS.access.typ, kid }, claims, privateKey);
    expect(await status("/v1/sites", made)).toBe(expected);
  });

  it("changed in any part, unsigned, or signed by the public key as a secret", async () => {
    const { key_id, key } = (await makeKey({ role: "auditor" })).body;
    const { access_token } = (await token({ client_id: key_id, client_secret: key })).body;
    const [head = "", body = "", mark = ""] = access_token.split(".");
    const of = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Record<string, string>;
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const [row] = await h.registry.db.select().from(tokenKeys);
    const hmac = (text: string) =>
      createHmac("sha256", row?.public_key ?? "")
        .update(text)
        .digest("base64url");
    const hs = of({ ...header, alg: "HS256" });
    const forged = [
      `${of({ ...header, alg: "none" })}.${body}.`,
      `${of({ ...header, alg: "none" })}.${body}.${mark}`,
      `${hs}.${body}.${hmac(`${hs}.${body}`)}`,
      `${head}.${of({ ...claims, scope: "keys:write" })}.${mark}`,
      `${of({ ...header, kid: randomUUID() })}.${body}.${mark}`,
      `${of({ ...header, typ: "portal+jwt" })}.${body}.${mark}`,
      `${of({ ...header, jwk: {} })}.${body}.${mark}`,
      `${head}.${body}`,
      `${head}.${body}.${mark}.${mark}`,
      `${head}.${body}.${mark}=`,
      `${head}.${body}.${mark.slice(0, -1)}`,
      `${head}.${body}.${mark.startsWith("A") ? "B" : "A"}${mark.slice(1)}`,
    ];
    expect(await status("/v1/sites", access_token)).toBe(200);
    for (const each of forged) expect([each, await status("/v1/sites", each)]).toEqual([each, 401]);
  });
});
