/**
 * What comes in over NATS: frames from JetStream, commands and questions by request and reply.
 */
import type { z } from "zod";
import type { Clock } from "../contract/clock.ts";
import { COMMAND_BYTES_MAX } from "../contract/command-limits.ts";
import { type EngineCommandReply, engineCommandMessage } from "../contract/commands.ts";
import { type EngineQueryReply, engineQueryMessage } from "../contract/queries.ts";
import { STATES_MARK } from "../contract/states-question.ts";
import { engineCommand, engineQuery } from "../contract/subjects.ts";
import { machineTime, type Time } from "../contract/time.ts";
import { TRACE_HEADER } from "../contract/trace/tracer.ts";
import type { Inquiry, Transport } from "../contract/transport.ts";
import type { Pump } from "../core/pump.ts";
import { FrameConsumer, frameSources } from "./frame-consumer.ts";
import type { ShardLag } from "./frames-in-hand.ts";
import { makeAnswerStates } from "./states.ts";

/** The running inputs of an engine. */
export type Inputs = { lags(nowMs?: number): ShardLag[]; close(): Promise<void> };

/** What inputs come from and go to. */
export type InputParts = {
  transport: Transport;
  /** The shards that the engine owns. */
  pumps: ReadonlyMap<number, Pump>;
  /** How many shards the installation has. */
  shards: number;
  clock: Clock;
  time?: Time;
  /** Something that a person should know, in one line. */
  warn(message: string): void;
};

/** Opens the inputs of all shards. */
export async function openInputs(parts: InputParts): Promise<Inputs> {
  const { transport, pumps, shards, clock, time = machineTime } = parts;
  const subscriptions: (() => void)[] = [];
  const answerStates = makeAnswerStates(pumps, clock);
  for (const [shard, pump] of pumps) {
    subscriptions.push(
      transport.subscribe(engineCommand(shard), (message) => takeCommand(pump, message)),
      transport.subscribe(engineQuery(shard), (message) => {
        if (message.data[0] === STATES_MARK) answerStates(message);
        else void takeQuery(pump, message, clock);
      }),
    );
  }
  const tools = { transport, time, stray: warnOfStrays(parts) };
  const consumers = await Promise.all(
    frameSources(pumps, shards).map((source) => FrameConsumer.open(source, tools)),
  );
  return {
    lags: (nowMs = Date.now()) => consumers.flatMap((consumer) => consumer.lags(nowMs)),
    async close() {
      for (const unsubscribe of subscriptions) unsubscribe();
      await Promise.all(consumers.map((consumer) => consumer.close()));
    },
  };
}

/** Says once that there are such frames, however many come. */
function warnOfStrays({ shards, warn }: InputParts): (subject: string) => void {
  let isSaid = false;
  return (subject) => {
    if (!isSaid)
      warn(
        `a frame came on ${subject}, and shards are 0 to ${shards - 1}: let go; see that its gateway has the shard the registry gave it`,
      );
    isSaid = true;
  };
}

function takeCommand(pump: Pump, message: Inquiry): void {
  const answer = (reply: EngineCommandReply): void => respond(message, reply);
  const parsed = parse(message, engineCommandMessage);
  if (parsed.ok) pump.offerCommand(parsed.value, answer, message.header?.(TRACE_HEADER));
  else answer({ status: "invalid", faults: parsed.faults });
}

async function takeQuery(pump: Pump, message: Inquiry, clock: Clock): Promise<void> {
  const parsed = parse(message, engineQueryMessage);
  if (!parsed.ok) {
    respond(message, { status: "invalid", faults: parsed.faults });
    return;
  }
  const { slots, trials: asked = [] } = parsed.value;
  // A question for nothing asks whether commands are taken.
  if (slots.length === 0 && pump.trouble !== undefined) {
    respond(message, { status: "unavailable", reason: pump.trouble.reason });
    return;
  }
  try {
    const { accounts, position, trials } = await pump.query(
      slots,
      asked.map(({ slot, amount_micros }) => ({ slot, amountMicros: BigInt(amount_micros) })),
    );
    respond(message, { status: "ok", as_of_s: clock.nowS(), position, accounts, trials });
  } catch (error) {
    respond(message, { status: "unavailable", reason: (error as Error).message });
  }
}

function respond(message: Inquiry, reply: EngineCommandReply | EngineQueryReply): void {
  message.respond(JSON.stringify(reply));
}

type Parsed<T> =
  | { ok: true; value: T }
  | { ok: false; faults: { pointer: string; message: string }[] };

function parse<T>(message: Inquiry, schema: z.ZodType<T>): Parsed<T> {
  if (message.data.length > COMMAND_BYTES_MAX)
    return invalid("", `is longer than COMMAND_BYTES_MAX (${COMMAND_BYTES_MAX})`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(message.data).toString("utf8"));
  } catch {
    return invalid("", "is no JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const faults = result.error.issues.map((issue) => ({
    pointer: issue.path.map((key) => `/${String(key)}`).join(""),
    message: issue.message,
  }));
  return { ok: false, faults };
}

function invalid<T>(pointer: string, message: string): Parsed<T> {
  return { ok: false, faults: [{ pointer, message }] };
}
