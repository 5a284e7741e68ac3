/**
 * Numbers of the link layer that master and meter share (EN 13757-2).
 */

/** Initialise the link: the meter's frame-count bit and telegram sequence begin anew. */
export const SND_NKE = 0x40;
/** Send data; with the frame-count bit added. */
export const SND_UD = 0x53;
/** Request the next telegram of data; with the frame-count bit added. */
export const REQ_UD2 = 0x5b;
/** A meter's answer with data. */
export const RSP_UD = 0x08;
/** The frame-count bit of a request. */
export const FRAME_COUNT_BIT = 0x20;

/** Highest primary address. */
export const PRIMARY_MAX = 250;
/** The address of whichever meters are selected by their secondary address. */
export const SELECTED = 253;
/** The address that every meter answers; of use with a single meter only. */
export const ANY_METER = 254;

/** Control information of an application reset; a byte behind it may name the telegrams that are wanted. */
export const CI_APPLICATION_RESET = 0x50;
/** Control information of data from the master. */
export const CI_DATA_SEND = 0x51;
/** Control information of a selection by secondary address. */
export const CI_SELECT = 0x52;
/** Control information of a meter's telegram of variable structure. */
export const CI_VARIABLE = 0x72;

/** Rates that a meter can be switched to, in the order of their control information from B8 on. */
export const BAUD_RATES = [300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400] as const;
/** A rate that a meter can be switched to, in bits a second. */
export type BaudRate = (typeof BAUD_RATES)[number];
const CI_BAUD_FIRST = 0xb8;

/** The rate of a number, or undefined where it is none. */
export function baudRate(baud: number): BaudRate | undefined {
  return BAUD_RATES.find((rate) => rate === baud);
}

/** The control information that asks for a rate. */
export function ciOfBaud(baud: BaudRate): number {
  return CI_BAUD_FIRST + BAUD_RATES.indexOf(baud);
}

/** The rate that control information asks for, or undefined where it asks for something else. */
export function baudOfCi(ci: number): BaudRate | undefined {
  return BAUD_RATES[ci - CI_BAUD_FIRST];
}
