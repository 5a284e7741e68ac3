/**
 * Hands readings to the gateway that has their meters, by request and reply.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import {
  type IntakeReadings,
  type IntakeReply,
  intakeReply,
} from "../../engine/contract/intake.ts";
import { intakeSubject } from "../../engine/contract/subjects.ts";

/** Longer than a gateway waits for the engine. */
const WAIT_MS = 15_000;

/** Asks a gateway; one that does not answer has refused. Never throws. */
export type AskGateway = (gateway: number, readings: IntakeReadings) => Promise<IntakeReply>;

/** Makes the asking. */
export function makeAskGateway(nats: NatsConnection): AskGateway {
  return async (gateway, readings) => {
    try {
      const text = JSON.stringify(readings);
      const reply = await nats.request(intakeSubject(gateway), text, { timeout: WAIT_MS });
      return intakeReply.parse(reply.json());
    } catch {
      return { status: "refused", reason: `gateway ${gateway} does not answer` };
    }
  };
}
