/**
 * A way to the wires of a bus: a TCP connection to a converter, or a serial line. It moves bytes and knows nothing of
 * frames.
 */

/** What a way tells whoever opened it; nothing after `lost`. */
export type WayEvents = {
  data(piece: Uint8Array): void;
  /** It ended by itself; why, in one line. */
  lost(message: string): void;
};

/** An open way. */
export type OpenWay = {
  write(bytes: Uint8Array): void;
  /** Changes the rate of the line in bits a second; gives in one line why that cannot be. */
  setBaud(baud: number): Promise<string | undefined>;
  /** Ends it; no event follows. */
  close(): void;
};

/** A way that can be opened when it is needed. */
export type Way = {
  /** Gives the open way, or in one line what went wrong. `signal` gives up early. */
  open(events: WayEvents, signal: AbortSignal): Promise<OpenWay | string>;
  /** Whether a broken answer is a reason to open it anew: what is under way on a connection is then lost with it. */
  renewed: boolean;
  /** Milliseconds that bytes take on the wires at the rate that the way now has; 0 where it has none. */
  wireMs(bytes: number): number;
};
