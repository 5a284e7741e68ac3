/**
 * Rows of CSV (RFC 4180, each in one line) as the objects that lines of JSON are: a column's name is the member's, with a dot
 * into `link`; an empty cell is a member that is left out.
 */

/** Most columns. */
const COLUMNS_MAX = 100;
/** Members that are numbers. */
const NUMBERS = new Set(["link.port", "link.baud", "link.stop_bits"]);

/** How rows are written: which character stands between cells, and what each column is. */
export type CsvHead = { separator: string; columns: string[] };

/** The head by its line; a text says what is wrong with it. Semicolons are taken, too, as spreadsheets write them. */
export function csvHead(line: string): CsvHead | string {
  const separator = [",", ";", "\t"].find((each) => line.includes(each)) ?? ",";
  const columns = cellsOf(line, separator);
  if (columns === undefined) return "has a quote that does not end";
  if (!columns.includes("type")) return 'must name the columns, with "type" among them';
  if (columns.length > COLUMNS_MAX) return `names more than ${COLUMNS_MAX} columns`;
  if (new Set(columns).size < columns.length) return "names a column twice";
  return { separator, columns };
}

/** The object of a row; a text says what is wrong with it. */
export function csvObject({ separator, columns }: CsvHead, line: string): object | string {
  const cells = cellsOf(line, separator);
  if (cells === undefined) return "has a quote that does not end: a row is one line";
  if (cells.length > columns.length) {
    return `has ${cells.length} cells, and the head names ${columns.length} columns`;
  }
  const link: Record<string, unknown> = {};
  const row: Record<string, unknown> = {};
  for (const [at, cell] of cells.entries()) {
    const name = columns[at] ?? "";
    if (cell === "") continue;
    const value = NUMBERS.has(name) && /^\d{1,9}$/.test(cell) ? Number(cell) : cell;
    if (name.startsWith("link.")) link[name.slice("link.".length)] = value;
    else row[name] = value;
  }
  return Object.keys(link).length === 0 ? row : { ...row, link };
}

/** The cells, without spaces around them; undefined where a quote does not end. */
function cellsOf(line: string, separator: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    while (line[at] === " ") at += 1;
    let cell = "";
    if (line[at] === '"') {
      at += 1;
      for (;;) {
        const end = line.indexOf('"', at);
        if (end === -1) return undefined;
        cell += line.slice(at, end);
        at = end + 1;
        if (line[at] !== '"') break;
        cell += '"';
        at += 1;
      }
    }
    const end = line.indexOf(separator, at);
    cell += line.slice(at, end === -1 ? undefined : end).trimEnd();
    cells.push(cell.trim());
    if (end === -1) return cells;
    at = end + 1;
  }
}
