/**
 * `POST /v1/stream-tickets`: a one-time ticket for `/v1/stream`, where a browser cannot send a header.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { needs } from "../access-control.ts";
import type { ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";
import { timeOut } from "../schemas.ts";
import { json, KEYED, problems } from "./answers.ts";

const ticketOut = z.object({ ticket: z.string(), expires_at: timeOut }).openapi("StreamTicket");

/** Gives a ticket for a key; undefined when too many are out. */
export type IssueTicket = (key: string) => z.input<typeof ticketOut> | undefined;

const route = createRoute({
  tags: ["Stream"],
  security: KEYED,
  middleware: [needs("stream:read")],
  method: "post",
  path: "/v1/stream-tickets",
  summary: "A ticket for /v1/stream?ticket=…, good once and for seconds",
  responses: { 201: json(ticketOut, "The ticket"), ...problems("stream_busy") },
});

/** Adds the route. */
export function addStreamTicketRoutes(app: OpenAPIHono<ApiEnv>, issue: IssueTicket): void {
  app.openapi(route, (c) => {
    const key = (c.req.header("Authorization") ?? "").replace(/^Bearer +/i, "").trim();
    const ticket = issue(key);
    if (ticket === undefined) {
      throw new Problem("stream_busy", {
        detail: "too many tickets are out: ask again in some seconds",
        headers: { "Retry-After": "5" },
      });
    }
    return c.json(ticket, 201);
  });
}
