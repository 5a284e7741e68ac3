/**
 * Where a request came from: told by whichever engine carries it, when somebody asks.
 */

const TELLER = Symbol("remote address");

type Told = { [TELLER]?: () => string };

/** Leaves with the request how its address is found out. */
export function tellAddress(request: object, teller: () => string): void {
  (request as Told)[TELLER] = teller;
}

/** The address of the other end of the connection; empty where it is gone or was never told. */
export function remoteAddressOf(request: object): string {
  return (request as Told)[TELLER]?.() ?? "";
}
