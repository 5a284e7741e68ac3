/** The gateways' processes and the buses that take longest. */
import { byId, make, setText } from "./dom.js";
import { bytesText, millisText, numberText, processesOf } from "./ops-units.js";

/** Most buses that are shown. */
const BUSES_MAX = 10;

/** Shows the processes. @param {Record<string, any>} data */
export function showGateways(data) {
  const processes = processesOf(data, "gateway");
  setRows(
    "gateways",
    processes.map(({ name, figures }) => [
      { text: String(name) },
      { text: numberText(figures.gateways) },
      { text: numberText(figures.meters) },
      { text: numberText(figures.silent_meters), isBad: figures.silent_meters > 0 },
      { text: numberText(figures.polls_per_s) },
      { text: `${numberText(figures.spool_frames)} · ${bytesText(figures.spool_bytes)}` },
      { text: millisText(figures.stall_ms), isBad: figures.stall_ms > 1_000 },
    ]),
  );
  const { engine } = data;
  const known = `${numberText(engine?.gateways)} known to the engine, ${numberText(engine?.gateways_silent)} silent`;
  setText(byId("gateways-note"), engine === undefined ? "" : known);
}

/** Shows the slowest buses. @param {Record<string, any>} data */
export function showBuses(data) {
  const buses = processesOf(data, "gateway")
    .flatMap(({ figures }) => figures?.links ?? [])
    .sort((a, b) => b.worst_ms - a.worst_ms)
    .slice(0, BUSES_MAX);
  byId("buses-empty").hidden = buses.length > 0;
  setRows(
    "buses",
    buses.map(({ link, worst_ms, waiting, reads, faults }) => {
      const kinds = Object.entries(faults ?? {});
      const failed = kinds.reduce((sum, [, count]) => sum + Number(count), 0);
      const title = kinds.map(([kind, count]) => `${kind} ${count}`).join(", ");
      return [
        { text: String(link) },
        { text: millisText(worst_ms) },
        { text: numberText(waiting) },
        { text: numberText(reads) },
        { text: numberText(failed), isBad: failed > 0, title },
      ];
    }),
  );
}

/**
 * Writes the rows of a table, changing only what differs: a reader's place and selection stay.
 * @param {string} id @param {{ text: string, isBad?: boolean, title?: string }[][]} rows
 */
function setRows(id, rows) {
  const body = byId(id);
  while (body.childElementCount > rows.length) body.lastElementChild?.remove();
  for (const [at, cells] of rows.entries()) {
    let row = body.children[at];
    if (row === undefined) {
      row = make(
        "tr",
        "",
        ...cells.map((_, n) => make(n === 0 ? "th" : "td", n === 0 ? "" : "num")),
      );
      row.firstElementChild?.setAttribute("scope", "row");
      body.append(row);
    }
    for (const [n, { text, isBad, title }] of cells.entries()) {
      const cell = /** @type {HTMLElement} */ (row.children[n]);
      setText(cell, text);
      cell.classList.toggle("bad", isBad === true);
      cell.title = title ?? "";
    }
  }
}
