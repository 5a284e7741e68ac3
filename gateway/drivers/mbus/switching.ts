/**
 * Cutting and restoring supply through a meter's relay or valve: first make sure who is there, then command, then look
 * until the meter itself says that it moved.
 */
import type { RelayAction } from "../../../engine/contract/supply.ts";
import type { ActOutcome, RelayState } from "../driver.ts";
import type { MeterAddress } from "./address.ts";
import type { MeterHeader } from "./decode/header.ts";
import type { Talk } from "./link/ask.ts";
import { type Refusal, refusal } from "./link/refusal.ts";
import type { Transaction } from "./link/steps.ts";
import type { Master, ReadOptions } from "./master.ts";
import { type RelayCoding, relayRecord, relayStateOf } from "./relay.ts";

/** What to do where, and how the meter is read. `check` says whether a header is that of the expected model. */
export type Switching = {
  meter: MeterAddress & { id: string };
  relay: RelayCoding;
  action: RelayAction;
  how: ReadOptions;
  check(header: MeterHeader): Refusal | undefined;
};

/** Moves the relay and reads it back. An acknowledgement alone is never taken for a movement. */
export function* switchSupply(
  master: Master,
  talk: Talk,
  switching: Switching,
): Transaction<ActOutcome> {
  const { meter, relay, action } = switching;
  // A command must not reach whoever else sits at this address: the meter proves itself first.
  const before = yield* readRelay(master, talk, switching);
  if (!before.ok) return before;
  if (before.relay === "none") {
    return refusal("no_relay", `meter ${meter.id} reports no relay or valve`);
  }
  const sent = yield* master.send(talk, meter, relayRecord(relay, action));
  if (!sent.ok) return sent;
  return yield* readBack(master, talk, switching);
}

function* readBack(master: Master, talk: Talk, switching: Switching): Transaction<ActOutcome> {
  const wanted = switching.action === "cut" ? "disconnected" : "connected";
  const untilMs = talk.nowMs + talk.bounds.settleMs;
  let last: ActOutcome;
  do {
    const state = yield* readRelay(master, talk, switching);
    if (state.ok && state.relay === wanted) return { ok: true, relay: wanted };
    if (!state.ok && state.fault === "closed") return state;
    last = state.ok
      ? refusal(
          "not_moved",
          `meter ${switching.meter.id} still reports ${state.relay ?? "neither"}`,
        )
      : refusal(state.fault, `commanded, but not read back: ${state.message}`);
    talk.nowMs = (yield { do: "drain", quietMs: talk.bounds.pollMs }).nowMs;
  } while (talk.nowMs < untilMs);
  return last;
}

function* readRelay(
  master: Master,
  talk: Talk,
  { meter, relay, check, how }: Switching,
): Transaction<{ ok: true; relay: RelayState | undefined } | Refusal> {
  const readout = yield* master.read(talk, meter, how);
  if (!readout.ok) return readout;
  const stranger = check(readout.header);
  return stranger ?? { ok: true, relay: relayStateOf(readout.records, relay) };
}
