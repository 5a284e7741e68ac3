/** Figures as the operations page writes them. */
import { countText } from "./format.js";

const NONE = "\u2013";

/** Milliseconds, or seconds where there are many. @param {number | undefined | null} ms */
export function millisText(ms) {
  if (ms === undefined || ms === null) return NONE;
  if (ms >= 10_000) return `${countText(Math.round(ms / 1_000))}\u00a0s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)}\u00a0s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)}\u00a0ms`;
}

/** Seconds, or minutes and hours where there are many. @param {number | undefined | null} seconds */
export function secondsText(seconds) {
  if (seconds === undefined || seconds === null) return NONE;
  if (seconds >= 7_200) return `${Math.round(seconds / 3_600)}\u00a0h`;
  if (seconds >= 120) return `${Math.round(seconds / 60)}\u00a0min`;
  return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)}\u00a0s`;
}

/** Bytes. @param {number | undefined | null} bytes */
export function bytesText(bytes) {
  if (bytes === undefined || bytes === null) return NONE;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const at = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** at;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}\u00a0${units[at]}`;
}

/** A count, where it is known. @param {number | undefined | null} value */
export function numberText(value) {
  return value === undefined || value === null || value < 0 ? NONE : countText(Math.round(value));
}

/** A share as per cent. @param {number | undefined | null} share */
export function shareText(share) {
  return share === undefined || share === null ? NONE : `${Math.round(share * 100)}\u00a0%`;
}

/** The figures of all processes of a role, each with its name. @param {Record<string, any>} data @param {string} role */
export function processesOf(data, role) {
  return Object.entries(data)
    .filter(([key]) => key === role || key.startsWith(`${role}@`))
    .map(([key, figures]) => ({ name: figures?.instance ?? key, figures }));
}

/** A figure summed over all processes of a role; undefined where there is none. */
export function sumOf(
  /** @type {Record<string, any>} */ data,
  /** @type {string} */ role,
  /** @type {string} */ figure,
) {
  const values = processesOf(data, role)
    .map(({ figures }) => figures?.[figure])
    .filter((value) => typeof value === "number");
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}
