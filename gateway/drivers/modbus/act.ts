/**
 * Moves a relay: makes sure who answers, writes, and then looks until the meter itself shows the new state. A write
 * that was acknowledged has moved nothing yet.
 */
import type { RelayAction } from "../../../engine/contract/supply.ts";
import type { ModbusDevice, ModbusRelay } from "../../devices/modbus-device.ts";
import type { ActOutcome } from "../driver.ts";
import type { Unreadable } from "./decode.ts";
import type { ModbusLink, Party, Session } from "./link.ts";
import { type Judge, lookAt } from "./poll.ts";

/** Longest pause between two looks at a relay that has not moved yet, in milliseconds. */
const LOOK_MS_MAX = 500;
/** Looks within the time that a device file gives a relay to settle. */
const LOOKS = 20;

/** What to do to which meter. */
export type Move = { device: ModbusDevice; action: RelayAction; judge: Judge };

/** Moves the relay and gives what the meter shows afterwards; `not_moved` when the time is over. */
export async function moveRelay(link: ModbusLink, party: Party, move: Move): Promise<ActOutcome> {
  const { relay } = move.device;
  if (relay === undefined) {
    return {
      ok: false,
      fault: "no_relay",
      message: `no relay in the device file of ${move.device.model}`,
    };
  }
  const deadline = Date.now() + relay.settle_ms;
  const tried = await link.exchange(party, (session) => writeOnce(session, relay, move));
  if (!tried.ok && !("sent" in tried)) return tried;
  return settled(link, party, move, { deadline, tried });
}

/** A write that went out; where its answer is missing or wrong it may have been carried out all the same. */
type Tried = { ok: true } | (Unreadable & { sent: true });

async function writeOnce(
  session: Session,
  relay: ModbusRelay,
  move: Move,
): Promise<Tried | Unreadable> {
  const wanted = { identity: true, billing: false, display: false, relay: false };
  const seen = await lookAt(session, move.device, wanted, move.judge);
  if (!seen.ok) return seen;
  const { function_code, address, cut, restore } = relay.write;
  const values = move.action === "cut" ? cut : restore;
  const reply = await session.write({ functionCode: function_code, address, values });
  if (reply.ok || reply.exception !== undefined) return reply;
  return { ...reply, sent: true };
}

/** Looks again and again; the fault of a write that may have been carried out is given only at the end. */
async function settled(
  link: ModbusLink,
  party: Party,
  move: Move,
  since: { deadline: number; tried: Tried },
): Promise<ActOutcome> {
  const aim = move.action === "cut" ? "disconnected" : "connected";
  const wanted = { identity: true, billing: false, display: false, relay: true };
  const pauseMs = Math.min(LOOK_MS_MAX, (move.device.relay?.settle_ms ?? 0) / LOOKS);
  let last = "";
  do {
    const seen = await link.exchange(party, (session) =>
      lookAt(session, move.device, wanted, move.judge),
    );
    if (seen.ok && seen.relay === aim) return { ok: true, relay: aim };
    if (!seen.ok && (seen.fault === "wrong_identity" || seen.fault === "closed")) return seen;
    last = seen.ok ? `it still shows ${seen.relay}` : seen.message;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  } while (Date.now() < since.deadline);
  if (!since.tried.ok) return since.tried;
  const message = `the relay did not move within ${move.device.relay?.settle_ms} ms: ${last}`;
  return { ok: false, fault: "not_moved", message };
}
