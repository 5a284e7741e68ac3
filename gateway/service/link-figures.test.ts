import { expect, test } from "vitest";
import { LINKS_KEPT_MAX, LINKS_TOLD_MAX, LinkFigures } from "./link-figures.ts";
import { LinkHealth } from "./link-health.ts";

test("the links with most trouble are told, with their faults by kind and their longest read", () => {
  const figures = new LinkFigures();
  figures.read("good", undefined, 5);
  figures.read("bad", "timeout", 900);
  figures.read("bad", "timeout", 1_000.4);
  figures.read("bad", "malformed", 3);
  figures.read("bad", undefined, 4);
  const [worst, other] = figures.worst((link) => (link === "bad" ? 2 : 0));
  expect(worst).toEqual({
    link: "bad",
    reads: 4,
    faults: { timeout: 2, malformed: 1 },
    worst_ms: 1_000,
    waiting: 2,
  });
  expect(other).toMatchObject({ link: "good", reads: 1, faults: {} });
});

test("what is kept and what is told have bounds; the link used longest ago is forgotten", () => {
  const figures = new LinkFigures();
  for (let i = 0; i < LINKS_KEPT_MAX + 1; i++) figures.read(`link ${i}`, undefined, 1);
  expect(figures.worst(() => 0).length).toBe(LINKS_TOLD_MAX);
  expect(figures.worst((link) => (link === "link 0" ? 1 : 0))[0]?.link).not.toBe("link 0");
});

test("a wire is back when the first of its meters answers while others fail", () => {
  const health = new LinkHealth();
  expect(health.note("a", undefined, false)).toBe(false);
  expect(health.note("a", undefined, false)).toBe(false);
  expect(health.note("a", false, true)).toBe(true);
  expect(health.note("a", true, true)).toBe(false);
  expect(health.note("a", false, true)).toBe(false);
  expect(health.of("a")).toEqual({ answering: 2, failing: 0 });
  health.forget("a", true);
  health.forget("a", true);
  health.forget("a", true);
  expect(health.of("a")).toEqual({ answering: 0, failing: 0 });
});
