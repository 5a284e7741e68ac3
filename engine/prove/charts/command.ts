/**
 * Writes the charts of docs/semantics.md anew: `npm run charts`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { assetPath } from "../../contract/assets.ts";
import { draw } from "./draw.ts";
import { STORIES } from "./stories.ts";

mkdirSync(assetPath("docs/charts"), { recursive: true });
for (const [name, story] of Object.entries(STORIES))
  writeFileSync(assetPath(`docs/charts/${name}.svg`), draw(story()));
