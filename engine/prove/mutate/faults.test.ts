import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assetPath } from "../../contract/assets.ts";
import { FAULTS } from "./faults.ts";
import { plant } from "./plant.ts";

const sourceOf = (file: string): string =>
  readFileSync(assetPath("kernel-as/assembly", file), "utf8");

describe("faults for the kernel", () => {
  it("are many, and no two are the same", () => {
    expect(FAULTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(FAULTS.map(({ file, what }) => `${file} ${what}`)).size).toBe(FAULTS.length);
  });

  it("fit the sources as they stand: each text is found once", () => {
    const wrong = FAULTS.flatMap((fault) => {
      try {
        return plant(sourceOf(fault.file), fault) === sourceOf(fault.file) ? [fault.what] : [];
      } catch (error) {
        return [String(error)];
      }
    });
    expect(wrong).toEqual([]);
  });

  it("a text that is not there, or twice, or changes nothing, is refused", () => {
    const fault = { file: "x.ts", what: "x", from: "a", to: "b" };
    expect(plant("xay", fault)).toBe("xby");
    expect(() => plant("xyz", fault)).toThrow("found 0 times");
    expect(() => plant("aa", fault)).toThrow("found 2 times");
    expect(() => plant("a", { ...fault, to: "a" })).toThrow("changes nothing");
  });
});
