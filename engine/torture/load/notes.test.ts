import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NoteReader, NoteWriter } from "./notes.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-notes-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a reader follows a writer, and leaves what is not whole yet for later", () => {
  const path = join(folder, "1.notes");
  const writer = new NoteWriter(path);
  const reader = new NoteReader(path);
  expect(reader.read()).toEqual([]);
  writer.frame(Buffer.from("frame"));
  writer.ack(7, 300_000);
  expect(reader.read()).toEqual([
    { kind: "frame", frame: Buffer.from("frame") },
    { kind: "ack", epoch: 7, sequence: 300_000 },
  ]);
  appendFileSync(path, Buffer.from([2, 8, 0, 0, 0, 9, 0, 0, 0]));
  expect(reader.read()).toEqual([]);
  appendFileSync(path, Buffer.from([1, 0, 0, 0]));
  expect(reader.read()).toEqual([{ kind: "ack", epoch: 9, sequence: 1 }]);
});

test("a process never writes on into another's notes", () => {
  const path = join(folder, "1.notes");
  new NoteWriter(path).ack(1, 1);
  expect(() => new NoteWriter(path)).toThrow(/EEXIST/);
});
