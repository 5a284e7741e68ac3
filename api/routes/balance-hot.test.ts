import { request as send } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeTokens } from "../access/tokens.ts";
import { createApp } from "../app.ts";
import { makeBalances } from "../balances.ts";
import { type CallerMemory, makeFindCaller } from "../keys.ts";
import type { RateLimits } from "../rate-limits/limiter.ts";
import { apiKeys } from "../registry/schema/access.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { serve } from "../uws/serve.ts";
import type { Engine, Served } from "../uws/types.ts";
import { balanceRoute } from "./balance-hot.ts";

/** The same requests with the hot route, without it, and over Node's own http: the same answers, to the byte. */

let h: Harness;
const served: Side[] = [];

type Side = { name: string; served: Served; taken: () => number; heard: string[] };
type Sent = {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
};
/** `names` are the headers' as they were sent, in their order: the same from one engine. */
type Heard = { status: number; names: string[]; headers: [string, string][]; body: string };

async function side(name: string, engine: Engine, isHot: boolean): Promise<Side> {
  const heard: string[] = [];
  const onAnswer = (route: string, status: number): void => void heard.push(`${route} ${status}`);
  const context = { ...h.context, onAnswer };
  const tokens = makeTokens(context.db);
  const findCaller: CallerMemory = makeFindCaller(context.db, tokens);
  const limits: RateLimits = { limiter: (_, subject) => told(subject), trustProxy: false };
  const balances = makeBalances(context);
  const issueTicket = () => ({ ticket: "t", expires_at: "" });
  const app = createApp(context, { findCaller, tokens, balances, issueTicket, limits });
  const route = balanceRoute(context, { balances, limits, known: findCaller.known });
  let taken = 0;
  const hot = {
    path: route.path,
    take: (...args: Parameters<typeof route.take>): boolean => {
      const isTaken = route.take(...args);
      if (isTaken) taken++;
      return isTaken;
    },
  };
  const options = { app, host: "127.0.0.1", port: 0, engine, ...(isHot ? { hot: [hot] } : {}) };
  return { name, served: await serve(options), taken: () => taken, heard };
}

/** Keys that were told to be past their limit. */
const limited = new Set<string>();
const told = (subject: string) => ({
  policy: '"read";q=9;w=2',
  state: '"read";r=8;t=0',
  retryAfterS: limited.has(subject) ? 3 : undefined,
});

function ask(
  { served: { port } }: Side,
  { method = "GET", path = "", headers = {}, body }: Sent,
): Promise<Heard> {
  return new Promise((done, failed) => {
    const sent = send(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        answer.on("end", () => done(heardOf(answer.statusCode ?? 0, answer.rawHeaders, text)));
      },
    );
    sent.on("error", failed);
    sent.end(body);
  });
}

/** What a request changes by itself is left out: ids of our own, and what belongs to the connection. */
function heardOf(status: number, raw: string[], body: string): Heard {
  const headers: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? "";
    if (/^(date|connection|keep-alive|uwebsockets|transfer-encoding)$/i.test(name)) continue;
    const value = (raw[at + 1] ?? "").replace(/^[0-9a-f]{32}$/, "<id>");
    headers.push([name.toLowerCase(), value]);
  }
  const told = body.replace(/"trace_id":"[0-9a-f]{32}"/, '"trace_id":"<id>"');
  const names = raw.filter((_, at) => at % 2 === 0);
  return { status, names, headers: headers.sort(), body: told };
}

beforeAll(async () => {
  h = await startHarness(4);
  served.push(
    await side("hot", "uws", true),
    await side("uws", "uws", false),
    await side("node", "node", false),
  );
});
afterAll(async () => {
  await Promise.all(served.map((each) => each.served.close()));
  await h?.stop();
});

const balanceOf = (id: string | undefined): string => `/v1/accounts/${id}/balance`;
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** Asks all sides the same twice, so that what is remembered from the first time counts; gives the answer. */
async function alike(sent: Sent): Promise<Heard> {
  const answers = await Promise.all(
    served.map(async (each) => {
      each.heard.length = 0;
      await ask(each, sent);
      return ask(each, sent);
    }),
  );
  const [first, ...others] = answers;
  expect(others[0]?.names).toEqual(first?.names);
  for (const [at, other] of others.entries())
    expect({ ...other, names: [] }, served[at + 1]?.name).toEqual({ ...first, names: [] });
  expect(served.map(({ heard }) => heard)).toEqual(served.map(() => served[0]?.heard));
  return first as Heard;
}

describe("with the hot route and without it", () => {
  let before = 0;
  beforeEach(() => {
    before = served[0]?.taken() ?? 0;
  });
  const hotOnes = (): number => (served[0]?.taken() ?? 0) - before;

  it("a balance is the same, and came over the hot route", async () => {
    for (const id of h.accountIds) {
      const { status, body, headers } = await alike({
        path: balanceOf(id),
        headers: bearer(h.keys.operator),
      });
      expect([status, JSON.parse(body).account_id]).toEqual([200, id]);
      expect(headers.map(([name]) => name)).toContain("ratelimit");
    }
    expect(hotOnes()).toBeGreaterThanOrEqual(h.accountIds.length);
  });

  it("an id of the caller's is kept if it is sane, and logs are safe", async () => {
    const path = balanceOf(h.accountIds[0]);
    const given = { ...bearer(h.keys.auditor), "x-request-id": "till-7:42" };
    expect((await alike({ path, headers: given })).headers).toContainEqual([
      "x-request-id",
      "till-7:42",
    ]);
    await alike({ path, headers: { ...given, "x-request-id": "a b;c" } });
    expect(hotOnes()).toBeGreaterThanOrEqual(2);
  });

  const operator = (): Record<string, string> => bearer(h.keys.operator);
  const path = (): string => balanceOf(h.accountIds[0]);
  const nobody = "00000000-0000-4000-8000-000000000000";
  const CASES: [string, number, () => Sent][] = [
    ["HEAD", 200, () => ({ method: "HEAD", path: path(), headers: operator() })],
    ["a query", 200, () => ({ path: `${path()}?a=b`, headers: operator() })],
    ["a query that is empty", 200, () => ({ path: `${path()}?`, headers: operator() })],
    ["a slash at the end", 200, () => ({ path: `${path()}/`, headers: operator() })],
    [
      "an If-None-Match",
      200,
      () => ({ path: path(), headers: { ...operator(), "if-none-match": "*" } }),
    ],
    [
      "a traced request",
      200,
      () => ({
        path: path(),
        headers: { ...operator(), traceparent: `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01` },
      }),
    ],
    [
      "a body that nobody asked for",
      200,
      () => ({ path: path(), headers: { ...operator(), "content-length": "2" }, body: "{}" }),
    ],
    ["an account that is none", 404, () => ({ path: balanceOf(nobody), headers: operator() })],
    ["an id that is none", 404, () => ({ path: balanceOf("x"), headers: operator() })],
    [
      "another operator's account",
      404,
      () => ({ path: path(), headers: bearer(h.otherKeys.operator) }),
    ],
    [
      "an id in capitals",
      404,
      () => ({ path: balanceOf(h.accountIds[0]?.toUpperCase()), headers: operator() }),
    ],
    ["no key", 401, () => ({ path: path() })],
    ["a key that is none", 401, () => ({ path: path(), headers: bearer("dd_none") })],
    [
      "two keys",
      401,
      () => ({
        path: path(),
        headers: { authorization: [`Bearer ${h.keys.operator}`, "Bearer x"] },
      }),
    ],
    [
      "a key in other words",
      401,
      () => ({ path: path(), headers: { authorization: `Basic ${h.keys.operator}` } }),
    ],
    [
      "a small bearer",
      200,
      () => ({ path: path(), headers: { authorization: `bearer  ${h.keys.operator} ` } }),
    ],
    ["a key without the right", 403, () => ({ path: path(), headers: bearer(h.keys.gateway) })],
    ["a customer's key of nobody", 403, () => ({ path: path(), headers: bearer(h.keys.customer) })],
    [
      "a method that it has not",
      404,
      () => ({ method: "DELETE", path: path(), headers: operator() }),
    ],
  ];
  it.each(CASES)("%s is answered alike: %i", async (_, expected, sent) => {
    const { status } = await alike(sent());
    expect(status).toBe(expected);
  });

  it("a request past the limit is refused alike", async () => {
    for (const { id } of await h.registry.db.select({ id: apiKeys.id }).from(apiKeys))
      limited.add(id);
    try {
      expect((await alike({ path: path(), headers: operator() })).status).toBe(429);
    } finally {
      limited.clear();
    }
  });

  it("an engine that has yet to open the account, and one that is silent", async () => {
    h.answering.silence(true);
    const silent = await alike({ path: path(), headers: operator() });
    h.answering.silence(false);
    expect([silent.status, silent.headers.map(([name]) => name)]).toEqual([
      503,
      expect.arrayContaining(["retry-after", "x-request-id", "ratelimit"]),
    ]);
    h.answering.forget();
    const { status, body } = await alike({ path: path(), headers: operator() });
    expect([status, JSON.parse(body).code]).toEqual([503, "engine_unavailable"]);
    expect(hotOnes()).toBeGreaterThanOrEqual(2);
  }, 30_000);
});
