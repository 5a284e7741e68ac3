/**
 * R75: "mean over `period` above the threshold → cut; back after `restoration`".
 */
import type { ModelAccount, Terms } from "./account.ts";
import { isFriendly } from "./calendar.ts";
import type { Change } from "./events.ts";
import { request } from "./supply.ts";

const HOUR_S = 3_600n;

/** What a reading adds: `deltaAtoms` in (fromS, atS]. A period ends with the first reading that completes it. */
export function countLoad(
  terms: Terms,
  account: ModelAccount,
  { fromS, atS, deltaAtoms }: { fromS: bigint; atS: bigint; deltaAtoms: bigint },
  nowS: bigint,
): Change {
  const { atomsPerHour, periodS } = terms.policy.loadLimit;
  const { load } = account;
  if (atomsPerHour === 0n) return quiet(withLoad(account, 0n, 0n));
  const isNew = load.fromS === 0n || load.fromS > fromS;
  const beginS = isNew ? fromS : load.fromS;
  const quantityAtoms = (isNew ? 0n : load.quantityAtoms) + deltaAtoms;
  const elapsedS = atS - beginS;
  if (elapsedS < periodS) return quiet(withLoad(account, beginS, quantityAtoms));

  const next = withLoad(account, atS, 0n);
  const isOver = quantityAtoms * HOUR_S > atomsPerHour * elapsedS;
  const mayCut =
    account.supplyWanted !== "disconnected" && !account.isCritical && !isFriendly(terms, nowS);
  if (!isOver || !mayCut) return quiet(next);
  const cut = request(terms, next, { is: "disconnected" }, { cause: "load_limit", nowS });
  return { ...cut, account: { ...cut.account, load: { ...cut.account.load, cutS: nowS } } };
}

function withLoad(account: ModelAccount, fromS: bigint, quantityAtoms: bigint): ModelAccount {
  return { ...account, load: { ...account.load, fromS, quantityAtoms } };
}

function quiet(account: ModelAccount): Change {
  return { account, events: [] };
}
