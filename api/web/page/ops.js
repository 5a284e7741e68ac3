/** The operations page: follows figures and events, for those who watch the system while it works. */
import { setClock, showClock } from "./clock.js";
import { byId, setText } from "./dom.js";
import { countText } from "./format.js";
import { forgetKey, openApi } from "./key.js";
import { alarmsOf, showState } from "./ops-alarms.js";
import { LiveChart } from "./ops-chart.js";
import { withOneEngine } from "./ops-engines.js";
import { Happenings } from "./ops-events.js";
import { showBuses, showGateways } from "./ops-gateways.js";
import { showShards } from "./ops-shards.js";
import { showTiles } from "./ops-tiles.js";
import { millisText, secondsText } from "./ops-units.js";
import { listen } from "./stream.js";

const LINK_WORDS = { live: "Live", wait: "Connecting \u2026", off: "Not connected" };
/** Without figures for so long the page says so. */
const SILENT_MS = 5_000;

showClock();
byId("forget").addEventListener("click", forgetKey);
const api = await openApi();
const happenings = new Happenings(api);

const rate = (/** @type {number} */ value) => countText(Math.round(value));
const charts = [
  new LiveChart("throughput", rate, [
    { name: "Readings", of: ({ engine }) => engine?.readings_per_s },
    { name: "Rows stored", of: ({ store }) => store?.rows_per_s },
  ]),
  new LiveChart("lag", secondsText, [
    { name: "Frames", of: ({ engine }) => known(engine?.lag_ms, 0.001) },
    { name: "Store", of: ({ store }) => known(store?.lag_s, 1) },
  ]),
  new LiveChart("sync", millisText, [
    { name: "p99", of: ({ engine }) => engine?.journal_sync_p99_ms },
    { name: "Median", of: ({ engine }) => engine?.journal_sync_p50_ms },
  ]),
  new LiveChart("vends", millisText, [
    { name: "p99", of: ({ api: own }) => timed(own, "vend_p99_ms") },
    { name: "Median", of: ({ api: own }) => timed(own, "vend_p50_ms") },
  ]),
];

let seenMs = Date.now();
let isLive = false;

listen(api.authorization, {
  onState: (state) => {
    byId("link").dataset.state = state;
    setText(byId("link-text"), LINK_WORDS[state]);
    isLive = state === "live";
  },
  onClock: setClock,
  onEvent: (message) => happenings.add(message),
  onFigures: ({ data: told }) => {
    seenMs = Date.now();
    const data = withOneEngine(told);
    for (const chart of charts) chart.push(seenMs, data);
    showTiles(data);
    showState(alarmsOf(data), isLive);
    showShards(data);
    showGateways(data);
    showBuses(data);
  },
  onGap: () => undefined,
  onKeyRefused: () =>
    showState([{ text: "The key is no longer taken: forget it and give another one." }], false),
});

setInterval(() => {
  if (Date.now() - seenMs < SILENT_MS) return;
  const why = isLive
    ? "No figures come: is this an ops or operator key, and do the roles run?"
    : "The api does not answer: this page tries again by itself.";
  showState([{ text: why }], false);
}, 1_000);

/** Less than 0 is "nobody knows". @param {number | undefined} value @param {number} scale */
function known(value, scale) {
  return value === undefined || value < 0 ? undefined : value * scale;
}

/** Where nobody bought in the last minute there is no time to show. */
function timed(/** @type {any} */ own, /** @type {string} */ figure) {
  return own?.[figure] > 0 ? own[figure] : undefined;
}
