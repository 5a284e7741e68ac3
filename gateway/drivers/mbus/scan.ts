/**
 * Searches a bus for meters by their primary addresses.
 */
import type { MbusBus } from "./bus.ts";
import type { Talk } from "./link/ask.ts";
import { PRIMARY_MAX } from "./link/control.ts";
import { type Refusal, refusal } from "./link/refusal.ts";
import type { Transaction } from "./link/steps.ts";
import type { Identity, Master } from "./master.ts";

/** Addresses to search, both ends included. */
export type ScanRange = { from: number; to: number };

/** Every primary address that a meter can have after installation. */
export const ALL_ADDRESSES: ScanRange = { from: 1, to: PRIMARY_MAX };

/** What was at an address. Addresses that keep silent are left out. */
export type ScanHit = { address: number; result: Identity | Refusal };

/** A search: where, over which addresses, and who is told of each address before it is tried. */
export type Scan = {
  bus: MbusBus;
  master: Master;
  range?: ScanRange;
  onAddress?: (address: number) => void;
};

/** Goes through the addresses in order; ends early, with the refusal as last hit, when the bus cannot be reached. */
export async function* scanBus(scan: Scan): AsyncGenerator<ScanHit> {
  const { bus, master, range = ALL_ADDRESSES, onAddress } = scan;
  for (let address = range.from; address <= Math.min(range.to, PRIMARY_MAX); address++) {
    onAddress?.(address);
    const result = await bus.run((talk) => visit(master, talk, address));
    if (!result.ok && result.fault === "timeout") continue;
    yield { address, result };
    if (!result.ok && (result.fault === "unreachable" || result.fault === "closed")) return;
  }
}

/** One short try for each address, so that the known meters of the bus are not kept waiting; more for one that is there. */
function* visit(master: Master, talk: Talk, address: number): Transaction<Identity | Refusal> {
  const { bounds } = talk;
  const answerMs = Math.min(bounds.answerMs, bounds.probeMs);
  const brief = { ...talk, bounds: { ...bounds, answerMs, retries: 0 } };
  const there = yield* master.ping(brief, address);
  talk.nowMs = brief.nowMs;
  // Acknowledgements of several meters may be noise; whoever is there is asked.
  if (!there.ok && there.fault !== "malformed") return there;
  const identity = yield* master.identify(talk, address);
  if (identity.ok && identity.address !== address) {
    return refusal("wrong_identity", `address ${identity.address} answered, ${address} was asked`);
  }
  if (!identity.ok && identity.fault === "timeout") {
    return refusal("not_available", "somebody acknowledged, and gave no data");
  }
  if (identity.ok || identity.fault !== "malformed") return identity;
  const hint = "several meters at one address, or noise: search by secondary address";
  return refusal("malformed", `${identity.message} (${hint})`);
}
