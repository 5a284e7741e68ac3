/**
 * Moves a relay or sets a limit: makes sure who answers, writes, and then looks until the meter itself shows the new
 * state. A write that was acknowledged has moved nothing yet.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { ActOutcome, SupplyOrder } from "../driver.ts";
import type { Unreadable } from "./decode.ts";
import type { ModbusLink, Session } from "./link.ts";
import { type Steps, stepsOf } from "./orders.ts";
import type { BlockLimits } from "./plan.ts";
import { type Judge, lookAt, type Seen } from "./poll.ts";
import type { Party } from "./wire.ts";

/** Longest pause between two looks at a relay that has not moved yet, in milliseconds. */
const LOOK_MS_MAX = 500;
/** Looks within the time that a device file gives a relay to settle. */
const LOOKS = 20;

/** What to do to which meter; `limits` are what the device allows of one request. */
export type Move = { device: ModbusDevice; order: SupplyOrder; judge: Judge; limits: BlockLimits };

/** Carries out the order and gives what the meter shows afterwards; `not_moved` when the time is over. */
export async function moveSupply(link: ModbusLink, party: Party, move: Move): Promise<ActOutcome> {
  const steps = stepsOf(move.device, move.order);
  if ("ok" in steps) return steps;
  const deadline = Date.now() + steps.settleMs;
  const tried = await link.exchange(party, (session) => writeAll(session, steps, move));
  if (!tried.ok && !("sent" in tried)) return tried;
  return settled(link, party, { move, steps, deadline, tried });
}

/** Writes that went out; where an answer is missing or wrong the write may have been carried out all the same. */
type Tried = { ok: true } | (Unreadable & { sent: true });

async function writeAll(session: Session, steps: Steps, move: Move): Promise<Tried | Unreadable> {
  const wanted = { identity: true, billing: false, display: false, relay: false };
  const seen = await lookAt(session, move.device, { ...move, wanted });
  if (!seen.ok) return seen;
  for (const write of steps.writes) {
    const reply = await session.write(write);
    if (reply.ok) continue;
    const { fault, message, exception } = reply;
    return exception === undefined ? { ...reply, sent: true } : { ok: false, fault, message };
  }
  return { ok: true };
}

type Wait = { move: Move; steps: Steps; deadline: number; tried: Tried };

/** Looks again and again; the fault of a write that may have been carried out is given only at the end. */
async function settled(link: ModbusLink, party: Party, wait: Wait): Promise<ActOutcome> {
  const { move, steps, tried } = wait;
  const wanted = { identity: true, billing: false, display: false, relay: true };
  const pauseMs = Math.min(LOOK_MS_MAX, steps.settleMs / LOOKS);
  let last = "";
  do {
    const seen = await link.exchange(party, (session) =>
      lookAt(session, move.device, { ...move, wanted }),
    );
    if (seen.ok && shows(seen, steps)) return { ok: true, relay: steps.aim };
    if (!seen.ok && (seen.fault === "wrong_identity" || seen.fault === "closed")) return seen;
    last = seen.ok ? `it still shows ${seen.relay}` : seen.message;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  } while (Date.now() < wait.deadline);
  if (!tried.ok) return { ok: false, fault: tried.fault, message: tried.message };
  const message = `the supply did not change within ${steps.settleMs} ms: ${last}`;
  return { ok: false, fault: "not_moved", message };
}

function shows(seen: Seen, { aim, limit }: Steps): boolean {
  // A limit may stay in force behind an open relay; where one was set it must be the one that was asked for.
  return seen.relay === aim && (limit === undefined || seen.limit === limit);
}
