/**
 * Answers questions for the states of many accounts (states-question.ts), whichever shards they lie in.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../contract/clock.ts";
import {
  questionIn,
  StatesAnswer,
  type StatesQuestion,
  shardIn,
  slotIn,
  TOLD,
} from "../contract/states-question.ts";
import type { Inquiry } from "../contract/transport.ts";
import type { Pump } from "../core/pump.ts";

/** Answers one question. */
export type AnswerStates = (message: Inquiry) => void;

/** Makes the answering over an engine's shards. */
export function makeAnswerStates(pumps: ReadonlyMap<number, Pump>, clock: Clock): AnswerStates {
  const answer = new StatesAnswer(randomBytes(8).readBigUInt64LE());
  const tell = (account: number): void => {
    const pump = pumps.get(shardIn(account));
    if (pump === undefined) answer.tell(TOLD.elsewhere);
    else if (!pump.isAtRest) answer.tell(TOLD.busy);
    else answer.tellState((view, at) => pump.state.putAccount(slotIn(account), view, at));
  };
  const answerNow = (message: Inquiry, { accounts }: StatesQuestion): void => {
    answer.begin(clock.nowS());
    for (const account of accounts) tell(account);
    message.respondBytes?.(answer.bytes());
  };
  return (message) => {
    const question = questionIn(message.data);
    if (question === undefined) {
      const fault = { pointer: "", message: "is no question for states" };
      message.respond(JSON.stringify({ status: "invalid", faults: [fault] }));
      return;
    }
    const first = question.accounts[0];
    const pump = first === undefined ? undefined : pumps.get(shardIn(first));
    if (!question.waits || pump === undefined) {
      answerNow(message, question);
      return;
    }
    const now = pump.atRest(() => answerNow(message, question));
    now.catch(({ message: reason }: Error) =>
      message.respond(JSON.stringify({ status: "unavailable", reason })),
    );
  };
}
