/**
 * A message of `rated.<shard>`, checked: what passes here ClickHouse can take, so that any error of an insert is a
 * passing one and worth another try.
 */
import { isPacked, openPacked, unpackNative } from "../../engine/contract/packed-block.ts";
import {
  RATED_HEADERS,
  RATED_ROWS_MAX,
  RATED_TABLES,
  type RatedTable,
} from "../../engine/contract/rated.ts";

/** Longest token. */
export const TOKEN_CHARS_MAX = 128;

/** A block that can be inserted: the bytes as they came, packed or `Native`. `isAgain`: an earlier writer may have begun to insert it. */
export type RatedBlock = {
  table: RatedTable;
  token: string;
  rows: number;
  bytes: Uint8Array;
  isAgain: boolean;
};

/** A block, or why it is none. */
export type ParsedBlock = { ok: true; block: RatedBlock } | { ok: false; reason: string };

/**
 * Reads the headers and checks the block: packed as engines send it now, or `Native` as older ones did, whose blocks may
 * wait in the stream. Columns, types, lengths and count must be the table's.
 */
export function parseRatedBlock(header: (name: string) => string, bytes: Uint8Array): ParsedBlock {
  const table = header(RATED_HEADERS.table);
  const token = header(RATED_HEADERS.token);
  if (!isTable(table)) return refuse(`${RATED_HEADERS.table} "${table.slice(0, 40)}" is no table`);
  if (token === "" || token.length > TOKEN_CHARS_MAX)
    return refuse(`${RATED_HEADERS.token} must have 1 to ${TOKEN_CHARS_MAX} characters`);
  const rows = isPacked(bytes) ? rowsOfPacked(table, bytes) : rowsOfNative(table, bytes);
  if (typeof rows !== "number") return rows;
  if (header(RATED_HEADERS.rows) !== String(rows))
    return refuse(`${RATED_HEADERS.rows} says other than the block's ${rows}`);
  const isAgain = header(RATED_HEADERS.again) === "1";
  return { ok: true, block: { table, token, rows, bytes, isAgain } };
}

/** The block as ClickHouse takes it. */
export function nativeOf({ table, bytes }: RatedBlock): Uint8Array {
  if (!isPacked(bytes)) return bytes;
  const opened = openPacked(table, bytes);
  // It was opened when it came.
  if (!opened.ok) throw new Error(opened.reason);
  return unpackNative(opened.block);
}

type Refused = Extract<ParsedBlock, { ok: false }>;

function rowsOfPacked(table: RatedTable, bytes: Uint8Array): number | Refused {
  const opened = openPacked(table, bytes);
  return opened.ok ? opened.block.rows : opened;
}

function rowsOfNative(table: RatedTable, bytes: Uint8Array): number | Refused {
  const walk = new Walk(bytes);
  const wanted = RATED_TABLES[table];
  if (walk.count() !== wanted.length) return refuse(`has not ${wanted.length} columns`);
  const rows = walk.count();
  if (rows === undefined || rows < 1 || rows > RATED_ROWS_MAX)
    return refuse(`has not 1 to ${RATED_ROWS_MAX} rows (RATED_ROWS_MAX)`);
  for (const { name, type, bytes: width } of wanted) {
    if (walk.text() !== name || walk.text() !== type)
      return refuse(`column ${name} of ${type} is not where it belongs`);
    if (walk.take(rows * width) === undefined) return refuse(`column ${name} is cut short`);
  }
  return walk.atEnd ? rows : refuse("goes on behind its last column");
}

function isTable(name: string): name is RatedTable {
  return Object.hasOwn(RATED_TABLES, name);
}

function refuse(reason: string): Refused {
  return { ok: false, reason: `the block ${reason}` };
}

/** Longest number that is read: five groups of seven bits. */
const VARINT_BYTES_MAX = 5;

/** Reads a block from its begin; undefined where it does not reach. */
class Walk {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  count(): number | undefined {
    let value = 0;
    for (let group = 0; group < VARINT_BYTES_MAX; group++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** (7 * group);
      if (byte < 0x80) return value;
    }
    return undefined;
  }

  take(length: number): Uint8Array | undefined {
    const end = this.#at + length;
    if (end > this.#bytes.length) return undefined;
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  text(): string | undefined {
    const length = this.count();
    const taken = length === undefined ? undefined : this.take(length);
    return taken === undefined ? undefined : Buffer.from(taken).toString("utf8");
  }
}
