/**
 * What a building management system may ask of a supply, where it is allowed to: the product's own `POST /v1/supply-commands`
 * is called with a key that was made for it. So what the key may do bounds the network, and every order is in the audit.
 */
import type { RelayAction } from "../../engine/contract/supply.ts";
import { createClient } from "../client/client.ts";
import { ApiError } from "../client/errors.ts";

/** Longest wait for the api, in milliseconds: a client repeats its request after some seconds. */
const WAIT_MS = 2_500;

/** What became of an order: taken, refused by rule or right, or not asked for want of an answer. */
export type SupplyWritten = "taken" | "refused" | "away";
/** Orders a cut or a restore of an account in the name of an address. Never rejects. */
export type WriteSupply = (order: {
  accountId: string;
  action: RelayAction;
  from: string;
}) => Promise<SupplyWritten>;

/** Makes the ordering, over the api at `url` with a key that holds the scope `supply:write`. */
export function supplyWriter(
  { url, key }: { url: string; key: string },
  onFault: (error: unknown) => void,
): WriteSupply {
  const client = createClient({ url, key, attempts: 1, attemptMs: WAIT_MS });
  return async ({ accountId, action, from }) => {
    const reason = `written over BACnet/IP by ${from}`;
    try {
      const body = { account_id: accountId, action, reason };
      await client.post("/v1/supply-commands", { body });
      return "taken";
    } catch (error) {
      // Anything below 500 is the interface's own word: by a rule, or by what the key may do.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) return "refused";
      if (!(error instanceof ApiError) || error.status === 0) onFault(error);
      return "away";
    }
  };
}
