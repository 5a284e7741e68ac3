/**
 * The check sum of Modbus RTU: CRC-16, polynomial 0xA001 reflected, beginning with all ones.
 */

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** The check sum of some bytes. */
export function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

/** The bytes with their check sum behind them, low byte first. */
export function withCrc(bytes: Uint8Array): Buffer {
  const whole = Buffer.alloc(bytes.length + 2);
  whole.set(bytes);
  whole.writeUInt16LE(crcOf(bytes), bytes.length);
  return whole;
}

/** Whether the last two bytes are the check sum of those before. */
export function crcFits(whole: Buffer): boolean {
  return whole.length > 2 && whole.readUInt16LE(whole.length - 2) === crcOf(whole.subarray(0, -2));
}
