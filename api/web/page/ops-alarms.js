/** What is wrong, in words: alarms that the roles raise, roles that say nothing, and figures out of their bounds. */
import { byId, make, setText } from "./dom.js";
import { numberText, processesOf, secondsText, shareText, sumOf } from "./ops-units.js";

/** Roles whose silence is worth telling. */
const ROLES = { engine: "engine", gateway: "gateway", store: "store writer", api: "api" };
const LAG_S_MAX = 30;
const BUSY_SHARE_MAX = 0.95;
/** Most alarms that are listed. */
const LISTED_MAX = 12;

/** @typedef {{ text: string, isWarning?: boolean }} Alarm */

/** The alarms that stand. @param {Record<string, any>} data @returns {Alarm[]} */
export function alarmsOf(data) {
  /** @type {Alarm[]} */
  const alarms = [];
  for (const [role, name] of Object.entries(ROLES)) {
    if (data[role] === undefined) alarms.push({ text: `The ${name} says nothing: is it running?` });
  }
  const { engine, store } = data;
  if (engine?.alarm) alarms.push({ text: `Engine: ${engine.alarm}` });
  for (const { figures } of processesOf(data, "gateway")) {
    for (const text of figures?.alarms ?? []) alarms.push({ text: String(text) });
  }
  if (engine?.lag_ms > LAG_S_MAX * 1_000)
    alarms.push({
      text: `Frames wait for the engine since ${secondsText(engine.lag_ms / 1_000)}.`,
    });
  if (store?.behind === 1) alarms.push({ text: storeText(store) });
  else if (store?.last_error) alarms.push({ text: `Store: ${store.last_error}`, isWarning: true });
  if (engine?.gateways_silent > 0)
    alarms.push({
      text: `${numberText(engine.gateways_silent)} of ${numberText(engine.gateways)} gateways are silent.`,
      isWarning: true,
    });
  const stale = sumOf(data, "gateway", "stale_meters") ?? 0;
  if (stale > 0)
    alarms.push({ text: `${numberText(stale)} meters have no reading for long.`, isWarning: true });
  if (engine?.worker_busy_share > BUSY_SHARE_MAX)
    alarms.push({
      text: `The engine's workers are busy ${shareText(engine.worker_busy_share)} of the time.`,
      isWarning: true,
    });
  return alarms;
}

function storeText(/** @type {any} */ store) {
  const why = store.last_error ? `: ${store.last_error}` : "";
  const since = store.lag_s >= 0 ? ` by ${secondsText(store.lag_s)}` : "";
  return `The store is behind${since}${why}`;
}

/** Shows them. @param {Alarm[]} alarms @param {boolean} isLive */
export function showState(alarms, isLive) {
  const isBad = alarms.some(({ isWarning }) => isWarning !== true);
  const state = alarms.length === 0 ? (isLive ? "good" : "wait") : isBad ? "bad" : "low";
  byId("state").dataset.state = state;
  setText(byId("state-text"), headline(alarms, isBad));
  const told = alarms.slice(0, LISTED_MAX).map(({ text }) => text);
  if (alarms.length > LISTED_MAX) told.push(`and ${alarms.length - LISTED_MAX} more`);
  const list = byId("alarms");
  if (told.join("\n") === [...list.children].map((each) => each.textContent).join("\n")) return;
  list.replaceChildren(...told.map((text) => make("li", "", text)));
}

function headline(/** @type {Alarm[]} */ alarms, /** @type {boolean} */ isBad) {
  if (alarms.length === 0) return "All parts work.";
  const count = alarms.length === 1 ? "One thing" : `${alarms.length} things`;
  return isBad ? `${count} to look after now` : `${count} to keep an eye on`;
}
