import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assetPath } from "../../contract/assets.ts";
import { draw } from "./draw.ts";
import { STORIES } from "./stories.ts";

describe("the charts of docs/semantics.md", () => {
  it.each(Object.entries(STORIES))(
    "%s is what the kernel gives (else: npm run charts)",
    (name, story) => {
      expect(readFileSync(assetPath(`docs/charts/${name}.svg`), "utf8")).toBe(draw(story()));
    },
  );
});
