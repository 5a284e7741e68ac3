/**
 * One request with its repeats: send, judge the answer, and after anything odd let the bus come to rest before the
 * same bytes go out again.
 */
import type { Frame } from "../decode/frame.ts";
import type { BusBounds } from "./bounds.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { Reply, Transaction } from "./steps.ts";

/** A conversation under way: its bounds, the time of its last reply and the time at which it must be over. */
export type Talk = { bounds: BusBounds; nowMs: number; deadlineMs: number };

/** What a frame is worth: the answer, a reason to ask again, or one for which asking again is no use. */
export type Verdict<T> = { ok: true; value: T } | (Refusal & { again: boolean });

/** Begins a conversation at `nowMs` of the transport's steady clock. */
export function beginTalk(bounds: BusBounds, nowMs: number): Talk {
  return { bounds, nowMs, deadlineMs: nowMs + bounds.totalMs };
}

/** Asks until `judge` accepts an answer, repeats are used up or time is over. */
export function* ask<T>(
  talk: Talk,
  bytes: Uint8Array,
  judge: (frame: Frame) => Verdict<T>,
): Transaction<{ ok: true; value: T } | Refusal> {
  const { answerMs, quietMs, retries } = talk.bounds;
  let last = refusal("timeout", `no answer within the ${talk.bounds.totalMs} ms of a conversation`);
  for (let attempt = 0; attempt <= retries; attempt++) {
    const leftMs = talk.deadlineMs - talk.nowMs;
    if (leftMs <= 0) return last;
    const reply: Reply = yield { do: "ask", bytes, waitMs: Math.min(answerMs, leftMs) };
    talk.nowMs = reply.nowMs;
    const verdict = judgeReply(reply, talk, judge);
    if (verdict.ok) return verdict;
    last = refusal(verdict.fault, verdict.message);
    if (!verdict.again) return last;
    const broken = reply.got === "noise" || reply.got === "lost";
    talk.nowMs = (yield { do: broken ? "drop" : "drain", quietMs }).nowMs;
  }
  return last;
}

function judgeReply<T>(reply: Reply, talk: Talk, judge: (frame: Frame) => Verdict<T>): Verdict<T> {
  switch (reply.got) {
    case "frame":
      return judge(reply.frame);
    case "noise":
      return { ...refusal("malformed", `broken answer: ${reply.fault.message}`), again: true };
    case "lost":
      return { ...refusal("unreachable", reply.message), again: true };
    case "closed":
      return { ...refusal("closed", "the driver was closed"), again: false };
    case "silence":
    case "done":
      return { ...refusal("timeout", `no answer within ${talk.bounds.answerMs} ms`), again: true };
  }
}

/** Accepts the single character E5 and nothing else. */
export function judgeAck(frame: Frame): Verdict<"ack"> {
  if (frame.kind === "ack") return { ok: true, value: "ack" };
  return { ...refusal("malformed", "a frame came where E5 was due"), again: true };
}
