/** The installation's clock, which may run faster than life. */
import { byId, setText } from "./dom.js";
import { timeText, zoneName } from "./format.js";

/** Longest wait for the clock, in milliseconds. */
const WAIT_MS_MAX = 3_000;

let anchor = { atMs: Date.now(), wallMs: Date.now(), speed: 1 };
let isKnown = false;
let tellKnown = () => {};

/** Settles when the installation's clock is known, or cannot be had soon: then the machine's stands in. */
export const clockKnown = new Promise((resolve) => {
  tellKnown = () => resolve(undefined);
  setTimeout(tellKnown, WAIT_MS_MAX);
});

/** Sets the clock by what the stream said. @param {string} at @param {number} [speed] */
export function setClock(at, speed = anchor.speed) {
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return;
  anchor = { atMs, wallMs: Date.now(), speed };
  isKnown = true;
  tellKnown();
}

/** The installation's time now, in epoch milliseconds. */
export function installationMs() {
  return anchor.atMs + (Date.now() - anchor.wallMs) * anchor.speed;
}

/** Shows the clock, and goes on. */
export function showClock() {
  setText(byId("zone"), zoneName());
  setInterval(() => {
    if (!isKnown) return;
    const now = installationMs();
    const how = anchor.speed > 30 ? "hour" : "second";
    setText(byId("clock-time"), `${timeText(now, "day")}, ${timeText(now, how)}`);
    const speed = Math.round(anchor.speed * 10) / 10;
    setText(byId("clock-note"), anchor.speed === 1 ? "" : `field clock, ${speed}\u00d7 life`);
  }, 250);
}
