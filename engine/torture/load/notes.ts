/**
 * What a gateway of the load notes for the ledger, in a file of its own process: each frame as it gets its place in the
 * spool, and each durable acknowledgement. Written at once with every note, so that a kill takes nothing of it.
 *
 *   note: kind u8 | bytes u32 | frame, or epoch u32 and sequence u32
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";

const FRAME = 1;
const ACK = 2;
const HEAD_BYTES = 5;

/** A note: a frame's bytes, or that all frames of an epoch up to a sequence are on the engine's disk. */
export type Note =
  | { kind: "frame"; frame: Buffer }
  | { kind: "ack"; epoch: number; sequence: number };

/** Writes notes. */
export class NoteWriter {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "ax", 0o600);
  }

  /** Notes a frame that gets a place in the spool. */
  frame(frame: Uint8Array): void {
    this.#write(FRAME, frame);
  }

  /** Notes a durable acknowledgement. */
  ack(epoch: number, sequence: number): void {
    const body = Buffer.alloc(8);
    body.writeUInt32LE(epoch, 0);
    body.writeUInt32LE(sequence, 4);
    this.#write(ACK, body);
  }

  #write(kind: number, body: Uint8Array): void {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt8(kind, 0);
    head.writeUInt32LE(body.length, 1);
    writeSync(this.#file, Buffer.concat([head, body]));
  }
}

/** Reads a file of notes as it grows. */
export class NoteReader {
  readonly #path: string;
  #at = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The notes since the last call; one that is not whole yet is left for the next. */
  read(): Note[] {
    const bytes = this.#rest();
    const notes: Note[] = [];
    let at = 0;
    while (at + HEAD_BYTES <= bytes.length) {
      const end = at + HEAD_BYTES + bytes.readUInt32LE(at + 1);
      if (end > bytes.length) break;
      const body = bytes.subarray(at + HEAD_BYTES, end);
      notes.push(
        bytes.readUInt8(at) === FRAME
          ? { kind: "frame", frame: body }
          : { kind: "ack", epoch: body.readUInt32LE(0), sequence: body.readUInt32LE(4) },
      );
      at = end;
    }
    this.#at += at;
    return notes;
  }

  #rest(): Buffer {
    const file = openSync(this.#path, "r");
    try {
      const pieces: Buffer[] = [];
      for (let from = this.#at; ; ) {
        const piece = Buffer.alloc(1_048_576);
        const read = readSync(file, piece, 0, piece.length, from);
        if (read === 0) return Buffer.concat(pieces);
        pieces.push(piece.subarray(0, read));
        from += read;
      }
    } finally {
      closeSync(file);
    }
  }
}
