/** The figures of the last second. */
import { byId, make, setText } from "./dom.js";
import { bytesText, millisText, numberText, secondsText, shareText, sumOf } from "./ops-units.js";

/**
 * @typedef {{ name: string, value: (data: Record<string, any>) => string, note: (data: Record<string, any>) => string }} Tile
 * @type {readonly Tile[]}
 */
const TILES = [
  {
    name: "Readings a second",
    value: ({ engine }) => numberText(engine?.readings_per_s),
    note: ({ engine }) => `${numberText(engine?.accounts)} accounts`,
  },
  {
    name: "Frame lag",
    value: ({ engine }) => millisText(engine?.lag_ms),
    note: ({ engine }) => `${numberText(engine?.lag_frames)} frames wait`,
  },
  {
    name: "Journal sync p99",
    value: ({ engine }) => millisText(engine?.journal_sync_p99_ms),
    note: ({ engine }) => `${numberText(engine?.journal_syncs_per_s)} syncs a second`,
  },
  {
    name: "Batch",
    value: ({ engine }) => numberText(engine?.batch_readings_p50),
    note: ({ engine }) => `readings; p99 ${numberText(engine?.batch_readings_p99)}`,
  },
  {
    name: "Workers busy",
    value: ({ engine }) => shareText(engine?.worker_busy_share),
    note: ({ engine }) => `${numberText(engine?.batches_per_s)} batches a second`,
  },
  {
    name: "Gateways",
    value: ({ engine }) => numberText(engine?.gateways),
    note: ({ engine }) => `${numberText(engine?.gateways_silent)} silent`,
  },
  {
    name: "Spool",
    value: (data) => numberText(sumOf(data, "gateway", "spool_frames")),
    note: (data) => `frames, ${bytesText(sumOf(data, "gateway", "spool_bytes"))}`,
  },
  {
    name: "Vend p99",
    value: ({ api }) => millisText(api?.vend_p99_ms > 0 ? api.vend_p99_ms : undefined),
    note: (data) => `${numberText(sumOf(data, "api", "vends_total"))} since start`,
  },
  {
    name: "Store lag",
    value: ({ store }) => secondsText(store?.lag_s >= 0 ? store.lag_s : undefined),
    note: ({ store }) => `${numberText(store?.lag)} blocks wait`,
  },
  {
    name: "Stream",
    value: (data) => numberText(sumOf(data, "api", "stream_connections")),
    note: (data) => `listeners; ${numberText(sumOf(data, "api", "requests_per_s"))} requests/s`,
  },
];

/** @type {{ value: HTMLElement, note: HTMLElement }[] | undefined} */
let made;

/** Shows the figures. @param {Record<string, any>} data */
export function showTiles(data) {
  made ??= TILES.map(({ name }) => {
    const value = make("dd", "tile-value");
    const note = make("dd", "tile-note");
    byId("figures").append(make("dl", "tile", make("dt", "tile-name", name), value, note));
    return { value, note };
  });
  for (const [at, { value, note }] of TILES.entries()) {
    const tile = made[at];
    if (tile === undefined) continue;
    setText(tile.value, value(data));
    setText(tile.note, note(data));
  }
}
