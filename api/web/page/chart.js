/** Consumption by hour of one account, as bars, in words, and as a table. */
import { clockKnown, installationMs } from "./clock.js";
import { byId, make, setText } from "./dom.js";
import { microsOf, moneyText, quantityText, timeText } from "./format.js";
import uPlot from "./uplot.js";

const HOUR_MS = 3_600_000;
/** Hours that are shown. */
const HOURS = 48;
const HEIGHT_PX = 168;
const HINT = matchMedia("(hover: hover)").matches
  ? "Point at a bar for its figures."
  : "Touch a bar for its figures.";

/**
 * @typedef {{ from: string, quantity: string, unit: string, cost: string, currency: string }} Item
 * @typedef {{ fromMs: number, quantity: string, cost: bigint }} Hour
 */

/** The chart in its place. */
export class ConsumptionChart {
  #api;
  #accountId = "";
  #unit = "";
  #currency = "";
  /** @type {Hour[]} */
  #hours = [];
  /** @type {any} */
  #plot;

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0) this.#plot?.setSize({ width, height: HEIGHT_PX });
    }).observe(byId("chart"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(true));
  }

  /** Shows another account; empty until `read`. @param {string} accountId @param {string} currency */
  choose(accountId, currency) {
    this.#accountId = accountId;
    this.#currency = currency;
    this.#hours = [];
    this.#plot?.destroy();
    this.#plot = undefined;
    byId("chart").replaceChildren();
    byId("chart-rows").replaceChildren();
    for (const id of ["chart-sum", "chart-tip"]) setText(byId(id), "");
  }

  /** Reads the hours and shows them. */
  async read() {
    await clockKnown;
    const accountId = this.#accountId;
    const toMs = Math.floor(installationMs() / HOUR_MS) * HOUR_MS + HOUR_MS;
    const fromMs = toMs - HOURS * HOUR_MS;
    const query = `every=hour&from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
    /** @type {{ items: Item[] }} */
    let answer;
    try {
      answer = await this.#api.get(`/v1/accounts/${accountId}/consumption?${query}`);
    } catch (error) {
      if (accountId === this.#accountId && this.#plot === undefined) this.#say(error.message);
      return;
    }
    if (accountId !== this.#accountId) return;
    const [first] = answer.items;
    if (first === undefined) {
      if (this.#plot === undefined) this.#say("No consumption in the last two days.");
      return;
    }
    this.#unit = first.unit;
    this.#currency = first.currency;
    this.#hours = hoursOf(answer.items, fromMs);
    this.#draw(false);
    if (byId("chart-tip").textContent === "") setText(byId("chart-tip"), HINT);
    this.#tell(answer.items);
  }

  #say(/** @type {string} */ text) {
    byId("chart").replaceChildren(make("p", "empty", text));
  }

  #draw(/** @type {boolean} */ isAnew) {
    if (this.#hours.length === 0) return;
    const data = [
      this.#hours.map(({ fromMs }) => fromMs / 1000),
      this.#hours.map(({ quantity }) => Number(quantity)),
    ];
    if (this.#plot !== undefined && !isAnew) {
      this.#plot.setData(data);
      return;
    }
    const place = byId("chart");
    place.replaceChildren();
    this.#plot = new uPlot(this.#options(place.clientWidth), data, place);
  }

  #options(/** @type {number} */ width) {
    const style = getComputedStyle(document.documentElement);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const axis = {
      stroke: colour("--soft"),
      font,
      ticks: { show: false },
      grid: { stroke: colour("--line"), width: 1 },
    };
    return {
      width,
      height: HEIGHT_PX,
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { range: xRange }, y: { range: yRange } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 26,
          space: 60,
          values: (/** @type {unknown} */ _, /** @type {number[]} */ at) => at.map(hourMark),
        },
        {
          ...axis,
          size: 68,
          space: 34,
          values: (/** @type {unknown} */ _, /** @type {number[]} */ at) =>
            at.map((value) => `${value} ${this.#unit}`),
        },
      ],
      series: [
        {},
        {
          fill: colour("--bar"),
          stroke: colour("--bar"),
          width: 0,
          points: { show: false },
          paths: uPlot.paths.bars?.({ size: [0.72, 40] }),
        },
      ],
      hooks: { setCursor: [(/** @type {any} */ plot) => this.#point(plot.cursor.idx)] },
    };
  }

  /** Says what the hour under the pointer holds. */
  #point(/** @type {number | null | undefined} */ at) {
    const hour = at === null || at === undefined ? undefined : this.#hours[at];
    if (hour === undefined) {
      setText(byId("chart-tip"), HINT);
      return;
    }
    const until = timeText(hour.fromMs + HOUR_MS, "hour");
    setText(
      byId("chart-tip"),
      `${timeText(hour.fromMs, "minute")}\u2013${until}: ${quantityText(hour.quantity, this.#unit)}, ${this.#money(hour.cost)}`,
    );
  }

  #tell(/** @type {Item[]} */ items) {
    const cost = this.#hours.reduce((sum, hour) => sum + hour.cost, 0n);
    const quantity = items.reduce((sum, item) => sum + (microsOf(item.quantity) ?? 0n), 0n);
    const total = `${quantity / 1_000_000n}.${(quantity % 1_000_000n).toString().padStart(6, "0")}`;
    setText(
      byId("chart-sum"),
      `${quantityText(total, this.#unit)}, ${this.#money(cost)} in ${HOURS} h`,
    );
    const rows = this.#hours.filter(({ quantity: used }) => Number(used) !== 0).reverse();
    byId("chart-rows").replaceChildren(
      ...rows.map((hour) =>
        make(
          "tr",
          "",
          make("td", "", timeText(hour.fromMs, "minute")),
          make("td", "num", quantityText(hour.quantity, this.#unit)),
          make("td", "num", this.#money(hour.cost)),
        ),
      ),
    );
  }

  #money(/** @type {bigint} */ micros) {
    return `${moneyText(micros, this.#currency)}\u00a0${this.#currency}`;
  }
}

/** Every hour from `fromMs` on, those without an item with nothing. */
function hoursOf(/** @type {Item[]} */ items, /** @type {number} */ fromMs) {
  const known = new Map(items.map((item) => [Date.parse(item.from), item]));
  return Array.from({ length: HOURS }, (_, n) => {
    const at = fromMs + n * HOUR_MS;
    const item = known.get(at);
    return { fromMs: at, quantity: item?.quantity ?? "0", cost: microsOf(item?.cost ?? "0") ?? 0n };
  });
}

function hourMark(/** @type {number} */ atS) {
  const date = new Date(atS * 1000);
  return date.getHours() === 0
    ? date.toLocaleDateString(undefined, { weekday: "short", day: "numeric" })
    : timeText(date.getTime(), "hour");
}

function xRange(/** @type {unknown} */ _, /** @type {number} */ from, /** @type {number} */ to) {
  return [from - 1_800, to + 1_800];
}

function yRange(/** @type {unknown} */ _, /** @type {number} */ _from, /** @type {number} */ to) {
  return [0, to > 0 ? to * 1.08 : 1];
}
