/** Readings per second, from the engine's counter of readings, with the last two minutes as a line. */
import { byId, setText } from "./dom.js";
import { countText } from "./format.js";

/** Seconds over which the shown rate is the mean: readings come in bursts. */
const MEAN_S = 5;
/** Seconds in the line. */
const LINE_S = 120;

/** @type {{ wallMs: number, total: number }[]} */
let seen = [];

/** Takes the figures of a second. @param {Record<string, any>} data */
export function showFigures(data) {
  const total = data.engine?.readings_total;
  if (typeof total !== "number") {
    setText(byId("rate"), "\u2013");
    setText(byId("rate-note"), "no figures from the engine");
    return;
  }
  const last = seen.at(-1);
  // A counter that fell is that of an engine that began anew.
  if (last !== undefined && total < last.total) seen = [];
  seen.push({ wallMs: Date.now(), total });
  if (seen.length > LINE_S + MEAN_S + 1) seen.shift();
  const rates = seen.map((_, at) => meanAt(at)).slice(1);
  const rate = rates.at(-1);
  if (rate === undefined) return;
  setText(byId("rate"), rate < 10 ? rate.toFixed(1) : countText(Math.round(rate)));
  drawLine(rates.slice(-LINE_S));
}

function meanAt(/** @type {number} */ at) {
  const now = seen[at];
  const then = seen[Math.max(0, at - MEAN_S)];
  if (now === undefined || then === undefined || now.wallMs <= then.wallMs) return 0;
  return ((now.total - then.total) / (now.wallMs - then.wallMs)) * 1000;
}

function drawLine(/** @type {number[]} */ rates) {
  const top = Math.max(1, ...rates);
  const points = rates.map(
    (rate, at) => `${LINE_S - rates.length + at + 1},${(31 - (rate / top) * 29).toFixed(2)}`,
  );
  const line = `M${points.join("L")}`;
  const [area, stroke] = byId("spark").querySelectorAll("path");
  stroke?.setAttribute("d", line);
  area?.setAttribute("d", `${line}L${LINE_S},32L${LINE_S - rates.length + 1},32Z`);
}

/** Shows the counts on the filters. @param {Record<string, number>} counts */
export function showCounts(counts) {
  for (const element of document.querySelectorAll("[data-count]")) {
    setText(element, countText(counts[element.getAttribute("data-count") ?? ""] ?? 0));
  }
}
