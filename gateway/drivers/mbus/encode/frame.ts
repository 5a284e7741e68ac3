/**
 * Frames of the link layer (EN 13757-2) as bytes: what both a master and a meter send.
 */
import { checksum, FRAME_BYTES_MAX } from "../decode/frame.ts";

/** Most bytes behind the control information of one frame. */
export const USER_DATA_MAX = FRAME_BYTES_MAX - 9;

/** A short frame: request without data. */
export function shortFrame(control: number, address: number): Uint8Array {
  return Uint8Array.of(0x10, control, address, (control + address) & 0xff, 0x16);
}

/** A long frame. `data` has at most USER_DATA_MAX bytes; more is a mistake of the caller. */
export function longFrame(
  control: number,
  address: number,
  ci: number,
  data: Uint8Array,
): Uint8Array {
  if (data.length > USER_DATA_MAX) {
    throw new RangeError(`${data.length} bytes of user data, at most ${USER_DATA_MAX} fit a frame`);
  }
  const body = Uint8Array.of(control, address, ci, ...data);
  return Uint8Array.of(0x68, body.length, body.length, 0x68, ...body, checksum(body), 0x16);
}
