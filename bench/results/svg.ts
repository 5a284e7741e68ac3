/**
 * A chart of lines as SVG text: the medians, and behind each line the range from the least to the most of its rounds.
 */
import { short } from "../harness/format.ts";
import type { Chart, Line } from "../harness/suite.ts";
import { type Axis, axisOf } from "./axis.ts";

const WIDTH = 760;
const HEIGHT = 320;
const PLOT = { left: 64, right: 744, top: 64, bottom: 276 };
const COLOURS = ["#1f6fb2", "#d9822b", "#3a8f4d", "#a33c7a", "#6b6b6b"];

/** The chart as an SVG document. */
export function svgOf(chart: Chart): string {
  const points = chart.lines.flatMap((line) => line.points);
  const x = axisOf(
    points.map((point) => point.x),
    chart.x.isLog,
  );
  const y = axisOf(
    points.flatMap((point) => [point.y.min, point.y.max]),
    chart.y.isLog,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(PLOT.left, 18, chart.title, 'font-size="14"'),
    ...legend(chart.lines),
    ...grid(x, y),
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 8, chart.x.label, 'text-anchor="middle"'),
    text(PLOT.left, PLOT.top - 8, chart.y.label, 'fill="#555555"'),
    ...chart.lines.flatMap((line, i) => drawn(line, colourOf(i), { x, y })),
    "</svg>",
    "",
  ].join("\n");
}

type Axes = { x: Axis; y: Axis };

function drawn({ points }: Line, colour: string, { x, y }: Axes): string[] {
  const rising = [...points].sort((a, b) => a.x - b.x);
  const at = (value: number, height: number): string => `${placeX(x, value)},${placeY(y, height)}`;
  const upper = rising.map((point) => at(point.x, point.y.max));
  const lower = rising.map((point) => at(point.x, point.y.min)).reverse();
  const middle = rising.map((point) => at(point.x, point.y.median));
  return [
    `<polygon points="${[...upper, ...lower].join(" ")}" fill="${colour}" opacity="0.15"/>`,
    `<polyline points="${middle.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    // Many points make a curve; few are to be seen one by one.
    ...(rising.length > 40 ? [] : middle).map((place) => {
      const [cx, cy] = place.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    }),
  ];
}

function legend(lines: readonly Line[]): string[] {
  let left = PLOT.left;
  return lines.flatMap(({ name }, i) => {
    const at = left;
    left += 24 + name.length * 5.6;
    return [
      `<rect x="${round(at)}" y="29" width="12" height="4" fill="${colourOf(i)}"/>`,
      text(at + 16, 35, name),
    ];
  });
}

function grid(x: Axis, y: Axis): string[] {
  return [
    ...x.marks.flatMap((mark) => [
      line(placeX(x, mark), PLOT.top, placeX(x, mark), PLOT.bottom),
      text(placeX(x, mark), PLOT.bottom + 16, marked(mark), 'text-anchor="middle" fill="#555555"'),
    ]),
    ...y.marks.flatMap((mark) => [
      line(PLOT.left, placeY(y, mark), PLOT.right, placeY(y, mark)),
      text(PLOT.left - 6, placeY(y, mark) + 4, marked(mark), 'text-anchor="end" fill="#555555"'),
    ]),
  ];
}

/** A mark's value; marks are round, and need no digits behind the point that are all zeros. */
function marked(value: number): string {
  return short(value).replace(/\.0+(?=\D|$)/, "");
}

function placeX(axis: Axis, value: number): number {
  return round(PLOT.left + (PLOT.right - PLOT.left) * axis.share(value));
}

function placeY(axis: Axis, value: number): number {
  return round(PLOT.bottom - (PLOT.bottom - PLOT.top) * axis.share(value));
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#e2e2e2"/>`;
}

function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${round(x)}" y="${round(y)}" ${more}>${escaped(words)}</text>`;
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? "#000000";
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
