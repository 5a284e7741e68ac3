/** The shards as a field of squares: how much each does now, and which are behind. */
import { byId, make, setText } from "./dom.js";
import { numberText, secondsText } from "./ops-units.js";

/** A shard that is so far behind is marked, in milliseconds. */
const LATE_MS = 5_000;
/** Most shades of work. */
const SHADES = 4;

/** @type {HTMLElement[]} */
let cells = [];

/** Shows the shards. @param {Record<string, any>} data */
export function showShards({ engine }) {
  /** @type {(number | null)[]} */
  const rates = engine?.shard_readings_per_s ?? [];
  if (rates.length !== cells.length) {
    cells = rates.map((_, shard) => make("li", "shard", String(shard)));
    byId("shards").replaceChildren(...cells);
  }
  const most = Math.max(1, ...rates.map((rate) => rate ?? 0));
  let late = 0;
  let idle = 0;
  for (const [shard, cell] of cells.entries()) {
    const rate = rates[shard] ?? 0;
    const lagMs = engine?.shard_lag_ms?.[shard] ?? 0;
    const accounts = engine?.shard_accounts?.[shard] ?? 0;
    const waiting = engine?.shard_waiting?.[shard] ?? 0;
    const isLate = lagMs >= LATE_MS;
    if (isLate) late++;
    if (accounts === 0) idle++;
    cell.dataset.shade = rate === 0 ? "0" : String(Math.max(1, Math.ceil((rate / most) * SHADES)));
    cell.dataset.late = String(isLate);
    cell.dataset.empty = String(accounts === 0);
    const behind = lagMs > 0 ? `, behind by ${secondsText(lagMs / 1_000)}` : "";
    const words = `Shard ${shard}: ${numberText(accounts)} accounts, ${numberText(rate)} readings/s, ${numberText(waiting)} waiting${behind}`;
    if (cell.title !== words) {
      cell.title = words;
      cell.setAttribute("aria-label", words);
    }
  }
  const note = `${cells.length - idle} of ${cells.length} in use${late > 0 ? `, ${late} behind` : ""}`;
  setText(byId("shards-note"), cells.length === 0 ? "no figures from the engine" : note);
}
