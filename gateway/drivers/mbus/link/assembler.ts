/**
 * Puts frames together from the pieces in which a stream delivers them.
 */
import { type Frame, frameSize, parseFrame } from "../decode/frame.ts";
import type { Result } from "../decode/result.ts";

/** Collects the bytes of one answer. */
export type Assembler = {
  /** Takes a piece; gives the frame once it is whole, a fault once it can be none, undefined before. */
  push(piece: Uint8Array): Result<Frame> | undefined;
  /** The fault of an answer that came only in part, or undefined where nothing came at all. */
  torn(): Result<Frame> | undefined;
  /** Forgets all bytes. */
  reset(): void;
};

/** An empty assembler. It holds at most one frame and one piece. */
export function createAssembler(): Assembler {
  let bytes: Uint8Array = new Uint8Array(0);
  return {
    push(piece) {
      bytes = bytes.length === 0 ? piece : Uint8Array.of(...bytes, ...piece);
      const size = frameSize(bytes);
      if (!size.ok) return size;
      if (size.value === undefined || bytes.length < size.value) return undefined;
      return parseFrame(bytes.subarray(0, size.value));
    },
    torn: () => (bytes.length === 0 ? undefined : parseFrame(bytes)),
    reset() {
      bytes = new Uint8Array(0);
    },
  };
}
