/**
 * The frame-count bit of each address on a bus: turned over after every answer, kept for a repeat, so that a meter can
 * tell the next request from the same one again.
 */
import { FRAME_COUNT_BIT } from "./control.ts";

/** Frame-count bits of one bus. An address without one must be initialised before it is asked. */
export type FrameCounts = {
  known(address: number): boolean;
  /** The address was just initialised: the first request carries the bit set. */
  begin(address: number): void;
  /** The bit to add to the control field of the next request. */
  bit(address: number): number;
  /** The request was answered. */
  turn(address: number): void;
  /** What the meter holds is no longer sure. */
  forget(address: number): void;
};

/** Nothing known of any address. At most 256 addresses exist. */
export function createFrameCounts(): FrameCounts {
  const bits = new Map<number, boolean>();
  return {
    known: (address) => bits.has(address),
    begin: (address) => bits.set(address, true),
    bit: (address) => (bits.get(address) === false ? 0 : FRAME_COUNT_BIT),
    turn: (address) => bits.set(address, bits.get(address) === false),
    forget: (address) => bits.delete(address),
  };
}
