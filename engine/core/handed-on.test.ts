import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeDisk } from "../contract/node-disk.ts";
import { isLost, openHandedOn, Places, readHandedOn, type StreamState } from "./handed-on.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-handed-on-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fresh = new Places();
const stream = (first: number, last: number, created = "monday"): StreamState => ({
  created,
  first,
  last,
});
const open = (start: StreamState, againThrough = 0) =>
  openHandedOn(nodeDisk, folder, { noted: undefined, stream: start, againThrough });

test("what was published before a look is in the store when its messages have left the stream", async () => {
  const handedOn = open(stream(1, 0));
  expect(await handedOn.look(100, stream(1, 7), fresh)).toBe("sound");
  expect(handedOn.through).toBe(0);
  await handedOn.look(150, stream(7, 12), fresh);
  expect(handedOn.through).toBe(0);
  await handedOn.look(200, stream(8, 20), fresh);
  expect(handedOn.through).toBe(100);
  await handedOn.look(300, stream(21, 20), fresh);
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
  await handedOn.look(5, stream(3, 10), fresh);
  expect(await handedOn.look(6, later, fresh)).toBe("lost");
  const noted = await readHandedOn(nodeDisk, folder);
  expect(noted !== undefined && isLost(noted, later)).toBe(true);
});

test("a stream that went back and was filled again gives places a second time; the loss is noted for the next start", async () => {
  const handedOn = open(stream(1, 0));
  await handedOn.look(5, stream(3, 10), fresh);
  const places = new Places();
  for (const place of [9, 11, 10, 12]) places.put(place);
  expect(await handedOn.look(6, stream(3, 12), places)).toBe("sound");
  places.put(10);
  const longer = stream(3, 400);
  expect(await handedOn.look(7, longer, places)).toBe("lost");
  const noted = await readHandedOn(nodeDisk, folder);
  expect(noted !== undefined && isLost(noted, longer)).toBe(true);
});

test("a place from long before what is remembered is one that went back", () => {
  const places = new Places();
  for (let place = 1; place <= 70_000; place++) places.put(place);
  expect(places.wentBack).toBe(false);
  places.put(3);
  expect(places.wentBack).toBe(true);
});

test("while outputs are made again the loss stays noted, so that another crash begins them again", async () => {
  const first = open(stream(1, 0));
  await first.look(40, stream(1, 10), fresh);
  await first.look(50, stream(11, 15), fresh);
  const noted = await readHandedOn(nodeDisk, folder);
  expect(noted?.through).toBe(40);
  const anew = stream(1, 3, "tuesday");
  const second = openHandedOn(nodeDisk, folder, { noted, stream: anew, againThrough: 60 });
  expect(await second.look(55, anew, fresh)).toBe("sound");
  expect(await readHandedOn(nodeDisk, folder)).toEqual(noted);
  await second.look(60, stream(1, 8, "tuesday"), fresh);
  expect(await readHandedOn(nodeDisk, folder)).toEqual({
    through: 40,
    created: "tuesday",
    last: 8,
  });
  await second.look(70, stream(9, 9, "tuesday"), fresh);
  expect(second.through).toBe(60);
});

test("notes that can't be read stop the start and say what to do", async () => {
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(folder, "handed-on.json"), "{");
  await expect(readHandedOn(nodeDisk, folder)).rejects.toThrow(/move it away and start again/);
});
