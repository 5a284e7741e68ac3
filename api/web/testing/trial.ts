/**
 * Serves the page with the real stream over a real broker, and the few calls that the page makes over a made-up world.
 */
import { randomUUID } from "node:crypto";
import { connect } from "@nats-io/transport-node";
import { Hono } from "hono";
import { clockFrom } from "../../../engine/contract/clock.ts";
import { openStreamHub } from "../../stream/hub.ts";
import { serve } from "../../uws/serve.ts";
import { webRoutes } from "../routes.ts";
import { accountJson, balanceJson, consumptionJson, type TrialAccount, World } from "./world.ts";

const OPERATOR = "operator";
const SPEED = 60;

/** A running trial. While `isDown`, the interface answers 503. */
export type Trial = {
  url: string;
  key: string;
  world: World;
  state: { isDown: boolean };
  close(): Promise<void>;
};

/** Starts a trial with so many accounts. Time passes sixty times as fast as in life. */
export async function startTrial(natsUrl: string, count: number): Promise<Trial> {
  const nats = await connect({ servers: natsUrl });
  const clock = clockFrom({
    wallMs: Date.now(),
    epochS: Date.parse("2026-03-02T06:10:00Z") / 1_000,
    speed: SPEED,
  });
  const world = new World(nats, clock, count);
  const key = "dd_trial-key";
  const byId = new Map(world.accounts.map((account) => [account.id, account]));
  const access = {
    authorize: async (token: string) =>
      token === key ? { operatorId: OPERATOR, metrics: true } : undefined,
    ownerOf: async (id: string) => (byId.has(id) ? OPERATOR : undefined),
    accountOfMeter: async () => undefined,
  };
  const hub = await openStreamHub({ nats, access, clock });
  const state = { isDown: false };
  const app = new Hono();
  app.route("/", webRoutes());
  app.use("/v1/*", async (c, next) => {
    if (c.req.header("authorization") !== `Bearer ${key}`)
      return problem(401, "unauthorized", "the key is unknown: take the one of data/access.json");
    if (state.isDown)
      return problem(
        503,
        "engine_unavailable",
        "the engine does not answer: try again in a moment",
      );
    return next();
  });
  addReads(app, world, byId, () => clock.nowS());
  addWrites(app, world, byId);
  const served = await serve({ app, host: "127.0.0.1", port: 0, websocket: hub.route });
  const timer = setInterval(() => void world.step(SPEED / 3_600), 1_000);
  return {
    url: `http://127.0.0.1:${served.port}`,
    key,
    world,
    state,
    async close() {
      clearInterval(timer);
      await served.close();
      await hub.close();
      await nats.close();
    },
  };
}

type Known = Map<string, TrialAccount>;

function addReads(app: Hono, world: World, byId: Known, nowS: () => number): void {
  app.get("/v1/accounts", (c) => {
    const from = Number(c.req.query("cursor") ?? 0);
    const limit = Math.min(200, Number(c.req.query("limit") ?? 100));
    const items = world.accounts.slice(from, from + limit).map(accountJson);
    const next = from + limit < world.accounts.length ? String(from + limit) : null;
    return c.json({ items, next_cursor: next });
  });
  app.get("/v1/accounts/:id", (c) => {
    const account = byId.get(c.req.param("id"));
    return account === undefined ? unknown() : c.json(accountJson(account));
  });
  app.get("/v1/accounts/:id/balance", (c) => {
    const account = byId.get(c.req.param("id"));
    return account === undefined ? unknown() : c.json(balanceJson(account, nowS()));
  });
  app.get("/v1/accounts/:id/consumption", (c) => {
    const account = byId.get(c.req.param("id"));
    if (account === undefined) return unknown();
    const [from, to] = [c.req.query("from"), c.req.query("to")].map(
      (text) => Date.parse(text ?? "") / 1_000,
    );
    return c.json({
      items: consumptionJson(world, account, [from ?? 0, Math.min(to ?? 0, nowS())]),
    });
  });
}

function addWrites(app: Hono, world: World, byId: Known): void {
  let receipts = 0;
  app.put("/v1/vends/:id", async (c) => {
    const { account_id, amount, currency } = await c.req.json<Record<string, string>>();
    const account = byId.get(account_id ?? "");
    if (account === undefined) return unknown();
    if (Number(amount) > 500)
      return problem(
        422,
        "vend_above_maximum",
        "500.00 EUR is the most of one vend: sell less at a time",
      );
    await world.credit(account, Math.round(Number(amount) * 1e6));
    const { balance } = accountJson(account);
    const receipt = {
      vend_id: c.req.param("id"),
      status: "applied",
      receipt_number: ++receipts,
      account_id,
      amount,
      currency,
      balance,
    };
    return c.json({ ...receipt, applied_at: new Date().toISOString() }, 201);
  });
  const commands = new Map<string, { action: string; state: string; supply_command_id: string }>();
  app.post("/v1/supply-commands", async (c) => {
    const { account_id, action } = await c.req.json<Record<string, string>>();
    const account = byId.get(account_id ?? "");
    if (account === undefined) return unknown();
    const command = {
      supply_command_id: randomUUID(),
      account_id,
      action: action ?? "",
      state: "requested",
    };
    commands.set(command.supply_command_id, command);
    setTimeout(() => {
      command.state = "executed";
      void world.switch(account, action === "cut" ? "disconnected" : "connected", "manual");
    }, 1_500);
    return c.json({ set_id: null, items: [{ ...command }] }, 202);
  });
  app.get("/v1/supply-commands/:id", (c) => {
    const command = commands.get(c.req.param("id"));
    return command === undefined ? unknown() : c.json(command);
  });
}

function unknown(): Response {
  return problem(404, "account_unknown", "there is no such account: check the id");
}

function problem(status: number, code: string, detail: string): Response {
  const body = {
    type: "about:blank",
    title: code,
    status,
    code,
    detail,
    retryable: status === 503,
    errors: [],
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}
