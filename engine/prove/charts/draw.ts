/**
 * A chart of money over time as SVG: lines, shaded stretches, and marks for what happened. Text only, the same for the same input.
 */

/** A point: hours from the chart's start, and micros. */
export type Point = { hour: number; micros: bigint };
/** A line that keeps its value until its next point. */
export type Line = { name: string; colour: string; points: readonly Point[] };
/** A stretch that is shaded from top to bottom. */
export type Stretch = { name: string; colour: string; fromHour: number; toHour: number };
/** Something that happened. */
export type Happening = { hour: number; text: string };
/** All of a chart. `firstDay` is the weekday of hour 0, 0 for Monday, and `firstHour` its time of day. */
export type Chart = {
  title: string;
  hours: number;
  firstDay: number;
  firstHour: number;
  lines: readonly Line[];
  stretches: readonly Stretch[];
  happenings: readonly Happening[];
};

const WIDTH = 760;
const PLOT = { left: 56, right: 744, top: 44, bottom: 236 };
const LIST_TOP = 268;
const LIST_STEP = 15;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MICROS = 1_000_000;

/** The chart as an SVG document. */
export function draw(chart: Chart): string {
  const values = chart.lines.flatMap(({ points }) => points.map(({ micros }) => Number(micros)));
  const scale = scaleOf(chart.hours, Math.min(0, ...values), Math.max(0, ...values));
  const height = LIST_TOP + chart.happenings.length * LIST_STEP + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>${chart.title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(PLOT.left, 18, chart.title, 'font-size="14"'),
    ...legend(chart),
    ...chart.stretches.map((stretch) => shade(stretch, scale)),
    ...grid(chart, scale),
    ...chart.lines.map((line) => path(line, scale, chart.hours)),
    ...chart.happenings.flatMap((happening, i) => mark(happening, i, scale, chart)),
    "</svg>",
    "",
  ].join("\n");
}

type Scale = {
  x(hour: number): number;
  y(micros: number): number;
  least: number;
  most: number;
  step: number;
};

function scaleOf(hours: number, least: number, most: number): Scale {
  const step = stepOf((most - least) / MICROS) * MICROS;
  const low = Math.floor(least / step) * step;
  const high = Math.ceil(most / step) * step;
  return {
    x: (hour) => round(PLOT.left + ((PLOT.right - PLOT.left) * hour) / hours),
    y: (micros) => round(PLOT.bottom - ((PLOT.bottom - PLOT.top) * (micros - low)) / (high - low)),
    least: low,
    most: high,
    step,
  };
}

/** A step of 1, 2 or 5 times a power of ten that divides the range in four to ten. */
function stepOf(range: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(range, 1)));
  const steps = [0.1, 0.2, 0.5, 1, 2].map((each) => each * power);
  return steps.find((each) => range / each <= 8) ?? power;
}

function grid({ hours, firstDay, firstHour }: Chart, scale: Scale): string[] {
  const parts: string[] = [];
  const { step } = scale;
  for (let micros = scale.least; micros <= scale.most; micros += step) {
    const y = scale.y(micros);
    const colour = Math.abs(micros) < step / 2 ? "#444444" : "#dddddd";
    parts.push(line(PLOT.left, y, PLOT.right, y, colour));
    parts.push(text(PLOT.left - 6, y + 4, (micros / MICROS).toFixed(2), 'text-anchor="end"'));
  }
  for (let day = 0; day * 24 - firstHour < hours; day++) {
    const x = scale.x(Math.max(day * 24 - firstHour, 0));
    parts.push(line(x, PLOT.top, x, PLOT.bottom, "#dddddd"));
    parts.push(text(x + 3, PLOT.bottom + 14, DAYS[(firstDay + day) % 7] ?? ""));
  }
  return parts;
}

function legend({ lines, stretches }: Chart): string[] {
  const named = new Map([...lines, ...stretches].map((each) => [each.name, each.colour]));
  return [...named].flatMap(([name, colour], i) => [
    `<rect x="${PLOT.left + i * 150}" y="26" width="10" height="10" fill="${colour}"/>`,
    text(PLOT.left + i * 150 + 14, 35, name),
  ]);
}

function shade({ colour, fromHour, toHour }: Stretch, scale: Scale): string {
  const x = scale.x(fromHour);
  const width = round(scale.x(toHour) - x);
  const height = PLOT.bottom - PLOT.top;
  return `<rect x="${x}" y="${PLOT.top}" width="${width}" height="${height}" fill="${colour}" opacity="0.35"/>`;
}

function path({ colour, points }: Line, scale: Scale, hours: number): string {
  const steps = points.map(({ hour, micros }, i) => {
    const [x, y] = [scale.x(hour), scale.y(Number(micros))];
    return i === 0 ? `M${x} ${y}` : `H${x}V${y}`;
  });
  return `<path d="${steps.join("")}H${scale.x(hours)}" fill="none" stroke="${colour}" stroke-width="1.6"/>`;
}

/** A number in the chart, and the same with words below it. */
function mark({ hour, text: words }: Happening, i: number, scale: Scale, chart: Chart): string[] {
  const x = scale.x(hour);
  const clockHour = chart.firstHour + hour;
  const day = DAYS[(chart.firstDay + Math.floor(clockHour / 24)) % 7];
  const clock = `${day} ${String(clockHour % 24).padStart(2, "0")}:00`;
  return [
    line(x, PLOT.top, x, PLOT.bottom, "#888888", 'stroke-dasharray="2 3"'),
    text(x + 2, PLOT.top + 10 + (i % 4) * 12, String(i + 1), 'font-weight="bold"'),
    text(PLOT.left, LIST_TOP + i * LIST_STEP, `${i + 1}  ${clock}  ${words}`),
  ];
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string, more = ""): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" ${more}/>`;
}

function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${x}" y="${y}" ${more}>${words.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
