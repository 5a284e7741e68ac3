import { expect, test } from "vitest";
import { TICKET_MS_MAX, TICKETS_MAX, Tickets } from "./tickets.ts";

test("a ticket is good once", () => {
  const tickets = new Tickets();
  const { ticket, expires_at } = tickets.issue("key", 1_000) ?? { ticket: "", expires_at: "" };
  expect(Date.parse(expires_at)).toBe(1_000 + TICKET_MS_MAX);
  expect(tickets.redeem(ticket, 1_001)).toBe("key");
  expect(tickets.redeem(ticket, 1_002)).toBeUndefined();
});

test("a ticket is good for seconds only, and no other text is one", () => {
  const tickets = new Tickets();
  const { ticket } = tickets.issue("key", 0) ?? { ticket: "" };
  expect(tickets.redeem(`${ticket}x`, 1)).toBeUndefined();
  expect(tickets.redeem(ticket, TICKET_MS_MAX)).toBeUndefined();
});

test("no more than TICKETS_MAX are out; old ones make room", () => {
  const tickets = new Tickets();
  for (let n = 0; n < TICKETS_MAX; n++) tickets.issue("key", n % 2);
  expect(tickets.issue("key", 2)).toBeUndefined();
  expect(tickets.issue("key", TICKET_MS_MAX + 1)).toBeDefined();
});
