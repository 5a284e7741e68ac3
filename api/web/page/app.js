/** The page: opens with a key, then follows accounts, events and figures. */
import { Accounts } from "./accounts.js";
import { setClock, showClock } from "./clock.js";
import { Detail } from "./detail.js";
import { byId, setText } from "./dom.js";
import { Feed } from "./feed.js";
import { showCounts, showFigures } from "./figures.js";
import { forgetKey, openApi } from "./key.js";
import { listen } from "./stream.js";
import { AccountTable } from "./table.js";

const LINK_WORDS = { live: "Live", wait: "Connecting \u2026", off: "Not connected" };

showClock();
byId("forget").addEventListener("click", forgetKey);
const api = await openApi();
api.onKeyRefused = () => setBanner("The key is no longer taken. Forget it and give another one.");

let isDrawing = false;
const accounts = new Accounts(api, drawSoon, setBanner);
const table = new AccountTable(accounts, choose);
const detail = new Detail(api, accounts, (accountId) => table.focus(accountId));
const feed = new Feed(accounts, choose);

await accounts.read();
draw();
const first = table.first();
if (first !== undefined) {
  detail.choose(first, false);
  table.choose(first);
}
listen(api.authorization, {
  onState: (state) => {
    byId("link").dataset.state = state;
    setText(byId("link-text"), LINK_WORDS[state]);
  },
  onClock: setClock,
  onEvent: (message, isNews) => {
    // What happened before is in the list already, and more with it.
    if (isNews) accounts.take(message.data);
    feed.add(message);
  },
  onFigures: ({ data }) => showFigures(data),
  onGap: (count) => feed.gap(count),
  onKeyRefused: api.onKeyRefused,
});
void accounts.follow();

/** @param {string} accountId */
function choose(accountId) {
  detail.choose(accountId);
  table.choose(accountId);
}

/** Many changes of a moment are drawn once. */
function drawSoon() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(draw);
}

function draw() {
  isDrawing = false;
  table.show();
  detail.show();
  showCounts(accounts.counts());
}

/** @param {string | undefined} problem */
function setBanner(problem) {
  byId("banner").hidden = problem === undefined;
  setText(byId("banner"), problem ?? "");
}
