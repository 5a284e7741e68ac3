/**
 * CRC-16/ARC, as at the end of a P1 telegram: polynomial 0x8005 reflected, begun with 0.
 */
const POLYNOMIAL = 0xa001;

/** The checksum of some bytes. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
  }
  return crc;
}
