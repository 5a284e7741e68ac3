/**
 * Bytes in and out, most significant first. Reading past the end and writing past the bound throw a BacnetFault, which
 * whoever holds the socket catches: no datagram gets farther.
 */

/** Bytes that are no BACnet, or more than a message may hold. Never leaves the boundary at which datagrams arrive. */
export class BacnetFault extends Error {
  readonly code = "bacnet_malformed";

  constructor(message: string) {
    super(message);
    this.name = "BacnetFault";
  }
}

/** Reads a part of some bytes from its beginning to its end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next byte without taking it; undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** One byte. */
  u8(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new BacnetFault("the message ends too early");
    this.#at += 1;
    return byte;
  }

  /** Two bytes. */
  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  /** Four bytes. */
  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }

  /** So many bytes, as a view. */
  take(count: number): Uint8Array {
    if (count > this.left) throw new BacnetFault("a length is longer than the message");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** Ends the reading: anything left over is a fault. */
  end(): void {
    if (this.left > 0) throw new BacnetFault(`${this.left} bytes are left over`);
  }
}

/** Most bytes that one writer takes: an answer in the most segments that are ever sent. */
export const WRITER_BYTES_MAX = 131_072;
const FIRST_BYTES = 256;

/** Writes bytes, growing to a bound. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** One byte; only its low eight bits count. */
  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value & 0xff;
  }

  /** Two bytes. */
  u16(value: number): void {
    this.u8(value >>> 8);
    this.u8(value);
  }

  /** Four bytes. */
  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value & 0xffff);
  }

  /** Some bytes. */
  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** What was written. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed > WRITER_BYTES_MAX) {
      throw new BacnetFault(`a message over ${WRITER_BYTES_MAX} bytes`);
    }
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(
      Math.min(WRITER_BYTES_MAX, Math.max(needed, this.#bytes.length * 2)),
    );
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
