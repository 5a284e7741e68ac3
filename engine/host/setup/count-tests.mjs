/**
 * Repeats vitest's closing count as one plain line, `N passed, N failed, N skipped`. Argument: the file with its output.
 */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

const output = stripVTControlCharacters(readFileSync(process.argv[2] ?? "", "utf8"));
const closing = output.split("\n").findLast((line) => /^\s*Tests\s+.*\(\d+\)/.test(line));
const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(closing ?? "")?.[1] ?? 0);
process.stdout.write(
  `${count("passed")} passed, ${count("failed")} failed, ${count("skipped") + count("todo")} skipped\n`,
);
