import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { nodeFlags } from "./program.ts";

test("an engine collects by one thread and seldom all, by flags that this Node knows; the api by one thread on few cores; others as Node does", () => {
  const flags = nodeFlags("engine");
  expect(flags).toEqual(["--single-threaded-gc", "--heap-growing-percent=400"]);
  expect(nodeFlags("api", 3)).toEqual(["--single-threaded-gc"]);
  expect(nodeFlags("api", 4)).toEqual([]);
  expect(nodeFlags("store-writer", 1)).toEqual([]);
  const { status, stderr } = spawnSync(process.execPath, [...flags, "-e", "gc"], {
    encoding: "utf8",
  });
  // The script ends with an error of its own, so that it is known to have been run.
  expect({ status, isRun: stderr.includes("gc is not defined") }).toEqual({
    status: 1,
    isRun: true,
  });
});
