/**
 * The plain opponent of the api: Hono on @hono/node-server, which answers every request with the same ready text.
 *
 * Why it is fair: it is what one would build a small api with, and it does nothing at all: no key is looked up, no account, no
 * engine is asked. Its answer is as long as a balance. One process, as our api is. Prints its port, serves until it is killed.
 */
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const text = process.argv[2] ?? "{}";
const app = new Hono();
app.get("/v1/accounts/:id/balance", (c) =>
  c.body(text, 200, { "content-type": "application/json" }),
);
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => console.log(port));
