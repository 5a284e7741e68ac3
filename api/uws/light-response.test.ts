import { describe, expect, test } from "vitest";
import { lightPartsOf, useLightResponse } from "./light-response.ts";

const Real = globalThis.Response;
useLightResponse();
const Light = globalThis.Response;

type Made = [
  body?: ConstructorParameters<typeof Response>[0],
  init?: ConstructorParameters<typeof Response>[1],
];
const bytes = new TextEncoder().encode("bytes");

const CASES: [string, Made][] = [
  ["nothing", []],
  ["a text", ["text"]],
  ["an empty text", [""]],
  ["a text with a type", ["{}", { headers: { "Content-Type": "application/json" } }]],
  ["bytes", [bytes, { status: 201 }]],
  ["a form", [new URLSearchParams({ a: "1" })]],
  [
    "headers as pairs",
    [
      "x",
      {
        headers: [
          ["a", "1"],
          ["a", "2"],
        ],
      },
    ],
  ],
  ["real headers", ["x", { headers: new Headers({ b: "3" }), status: 404, statusText: "Gone" }]],
  ["no content", [null, { status: 204, headers: { etag: "x" } }]],
  [
    "several cookies",
    [
      null,
      {
        headers: [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
      },
    ],
  ],
];

describe("a light response is like a real one", () => {
  test.each(CASES)("made of %s", async (_what, made) => {
    const light = new Light(...made);
    const real = new Real(...made);
    expect([light.status, light.ok, light.statusText]).toEqual([
      real.status,
      real.ok,
      real.statusText,
    ]);
    const parts = lightPartsOf(light);
    if (parts !== undefined) expect([...new Headers(parts.headers)]).toEqual([...real.headers]);
    expect([...light.headers]).toEqual([...real.headers]);
    expect(await light.clone().text()).toBe(await real.clone().text());
    expect(light.bodyUsed).toBe(false);
    expect(await light.text()).toBe(await real.text());
    expect(light.bodyUsed).toBe(real.bodyUsed);
    expect(lightPartsOf(light)).toBeUndefined();
  });

  test.each<[string, Made]>([
    ["a body where none may be", ["x", { status: 204 }]],
    ["a status that is none", [null, { status: 99 }]],
    ["a status that is no number", [null, { status: Number.NaN }]],
  ])("refuses %s where a real one does", (_what, made) => {
    expect(() => new Real(...made)).toThrow();
    expect(() => new Light(...made)).toThrow();
  });

  test.each([{ "bad name": "x" }, { name: "line\nbreak" }])(
    "refuses the headers %j before they are sent",
    (headers) => {
      expect(() => lightPartsOf(new Light("x", { headers }))).toThrow(TypeError);
    },
  );

  test("headers that were set later are there, and keep the body light", () => {
    const light = new Light("text", { headers: { a: "1" } });
    light.headers.set("b", "2");
    const parts = lightPartsOf(light);
    expect(parts?.body).toBe("text");
    expect(Object.fromEntries(new Headers(parts?.headers))).toMatchObject({ a: "1", b: "2" });
  });

  test("each is a Response to whoever asks, and wraps another", async () => {
    const real = new Real("x");
    expect(real instanceof Response).toBe(true);
    expect(new Light("x") instanceof Real).toBe(true);
    const wrapped = new Light(real.body, real);
    expect(await wrapped.text()).toBe("x");
    expect(await Response.json({ a: 1 }).json()).toEqual({ a: 1 });
  });
});
