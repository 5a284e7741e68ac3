/**
 * Modbus TCP: six bytes with a transaction number and a length, then unit, function code and data. Answers to other
 * transactions are passed over, whatever they hold.
 */
import { takeFrame } from "../mbap.ts";
import { withCrc } from "./crc.ts";
import { broken, type Framing, type Taken, waiting } from "./framing.ts";

const TRANSACTIONS = 0x1_0000;
const HEADER_BYTES = 6;
const CRC_BYTES = 2;

/** The framing of one Modbus TCP connection. */
export function createTcpFraming(): Framing {
  let transaction = 0;
  let unit: number | undefined;
  let held: Buffer = Buffer.alloc(0);

  return {
    ask(adu) {
      transaction = (transaction + 1) % TRANSACTIONS;
      unit = adu.readUInt8(0);
      const body = adu.subarray(0, -CRC_BYTES);
      const bytes = Buffer.alloc(HEADER_BYTES + body.length);
      bytes.writeUInt16BE(transaction, 0);
      bytes.writeUInt16BE(body.length, 4);
      body.copy(bytes, HEADER_BYTES);
      return bytes;
    },
    take(chunk): Taken {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      for (let taken = takeFrame(held); ; taken = takeFrame(held)) {
        held = taken.rest;
        if (taken.broken) return broken("the header is none of Modbus TCP");
        const { frame } = taken;
        if (frame === undefined) return waiting();
        if (unit === undefined || frame.transaction !== transaction) continue;
        if (frame.unit !== unit) return broken(`unit ${frame.unit} answers`);
        unit = undefined;
        return { kind: "answer", adu: aduOf(frame) };
      }
    },
  };
}

function aduOf(frame: { unit: number; functionCode: number; data: Buffer }): Buffer {
  return withCrc(Buffer.concat([Buffer.from([frame.unit, frame.functionCode]), frame.data]));
}
