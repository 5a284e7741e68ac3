/**
 * The page in a real browser, over the real stream and a made-up world. Needs /usr/bin/chromium (Debian: chromium).
 * With DRAWDOWN_SHOTS=FOLDER it leaves pictures of each width and colour scheme there.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { startTrial, type Trial } from "./testing/trial.ts";

const CHROMIUM = "/usr/bin/chromium";
const ACCOUNTS = 320;
/** Runs in the page. */
const MARK_ROWS = `for (const row of document.querySelectorAll("#rows tr")) row.setAttribute("data-kept", "yes")`;
/** Keeps every balance that a row ever showed. */
const KEEP_BALANCES = (id: string): string => `
  window.seen = [];
  new MutationObserver(() => {
    const cell = document.querySelector('tr[data-id="${id}"] .c-balance');
    if (cell) window.seen.push(parseFloat(cell.textContent.replace("\u2212", "-")));
  }).observe(document.getElementById("rows"), { subtree: true, childList: true, characterData: true })`;
const OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
const shots = process.env["DRAWDOWN_SHOTS"];

describe.skipIf(!existsSync(CHROMIUM))(`the page in ${CHROMIUM}`, () => {
  let servers: TestServers;
  let trial: Trial;
  let browser: Browser;
  const open: { close(): Promise<void> }[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    servers = await withServers({ nats: true });
    trial = await startTrial(servers.natsUrl, ACCOUNTS);
    for (let n = 0; n < 6; n++) await trial.world.step(1.2);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await trial?.close();
    await servers?.stop();
  });
  afterEach(async () => {
    trial.state.isDown = false;
    for (const context of open.splice(0)) await context.close();
    expect(troubles.splice(0)).toEqual([]);
  });

  /** A page whose errors, and whose requests to anywhere else, fail the test. */
  async function visit(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      locale: "en-GB",
      timezoneId: "Europe/Madrid",
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    open.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (message) => {
      // The browser itself notes every answer that is a refusal.
      if (message.type() === "error" && !message.text().startsWith("Failed to load"))
        troubles.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(trial.url)) troubles.push(`asked ${request.url()}`);
    });
    await page.goto(trial.url + path);
    return page;
  }
  const visitWithKey = async (options?: BrowserContextOptions): Promise<Page> => {
    const page = await visit(`/#key=${trial.key}`, options);
    await page.locator("#rows tr").first().waitFor();
    await page.locator('#link[data-state="live"]').waitFor();
    return page;
  };
  const textOf = async (page: Page, selector: string): Promise<string> =>
    (await page.locator(selector).first().innerText()).replace(/\s+/g, " ");

  test("takes the key out of the address, and shows accounts, figures and the installation's clock", async () => {
    const page = await visitWithKey();
    expect(page.url()).toBe(`${trial.url}/`);
    await expect.poll(() => textOf(page, '[data-count="all"]')).toBe(String(ACCOUNTS));
    await expect
      .poll(async () => Number(await textOf(page, "#rate")), { timeout: 10_000 })
      .toBeGreaterThan(100);
    expect(await textOf(page, "#clock")).toMatch(/2 Mar 2026, .*60× life/);
    expect(await page.locator("#rows tr").count()).toBe(ACCOUNTS);
    await page.locator("#chart canvas").waitFor();
    expect(await textOf(page, "#chart-sum")).toMatch(/^[\d.]+ (?:kWh|m³), [\d.]+ EUR in 48 h$/);
    await page.reload();
    await page.locator("#rows tr").first().waitFor();
  });

  test("sorts by balance, filters, and keeps its rows while figures change", async () => {
    const page = await visitWithKey();
    const balances = await page.locator("#rows .c-balance").allInnerTexts();
    const numbers = balances.map((text) => Number.parseFloat(text.replace("\u2212", "-")));
    expect(numbers.slice(0, 50)).toEqual([...numbers].sort((a, b) => a - b).slice(0, 50));
    await page.evaluate(MARK_ROWS);
    const first = await textOf(page, "#rows tr:last-child .c-balance");
    await trial.world.step(1);
    await expect
      .poll(() => textOf(page, "#rows tr:last-child .c-balance"), { timeout: 15_000 })
      .not.toBe(first);
    expect(await page.locator("#rows tr:not([data-kept])").count()).toBe(0);
    await page.click('[data-filter="low"]');
    const low = await page.locator("#rows tr").count();
    expect(low).toBeLessThan(ACCOUNTS);
    expect(await page.locator("#rows .badge.low").count()).toBe(low);
    await page.fill("#find", "parque water");
    expect(await page.locator("#rows tr").count()).toBeLessThan(low);
    await page.fill("#find", "no such thing");
    expect(await textOf(page, "#empty")).toBe("No account fits what is asked for.");
  });

  test("tops up: the receipt, the balance and the event are there", async () => {
    const page = await visitWithKey();
    await page.fill("#find", "B-7");
    await page.locator("#rows tr").first().click();
    await page.locator("#rows tr").first().locator("button").focus();
    const unit = await textOf(page, "#detail-title");
    await page.click('[data-amount="20"]');
    await page.click("#top-up-go");
    await expect
      .poll(() => textOf(page, "#top-up-result"))
      .toMatch(/^Receipt \d+: 20.00 EUR topped up Balance then/);
    await expect.poll(() => textOf(page, "#feed")).toContain(`${unit} `);
    await expect
      .poll(() => textOf(page, "#feed"))
      .toMatch(/topped up 20.00 EUR, balance 2\d.\d\d EUR/);
    expect(Number.parseFloat(await textOf(page, "#d-balance"))).toBeGreaterThan(19);
  });

  test("events of before do not bring back the balances of then", async () => {
    const account = trial.world.accounts[60];
    if (account === undefined) throw new Error("the world is too small");
    await trial.world.credit(account, 77_000_000);
    account.balanceMicros -= 70_000_000;
    const page = await visit("/");
    await page.evaluate(KEEP_BALANCES(account.id));
    await page.fill("#key", trial.key);
    await page.click("#key-go");
    await expect
      .poll(() => textOf(page, "#feed"), { timeout: 10_000 })
      .toContain("topped up 77.00 EUR");
    const seen = await page.evaluate<number[]>("window.seen");
    expect(seen.length).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBeLessThanOrEqual(account.balanceMicros / 1e6 + 1);
  });

  test("shows why a top-up was refused", async () => {
    const page = await visitWithKey();
    for (const [amount, answer] of [
      ["900", "500.00 EUR is the most of one vend: sell less at a time"],
      ["ten", "Give an amount such as 10.00."],
    ] as const) {
      await page.fill("#amount", amount);
      await page.click("#top-up-go");
      await expect.poll(() => textOf(page, "#top-up-result .note.bad")).toBe(answer);
    }
  });

  test("tries a purchase again under one id until the engine is back", async () => {
    const page = await visitWithKey();
    const ids: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "PUT") ids.push(request.url());
    });
    trial.state.isDown = true;
    await page.click("#top-up-go");
    await expect.poll(() => textOf(page, "#top-up-result")).toContain("Trying again");
    await expect.poll(() => page.locator("#banner").isVisible(), { timeout: 10_000 }).toBe(true);
    expect(await textOf(page, "#banner")).toContain("the engine does not answer");
    trial.state.isDown = false;
    await expect
      .poll(() => textOf(page, "#top-up-result"), { timeout: 15_000 })
      .toMatch(/^Receipt/);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
    await expect.poll(() => page.locator("#banner").isVisible(), { timeout: 10_000 }).toBe(false);
  });

  test("cuts after asking for a reason, follows the command, and restores", async () => {
    const page = await visitWithKey();
    await page.fill("#find", "C-9");
    await page.locator("#rows tr").last().click();
    const before = Number(await textOf(page, '[data-count="disconnected"]'));
    await page.click("#cut");
    await page.click("#confirm-no");
    await page.click("#cut");
    await page.fill("#reason", "Leak in the riser");
    await page.click("#confirm-go");
    await expect
      .poll(() => textOf(page, "#supply-result"), { timeout: 10_000 })
      .toContain("Cut executed");
    await expect.poll(() => textOf(page, "#d-supply")).toBe("Supply cut");
    await expect
      .poll(async () => Number(await textOf(page, '[data-count="disconnected"]')))
      .toBe(before + 1);
    await expect.poll(() => textOf(page, "#feed")).toMatch(/supply is cut.*cut asked for by hand/);
    await page.click("#restore");
    await page.click("#confirm-go");
    await expect.poll(() => textOf(page, "#d-supply"), { timeout: 10_000 }).toBe("Supply on");
  });

  test("asks for a key, says why one was not taken, and forgets it when told", async () => {
    const page = await visit("/");
    await page.fill("#key", "dd_wrong");
    await page.press("#key", "Enter");
    await expect.poll(() => textOf(page, "#key-problem")).toContain("the key is unknown");
    await page.fill("#key", trial.key);
    await page.click("#key-go");
    await page.locator("#rows tr").first().waitFor();
    await page.click("#forget");
    await page.locator("#key-dialog[open]").waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
  });

  test("fits a phone: nothing sticks out, the account lies over the page and goes away again", async () => {
    const page = await visitWithKey({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const overhang = (): Promise<number> => page.evaluate<number>(OVERHANG);
    expect(await overhang()).toBe(0);
    expect(await page.locator("#detail").isVisible()).toBe(false);
    await page.locator("#rows tr button").nth(2).tap();
    await expect.poll(() => page.locator("#detail").isVisible()).toBe(true);
    expect(await overhang()).toBe(0);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#detail").isVisible()).toBe(false);
    const shown = await page.locator("#rows tr").count();
    await page.click("#more");
    expect(await page.locator("#rows tr").count()).toBeGreaterThan(shown);
  });

  test.skipIf(shots === undefined)(
    "has its picture taken",
    async () => {
      const sizes = [
        [360, 740],
        [820, 1_100],
        [1_180, 760],
        [1_440, 900],
        [1_720, 1_000],
      ];
      for (const colorScheme of ["light", "dark"] as const) {
        for (const [width = 0, height = 0] of sizes) {
          const page = await visitWithKey({ viewport: { width, height }, colorScheme });
          await page.locator("#chart canvas").waitFor({ state: "attached" });
          await page.waitForTimeout(3_000);
          await page.screenshot({ path: join(shots ?? "", `${width}-${colorScheme}.png`) });
        }
      }
    },
    120_000,
  );
});
