/**
 * Moves a relay: makes sure who answers, writes at the device file's priority, and then looks until the meter itself
 * shows the new state. A write that was acknowledged has moved nothing yet: another priority may hold the relay.
 */
import { CONFIRMED, PROPERTY } from "../../../engine/contract/bacnet/names.ts";
import { writeWriteProperty } from "../../../engine/contract/bacnet/services.ts";
import type { BacnetValue } from "../../../engine/contract/bacnet/values.ts";
import type { RelayAction } from "../../../engine/contract/supply.ts";
import type { BacnetRelay } from "../../devices/bacnet-device.ts";
import type { ActOutcome } from "../driver.ts";
import { failed } from "./calls.ts";
import { objectAt } from "./objects.ts";
import { lookAt, type Target } from "./poll.ts";
import type { BacnetPort } from "./port.ts";

/** Longest pause between two looks at a relay that has not moved yet, in milliseconds. */
const LOOK_MS_MAX = 500;
/** Looks within the time that a device file gives a relay to settle. */
const LOOKS = 20;

/** Moves the relay and gives what the meter shows afterwards; `not_moved` when the time is over. */
export async function moveRelay(
  port: BacnetPort,
  target: Target,
  action: RelayAction,
): Promise<ActOutcome> {
  const { relay, model } = target.device;
  if (relay === undefined) return failed("no_relay", `no relay in the device file of ${model}`);
  const who = await lookAt(port, target, { billing: false, relay: false });
  if (!who.ok) return who;
  const written = await port.request(target.peer, {
    service: CONFIRMED.writeProperty,
    body: writeWriteProperty({
      object: objectAt(relay.object, target.place.point),
      property: PROPERTY.presentValue,
      values: [commanded(relay, action)],
      priority: relay.priority,
    }),
    timeoutMs: target.timeoutMs,
  });
  // Without an answer it may have been carried out all the same; what the device refused was not.
  if (!written.ok && written.fault !== "timeout") return written;
  return settled(port, target, { relay, action, written });
}

function commanded(relay: BacnetRelay, action: RelayAction): BacnetValue {
  const value = action === "cut" ? relay.cut : relay.restore;
  return value === "relinquish" ? { type: "null" } : { type: "enumerated", value };
}

type Move = {
  relay: BacnetRelay;
  action: RelayAction;
  written: { ok: true } | ReturnType<typeof failed>;
};

/** Looks again and again; the fault of a write that may have been carried out is given only at the end. */
async function settled(port: BacnetPort, target: Target, move: Move): Promise<ActOutcome> {
  const { settle_ms } = move.relay;
  const deadline = Date.now() + settle_ms;
  const aim = move.action === "cut" ? "disconnected" : "connected";
  let last = "";
  do {
    const seen = await lookAt(port, target, { billing: false, relay: true });
    if (seen.ok && seen.relay === aim) return { ok: true, relay: aim };
    if (!seen.ok && (seen.fault === "wrong_identity" || seen.fault === "closed")) return seen;
    last = seen.ok ? `it still shows ${seen.relay}` : seen.message;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_MS_MAX, settle_ms / LOOKS)));
  } while (Date.now() < deadline);
  if (!move.written.ok) return move.written;
  return failed("not_moved", `the relay did not move within ${settle_ms} ms: ${last}`);
}
