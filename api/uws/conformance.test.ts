/**
 * One suite over both engines: the same requests must be answered alike, down to the bytes that matter.
 */
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "./serve.ts";
import type { Engine, Served } from "./types.ts";

const BODY_MAX = 200_000;
const CHUNK = new Uint8Array(64 * 1024).fill(7);

/** What happened to streams that nobody reads to the end. */
const streams = { pulled: 0, cancelled: 0, aborted: 0 };

function testApp(): Hono {
  const app = new Hono();
  app.get("/text", (c) => c.text("plain"));
  app.get("/sized", (c) => c.body("plain", 200, { "content-length": "5" }));
  app.get("/json", (c) => c.json({ a: 1, ä: "€" }));
  app.get("/late", async (c) => {
    await sleep(5);
    return c.text(`${c.req.header("x-ask")} ${c.req.query("q")}`);
  });
  app.get("/cookies", (c) => {
    c.header("Set-Cookie", "a=1; Path=/", { append: true });
    c.header("Set-Cookie", "b=2; Path=/", { append: true });
    return c.body("two");
  });
  app.get("/no-content", (c) => c.body(null, 204));
  app.get("/not-modified", () => new Response(null, { status: 304, headers: { etag: '"x"' } }));
  app.get("/throws", () => {
    throw new Error("thrown");
  });
  app.onError((error) => {
    throw error;
  });
  app.get("/rejects", () => Promise.reject(new TypeError("rejected")));
  app.all("/echo", async (c) => c.body(await c.req.arrayBuffer(), 200, typeOf(c.req.raw)));
  app.post("/json", async (c) => c.json(await c.req.json()));
  app.post("/form", async (c) => c.json(await c.req.parseBody()));
  app.post("/stream-count", async (c) => {
    let bytes = 0;
    for await (const piece of c.req.raw.body ?? []) bytes += (piece as Uint8Array).byteLength;
    return c.json({ bytes });
  });
  app.post("/unread", (c) => c.text("not looked at", 401));
  app.get("/url", (c) => c.json({ url: c.req.url.replace(/:\d+/, ""), path: c.req.path }));
  app.get("/url/*", (c) => c.json({ url: c.req.url.replace(/:\d+/, ""), path: c.req.path }));
  app.get("/headers", (c) => c.json(c.req.header()));
  app.get(
    "/events",
    () => new Response(timed(), { headers: { "content-type": "text/event-stream" } }),
  );
  app.get("/bytes/:n", (c) => new Response(many(Number(c.req.param("n")))));
  app.get("/broken", () => new Response(breaking()));
  app.get("/never", (c) => {
    c.req.raw.signal.addEventListener("abort", () => streams.aborted++);
    return new Promise<Response>(() => undefined);
  });
  app.get("/wrapped", (c) => c.text("in"));
  app.use("/wrapped/*", async (c, next) => {
    await next();
    c.res.headers.set("x-after", "yes");
  });
  app.get("/wrapped/one", (c) => c.json({ ok: true }, 201));
  app.get("/cloned", async (c) => c.text(await (await app.request("/text")).clone().text()));
  return app;
}

function typeOf(request: Request): Record<string, string> {
  return { "content-type": request.headers.get("content-type") ?? "application/octet-stream" };
}

function timed(): ReadableStream<Uint8Array> {
  let n = 0;
  return new ReadableStream({
    async pull(controller) {
      if (n === 3) return controller.close();
      await sleep(20);
      controller.enqueue(new TextEncoder().encode(`data: ${n++}\n\n`));
    },
  });
}

function many(chunks: number): ReadableStream<Uint8Array> {
  let left = chunks;
  return new ReadableStream(
    {
      pull(controller) {
        streams.pulled++;
        if (left-- === 0) controller.close();
        else controller.enqueue(CHUNK);
      },
      cancel() {
        streams.cancelled++;
      },
    },
    { highWaterMark: 0 },
  );
}

function breaking(): ReadableStream<Uint8Array> {
  let n = 0;
  return new ReadableStream({
    async pull(controller) {
      await sleep(10);
      if (n++ === 2) throw new Error("broke on the way");
      controller.enqueue(CHUNK);
    },
  });
}

/** Sends raw bytes and gives back all that came until the other side closed, or some time passed. */
function raw(port: number, text: string, waitMs = 300): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on("data", (data) => {
      got += data.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(got);
    });
  });
}

describe.each<Engine>(["uws", "node"])("served by %s", (engine) => {
  let served: Served;
  let errors: unknown[] = [];
  const at = (path: string): string => `http://127.0.0.1:${served.port}${path}`;

  beforeAll(async () => {
    const app = testApp();
    const onError = (error: unknown): void => void errors.push(error);
    served = await serve({
      app,
      host: "127.0.0.1",
      port: 0,
      bodyBytesMax: BODY_MAX,
      engine,
      onError,
    });
    expect(served.engine).toBe(engine);
  });
  afterAll(() => served.close());

  test.each([
    ["/text", 200, "text/plain;charset=UTF-8", "plain"],
    ["/json", 200, "application/json", '{"a":1,"ä":"€"}'],
    ["/wrapped/one", 201, "application/json", '{"ok":true}'],
    ["/cloned", 200, "text/plain;charset=UTF-8", "plain"],
    ["/nowhere", 404, "text/plain;charset=UTF-8", "404 Not Found"],
  ])("answers GET %s whole, with its length", async (path, status, type, text) => {
    const response = await fetch(at(path));
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")?.replace("; ", ";")).toBe(type);
    expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
    expect(response.headers.get("x-after")).toBe(path.startsWith("/wrapped") ? "yes" : null);
    expect(await response.text()).toBe(text);
  });

  test("says for how long an idle connection is kept", async () => {
    const kept = await raw(served.port, "GET /json HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(kept).toMatch(/\r\nkeep-alive: timeout=\d+\r\n/i);
    const late = await raw(served.port, "GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(late).toMatch(/\r\nkeep-alive: timeout=\d+\r\n/i);
  });

  test("headers and query are there after the handler waited", async () => {
    const response = await fetch(at("/late?q=a%20b"), { headers: { "X-Ask": "who" } });
    expect(await response.text()).toBe("who a b");
  });

  test("repeated request headers are joined", async () => {
    const text = await raw(
      served.port,
      "GET /headers HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-A: 2\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n",
    );
    expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({
      "x-a": "1, 2",
      cookie: "a=1; b=2",
    });
  });

  test("several Set-Cookie headers stay several", async () => {
    const response = await fetch(at("/cookies"));
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2; Path=/"]);
  });

  test("204 and 304 carry no body and no length", async () => {
    for (const [path, status] of [
      ["/no-content", 204],
      ["/not-modified", 304],
    ] as const) {
      const text = await raw(served.port, `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
      expect(text.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
      expect(text.toLowerCase()).not.toContain("transfer-encoding");
      expect(text.toLowerCase()).not.toMatch(/content-length: [1-9]/);
      expect(text.endsWith("\r\n\r\n")).toBe(true);
    }
  });

  test("HEAD says what GET would and sends nothing", async () => {
    for (const [path, length] of [
      ["/sized", "5"],
      ["/text", undefined],
    ]) {
      const text = await raw(served.port, `HEAD ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
      expect(text).toMatch(/^HTTP\/1\.1 200 /);
      expect(/content-length: (\d+)\r\n/i.exec(text)?.[1]).toBe(length);
      expect(text.endsWith("\r\n\r\n")).toBe(true);
    }
  });

  test("any method reaches the app", async () => {
    for (const method of ["OPTIONS", "PUT", "PATCH", "DELETE", "POST"]) {
      const response = await fetch(at("/echo"), { method, body: "é" });
      expect(await response.text()).toBe("é");
    }
  });

  test("bodies arrive as JSON, form and bytes", async () => {
    const headers = { "content-type": "application/json" };
    const posted = await fetch(at("/json"), { method: "POST", headers, body: '{"b":[1,2]}' });
    expect(await posted.json()).toEqual({ b: [1, 2] });
    const form = new FormData();
    form.set("name", "Łódź");
    const parsed = await fetch(at("/form"), { method: "POST", body: form });
    expect(await parsed.json()).toEqual({ name: "Łódź" });
    const bytes = await fetch(at("/echo"), { method: "PUT", body: CHUNK });
    expect(Buffer.from(await bytes.arrayBuffer()).equals(CHUNK)).toBe(true);
  });

  test("a body without a declared length is read to its end", async () => {
    const text = await raw(
      served.port,
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    );
    expect(text.endsWith("hello world")).toBe(true);
  });

  test("a body of just the bound passes, as a whole and as a stream", async () => {
    const body = new Uint8Array(BODY_MAX).fill(1);
    for (const path of ["/echo", "/stream-count"]) {
      const response = await fetch(at(path), { method: "POST", body });
      expect(response.status).toBe(200);
      if (path === "/stream-count") expect(await response.json()).toEqual({ bytes: BODY_MAX });
      else expect((await response.arrayBuffer()).byteLength).toBe(BODY_MAX);
    }
  });

  test.each(["/echo", "/stream-count", "/json"])(
    "a longer body to %s is a 413 problem",
    async (path) => {
      const body = new Uint8Array(BODY_MAX + 1).fill(1);
      const declared = await fetch(at(path), { method: "POST", body });
      const streamed = await fetch(at(path), {
        method: "POST",
        body: many(4),
        duplex: "half",
      } as RequestInit);
      for (const response of [declared, streamed]) {
        expect(response.status).toBe(413);
        expect(response.headers.get("content-type")).toContain("application/problem+json");
        expect(await response.json()).toMatchObject({ status: 413, code: "body_too_large" });
      }
    },
  );

  test("a body that never ends is cut off", async () => {
    const head = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    const piece = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const text = await raw(served.port, head + piece.repeat(12), 2_000).catch(String);
    expect(text).toMatch(/ 413 |ECONNRESET|EPIPE/);
  });

  test("an answer before the body was read leaves the connection usable", async () => {
    const body = "x".repeat(100_000);
    const first = `POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const text = await raw(
      served.port,
      `${first}GET /text HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/ 401 /);
    expect(text).toMatch(/ 200 OK[\s\S]*plain$/);
  });

  test.each(["/throws", "/rejects"])(
    "an error of the app at %s is a 500 problem and is told",
    async (path) => {
      errors = [];
      const response = await fetch(at(path));
      expect(response.status).toBe(500);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expect(await response.json()).toMatchObject({ status: 500, code: "internal_error" });
      expect(errors).toHaveLength(1);
    },
  );

  test.each([
    ["/url", "http://127.0.0.1/url", "/url"],
    ["/url/a%20b?x=%C3%A4&y", "http://127.0.0.1/url/a%20b?x=%C3%A4&y", "/url/a b"],
    ["/url/a/../b/./c", "http://127.0.0.1/url/b/c", "/url/b/c"],
    ["/url/%2e%2e/url", "http://127.0.0.1/url", "/url"],
    ["/url/'\"<>|", "http://127.0.0.1/url/'%22%3C%3E|", "/url/'\"<>|"],
  ])("the address %s is seen as one text", async (target, url, path) => {
    const head = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nConnection: close\r\n\r\n`;
    const text = await raw(served.port, head);
    expect(JSON.parse(text.slice(text.indexOf("{")))).toEqual({ url, path });
  });

  test.each(["a/b", "a b", "[::1", "user@h", "h:port", ""])(
    "the Host header '%s' is refused",
    async (host) => {
      const text = await raw(
        served.port,
        `GET /text HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  test("pieces of a stream arrive as they are made", async () => {
    const response = await fetch(at("/events"));
    const pieces: string[] = [];
    for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece).toString());
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe("data: 0\n\ndata: 1\n\ndata: 2\n\n");
  });

  test("a long stream arrives whole, and is made no faster than it is read", async () => {
    streams.pulled = 0;
    const socket = connect(served.port, "127.0.0.1");
    socket.write("GET /bytes/600 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    await sleep(300);
    const atRest = streams.pulled;
    expect(atRest).toBeLessThan(300);
    let bytes = 0;
    for await (const piece of socket) bytes += (piece as Buffer).byteLength;
    expect(bytes).toBeGreaterThan(600 * CHUNK.byteLength);
    expect(streams.pulled).toBe(601);
  });

  test("a client that hangs up cancels the stream and aborts the request", async () => {
    streams.cancelled = 0;
    streams.aborted = 0;
    for (const path of ["/bytes/100000", "/never"]) {
      const socket = connect(served.port, "127.0.0.1");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
      await sleep(50);
      socket.destroy();
    }
    await expect.poll(() => streams).toMatchObject({ cancelled: 1, aborted: 1 });
  });

  test("a stream that breaks ends the connection instead of looking whole", async () => {
    const response = await fetch(at("/broken"));
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  test("a taken port is refused with its code", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const again = serve({ app: testApp(), host: "127.0.0.1", port, engine });
    await expect(again).rejects.toMatchObject({
      code: "EADDRINUSE",
      message: expect.stringContaining(String(port)),
    });
    other.close();
  });

  test("closing lets a request under way finish, and takes no more", async () => {
    const short = await serve({ app: testApp(), host: "127.0.0.1", port: 0, engine });
    const late = await fetch(`http://127.0.0.1:${short.port}/events`);
    const text = late.text();
    await Promise.all([short.close(), short.close()]);
    expect(await text).toContain("data: 2");
    await expect(fetch(`http://127.0.0.1:${short.port}/text`)).rejects.toThrow();
  });
});
