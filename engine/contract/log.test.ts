import fc from "fast-check";
import { expect, test } from "vitest";
import { LINE_CHARS_MAX, MASK, roleLog, withoutSecrets } from "./log.ts";

const API_KEY = "dd_3q2-7wQxk_0aZ9pLrT4vYb6NcM1uE8sG5hJ2kD7fA0";
const HMAC_KEY = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const AES_KEY = "0102030405060708090a0b0c0d0e0f11";
const TICKET = "Zm9vYmFyYmF6cXV4cXV1eGNvcmdl";
const SECRETS = [API_KEY, HMAC_KEY, TICKET, "hunter22", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];

function lines(say: (log: ReturnType<typeof roleLog>) => void): string {
  const written: string[] = [];
  say(roleLog("api", "trace", { write: (line) => void written.push(line) }));
  for (const line of written) expect(() => JSON.parse(line)).not.toThrow();
  return written.join("");
}

test.each<[string, (log: ReturnType<typeof roleLog>) => void]>([
  [
    "a header",
    (log) => log.info({ req: { headers: { authorization: `Bearer ${API_KEY}` } } }, "x"),
  ],
  ["a header in a text", (log) => log.warn(`refused: Authorization: Bearer ${API_KEY}`)],
  ["a key by its name", (log) => log.info({ key: API_KEY }, "made")],
  ["keys by their name", (log) => log.info({ keys: { operator: API_KEY, ops: API_KEY } }, "made")],
  ["a key in a text", (log) => log.info(`the key is ${API_KEY}, keep it`)],
  [
    "an identity file",
    (log) => log.info({ identity: { gateway: 7, shard: 3, key: HMAC_KEY } }, "x"),
  ],
  ["an HMAC key in a text", (log) => log.error(`bad identity {"gateway":7,"key":"${HMAC_KEY}"}`)],
  ["an AES key in a text", (log) => log.error(`telegram not read with aes key ${AES_KEY}`)],
  ["an AES key by its name", (log) => log.error({ meter: { aes_key: AES_KEY } }, "x")],
  [
    "a password in an address",
    (log) => log.info({ url: "postgres://drawdown:hunter22@host/db" }, "x"),
  ],
  [
    "an address in an error",
    (log) => log.error({ err: new Error("connect nats://u:hunter22@host:4222 failed") }, "x"),
  ],
  [
    "an error's cause",
    (log) =>
      log.error({ err: new Error("outer", { cause: new Error(`Bearer ${API_KEY} is bad`) }) }, "x"),
  ],
  ["a ticket in an address", (log) => log.info(`GET /v1/stream?ticket=${TICKET} 101`)],
  ["a ticket by its name", (log) => log.info({ out: { ticket: TICKET } }, "x")],
  [
    "a child's fields",
    (log) => log.child({ token: API_KEY }).info({ a: { b: { token: API_KEY } } }),
  ],
  ["a webhook's secret", (log) => log.info({ endpoint: { whatever: SECRETS[4] } }, "x")],
])("no log line shows %s", (_what, say) => {
  const text = lines(say);
  for (const secret of [...SECRETS, AES_KEY]) expect(text).not.toContain(secret);
  expect(text).toContain(MASK);
});

test("what is no secret stays as it is", () => {
  const told = {
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    vend_id: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    url: "http://127.0.0.1:8080/v1/accounts?limit=3",
    gateway: 7,
  };
  const text = lines((log) => log.info(told, "the gateway of key 7 is running"));
  expect(JSON.parse(text)).toMatchObject({ ...told, role: "api" });
  expect(text).not.toContain(MASK);
});

test("a line that is too long is left out with its length, and is JSON still", () => {
  const text = lines((log) => log.info({ body: "x".repeat(LINE_CHARS_MAX) }, "long"));
  expect(text.length).toBeLessThan(2_000);
  expect(JSON.parse(text).msg).toMatch(/characters is left out/);
});

test("a key never stands in a line, whatever stands around it", () => {
  const around = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(around, around, fc.base64String({ minLength: 24, maxLength: 44 }), (a, b, body) => {
      const key = `dd_${body.replace(/[+/=]/g, "x")}`;
      expect(withoutSecrets(JSON.stringify({ msg: `${a} ${key} ${b}` }))).not.toContain(key);
    }),
  );
});
