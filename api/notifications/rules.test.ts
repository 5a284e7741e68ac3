import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../registry/schema/notifications.ts";
import { backOffMs, restMs, TRIED_MS_MAX } from "./back-off.ts";
import { isUrgent, KINDS, kindOf } from "./kinds.ts";
import { dueS, localDay } from "./quiet-hours.ts";
import { FIELD_MAX, render, SMS_MAX, SUBJECT_MAX, smsText, TEXT_MAX, written } from "./render.ts";

describe("waits between attempts", () => {
  it("grow, are capped, and vary by chance by a fifth", () => {
    expect([1, 2, 3, 9, 20].map((attempt) => backOffMs(attempt, 0.5))).toEqual([
      5_000, 15_000, 45_000, 28_800_000, 28_800_000,
    ]);
    expect([backOffMs(1, 0), backOffMs(1, 1)]).toEqual([4_000, 6_000]);
  });

  it("fill three days with a bounded number of attempts", () => {
    let attempts = 0;
    for (let passedMs = 0; passedMs <= TRIED_MS_MAX; attempts++)
      passedMs += backOffMs(attempts + 1, 0.5);
    expect(attempts).toBe(17);
  });

  it("of an endpoint that is away begin at the third failure and end at a minute", () => {
    expect([1, 2, 3, 4, 100].map(restMs)).toEqual([0, 0, 8_000, 16_000, 60_000]);
  });
});

describe("quiet hours", () => {
  const at = (text: string): number => Date.parse(text) / 1_000;
  const night = { fromMin: 22 * 60, toMin: 7 * 60 };
  const noon = { fromMin: 12 * 60, toMin: 14 * 60 };

  it.each([
    ["before a night", night, "2026-01-10T20:59:59Z", "2026-01-10T20:59:59Z"],
    ["as a night begins", night, "2026-01-10T21:00:00Z", "2026-01-11T06:00:00Z"],
    ["after midnight", night, "2026-01-11T03:00:00Z", "2026-01-11T06:00:00Z"],
    ["as a night ends", night, "2026-01-11T06:00:00Z", "2026-01-11T06:00:00Z"],
    ["at noon", noon, "2026-07-01T10:30:00Z", "2026-07-01T12:00:00Z"],
    ["the night that is an hour shorter", night, "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"],
    ["the night that is an hour longer", night, "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"],
  ])("in Madrid: %s", (_, quiet, now, due) => {
    expect(dueS(at(now), quiet, "Europe/Madrid")).toBe(at(due));
  });

  it("of no length, and none, hold nothing back", () => {
    expect(dueS(1_000, { fromMin: 5, toMin: 5 }, "Europe/Madrid")).toBe(1_000);
    expect(dueS(1_000, undefined, "Europe/Madrid")).toBe(1_000);
  });

  it("hold nothing back for more than a day and an hour, and what has waited goes out", () => {
    const minute = fc.nat({ max: 1_439 });
    const zone = fc.constantFrom("Europe/Madrid", "Asia/Kathmandu", "America/St_Johns", "Nowhere");
    fc.assert(
      fc.property(fc.nat({ max: 4_000_000_000 }), minute, minute, zone, (now, from, to, name) => {
        const due = dueS(now, { fromMin: from, toMin: to }, name);
        expect(due).toBeGreaterThanOrEqual(now);
        expect(due - now).toBeLessThanOrEqual(90_000);
      }),
    );
  });

  it("and caps know the local day", () => {
    expect(localDay(at("2026-03-29T00:30:00Z"), "Europe/Madrid")).toEqual({
      date: "2026-03-29",
      fromS: at("2026-03-28T23:00:00Z"),
      toS: at("2026-03-29T22:00:00Z"),
    });
  });
});

describe("texts", () => {
  const fields = {
    unit: "Flat 1",
    service: "water",
    balance: "1.00 EUR",
    amount: "5.00 EUR",
    receipt: "7",
    date: "2026-01-01",
    count: "3",
  };

  it.each(LANGUAGES)("in %s fill every field, differ by kind and fit an SMS", (language) => {
    const all = KINDS.map((kind) => render(kind, language, fields));
    for (const one of all) {
      expect(`${one.subject}${one.text}`).not.toMatch(/[{}]/);
      expect(smsText(one)).toBe(one.text);
    }
    expect(new Set(all.map(({ text }) => text)).size).toBe(KINDS.length);
    expect(new Set(all.map(({ subject }) => subject)).size).toBe(KINDS.length);
  });

  it("escape what could be HTML, and keep templates out of fields", () => {
    const { html, text, subject } = render("cut", "en", {
      ...fields,
      unit: `<img src=x onerror="a()">&{balance}`,
      service: "$&\r\nBcc: a@b.c",
    });
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x onerror=&quot;a()&quot;&gt;&amp;{balance}");
    expect(text).toContain("$& ");
    expect(subject).not.toMatch(/[\r\n]/);
  });

  it("are bounded whatever the fields and what people write", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.string({ maxLength: 400 }), (kind, value) => {
        const given = Object.fromEntries(Object.keys(fields).map((name) => [name, value]));
        const all = render(kind, "de", { ...given, constructor: "x" });
        expect([...all.subject].length).toBeLessThanOrEqual(SUBJECT_MAX);
        expect([...all.text].length).toBeLessThanOrEqual(TEXT_MAX);
        expect([...smsText(all)].length).toBeLessThanOrEqual(SMS_MAX);
      }),
    );
    expect([...render("cut", "en", { unit: "x".repeat(500) }).subject].length).toBeLessThan(
      FIELD_MAX + 30,
    );
    expect([...written("a\nb".repeat(500), "x".repeat(5_000)).text].length).toBe(TEXT_MAX);
  });
});

describe("kinds", () => {
  it.each([
    ["credit.low", {}, "low_credit"],
    ["supply.notice_due", {}, "cut_notice"],
    ["supply.cut_requested", { cause: "automatic" }, "credit_out"],
    ["supply.cut_requested", { cause: "manual" }, undefined],
    ["supply.executed", { supply_number: 3, supply_state: "disconnected" }, "cut"],
    ["supply.executed", { supply_number: 3, supply_state: "connected" }, "restored"],
    ["supply.executed", { supply_number: 0, supply_state: "connected" }, undefined],
    ["supply.executed", { supply_number: 3, supply_state: "limited" }, undefined],
    ["emergency_credit.offered", {}, "emergency_offered"],
    ["emergency_credit.in_use", {}, "emergency_used"],
    ["tariff.activated", {}, "tariff_change"],
    ["vend.applied", {}, undefined],
    ["cycle.started", {}, undefined],
  ] as const)("of %s %j: %s", (type, data, kind) => expect(kindOf(type, data)).toBe(kind));

  it("that cannot wait are those of a cut, and credit that is critically low", () => {
    expect(KINDS.filter((kind) => isUrgent(kind, {}))).toEqual([
      "cut_notice",
      "credit_out",
      "cut",
      "restored",
    ]);
    expect(isUrgent("low_credit", { severity: "critical" })).toBe(true);
  });
});
