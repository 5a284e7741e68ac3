/**
 * The lines of a telegram: a name (OBIS) and values in parentheses. A value may stand on the line below its name.
 */

/** Most lines of a telegram. */
const LINES_MAX = 512;

/** One line. */
export type ObisLine = { line: number; code: string; values: string[] };

/** All lines with a name; `firstLine` is the line of the slash. */
export function obisLinesOf(text: string, firstLine: number): ObisLine[] {
  const lines: ObisLine[] = [];
  for (const [i, raw] of text.split(/\r?\n/).slice(0, LINES_MAX).entries()) {
    const match = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(\(.*)$/.exec(raw.trim());
    const last = lines.at(-1);
    if (match !== null)
      lines.push({ line: firstLine + i, code: match[1] ?? "", values: valuesIn(match[2] ?? "") });
    else if (raw.startsWith("(") && last !== undefined) last.values.push(...valuesIn(raw));
  }
  return lines;
}

function valuesIn(text: string): string[] {
  return [...text.matchAll(/\(([^()]*)\)/g)].map((match) => match[1] ?? "");
}
