/**
 * Dates and times (EN 13757-3 annex A, types F, G, I and J). A meter's time is local and tells no zone, so the text has
 * none either. Fields are shown as they were sent: a day or month of 0 stays `00`, and "every year" is `*`.
 */

/** Time as text in steps of `stepS` seconds, or a meter's own word that its time cannot be trusted. */
export type TimeText = { text: string; valid: boolean; stepS: number };

const DAY_S = 86_400;
const MINUTE_S = 60;
const INVALID: TimeText = { text: "invalid", valid: false, stepS: 1 };
/** Year field that means every year. */
const EVERY_YEAR = 127;
/** Highest two-digit year that lies in this century (EN 13757-3, type F and G). */
const CENTURY_SPLIT = 80;

/** The time in a field of 2, 3, 4 or 6 bytes, lowest first; undefined for another length. */
export function timeOf(bytes: Uint8Array): TimeText | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = bytes;
  switch (bytes.length) {
    case 2:
      return b0 === 0xff && b1 === 0xff ? INVALID : said(date(b0, b1, 0), DAY_S);
    case 3:
      if ((b0 & b1 & b2) === 0xff) return INVALID;
      return said(clock(b2 & 0x1f, b1 & 0x3f, b0 & 0x3f), 1);
    case 4:
      if ((b0 & 0x80) !== 0) return INVALID;
      return said(`${date(b2, b3, (b1 >> 5) & 3)}T${clock(b1 & 0x1f, b0 & 0x3f, 0)}`, MINUTE_S);
    case 6:
      if ((b1 & 0x80) !== 0) return INVALID;
      return said(`${date(b3, b4, 0)}T${clock(b2 & 0x1f, b1 & 0x3f, b0 & 0x3f)}`, 1);
    default:
      return undefined;
  }
}

function said(text: string, stepS: number): TimeText {
  return { text, valid: true, stepS };
}

/** Day, month and the seven bits of the year lie across two bytes; `hundreds` is type F's own century field. */
function date(low: number, high: number, hundreds: number): string {
  const twoDigits = ((low >> 5) & 0x07) | ((high >> 1) & 0x78);
  return `${yearText(twoDigits, hundreds)}-${pad(high & 0x0f)}-${pad(low & 0x1f)}`;
}

function yearText(twoDigits: number, hundreds: number): string {
  if (twoDigits === EVERY_YEAR) return "*";
  if (hundreds > 0) return String(1900 + 100 * hundreds + twoDigits);
  return String((twoDigits <= CENTURY_SPLIT ? 2000 : 1900) + twoDigits);
}

function clock(hour: number, minute: number, second: number): string {
  return `${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
