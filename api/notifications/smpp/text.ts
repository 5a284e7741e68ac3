/**
 * A text as SMS carry it: in the alphabet of GSM 03.38 where it has all of its characters, else in UCS-2; what is too long for
 * one is cut into parts that name each other in a header (3GPP TS 23.040, 9.2.3.24.1).
 */

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED: Readonly<Record<string, number>> = {
  "\f": 0x0a,
  "^": 0x14,
  "{": 0x28,
  "}": 0x29,
  "\\": 0x2f,
  "[": 0x3c,
  "~": 0x3d,
  "]": 0x3e,
  "|": 0x40,
  "€": 0x65,
};
const ESCAPE = 0x1b;

/** Codings as SMPP numbers them: the message centre's own alphabet (GSM 03.38, an octet a character), and UCS-2. */
const CODINGS = { gsm: 0, ucs2: 8 } as const;
/** Octets that a part carries alone, and beside a header. */
const OCTETS_MAX = { gsm: { alone: 160, beside: 153 }, ucs2: { alone: 140, beside: 134 } } as const;
/** Most parts of a text; the header could name 255. */
export const PARTS_MAX = 16;

/** A text on its way: the coding, and each part with its header where there are several. */
export type Encoded = { coding: 0 | 8; parts: readonly Buffer[]; hasHeader: boolean };

/** Encodes a text; its parts name each other by `reference` (0 to 255). Throws where it needs more than PARTS_MAX parts. */
export function encoded(text: string, reference: number): Encoded {
  const characters = [...text];
  const gsm = characters.map(gsmOctets);
  const isGsm = gsm.every((octets) => octets !== undefined);
  const units = isGsm ? gsm : characters.map(ucs2Octets);
  const most = isGsm ? OCTETS_MAX.gsm : OCTETS_MAX.ucs2;
  const coding = isGsm ? CODINGS.gsm : CODINGS.ucs2;
  const [whole, ...more] = packed(units, most.alone);
  if (more.length === 0) return { coding, parts: [whole ?? Buffer.alloc(0)], hasHeader: false };
  const cut = packed(units, most.beside);
  if (cut.length > PARTS_MAX) throw new RangeError(`the text needs more than ${PARTS_MAX} SMS`);
  const parts = cut.map((part, at) =>
    Buffer.concat([Buffer.from([5, 0, 3, reference, cut.length, at + 1]), part]),
  );
  return { coding, parts, hasHeader: true };
}

/** Octets of a character, undefined where GSM 03.38 has none. */
function gsmOctets(character: string): number[] | undefined {
  const extended = EXTENDED[character];
  if (extended !== undefined) return [ESCAPE, extended];
  const basic = BASIC.indexOf(character);
  return basic < 0 || basic === ESCAPE ? undefined : [basic];
}

/** A character outside the first plane is two units, which stay together. */
function ucs2Octets(character: string): number[] {
  return [...Buffer.from(character, "utf16le").swap16()];
}

/** Characters into parts of at most so many octets; none is cut in two. */
function packed(units: readonly (number[] | undefined)[], most: number): Buffer[] {
  const parts: number[][] = [[]];
  for (const octets of units) {
    if (octets === undefined) continue;
    const last = parts.at(-1);
    if (last === undefined || last.length + octets.length > most) parts.push([...octets]);
    else last.push(...octets);
  }
  return parts.map((part) => Buffer.from(part));
}
