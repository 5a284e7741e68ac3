/**
 * An axis of a chart: where a value lies between its ends, and the round values that are written beside it.
 */

/** `share` is 0 at the low end and 1 at the high one. */
export type Axis = { marks: number[]; share(value: number): number };

/** An axis on which all values lie; a logarithmic one takes none that is not above 0 and begins at its least one. */
export function axisOf(values: readonly number[], isLog: boolean): Axis {
  const shown = isLog ? values.filter((value) => value > 0) : [...values, 0];
  const least = Math.min(...shown);
  const most = Math.max(...shown);
  if (shown.length === 0 || !Number.isFinite(least + most)) return axisOf([1, 10], isLog);
  return isLog ? logarithmic(least, most) : linear(least, most);
}

function logarithmic(least: number, most: number): Axis {
  const low = Math.floor(Math.log10(least));
  const high = Math.max(low + 1, Math.ceil(Math.log10(most)));
  const marks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const share = (value: number): number =>
    (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
  return { marks, share };
}

function linear(least: number, most: number): Axis {
  const step = stepOf(most - least);
  const low = Math.floor(least / step) * step;
  const high = Math.max(low + step, Math.ceil(most / step) * step);
  const marks = Array.from(
    { length: Math.round((high - low) / step) + 1 },
    (_, i) => low + i * step,
  );
  return { marks, share: (value) => (value - low) / (high - low) };
}

/** A step of 1, 2 or 5 times a power of ten that divides the range in at most eight. */
function stepOf(range: number): number {
  if (range <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(range));
  const steps = [0.1, 0.2, 0.5, 1, 2].map((each) => each * power);
  return steps.find((each) => range / each <= 8) ?? power;
}
