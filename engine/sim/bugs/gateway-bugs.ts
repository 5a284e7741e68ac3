/**
 * Planted bugs between gateway and engine.
 */
import { restamp } from "../../../gateway/service/restamp.ts";
import type { DurableAck } from "../../contract/acks.ts";
import { frameShape } from "../../contract/frame.ts";
import { keyOf } from "../world/plan.ts";
import type { SimDelivery, SimTransport } from "../world/transport.ts";
import type { Bug } from "./bug.ts";

/** A frame is let go when the broker has it. */
export const letsGoOnPublish: Bug = {
  gatewayTransport: (transport, spool) => ({
    ...transport,
    store: async (subject, payload, options) => {
      await transport.store(subject, payload, options);
      const shape = frameShape(payload);
      if (shape?.epoch === spool.epoch) spool.acknowledge(shape.sequence);
    },
  }),
};

/** An acknowledgement lets go of one frame more than it covers. */
export const letsGoOneTooMany: Bug = {
  gatewayTransport: (transport, spool) =>
    acksWith(transport, (ack) => ({
      ...ack,
      sequence: Math.min(ack.sequence + 1, Math.max(ack.sequence, spool.durable)),
    })),
};

/** What the engine did not apply is let go like the rest. */
export const ignoresRefusals: Bug = {
  gatewayTransport: (transport) =>
    acksWith(transport, ({ shard, epoch, sequence }) => ({ shard, epoch, sequence })),
};

/** A new spool always begins with the same epoch. */
export const forgetsEpoch: Bug = {
  spoolOptions: (options) => ({ ...options, nowS: () => 1 }),
};

/** A frame that comes after a gap is taken in the place of the missing one. */
export const acceptsGap: Bug = {
  engineTransport: (transport) =>
    framesWith(transport, (sequence, expected) => {
      return sequence > expected ? expected : sequence;
    }),
};

/** A repeated frame is taken once more. */
export const appliesRepeats: Bug = {
  engineTransport: (transport) =>
    framesWith(transport, (sequence, expected) => {
      return sequence < expected ? expected : sequence;
    }),
};

function acksWith(transport: SimTransport, change: (ack: DurableAck) => DurableAck): SimTransport {
  return {
    ...transport,
    subscribe: (subject, take) =>
      transport.subscribe(subject, ({ data, respond }) => {
        const ack = JSON.parse(Buffer.from(data).toString("utf8")) as DurableAck;
        take({ data: Buffer.from(JSON.stringify(change(ack)), "utf8"), respond });
      }),
  };
}

/** Gives frames another place in their order, as code would that judges it wrongly. */
function framesWith(
  transport: SimTransport,
  place: (sequence: number, expected: number) => number,
): SimTransport {
  const last = new Map<number, { epoch: number; sequence: number }>();
  const changed = (data: Uint8Array): Uint8Array => {
    const shape = frameShape(data);
    if (shape === undefined) return data;
    const { gateway, epoch, sequence } = shape;
    const before = last.get(gateway);
    const expected = before?.epoch === epoch ? before.sequence + 1 : sequence;
    const taken = place(sequence, expected);
    last.set(gateway, { epoch, sequence: Math.max(taken, expected - 1) });
    return taken === sequence ? data : restamp(data, { sequence: taken }, keyOf(gateway));
  };
  return {
    ...transport,
    consume: async (options) => {
      const messages = await transport.consume(options);
      return {
        stop: () => messages.stop(),
        async *[Symbol.asyncIterator](): AsyncGenerator<SimDelivery> {
          for await (const message of messages) yield { ...message, data: changed(message.data) };
        },
      };
    },
  };
}
