/**
 * Numbers of a frame's columns: seven bits a byte, lowest first, the highest bit set but in the last (engine/contract/varint.ts).
 */

/** A varint of more than 8 bytes reads as this. */
export const VARINT_BAD: u64 = 0xffffffffffffffff;
/** Most bytes in a row that may say that another one follows. */
const MORE_MAX: u32 = 7;
const LANES: u32 = 16;

/** A varint's value and its length in one word: value << 4 | bytes. Of 56 bits at most. Looks at eight bytes. */
export function varint(at: u32): u64 {
  const word = load<u64>(at);
  if ((word & 0x80) == 0) return ((word & 0x7f) << 4) | 1;
  return longVarint(word);
}

/** The bytes that lie apart by their highest bits are pushed together two by two, then four by four, then all eight. */
function longVarint(word: u64): u64 {
  const ends = ~word & 0x8080808080808080;
  if (ends == 0) return VARINT_BAD;
  const last = ctz(ends);
  let bits = word & (((<u64>2) << last) - 1);
  bits = (bits & 0x007f007f007f007f) | ((bits & 0x7f007f007f007f00) >> 1);
  bits = (bits & 0x00003fff00003fff) | ((bits & 0x3fff00003fff0000) >> 2);
  bits = (bits & 0x000000000fffffff) | ((bits & 0x0fffffff00000000) >> 4);
  return (bits << 4) | ((last + 1) >> 3);
}

/** The length of a varint that was read. */
export function lengthOf(word: u64): u32 {
  return <u32>(word & 15);
}

/** The signed number that a varint stands for: 0, -1, 1, -2, ... */
export function zigzag(word: u64): i64 {
  return unzigzag(word >> 4);
}

/** The signed number that a value stands for. */
export function unzigzag(value: u64): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}

/**
 * Whether `bytes` from `at` are exactly `count` varints: so many bytes end one, the last byte among them, and nowhere
 * do more than MORE_MAX say that another one follows. Looks at sixteen bytes at a time.
 */
export function holdsVarints(at: u32, bytes: u32, count: u32): bool {
  if (bytes == 0) return count == 0;
  const end = at + bytes;
  if (load<u8>(end - 1) >= 0x80) return false;
  let ends: u32 = 0;
  let before: u32 = 0;
  let tooLong: u32 = 0;
  for (let next = at; next < end; next += LANES) {
    const lanes = min(end - next, LANES);
    const more = <u32>i8x16.bitmask(v128.load(next)) & (((<u32>1) << lanes) - 1);
    ends += lanes - popcnt(more);
    // The last MORE_MAX bytes of the sixteen before stand below.
    const line = (more << MORE_MAX) | before;
    const two = line & (line >> 1);
    const four = two & (two >> 2);
    tooLong |= four & (four >> 4);
    before = line >> LANES;
  }
  return tooLong == 0 && ends == count;
}
