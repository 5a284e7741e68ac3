import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { KEY_FILE, makeKeyFile, newSealKey, readKeyFile, replaceKeyFile } from "./key-file.ts";
import { opened, sealed, sealingKey, takeKeys } from "./keyring.ts";
import { keyIdOf, seal, unseal } from "./seal.ts";

const folders: string[] = [];
const newFolder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "drawdown-keys-"));
  folders.push(made);
  return made;
};
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

describe("a sealed text", () => {
  const key = newSealKey();

  it("opens to what it was, and is another one each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const one = seal(text, key, "meters");
        expect(unseal(one, key, "meters")).toBe(Buffer.from(text).toString());
        expect(seal(text, key, "meters")).not.toBe(one);
        expect(keyIdOf(one)).toBe(key.id);
      }),
    );
  });

  it("does not open when one character of it is changed, with another key, or for another purpose", () => {
    const one = seal("the secret", key, "meters");
    const body = one.lastIndexOf(".") + 1;
    for (let at = body; at < one.length; at++) {
      const changed = `${one.slice(0, at)}${one[at] === "A" ? "B" : "A"}${one.slice(at + 1)}`;
      // The last character has bits that say nothing.
      if (
        at === one.length - 1 &&
        Buffer.from(changed.slice(body), "base64url").equals(
          Buffer.from(one.slice(body), "base64url"),
        )
      )
        continue;
      expect(() => unseal(changed, key, "meters")).toThrow("is damaged");
    }
    expect(() => unseal(one, newSealKey(), "meters")).toThrow("is damaged");
    expect(() => unseal(one, key, "gateways")).toThrow("is damaged");
    expect(() => unseal("sealed.1.0000000000000000.AA", key, "meters")).toThrow("is damaged");
  });
});

describe("the file of keys", () => {
  let path = "";
  beforeEach(() => {
    path = join(newFolder(), "data", KEY_FILE);
  });

  it("is made once, for its owner alone, and is the same from then on", () => {
    const [made] = makeKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(makeKeyFile(path)[0].id).toBe(made.id);
    expect(readKeyFile(path)?.map(({ id }) => id)).toEqual([made.id]);
    const newer = newSealKey();
    replaceKeyFile(path, [newer, made]);
    expect(readKeyFile(path)?.map(({ id }) => id)).toEqual([newer.id, made.id]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["", "holds no key"],
    ["# nothing\n\n", "holds no key"],
    ["abc\n", "is not the base64 of 32 bytes"],
    [`${"A".repeat(43)}\n`, "is not the base64 of 32 bytes"],
    [`${newSealKey().bytes.toString("base64")}\n`.repeat(17), "more than 16 keys"],
  ])("that holds %j is refused, and never replaced", (text, said) => {
    makeKeyFile(path);
    writeFileSync(path, text);
    expect(() => readKeyFile(path)).toThrow(said);
    expect(() => makeKeyFile(path)).toThrow(said);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

describe("the keys of a process", () => {
  it("come from the setting before the file, and older ones still open", () => {
    const folder = newFolder();
    takeKeys({ folder });
    const old = sealed("a", "meters");
    const newer = newSealKey();
    takeKeys({ folder: newFolder(), setting: `${newer.bytes.toString("base64")}` });
    expect(sealingKey().id).toBe(newer.id);
    expect(opened(old, "meters")).toBe("a");
    expect(() => takeKeys({ folder, setting: "wrong" })).toThrow("DRAWDOWN_SECRETS_KEYS");
  });

  it("are seen when somebody else changes the file; what nobody has a key for says so", () => {
    const folder = newFolder();
    takeKeys({ folder });
    const before = sealingKey();
    const newer = newSealKey();
    replaceKeyFile(join(folder, KEY_FILE), [newer, before]);
    expect(opened(seal("b", newer, "meters"), "meters")).toBe("b");
    expect(sealingKey().id).toBe(newer.id);
    const strange = seal("c", newSealKey(), "meters");
    expect(() => opened(strange, "meters")).toThrow(/which is not in .*secrets.keys/);
  });
});
