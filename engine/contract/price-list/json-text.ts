/**
 * JSON text to a value, with what JSON.parse keeps to itself: where the text breaks, and keys that stand twice.
 */
import { type PriceListFault, report, shown, under } from "./fault.ts";
import { DEPTH_MAX, TEXT_MAX } from "./limits.ts";

type Scan = { text: string; at: number; depth: number; faults: PriceListFault[] };

const BLANK = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * The value of a JSON text, or undefined when it is none: then one fault tells line and column. A key that stands twice in
 * an object is a fault at its pointer, and the value is there all the same.
 */
export function readJson(text: string, faults: PriceListFault[]): { value: unknown } | undefined {
  if (text.length > TEXT_MAX) {
    report(faults, "", `is ${text.length} letters long: at most ${TEXT_MAX} are taken`);
    return undefined;
  }
  const scan: Scan = { text: text.replace(/^\uFEFF/, ""), at: 0, depth: 0, faults };
  const sound = scanValue(scan, "") && scanEnd(scan);
  return sound ? { value: JSON.parse(scan.text) as unknown } : undefined;
}

function scanEnd(scan: Scan): boolean {
  return peek(scan) === "" || broken(scan, "the end");
}

function scanValue(scan: Scan, pointer: string): boolean {
  const next = peek(scan);
  if (next === "{" || next === "[") {
    if (scan.depth === DEPTH_MAX) return broken(scan, `no more than ${DEPTH_MAX} levels`);
    scan.depth++;
    const sound = next === "{" ? scanObject(scan, pointer) : scanArray(scan, pointer);
    scan.depth--;
    return sound;
  }
  if (next === '"') return scanText(scan) !== undefined;
  return take(scan, SCALAR) !== undefined || broken(scan, "a value");
}

function scanObject(scan: Scan, pointer: string): boolean {
  scan.at++;
  const keys = new Set<string>();
  if (peek(scan) === "}") return step(scan);
  for (;;) {
    if (peek(scan) !== '"') return broken(scan, "a key in double quotes");
    const key = scanText(scan);
    if (key === undefined) return false;
    const inner = under(pointer, key);
    if (keys.has(key)) report(scan.faults, inner, `stands twice: keep one ${shown(key)}`);
    keys.add(key);
    if (peek(scan) !== ":") return broken(scan, '":"');
    scan.at++;
    if (!scanValue(scan, inner)) return false;
    const next = peek(scan);
    if (next === "}") return step(scan);
    if (next !== ",") return broken(scan, '"," or "}"');
    scan.at++;
  }
}

function scanArray(scan: Scan, pointer: string): boolean {
  scan.at++;
  if (peek(scan) === "]") return step(scan);
  for (let index = 0; ; index++) {
    if (!scanValue(scan, under(pointer, index))) return false;
    const next = peek(scan);
    if (next === "]") return step(scan);
    if (next !== ",") return broken(scan, '"," or "]"');
    scan.at++;
  }
}

/** The text in quotes at this place; its escapes and control characters are JSON.parse's to judge. */
function scanText(scan: Scan): string | undefined {
  const end = endOfText(scan);
  try {
    const text = JSON.parse(scan.text.slice(scan.at, end)) as string;
    scan.at = end;
    return text;
  } catch {
    broken(scan, "a text in quotes on one line, with sound escapes");
    return undefined;
  }
}

/** The place behind the closing quote, or the end where there is none. A loop, since a pattern may take for ever. */
function endOfText({ text, at }: Scan): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '"') return end + 1;
    if (text[end] === "\\") end++;
  }
  return text.length;
}

function take(scan: Scan, pattern: RegExp): string | undefined {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text)?.[0];
  if (found !== undefined) scan.at += found.length;
  return found;
}

/** The next letter that is no blank; "" at the end. */
function peek(scan: Scan): string {
  take(scan, BLANK);
  return scan.text.charAt(scan.at);
}

function step(scan: Scan): boolean {
  scan.at++;
  return true;
}

/** Reports the place at which the text is no JSON any more. The earlier faults stay. */
function broken(scan: Scan, expected: string): false {
  const before = scan.text.slice(0, scan.at).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  const found = scan.at < scan.text.length ? shown(scan.text.charAt(scan.at)) : "the end";
  report(
    scan.faults,
    "",
    `is no JSON: expected ${expected} at line ${before.length}, column ${column}, found ${found}`,
  );
  return false;
}
