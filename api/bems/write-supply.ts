/**
 * What a building management system may ask of a supply, where it is allowed to: the product's own `POST /v1/supply-commands`
 * is called with a key that was made for it. So what the key may do bounds the network, and every order is in the audit.
 */
import { z } from "zod";
import type { RelayAction } from "../../engine/contract/supply.ts";

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

const command = z.object({ supply_command_id: z.string() });

/** Makes the ordering, over the api at `url` with a key that holds the scope `supply:write`. */
export function supplyWriter(
  { url, key }: { url: string; key: string },
  onFault: (error: unknown) => void,
): WriteSupply {
  return async ({ accountId, action, from }) => {
    try {
      const answer = await fetch(new URL("/v1/supply-commands", url), {
        method: "POST",
        redirect: "error",
        signal: AbortSignal.timeout(WAIT_MS),
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: JSON.stringify({
          account_id: accountId,
          action,
          reason: `written over BACnet/IP by ${from}`,
        }),
      });
      const said: unknown = await answer.json();
      if (answer.status === 202 && command.safeParse(said).success) return "taken";
      return answer.status < 500 ? "refused" : "away";
    } catch (error) {
      onFault(error);
      return "away";
    }
  };
}
