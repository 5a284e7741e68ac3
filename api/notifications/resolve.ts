/**
 * From a name to an address that may be connected to: every address of the name is checked, and the connection goes to the
 * one that was checked, so that a name that changes in between changes nothing.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isPublic } from "./addresses.ts";
import { SendFault } from "./send-fault.ts";

/** An address with its family. */
export type Address = { address: string; family: number };
/** Asks for all addresses of a name. */
export type LookUp = (host: string) => Promise<Address[]>;

const bySystem: LookUp = (host) => lookup(host, { all: true, verbatim: true });

/** The address to connect to; throws a SendFault where one of the name's addresses is not for everybody. */
export async function checkedAddress(
  host: string,
  privateHosts: ReadonlySet<string>,
  ask: LookUp = bySystem,
): Promise<Address> {
  const found = isIP(host) !== 0 ? [{ address: host, family: isIP(host) }] : await all(host, ask);
  const [first] = found;
  if (first === undefined) throw new SendFault(`${host} has no address`, { rests: true });
  if (!privateHosts.has(host) && found.some(({ address }) => !isPublic(address))) {
    throw new SendFault(`${host} leads to a private address, which is never called`, {
      rests: true,
    });
  }
  return first;
}

async function all(host: string, ask: LookUp): Promise<Address[]> {
  try {
    return await ask(host);
  } catch (cause) {
    throw new SendFault(`${host} cannot be resolved`, { rests: true, cause });
  }
}
