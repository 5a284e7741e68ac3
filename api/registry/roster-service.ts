/**
 * Answers gateways that ask for their roster on `registry.roster.<gateway>` with `{ "roster": … }` or
 * `{ "error": { "code", "message" } }`, and tells them when there is a new one.
 */
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { GATEWAY_MAX } from "../../engine/contract/ids.ts";
import { rosterChanged, rosterSubject } from "../../engine/contract/subjects.ts";
import type { Queryable } from "./database.ts";
import { crossing } from "./isolation/scope.ts";
import { rosterOf } from "./roster.ts";

/** The running service. */
export type RosterService = { stop(): Promise<void> };

/** Several api processes share the questions. */
const QUEUE = "registry";

/** Starts answering. */
export function startRosterService(nats: NatsConnection, db: Queryable): RosterService {
  const all = rosterSubject(0).replace(/0$/, "*");
  const subscription = nats.subscribe(all, {
    queue: QUEUE,
    callback: (error, message) => {
      if (error === null) void answer(db, message);
    },
  });
  return { stop: () => subscription.drain() };
}

/** Says that a gateway's roster has this version now. A gateway that misses it asks again by itself. */
export function announceRoster(nats: NatsConnection, gateway: number, version: number): void {
  nats.publish(rosterChanged(gateway), JSON.stringify({ gateway, version }));
}

async function answer(db: Queryable, message: Msg): Promise<void> {
  const number = Number(message.subject.split(".").at(-1));
  message.respond(JSON.stringify(await answerFor(db, number)));
}

async function answerFor(db: Queryable, number: number): Promise<unknown> {
  if (!Number.isInteger(number) || number < 1 || number > GATEWAY_MAX) {
    return refusal("gateway_unknown", "a gateway's number is a whole number from 1");
  }
  try {
    const roster = await crossing("rosters", () => rosterOf(db, number));
    return roster === undefined
      ? refusal("gateway_unknown", `there is no gateway ${number} in the registry: make it first`)
      : { roster };
  } catch {
    return refusal("registry_unavailable", "the registry's database does not answer: ask again");
  }
}

function refusal(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}
