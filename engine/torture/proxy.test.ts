import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOOPBACK } from "../host/ports.ts";
import { type LinkProxy, openProxy } from "./proxy.ts";

let server: Server;
let proxy: LinkProxy;
let client: Socket;
let received = "";
let closed = false;

/** A server that says everything back. */
beforeEach(async () => {
  server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.pipe(socket);
  });
  server.listen({ host: LOOPBACK, port: 0 });
  await once(server, "listening");
  const address = server.address();
  proxy = await openProxy("test", typeof address === "object" ? (address?.port ?? 0) : 0);
  received = "";
  closed = false;
  client = connect({ host: LOOPBACK, port: proxy.port });
  client.on("data", (chunk: Buffer) => {
    received += chunk.toString();
  });
  client.on("error", () => undefined);
  client.on("close", () => {
    closed = true;
  });
  await once(client, "connect");
});
afterEach(() => {
  client.destroy();
  proxy.close();
  server.close();
});

test("passes everything on while it is told nothing", async () => {
  const long = "x".repeat(3_000_000);
  client.write(long);
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(long.length);
});

test("cuts", async () => {
  client.write("hello");
  await expect.poll(() => received).toBe("hello");
  proxy.fault("cut", 0);
  await expect.poll(() => closed).toBe(true);
});

test("delays, and loses nothing by it", async () => {
  client.write("a");
  await expect.poll(() => received).toBe("a");
  proxy.fault("delay", 300);
  const startMs = Date.now();
  client.write("bc");
  await expect.poll(() => received, { timeout: 5_000 }).toBe("abc");
  expect(Date.now() - startMs).toBeGreaterThanOrEqual(250);
});

test("halves the next message and hangs up; the next connection is whole again", async () => {
  client.write("ab");
  await expect.poll(() => received).toBe("ab");
  proxy.fault("halve", 0);
  client.write("12345678");
  await expect.poll(() => closed).toBe(true);
  expect(received.length).toBeLessThan("ab12345678".length);
  const next = connect({ host: LOOPBACK, port: proxy.port });
  next.write("whole");
  const [chunk] = (await once(next, "data")) as [Buffer];
  expect(chunk.toString()).toBe("whole");
  next.destroy();
});
