/**
 * The operations page in a real browser, over the real stream and made-up figures. Needs /usr/bin/chromium (Debian:
 * chromium). It leaves pictures in `artefacts/` (DRAWDOWN_SHOTS names another folder), which is not kept in the repository.
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { startTrial, type Trial } from "./testing/trial.ts";

const CHROMIUM = "/usr/bin/chromium";
const SHOTS = process.env["DRAWDOWN_SHOTS"] ?? join(process.cwd(), "artefacts");
const OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
/** Least contrast of text, after WCAG 2.2 AA. */
const CONTRAST_MIN = 4.5;

/** Runs in the page: the least contrast of all texts that are shown, and where it is. */
const LEAST_CONTRAST = `(() => {
  const parse = (text) => { const c = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    c.fillStyle = text; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > 250) return c; } return [255, 255, 255]; };
  let least = { ratio: 99, where: "" };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.textContent.trim() || !e.checkVisibility() || e.closest("dialog,.sr,.skip,noscript,.u-over")) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least.ratio) least = { ratio, where: e.className + ": " + n.textContent.trim().slice(0, 30) };
  }
  return least;
})()`;

describe.skipIf(!existsSync(CHROMIUM))(`the operations page in ${CHROMIUM}`, () => {
  let servers: TestServers;
  let trial: Trial;
  let browser: Browser;
  const open: { close(): Promise<void> }[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    servers = await withServers({ nats: true });
    trial = await startTrial(servers.natsUrl, 120);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    mkdirSync(SHOTS, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await trial?.close();
    await servers?.stop();
  });
  afterEach(async () => {
    trial.world.isBad = false;
    for (const context of open.splice(0)) await context.close();
    expect(troubles.splice(0)).toEqual([]);
  });

  async function visit(options: BrowserContextOptions = {}): Promise<Page> {
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
      if (message.type() === "error" && !message.text().startsWith("Failed to load"))
        troubles.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(trial.url)) troubles.push(`asked ${request.url()}`);
    });
    await page.goto(`${trial.url}/ops#key=${trial.key}`);
    await page.locator('#link[data-state="live"]').waitFor();
    await page.locator(".tile").first().waitFor();
    return page;
  }
  const textOf = async (page: Page, selector: string): Promise<string> =>
    (await page.locator(selector).first().innerText()).replace(/\s+/g, " ");
  const tile = async (page: Page, name: string): Promise<string> =>
    textOf(page, `.tile:has(dt:text-is("${name}"))`);

  test("shows each figure, the shards, the gateways, the slowest bus first, and that all is well", async () => {
    const page = await visit();
    expect(page.url()).toBe(`${trial.url}/ops`);
    await expect.poll(() => textOf(page, "#state-text")).toBe("All parts work.");
    expect(await tile(page, "Readings a second")).toMatch(/Readings a second \d+ 120 accounts/);
    expect(await tile(page, "Journal sync p99")).toMatch(/\d ms 84 syncs a second/);
    expect(await tile(page, "Workers busy")).toMatch(/\d+ % /);
    expect(await tile(page, "Batch")).toBe("Batch 12 readings; p99 210");
    expect(await tile(page, "Gateways")).toBe("Gateways 38 0 silent");
    expect(await tile(page, "Spool")).toBe("Spool 6 frames, 20.9 KiB");
    expect(await page.locator(".shard").count()).toBe(64);
    expect(await textOf(page, "#shards-note")).toBe("42 of 64 in use");
    expect(await textOf(page, "#gateways tr")).toMatch(
      /^field-1:4120 38 320 0 \d+ 6 · 20.9 KiB 14 ms/,
    );
    const reads = await page.locator("#buses td:nth-child(2)").allInnerTexts();
    const ms = reads.map((text) => Number.parseFloat(text));
    expect(ms).toHaveLength(10);
    expect(ms).toEqual([...ms].sort((a, b) => b - a));
    for (const chart of ["throughput", "lag", "sync", "vends"])
      await page.locator(`#${chart} canvas`).waitFor();
    expect(await textOf(page, "#throughput-legend")).toMatch(/^Readings \d+ Rows stored \d+$/);
    await expect
      .poll(() => page.locator("#sync").getAttribute("aria-label"))
      .toMatch(/now p99 [\d.]+\sms, Median/);
  });

  test("says what is wrong, and when it is over", async () => {
    const page = await visit();
    trial.world.isBad = true;
    await expect.poll(() => textOf(page, "#state-text"), { timeout: 5_000 }).toMatch(/look after/);
    const alarms = await page.locator("#alarms li").allInnerTexts();
    expect(alarms.map((text) => text.replace(/\s/g, " "))).toEqual([
      "gateway 12: the engine does not answer: is it running?",
      "Frames wait for the engine since 41 s.",
      "Store: connect ECONNREFUSED 127.0.0.1:8123",
      "2 of 38 gateways are silent.",
      "1 meters have no reading for long.",
    ]);
    expect(await page.locator('.shard[data-late="true"]').allInnerTexts()).toEqual(["22"]);
    await page.screenshot({ path: join(SHOTS, "ops-trouble.png"), fullPage: true });
    trial.world.isBad = false;
    await expect
      .poll(() => textOf(page, "#state-text"), { timeout: 5_000 })
      .toBe("All parts work.");
  });

  test("lists cuts and vends as they happen, with the unit they are of", async () => {
    const page = await visit();
    const [account, other] = trial.world.accounts;
    if (account === undefined || other === undefined) throw new Error("the world is too small");
    await trial.world.credit(account, 12_000_000);
    await trial.world.switch(other, "disconnected", "manual");
    await expect.poll(() => textOf(page, "#bought li")).toMatch(/topped up 12.00/);
    await expect.poll(() => textOf(page, "#cuts li")).toMatch(/supply is cut/);
  });

  test("can be gone through by keyboard, and every text stands out enough, by day and by night", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await visit({ colorScheme });
      trial.world.isBad = true;
      await expect.poll(() => page.locator("#alarms li").count(), { timeout: 5_000 }).toBe(5);
      const least = await page.evaluate<{ ratio: number; where: string }>(LEAST_CONTRAST);
      expect(least.ratio, `${colorScheme}, ${least.where}`).toBeGreaterThanOrEqual(CONTRAST_MIN);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement?.className")).toBe("skip");
      await page.keyboard.press("Enter");
      expect(await page.evaluate("document.activeElement?.id")).toBe("figures");
    }
  });

  test.each([
    ["phone", 390, 844],
    ["desktop", 1_440, 900],
    ["wide", 1_720, 1_000],
  ])("fits a %s and has its picture taken", async (name, width, height) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await visit({ viewport: { width, height }, colorScheme });
      for (let n = 0; n < 3; n++) await trial.world.step(0.2);
      await page.waitForTimeout(2_500);
      expect(await page.evaluate<number>(OVERHANG)).toBe(0);
      const path = join(SHOTS, `ops-${name}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      expect(statSync(path).size).toBeGreaterThan(20_000);
    }
  });
});
