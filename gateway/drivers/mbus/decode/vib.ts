/**
 * The value information block of a record: VIF, the table or text it points to, and its combinable extensions.
 */
import type { Cursor } from "./cursor.ts";
import type { Meaning } from "./meaning.ts";
import { accept, type Result, refuse } from "./result.ts";
import { latin1 } from "./text.ts";
import { extensionFbMeaning } from "./vif-fb.ts";
import { extensionFdMeaning } from "./vif-fd.ts";
import { primaryMeaning } from "./vif-primary.ts";
import { applyExtension, type Qualified, remark } from "./vife.ts";

/** Most extension bytes behind a VIF. */
const VIFE_MAX = 10;

const MORE = 0x80;
const TABLE_FB = 0xfb;
const TABLE_FD = 0xfd;
const TABLE_EF = 0xef;
const PLAIN_TEXT = 0x7c;
const MANUFACTURER = 0x7f;
/** Extension that says that the next one is of a second table of extensions. */
const EXTENSION_TABLE = 0x7c;

/** Reads the block; the cursor stands behind it afterwards. */
export function readValueInformation(cursor: Cursor): Result<Qualified> {
  const vif = cursor.byte();
  if (vif === undefined) return cutShort(cursor);
  if (vif === TABLE_FB || vif === TABLE_FD || vif === TABLE_EF) return readTabled(vif, cursor);
  if ((vif & ~MORE) === PLAIN_TEXT) return readPlainText(vif, cursor);
  const code = vif & ~MORE;
  const qualified = plain(primaryMeaning(code));
  return readExtensions(vif, cursor, { qualified, manufacturer: code === MANUFACTURER });
}

type Reading = { qualified: Qualified; manufacturer: boolean };

function readTabled(vif: number, cursor: Cursor): Result<Qualified> {
  const code = cursor.byte();
  if (code === undefined) return cutShort(cursor);
  const meaning = tabledMeaning(vif, code & ~MORE);
  return readExtensions(code, cursor, { qualified: plain(meaning), manufacturer: false });
}

function tabledMeaning(vif: number, code: number): Meaning {
  if (vif === TABLE_FB) return extensionFbMeaning(code);
  if (vif === TABLE_FD) return extensionFdMeaning(code);
  return { quantity: "Reserved", unit: "Reserved", exponent: 0, factor: 1n, type: "number" };
}

/** The unit as text, last character first, directly behind the VIF and before its extensions. */
function readPlainText(vif: number, cursor: Cursor): Result<Qualified> {
  const length = cursor.byte();
  const bytes = length === undefined ? undefined : cursor.field(length);
  if (bytes === undefined) {
    const message = "the text of a unit is longer than the telegram";
    return refuse("value_information", cursor.offset(), message);
  }
  const quantity = latin1(bytes);
  const meaning: Meaning = { quantity, unit: "", exponent: 0, factor: 1n, type: "number" };
  return readExtensions(vif, cursor, { qualified: plain(meaning), manufacturer: false });
}

/** Reads the chain that the extension bit of `previous` begins. */
function readExtensions(previous: number, cursor: Cursor, from: Reading): Result<Qualified> {
  let { qualified, manufacturer } = from;
  let more = (previous & MORE) !== 0;
  let secondTable = false;
  const own: number[] = [];
  for (let index = 0; more; index++) {
    if (index === VIFE_MAX) {
      const message = `more than ${VIFE_MAX} extensions of the value information`;
      return refuse("value_information", cursor.offset(), message);
    }
    const vife = cursor.byte();
    if (vife === undefined) return cutShort(cursor);
    const code = vife & ~MORE;
    more = (vife & MORE) !== 0;
    if (manufacturer) own.push(code);
    else if (secondTable) qualified = remark(`extension ${byteText(code)}`, qualified);
    else if (code === MANUFACTURER) manufacturer = true;
    else if (code !== EXTENSION_TABLE) qualified = applyExtension(code, qualified);
    secondTable = !manufacturer && !secondTable && code === EXTENSION_TABLE;
  }
  if (!manufacturer) return accept(qualified);
  const codes = own.map(byteText);
  if (from.manufacturer) return accept(codes.reduce((all, code) => remark(code, all), qualified));
  return accept(remark(["manufacturer-specific", ...codes].join(" "), qualified));
}

function plain(meaning: Meaning): Qualified {
  return { meaning, qualifiers: [], offset: { digits: 0n, exponent: 0 } };
}

function cutShort(cursor: Cursor): Result<never> {
  const message = "the telegram ends within the value information of a record";
  return refuse("record_truncated", cursor.offset(), message);
}

function byteText(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}
