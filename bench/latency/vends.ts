/**
 * How long does a vend take, at half of the load that the api can carry?
 */
import { Agent } from "node:http";
import { exchange } from "../harness/exchange.ts";
import type { Installation } from "../installation/installation.ts";
import { paced } from "./pace.ts";

const CLIENTS = 32;

/** Vends a second that are half of what passes at most, sought for `seconds`. */
export async function halfOfVends(
  installation: Installation,
  { seconds, round }: { seconds: number; round: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const until = performance.now() + seconds * 1_000;
  let sold = 0;
  const client = async (number: number): Promise<void> => {
    for (let i = 0; performance.now() < until; i++) {
      await vend(installation, agent, `most-${round}-${number}-${i}`);
      sold += 1;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  agent.destroy();
  return sold / ((performance.now() - begun) / 1_000) / 2;
}

/** Milliseconds of vends at a steady rate. */
export async function timeVends(
  installation: Installation,
  { perSecond, seconds, round }: { perSecond: number; seconds: number; round: number },
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const tookMs: number[] = [];
  const all: Promise<void>[] = [];
  const failures: unknown[] = [];
  await paced(perSecond, seconds, (due, i) => {
    const sold = vend(installation, agent, `half-${round}-${i}`);
    const noted = sold.then(() => void tookMs.push(performance.now() - due));
    all.push(noted.catch((error: unknown) => void failures.push(error)));
  });
  await Promise.all(all);
  agent.destroy();
  if (failures.length > 0)
    throw new Error(`${failures.length} vends failed`, { cause: failures[0] });
  return tookMs;
}

let next = 0;

/** Sells 1.00 to the next account; rejects when it is not answered with 201. */
export async function vend(
  { url, keys, accounts }: Installation,
  agent: Agent,
  id: string,
): Promise<void> {
  const account_id = accounts[next++ % accounts.length]?.accountId;
  const tender = { type: "cash" };
  const sale = { account_id, amount: "1.00", currency: "EUR", tender, terminal_id: "bench" };
  const headers = {
    authorization: `Bearer ${keys.vendor}`,
    "content-type": "application/json",
  };
  const options = { method: "PUT", agent, headers };
  const status = await exchange(`${url}/v1/vends/${id}`, options, JSON.stringify(sale));
  if (status !== 201) throw new Error(`vend ${id} is answered with ${status}`);
}
