/**
 * A simulated meter's answer with data, sound or spoilt by the meter's fault mode.
 */
import { secured } from "../decode/security.ts";
import { longFrame } from "../encode/frame.ts";
import { CI_VARIABLE, PRIMARY_MAX, RSP_UD } from "../link/control.ts";
import { type Delivery, deliver, NO_ANSWER, type SlaveFault } from "./faults.ts";
import { identityField, type SlaveMeter } from "./meter.ts";

/** One telegram that a meter sent, to be sent again if it is asked for again. */
export type SentTelegram = { accessNumber: number; content: Uint8Array };

/** Where a meter is in the telegrams of its readout. */
export type Sequence = {
  bit: boolean;
  index: number;
  telegrams: readonly Uint8Array[];
  sent: SentTelegram;
};

const MORE_FOLLOWS = 0x1f;

/** The answer as the meter's fault mode lets it out. */
export function spoilt(
  fault: SlaveFault | undefined,
  sent: SentTelegram,
  meter: SlaveMeter,
): Delivery {
  const frame = telegramFrame(meter, sent);
  switch (fault) {
    case "silent":
      return NO_ANSWER;
    case "reset":
      return { kind: "reset" };
    case "garbage":
      return deliver(frame.map((byte, index) => (index % 3 === 0 ? byte ^ 0x55 : byte)));
    case "truncated":
      return deliver(frame.subarray(0, frame.length >> 1));
    case "noise":
      return deliver(Uint8Array.of(0x00, ...frame));
    case "twice":
      return deliver(Uint8Array.of(...frame, ...frame));
    case "dribble":
    case "late":
      return { kind: "send", bytes: frame, pace: fault };
    case "wrong_address":
    case "impostor": {
      const address = nextAddress(meter);
      return deliver(telegramFrame({ ...meter, address }, sent));
    }
    case "wrong_id":
      return deliver(telegramFrame({ ...meter, id: nextId(meter.id) }, sent));
    case "endless": {
      // A different telegram each time: the access number is put into the records.
      const content = Uint8Array.of(
        ...sent.content,
        0x01,
        0xfd,
        0x08,
        sent.accessNumber,
        MORE_FOLLOWS,
      );
      return deliver(telegramFrame(meter, { ...sent, content }));
    }
    case "endless_same": {
      const content = Uint8Array.of(...sent.content, MORE_FOLLOWS);
      return deliver(telegramFrame(meter, { ...sent, content }));
    }
    case "restart":
    case "stuck_relay":
    case undefined:
      return deliver(frame);
  }
}

/** A meter's telegram with its header as a frame. */
function telegramFrame(meter: SlaveMeter, { accessNumber, content }: SentTelegram): Uint8Array {
  const state = Uint8Array.of(accessNumber, 0, 0, 0);
  const header = Uint8Array.of(...identityField(meter), ...state);
  const data =
    meter.key === undefined
      ? Uint8Array.of(...header, ...content)
      : secured(header, content, meter.key);
  return longFrame(RSP_UD, meter.address, CI_VARIABLE, data);
}

/** The address behind a meter's own. */
export function nextAddress({ address }: SlaveMeter): number {
  return (address + 1) % (PRIMARY_MAX + 1);
}

function nextId(id: string): string {
  return String((Number(id) + 1) % 100_000_000).padStart(8, "0");
}
