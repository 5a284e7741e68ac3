/**
 * Time zones as arithmetic: offsets, and local clock time ↔ instants (R31). The offsets come from the runtime's own
 * zone data through Intl, are found by sampling and bisection, and are kept by chunks of about a year.
 *
 * A local time is a number too: seconds from 1970-01-01T00:00:00 on the local clock, as if it ran without changes.
 */

/** Offset from `atS` on: local = epoch + offsetS. */
type Piece = { atS: number; offsetS: number };

/** A zone, opened by `openZone`. */
export type Zone = {
  readonly name: string;
  readonly format: Intl.DateTimeFormat;
  readonly chunks: Map<number, readonly Piece[]>;
};

/** A change of the zone's offset: at this instant from one offset to the other. */
export type Transition = { atS: number; beforeS: number; afterS: number };

/**
 * What a local time that does not exist, or exists twice, means. Both take the first occurrence of a repeated time.
 * `switch`: a missing time acts at the first instant after the gap. `reading`: it is moved on by the gap's length.
 */
export type LocalRule = "switch" | "reading";

/** Longest name of a zone. */
const ZONE_NAME_MAX = 64;
/** Most zones kept open; there are about 600 names. */
const ZONES_MAX = 1_024;

const CHUNK_S = 2 ** 25;
/** Sampling step, three days: since 1970 no zone has held an offset for less than a week (Recife, October 2000). */
const STEP_S = 2 ** 18;
/** Further than any offset from UTC plus any change of it. */
const REACH_S = 2 * 86_400;

const zones = new Map<string, Zone>();

/** Opens a zone by its IANA name; undefined where the runtime knows no such zone. Fixed offsets are no zones. */
export function openZone(name: string): Zone | undefined {
  const open = zones.get(name);
  if (open !== undefined) return open;
  if (name.length > ZONE_NAME_MAX || !/^[A-Za-z]/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
  if (zones.size >= ZONES_MAX) zones.clear();
  const zone: Zone = { name, format, chunks: new Map() };
  zones.set(name, zone);
  return zone;
}

/** The offset in force at an instant, in seconds east of UTC. */
export function offsetAtS(zone: Zone, epochS: number): number {
  return pieceAt(zone, epochS).offsetS;
}

/** What the local clock shows at an instant, as local seconds. */
export function epochToLocalS(zone: Zone, epochS: number): number {
  return epochS + offsetAtS(zone, epochS);
}

/** The instant of a local time under a rule: in both, the first at which the local clock has come that far or, for a
 * reading in a gap, the time that the clock would have had without the change. */
export function localToEpochS(zone: Zone, localS: number, rule: LocalRule): number {
  const steadyS = steadyOffsetS(zone, localS);
  if (steadyS !== undefined) return localS - steadyS;
  let piece = pieceAt(zone, localS - REACH_S);
  let next = nextPiece(zone, piece.atS, localS + REACH_S);
  while (next !== undefined && localS - piece.offsetS >= next.atS) {
    if (localS - next.offsetS < next.atS) {
      return rule === "switch" ? next.atS : localS - piece.offsetS;
    }
    piece = next;
    next = nextPiece(zone, piece.atS, localS + REACH_S);
  }
  return localS - piece.offsetS;
}

/** The changes of offset in (fromS, toS), in order. */
export function transitions(zone: Zone, fromS: number, toS: number): Transition[] {
  const found: Transition[] = [];
  let piece = pieceAt(zone, fromS);
  for (;;) {
    const next = nextPiece(zone, Math.max(piece.atS, fromS), toS - 1);
    if (next === undefined) return found;
    found.push({ atS: next.atS, beforeS: piece.offsetS, afterS: next.offsetS });
    piece = next;
  }
}

/** The offset around a local time where one look tells that no change is near, as it nearly always does. */
function steadyOffsetS(zone: Zone, localS: number): number | undefined {
  const chunk = Math.floor((localS - REACH_S) / CHUNK_S);
  if (Math.floor((localS + REACH_S) / CHUNK_S) !== chunk) return undefined;
  const piece = piecesOf(zone, chunk).findLast((piece) => piece.atS <= localS + REACH_S);
  return piece !== undefined && piece.atS <= localS - REACH_S ? piece.offsetS : undefined;
}

/** The piece that holds at an instant; it may have begun in an earlier chunk, `atS` then is the chunk's start. */
function pieceAt(zone: Zone, epochS: number): Piece {
  const pieces = piecesOf(zone, Math.floor(epochS / CHUNK_S));
  let found = pieces[0];
  for (const piece of pieces) {
    if (piece.atS > epochS) break;
    found = piece;
  }
  if (found === undefined) throw new Error("a chunk of a zone has no pieces");
  return found;
}

/** The first piece with another offset than the one at `epochS` that begins after it and not after `untilS`. */
function nextPiece(zone: Zone, epochS: number, untilS: number): Piece | undefined {
  const { offsetS } = pieceAt(zone, epochS);
  const last = Math.floor(untilS / CHUNK_S);
  for (let chunk = Math.floor(epochS / CHUNK_S); chunk <= last; chunk++) {
    for (const piece of piecesOf(zone, chunk)) {
      if (piece.atS > untilS) return undefined;
      if (piece.atS > epochS && piece.offsetS !== offsetS) return piece;
    }
  }
  return undefined;
}

function piecesOf(zone: Zone, chunk: number): readonly Piece[] {
  const kept = zone.chunks.get(chunk);
  if (kept !== undefined) return kept;
  const startS = chunk * CHUNK_S;
  let offsetS = askOffsetS(zone, startS);
  const pieces: Piece[] = [{ atS: startS, offsetS }];
  for (let fromS = startS; fromS < startS + CHUNK_S; fromS += STEP_S) {
    const toS = fromS + STEP_S;
    const afterS = askOffsetS(zone, toS);
    if (afterS === offsetS) continue;
    const atS = bisect(zone, { fromS, toS, beforeS: offsetS });
    if (atS < startS + CHUNK_S) pieces.push({ atS, offsetS: afterS });
    offsetS = afterS;
  }
  zone.chunks.set(chunk, pieces);
  return pieces;
}

/** The first instant in (fromS, toS] at which the offset is no longer beforeS. */
function bisect(zone: Zone, span: { fromS: number; toS: number; beforeS: number }): number {
  let { fromS, toS } = span;
  while (toS - fromS > 1) {
    const middleS = Math.floor((fromS + toS) / 2);
    if (askOffsetS(zone, middleS) === span.beforeS) fromS = middleS;
    else toS = middleS;
  }
  return toS;
}

/** The offset as Intl writes it: "1/1/1970, GMT+01:00", with seconds where a zone had them, bare "GMT" for none. */
function askOffsetS(zone: Zone, epochS: number): number {
  const text = zone.format.format(epochS * 1_000);
  const sign = text.lastIndexOf("GMT") + 3;
  if (sign === text.length) return 0;
  const hours = Number(text.slice(sign + 1, sign + 3));
  const minutes = Number(text.slice(sign + 4, sign + 6));
  const seconds = Number(text.slice(sign + 7, sign + 9));
  const sizeS = hours * 3_600 + minutes * 60 + seconds;
  return text[sign] === "-" ? -sizeS : sizeS;
}
