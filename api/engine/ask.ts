/**
 * One request to the engine over NATS, with its answer read by the contract's schema.
 */
import { headers, type MsgHdrs } from "@nats-io/transport-node";
import type { z } from "zod";
import {
  type EngineCommand,
  type EngineCommandReply,
  engineCommandReply,
} from "../../engine/contract/commands.ts";
import {
  type EngineQuery,
  type EngineQueryReply,
  engineQueryReply,
} from "../../engine/contract/queries.ts";
import { STATES_MARK } from "../../engine/contract/states-question.ts";
import { engineCommand, engineQuery } from "../../engine/contract/subjects.ts";
import { activeSpan, spanned } from "../../engine/contract/trace/active.ts";
import { TRACE_HEADER } from "../../engine/contract/trace/tracer.ts";
import { EngineFault, EngineUnavailable } from "./engine-error.ts";

/** Longest wait for the answer to a command, which comes after it is on disk. */
const COMMAND_WAIT_MS = 3_000;
/** Longest wait for the answer to a question. */
const QUERY_WAIT_MS = 2_000;

/** Asks on a subject and gives the answer; a NATS connection does. Rejects when none comes in time. */
export type Asking = {
  request(
    subject: string,
    body: string | Uint8Array,
    options: { timeout: number; headers?: MsgHdrs },
  ): Promise<Answer>;
};
/** `data` are its bytes, where the transport carries them. */
type Answer = { json(): unknown; data?: Uint8Array };

/** Sends one command. Throws EngineUnavailable when nothing answers in time, EngineFault when what answers makes no sense. */
export function askCommand(
  nats: Asking,
  shard: number,
  command: EngineCommand,
): Promise<EngineCommandReply> {
  const ask = {
    subject: engineCommand(shard),
    waitMs: COMMAND_WAIT_MS,
    schema: engineCommandReply,
  };
  return request(nats, command, ask);
}

/** Asks one question. Throws as askCommand does. */
export function askQuery(
  nats: Asking,
  shard: number,
  query: EngineQuery,
): Promise<EngineQueryReply> {
  const ask = { subject: engineQuery(shard), waitMs: QUERY_WAIT_MS, schema: engineQueryReply };
  return request(nats, query, ask);
}

/**
 * Asks for states in bytes (states-question.ts) where this shard is, and gives the answer's bytes. Throws EngineUnavailable when
 * nothing answers in time, or the engine says why it can't, EngineFault when it can't read the question.
 */
export async function askStates(
  nats: Asking,
  shard: number,
  question: Uint8Array,
): Promise<Uint8Array> {
  const subject = engineQuery(shard);
  const answer = await answerTo(nats, question, { subject, waitMs: QUERY_WAIT_MS });
  if (answer.data?.[0] === STATES_MARK) return answer.data;
  const refused = engineQueryReply.safeParse(read(answer)).data;
  if (refused?.status === "unavailable") throw new EngineUnavailable(refused.reason);
  throw new EngineFault("the engine cannot read our question");
}

type Ask<Reply> = { subject: string; waitMs: number; schema: z.ZodType<Reply> };

async function request<Reply>(nats: Asking, body: unknown, ask: Ask<Reply>): Promise<Reply> {
  const answer = await answerTo(nats, JSON.stringify(body), ask);
  const parsed = ask.schema.safeParse(read(answer));
  if (parsed.success) return parsed.data;
  throw new EngineFault(`the answer on ${ask.subject} does not fit the contract`, {
    cause: parsed.error,
  });
}

/** What an answer says; undefined, which fits no schema, where it is no JSON. */
function read(answer: Answer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}

async function answerTo(
  nats: Asking,
  body: string | Uint8Array,
  { subject, waitMs }: { subject: string; waitMs: number },
): Promise<Answer> {
  try {
    return await spanned("ask engine", () =>
      nats.request(subject, body, { timeout: waitMs, ...traceHeaders() }),
    );
  } catch (error) {
    throw new EngineUnavailable(`no answer on ${subject} within ${waitMs} ms`, { cause: error });
  }
}

/** Says which span the request is part of, where it is traced. */
function traceHeaders(): { headers: MsgHdrs } | undefined {
  const span = activeSpan();
  if (span === undefined) return undefined;
  const made = headers();
  made.set(TRACE_HEADER, span.traceparent);
  return { headers: made };
}
