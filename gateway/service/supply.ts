/**
 * Takes supply commands from the CMD stream: a durable consumer for each gateway, explicit acknowledgement after the
 * desk has settled. While a command is at work its message is kept from being delivered again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  AckPolicy,
  type ConsumerMessages,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { commandConsumer } from "../../engine/contract/broker/permissions.ts";
import { commandSubject, STREAMS } from "../../engine/contract/subjects.ts";
import { type SupplyMessage, supplyMessage } from "../../engine/contract/supply.ts";

/** Most commands of a gateway that are taken and not yet settled; more stay in the stream. */
const COMMANDS_MAX = 1_024;
/** Longest command that is read. */
const COMMAND_BYTES_MAX = 4_096;
const ACK_WAIT_MS = 30_000;
const WORKING_MS = 10_000;
const RETRY_MS = 1_000;
/** How long one pull waits for commands; a stream that is gone is noticed after it at the latest. */
const PULL_MS = 5_000;
const NANOS_PER_MS = 1_000_000;

/** Whose commands, and who carries them out. */
export type SupplyOptions = {
  nc: NatsConnection;
  shard: number;
  gateway: number;
  take(command: SupplyMessage, settle: () => void): void;
  /** Told in one line what a person should see. */
  onAlarm(message: string | undefined): void;
};

/** Begins to take commands; the stream may come later. Resolves at once with the way to stop. */
export function takeSupplyCommands(options: SupplyOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  let messages: ConsumerMessages | undefined;
  const running = (async () => {
    while (!closing.signal.aborted) {
      try {
        messages = await consume(options);
        if (closing.signal.aborted) return messages.stop();
        options.onAlarm(undefined);
        await takeAll(options, messages);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        options.onAlarm(`no supply commands can be taken (${reason}): see the CMD stream`);
      }
      await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    close: async () => {
      closing.abort();
      // Not close(): that waits for an iteration to end, which may never have begun.
      messages?.stop();
      await running;
    },
  };
}

async function consume({ nc, gateway }: SupplyOptions): Promise<ConsumerMessages> {
  // A gateway may ask JetStream for nothing but its own consumer.
  const manager = await jetstreamManager(nc, { checkAPI: false });
  const name = commandConsumer(gateway);
  await manager.consumers.add(STREAMS.commands, {
    durable_name: name,
    filter_subject: commandSubject(gateway),
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT_MS * NANOS_PER_MS,
    max_ack_pending: COMMANDS_MAX,
  });
  const consumer = await jetstream(nc).consumers.get(STREAMS.commands, name);
  return consumer.consume({
    max_messages: COMMANDS_MAX,
    expires: PULL_MS,
    // A broker that lost its store ends the iteration; the next one makes the stream's consumer anew.
    abort_on_missing_resource: true,
  });
}

async function takeAll(options: SupplyOptions, messages: ConsumerMessages): Promise<void> {
  const open = new Map<number, JsMsg>();
  const timer = setInterval(() => {
    for (const message of open.values()) message.working();
  }, WORKING_MS);
  try {
    for await (const message of messages) {
      const command = parse(message.data, options.shard);
      if (command === undefined) {
        options.onAlarm(`a message on ${message.subject} is no supply command and was dropped`);
        message.term();
        continue;
      }
      open.set(message.seq, message);
      options.take(command, () => {
        open.delete(message.seq);
        message.ack();
      });
    }
  } finally {
    clearInterval(timer);
  }
}

function parse(data: Uint8Array, shard: number): SupplyMessage | undefined {
  if (data.length > COMMAND_BYTES_MAX) return undefined;
  try {
    const command = supplyMessage.parse(JSON.parse(Buffer.from(data).toString("utf8")));
    return command.shard === shard ? command : undefined;
  } catch {
    return undefined;
  }
}
