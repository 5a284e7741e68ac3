/**
 * Stories that once showed a difference, as short as they could be made, told again.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assetPath } from "../contract/assets.ts";
import { KernelSide } from "./kernel-side.ts";
import { retell } from "./prove.ts";
import type { Story } from "./story.ts";

const FOLDER = assetPath("engine/prove/found");
const kernel = new KernelSide();

/** A story with what it is about. */
type Found = Story & { about: string };

function found(): [about: string, story: Story][] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const { about, ...story } = JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")) as Found;
      return [about, story];
    });
}

describe("kernel and model agree where they once did not", () => {
  it.each(found())("%s", (_about, story) => {
    expect(story.steps.length).toBeGreaterThan(2);
    expect(retell(kernel, story)).toEqual([]);
  });
});
