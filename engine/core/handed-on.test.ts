import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeDisk } from "../contract/node-disk.ts";
import { isLost, openHandedOn, readHandedOn, type StreamState } from "./handed-on.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-handed-on-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stream = (first: number, last: number, created = "monday"): StreamState => ({
  created,
  first,
  last,
});
const open = (start: StreamState, againThrough = 0) =>
  openHandedOn(nodeDisk, folder, { noted: undefined, stream: start, againThrough });

test("what was published before a look is in the store when its messages have left the stream", async () => {
  const handedOn = open(stream(1, 0));
  expect(await handedOn.look(100, stream(1, 7))).toBe("sound");
  expect(handedOn.through).toBe(0);
  await handedOn.look(150, stream(7, 12));
  expect(handedOn.through).toBe(0);
  await handedOn.look(200, stream(8, 20));
  expect(handedOn.through).toBe(100);
  await handedOn.look(300, stream(21, 20));
  expect(handedOn.through).toBe(200);
  expect(await readHandedOn(nodeDisk, folder)).toEqual({
    through: 200,
    created: "monday",
    last: 20,
  });
});

test.each([
  ["was made anew", stream(1, 50, "tuesday")],
  ["went back", stream(1, 9)],
])("a stream that %s has lost what it had taken", async (_, later) => {
  const handedOn = open(stream(1, 0));
  await handedOn.look(5, stream(3, 10));
  expect(await handedOn.look(6, later)).toBe("lost");
  const noted = await readHandedOn(nodeDisk, folder);
  expect(noted !== undefined && isLost(noted, later)).toBe(true);
});

test("while outputs are made again the loss stays noted, so that another crash begins them again", async () => {
  const first = open(stream(1, 0));
  await first.look(40, stream(1, 10));
  await first.look(50, stream(11, 15));
  const noted = await readHandedOn(nodeDisk, folder);
  expect(noted?.through).toBe(40);
  const anew = stream(1, 3, "tuesday");
  const second = openHandedOn(nodeDisk, folder, { noted, stream: anew, againThrough: 60 });
  expect(await second.look(55, anew)).toBe("sound");
  expect(await readHandedOn(nodeDisk, folder)).toEqual(noted);
  await second.look(60, stream(1, 8, "tuesday"));
  expect(await readHandedOn(nodeDisk, folder)).toEqual({
    through: 40,
    created: "tuesday",
    last: 8,
  });
  await second.look(70, stream(9, 9, "tuesday"));
  expect(second.through).toBe(60);
});

test("notes that can't be read stop the start and say what to do", async () => {
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(folder, "handed-on.json"), "{");
  await expect(readHandedOn(nodeDisk, folder)).rejects.toThrow(/move it away and start again/);
});
