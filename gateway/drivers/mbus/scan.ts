/**
 * Searches a bus for meters by their primary addresses.
 */
import type { Talk } from "./link/ask.ts";
import { PRIMARY_MAX } from "./link/control.ts";
import type { Refusal } from "./link/refusal.ts";
import type { Transaction } from "./link/steps.ts";
import type { Master, Readout } from "./master.ts";
import type { MbusBus } from "./tcp.ts";

/** Addresses to search, both ends included. */
export type ScanRange = { from: number; to: number };

/** Every primary address that a meter can have after installation. */
export const ALL_ADDRESSES: ScanRange = { from: 1, to: PRIMARY_MAX };

/** What was at an address. Addresses that keep silent are left out. */
export type ScanHit = { address: number; result: Readout | Refusal };

/** Longest wait for one address of a search: most of them are empty. */
const SCAN_ANSWER_MS = 500;

/** Goes through the addresses in order; ends early, with the refusal as last hit, when the bus cannot be reached. */
export async function* scanBus(
  bus: MbusBus,
  master: Master,
  range: ScanRange = ALL_ADDRESSES,
): AsyncGenerator<ScanHit> {
  for (let address = range.from; address <= Math.min(range.to, PRIMARY_MAX); address++) {
    const result = await bus.run((talk) => visit(master, brief(talk), address));
    if (!result.ok && result.fault === "timeout") continue;
    yield { address, result };
    if (!result.ok && (result.fault === "unreachable" || result.fault === "closed")) return;
  }
}

/** One short try for each address, so that the known meters of the bus are not kept waiting. */
function brief(talk: Talk): Talk {
  const answerMs = Math.min(talk.bounds.answerMs, SCAN_ANSWER_MS);
  return { ...talk, bounds: { ...talk.bounds, answerMs, retries: 0 } };
}

function* visit(master: Master, talk: Talk, address: number): Transaction<Readout | Refusal> {
  const there = yield* master.ping(talk, address);
  if (!there.ok) return there;
  return yield* master.read(talk, { by: "primary", address });
}
