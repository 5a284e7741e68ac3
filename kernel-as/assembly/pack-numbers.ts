/**
 * A column of numbers in as few bytes as it needs: the least of them, and how far each is above it, in the whole bytes that
 * the farthest needs. None where all are equal. (docs/frames.md, "Rated blocks")
 */

/** Bytes that are written at once; what is too much is written over by what follows. */
const WORD: u32 = 8;

/** Writes a varint of up to 64 bits; gives where the next byte goes. */
export function putVarint(at: u32, value: u64): u32 {
  while (value >= 0x80) {
    store<u8>(at++, <u8>(value | 0x80));
    value >>= 7;
  }
  store<u8>(at, <u8>value);
  return at + 1;
}

/** Packs signed numbers of 64 bits. */
export function putNumbers64(at: u32, from: u32, count: u32): u32 {
  const end = from + count * WORD;
  let least = load<i64>(from);
  let most = least;
  for (let next = from + WORD; next < end; next += WORD) {
    const value = load<i64>(next);
    least = select(value, least, value < least);
    most = select(value, most, value > most);
  }
  const width = bytesOf(<u64>(most - least));
  at = putHead(at, width, least);
  if (width == 0) return at;
  for (let next = from; next < end; next += WORD) {
    store<u64>(at, <u64>(load<i64>(next) - least));
    at += width;
  }
  return at;
}

/** Packs numbers of 32 bits without sign. */
export function putNumbers32(at: u32, from: u32, count: u32): u32 {
  const end = from + count * 4;
  let least = load<u32>(from);
  let most = least;
  for (let next = from + 4; next < end; next += 4) {
    const value = load<u32>(next);
    least = min(value, least);
    most = max(value, most);
  }
  const width = bytesOf(most - least);
  at = putHead(at, width, least);
  if (width == 0) return at;
  for (let next = from; next < end; next += 4) {
    store<u32>(at, load<u32>(next) - least);
    at += width;
  }
  return at;
}

/** Packs bytes. */
export function putNumbers8(at: u32, from: u32, count: u32): u32 {
  let least: u32 = load<u8>(from);
  let most = least;
  for (let next = from + 1; next < from + count; next++) {
    const value: u32 = load<u8>(next);
    least = min(value, least);
    most = max(value, most);
  }
  at = putHead(at, bytesOf(most - least), least);
  if (most == least) return at;
  for (let next = from; next < from + count; next++) {
    store<u8>(at++, <u8>(<u32>load<u8>(next) - least));
  }
  return at;
}

function putHead(at: u32, width: u32, least: i64): u32 {
  store<u8>(at, <u8>width);
  // Zigzag: 0, -1, 1, -2, ... as 0, 1, 2, 3, ...
  return putVarint(at + 1, <u64>((least << 1) ^ (least >> 63)));
}

function bytesOf(value: u64): u32 {
  return WORD - <u32>(clz(value) >> 3);
}
