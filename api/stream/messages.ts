/**
 * What travels on a stream: the client's messages with their bounds, and ours.
 */
import { z } from "zod";

/** Longest message of a client in bytes. */
export const MESSAGE_BYTES_MAX = 16_384;
/** Most topics of one connection. */
export const TOPICS_MAX = 256;

const topic = z
  .string()
  .regex(
    /^(?:events|ops\.metrics|account:[\w-]{1,64}|meter:[\w.:-]{1,64})$/,
    "is no topic: say events, ops.metrics, account:ID or meter:ID",
  );

/**
 * A client's message; each part may come alone. `since` is the sequence of the last event that the client has: all later
 * ones of its topics are sent first. `snapshot` asks how the accounts that are subscribed stand now.
 */
export const clientMessage = z.strictObject({
  authorization: z.string().max(4_096).optional(),
  subscribe: z.array(topic).max(TOPICS_MAX).optional(),
  unsubscribe: z.array(topic).max(TOPICS_MAX).optional(),
  since: z.int().nonnegative().optional(),
  snapshot: z.boolean().optional(),
});
/** A client's message. */
export type ClientMessage = z.infer<typeof clientMessage>;

/** Why a message was not followed; the connection stays. */
export type StreamFault =
  | "message_invalid"
  | "topic_unknown"
  | "topic_forbidden"
  | "too_many_topics"
  | "since_ahead"
  | "resume_under_way"
  | "registry_unavailable"
  | "snapshot_unavailable";

/** Codes that a connection is closed with, beside those of RFC 6455. */
export const CLOSE_CODES = { unauthorized: 4_401, tooSlow: 4_408, tooFast: 4_429 } as const;

/** The text of a topic's message; `data` is JSON text already. */
export function topicText(topicName: string, seq: number, at: string, data: string): string {
  return `{"topic":${JSON.stringify(topicName)},"seq":${seq},"at":"${at}","data":${data}}`;
}

/** The text of how a topic's account stood at `seq` or later; `data` is JSON text already. */
export function snapshotText(topicName: string, seq: number, at: string, data: string): string {
  return `{"topic":${JSON.stringify(topicName)},"seq":${seq},"at":"${at}","snapshot":true,"data":${data}}`;
}

/** The text that says how many messages were left out right here. */
export function laggedText(count: number): string {
  return `{"lagged":${count}}`;
}

/** The text of a fault. */
export function faultText(code: StreamFault, detail: string, topicName?: string): string {
  return JSON.stringify({ error: { code, detail, topic: topicName } });
}
