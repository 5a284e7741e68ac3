/**
 * The meters' side of one bus, without any input or output of its own: a frame from the master goes in, what is to be
 * put on the wire comes out. All meters hear every frame, as on real wires.
 */
import { fitsSelection } from "../address.ts";
import type { Frame } from "../decode/frame.ts";
import { ACK } from "../decode/frame.ts";
import {
  ANY_METER,
  BAUD_RATES,
  type BaudRate,
  baudOfCi,
  CI_APPLICATION_RESET,
  CI_DATA_SEND,
  CI_SELECT,
  FRAME_COUNT_BIT,
  REQ_UD2,
  SELECTED,
  SND_NKE,
  SND_UD,
} from "../link/control.ts";
import { relayActionIn, STANDARD_RELAY } from "../relay.ts";
import { nextAddress, type Sequence, spoilt } from "./answer.ts";
import { type Delivery, deliver, NO_ANSWER, type SlaveFault } from "./faults.ts";
import { identityField, type SlaveMeter, telegramsOf } from "./meter.ts";

/** The meters of one bus. */
export type SlaveBus = {
  /** A frame from the master, at its rate where the wires have one: meters at another rate hear nothing. */
  hear(frame: Frame, baud?: number): Delivery;
  /** Gives a meter, by its id, a fault mode; undefined heals it. */
  setFault(id: string, fault: SlaveFault | undefined): void;
};

/** One meter with what it remembers of the link. */
type Station = {
  meter: SlaveMeter;
  fault: SlaveFault | undefined;
  selected: boolean;
  accessNumber: number;
  sequence: Sequence | undefined;
  /** Sub-code of the last application reset. */
  subCode: number;
  baud: BaudRate;
};

/** Rate of meters as they are delivered. */
const BAUD_USUAL: BaudRate = 2_400;

/** A bus with these meters; ids must differ. */
export function createSlaveBus(meters: readonly SlaveMeter[]): SlaveBus {
  const stations = meters.map(
    (meter): Station => ({
      meter,
      fault: undefined,
      selected: false,
      accessNumber: 0,
      sequence: undefined,
      subCode: 0,
      baud: BAUD_USUAL,
    }),
  );
  return {
    hear: (frame, baud) => {
      const within = stations.filter((station) => baud === undefined || station.baud === baud);
      return hear(within, frame, stations.length);
    },
    setFault(id, fault) {
      const station = stations.find(({ meter }) => meter.id === id);
      if (station === undefined) throw new RangeError(`no simulated meter has the id ${id}`);
      station.fault = fault;
    },
  };
}

function hear(stations: readonly Station[], frame: Frame, meters: number): Delivery {
  if (frame.kind === "ack") return NO_ANSWER;
  if (frame.kind === "long" && frame.address === SELECTED && frame.ci === CI_SELECT) {
    return select(stations, frame.data);
  }
  const called = stations.filter((station) => isCalled(station, frame.address, meters));
  const awake = called.filter(({ fault }) => fault !== "silent");
  const answers = awake.map((station) => obey(station, frame));
  return collide(answers);
}

function isCalled(station: Station, address: number, meters: number): boolean {
  if (address === SELECTED) return station.selected;
  if (address === ANY_METER) return meters === 1;
  if (station.fault === "impostor" && nextAddress(station.meter) === address) return true;
  return station.meter.address === address;
}

/** Acknowledgements of several meters look like one; their data destroy each other. */
function collide(answers: readonly Delivery[]): Delivery {
  const [first = NO_ANSWER] = answers;
  const data = answers.filter((answer) => answer.kind === "send" && answer.bytes.length > 1);
  if (data.length < 2) return first;
  return deliver(Uint8Array.of(0x00, 0x7f, 0x68, 0x13));
}

/** Selection by id, manufacturer, version and medium; a half-byte F of the id or FF of the rest matches all. */
function select(stations: readonly Station[], wanted: Uint8Array): Delivery {
  for (const station of stations) {
    station.selected = fitsSelection(identityField(station.meter), wanted);
    if (station.selected) station.sequence = undefined;
  }
  const answers = stations.some(({ selected, fault }) => selected && fault !== "silent");
  return answers ? deliver(Uint8Array.of(ACK)) : NO_ANSWER;
}

function obey(station: Station, frame: Exclude<Frame, { kind: "ack" }>): Delivery {
  const request = frame.control & ~FRAME_COUNT_BIT;
  if (frame.kind === "short" && request === SND_NKE) {
    station.sequence = undefined;
    if (frame.address === SELECTED) station.selected = false;
    return deliver(Uint8Array.of(ACK));
  }
  if (frame.kind === "short" && request === REQ_UD2) {
    return answer(station, (frame.control & FRAME_COUNT_BIT) !== 0);
  }
  if (frame.kind === "long" && request === SND_UD) {
    take(station, frame.ci, frame.data);
    return deliver(Uint8Array.of(ACK));
  }
  return NO_ANSWER;
}

/** What a meter does with data sent to it. */
function take(station: Station, ci: number, data: Uint8Array): void {
  const { meter } = station;
  if (ci === CI_DATA_SEND) moveRelay(station, data);
  if (ci === CI_APPLICATION_RESET) {
    station.subCode = data[0] ?? 0;
    station.sequence = undefined;
  }
  const baud = baudOfCi(ci);
  if (baud !== undefined && (meter.bauds ?? BAUD_RATES).includes(baud)) station.baud = baud;
}

/** A meter acknowledges that it received a command, whatever it then does. */
function moveRelay({ meter, fault }: Station, data: Uint8Array): void {
  const action = relayActionIn(data, STANDARD_RELAY);
  if (action === undefined || fault === "stuck_relay") return;
  meter.relay?.set(action === "restore");
}

/** The same frame-count bit asks for the same telegram again, a turned one for the next. */
function answer(station: Station, bit: boolean): Delivery {
  const { sequence } = station;
  if (sequence !== undefined && sequence.bit === bit && station.fault !== "restart") {
    return spoilt(station.fault, sequence.sent, station.meter);
  }
  const anew = sequence === undefined || station.fault === "restart";
  const next = anew ? 0 : (sequence.index + 1) % sequence.telegrams.length;
  const telegrams =
    next === 0 || sequence === undefined
      ? telegramsOf(station.meter, station.subCode)
      : sequence.telegrams;
  station.accessNumber = (station.accessNumber + 1) & 0xff;
  const { meter, accessNumber } = station;
  const content = telegrams[next] ?? new Uint8Array(0);
  const sent = { accessNumber, content };
  station.sequence = { bit, index: next, telegrams, sent };
  return spoilt(station.fault, sent, meter);
}
