/**
 * Takes readings that no driver reads, from files and other systems, on `intake.<gateway>`: they go the way of all others,
 * through the spool, and are answered when the engine has them on its disk. Asking again is harmless (R10).
 */
import type { NatsConnection } from "@nats-io/transport-node";
import {
  INTAKE_MESSAGE_BYTES_MAX,
  type IntakeReply,
  intakeReadings,
} from "../../engine/contract/intake.ts";
import { intakeSubject } from "../../engine/contract/subjects.ts";
import type { Packer } from "./packer.ts";
import type { Spool } from "./spool.ts";

/** Longest wait for the engine's acknowledgement; after it the readings are in the spool and on their way. */
const DURABLE_MS = 10_000;
const LOOK_MS = 20;

/** Whose readings, and where they go. */
export type IntakeOptions = {
  nc: NatsConnection;
  gateway: number;
  packer: Packer;
  spool: Spool;
  owns(slot: number): boolean;
};

/** Listens; gives the end of it. */
export function takeIntake(options: IntakeOptions): () => void {
  const subscription = options.nc.subscribe(intakeSubject(options.gateway), {
    callback: (error, message) => {
      if (error !== null) return;
      void take(options, message.data)
        .catch((fault: unknown): IntakeReply => ({ status: "refused", reason: String(fault) }))
        .then((reply) => message.respond(JSON.stringify(reply)));
    },
  });
  return () => {
    if (!subscription.isClosed()) subscription.unsubscribe();
  };
}

async function take(
  { packer, spool, owns }: IntakeOptions,
  data: Uint8Array,
): Promise<IntakeReply> {
  if (data.length > INTAKE_MESSAGE_BYTES_MAX)
    return { status: "refused", reason: `is longer than ${INTAKE_MESSAGE_BYTES_MAX} bytes` };
  const parsed = intakeReadings.safeParse(JSON.parse(Buffer.from(data).toString("utf8")));
  if (!parsed.success) return { status: "refused", reason: "is no list of readings" };
  const { readings } = parsed.data;
  const foreign = readings.find(({ slot }) => !owns(slot));
  if (foreign !== undefined)
    return { status: "refused", reason: `slot ${foreign.slot} is not this gateway's` };
  if (!packer.open) return { status: "refused", reason: "the gateway's spool is full" };
  for (const { slot, register_atoms, at_s, quality } of readings)
    packer.addReading({ slot, register: register_atoms, atS: at_s, quality });
  await packer.flush();
  const { epoch, durable } = spool;
  const until = Date.now() + DURABLE_MS;
  while (spool.epoch === epoch && spool.acknowledged < durable && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  return { status: spool.acknowledged >= durable || spool.epoch !== epoch ? "durable" : "spooled" };
}
