/** A chart of the last ten minutes that grows each second: lines, their newest values beside their names, and in words. */
import { byId, make, setText } from "./dom.js";
import { timeText } from "./format.js";
import uPlot from "./uplot.js";

/** Seconds that are shown at least. */
const SPAN_S_MIN = 90;
const HEIGHT_PX = 172;
const SPAN_S = 600;
/** Most seconds that are kept. */
const POINTS_MAX = SPAN_S + 5;
/** The description in words is made so often, in milliseconds: readers of screens are not to be flooded. */
const WORDS_MS = 10_000;
const COLOURS = ["--line-1", "--line-2"];
const DASHES = [[], [5, 4]];

/** @typedef {{ name: string, of: (data: Record<string, any>) => number | undefined }} Line */

/** The chart in its place. */
export class LiveChart {
  #id;
  #text;
  #lines;
  /** @type {(number | null)[][]} */
  #data;
  /** @type {any} */
  #plot;
  /** @type {HTMLElement[]} */
  #values = [];
  #wordsMs = 0;

  /** @param {string} id @param {(value: number) => string} text @param {Line[]} lines */
  constructor(id, text, lines) {
    this.#id = id;
    this.#text = text;
    this.#lines = lines;
    this.#data = [[], ...lines.map(() => [])];
    for (const [at, { name }] of lines.entries()) {
      const value = make("span", "legend-value", "\u2013");
      this.#values.push(value);
      byId(`${id}-legend`).append(make("li", `legend-${at + 1}`, `${name} `, value));
    }
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0) this.#plot?.setSize({ width, height: HEIGHT_PX });
    }).observe(byId(id));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    this.#draw();
  }

  /** Takes the figures of a second. @param {number} nowMs @param {Record<string, any>} data */
  push(nowMs, data) {
    const values = this.#lines.map(({ of }) => {
      const value = of(data);
      return typeof value === "number" && Number.isFinite(value) ? value : null;
    });
    for (const [at, value] of [nowMs / 1_000, ...values].entries()) this.#data[at]?.push(value);
    if ((this.#data[0]?.length ?? 0) > POINTS_MAX) for (const column of this.#data) column.shift();
    this.#plot?.setData(this.#data);
    for (const [at, value] of values.entries()) {
      const place = this.#values[at];
      if (place !== undefined) setText(place, value === null ? "\u2013" : this.#text(value));
    }
    if (nowMs - this.#wordsMs > WORDS_MS) this.#tell(values, nowMs);
  }

  #tell(/** @type {(number | null)[]} */ values, /** @type {number} */ nowMs) {
    this.#wordsMs = nowMs;
    const words = this.#lines.map(({ name }, at) => {
      const value = values[at];
      return `${name} ${value === null || value === undefined ? "unknown" : this.#text(value)}`;
    });
    byId(this.#id).setAttribute("aria-label", `The last ten minutes; now ${words.join(", ")}`);
  }

  #draw() {
    const place = byId(this.#id);
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(place.clientWidth || 400), this.#data, place);
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
      padding: [10, 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { range: xRange }, y: { range: yRange } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          space: 76,
          values: (/** @type {unknown} */ _, /** @type {number[]} */ at) =>
            at.map((second) => timeText(second * 1_000, second % 60 === 0 ? "hour" : "second")),
          incrs: [30, 60, 120, 300],
        },
        {
          ...axis,
          size: 62,
          space: 36,
          values: (/** @type {unknown} */ _, /** @type {number[]} */ at) => at.map(this.#text),
        },
      ],
      series: [
        {},
        ...this.#lines.map((_, at) => ({
          stroke: colour(COLOURS[at] ?? "--ink"),
          width: 1.75,
          dash: DASHES[at] ?? [],
          ...(at === 0 ? { fill: colour("--line-1-fill") } : {}),
          points: { show: false },
        })),
      ],
    };
  }
}

function xRange(/** @type {unknown} */ _, /** @type {number} */ from, /** @type {number} */ to) {
  const end = to ?? Date.now() / 1_000;
  return [Math.max(end - SPAN_S, Math.min(from ?? end, end - SPAN_S_MIN)), end];
}

function yRange(/** @type {unknown} */ _, /** @type {number} */ _from, /** @type {number} */ to) {
  return [0, to > 0 ? to * 1.15 : 1];
}
