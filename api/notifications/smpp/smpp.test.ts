import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import smpp from "smpp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SentPart, SmsChannel } from "../sms-channel.ts";
import type { Receipt } from "./receipt.ts";
import { linkOf, type SmppOptions, smppChannel, WINDOW_MAX } from "./smpp-channel.ts";
import { type Centre, shownOf, startCentre } from "./testing/centre.ts";
import { encoded, PARTS_MAX } from "./text.ts";

/** Against a real SMPP server, with what goes wrong at such servers. */

let centre: Centre;
let open: SmsChannel[] = [];
let receipts: Receipt[] = [];
let faults: Error[] = [];
const { errors } = smpp;
const status = (name: string): number => errors[name] ?? Number.NaN;

beforeEach(async () => {
  centre = await startCentre();
  open = [];
  receipts = [];
  faults = [];
});
afterEach(async () => {
  for (const channel of open) channel.close?.();
  await centre.close();
});

const TIMES = { bindMs: 1_000, answerMs: 400, enquireMs: 100, againMs: 20, againMsMax: 60 };
function channelTo(given: Partial<SmppOptions> = {}, isKnown = true): SmsChannel {
  const at = { host: "127.0.0.1", port: centre.port, tls: false, systemId: "us", password: "pa55" };
  const channel = smppChannel(
    { ...at, sender: "Drawdown", times: TIMES, ...given },
    {
      onReceipt: async (receipt) => {
        receipts.push(receipt);
        return isKnown;
      },
      onFault: (fault) => faults.push(fault),
    },
  );
  open.push(channel);
  return channel;
}
const sms = { id: "m1", to: "+34600000000", text: "Hello" };
const until = async (isSo: () => boolean): Promise<void> => {
  for (let look = 0; look < 300 && !isSo(); look++) await new Promise((go) => setTimeout(go, 10));
  expect(isSo()).toBe(true);
};
function bookOf(taken: number[] = []) {
  const noted: SentPart[] = [];
  const note = async (part: SentPart): Promise<void> => void noted.push(part);
  return { noted, parts: { taken: new Set(taken), note } };
}

describe("a text", () => {
  it.each([
    ["Hello {you} [1] 5€ £ñÉ", 0, 1],
    ["x".repeat(160), 0, 1],
    ["x".repeat(161), 0, 2],
    ["€".repeat(80), 0, 1],
    ["€".repeat(81), 0, 2],
    ["calefacción", 8, 1],
    ["ó".repeat(70), 8, 1],
    ["ó".repeat(71), 8, 2],
    ["😀".repeat(35), 8, 1],
    ["😀".repeat(36), 8, 2],
    ["", 0, 1],
  ])("%j has coding %i and %i parts", async (text, coding, parts) => {
    const made = encoded(text, 7);
    expect([made.coding, made.parts.length]).toEqual([coding, parts]);
    await channelTo().send({ ...sms, text });
    expect(shownOf(centre.submitted)).toBe(text);
  });

  it("of any kind comes together again from parts that fit, none with half a character", () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom("€", "[", "a", "\n"), fc.constantFrom("😀", "á", "語", "a")),
      maxLength: 500,
    });
    fc.assert(
      fc.property(text, (given) => {
        const made = encoded(given, 200);
        for (const [at, part] of made.parts.entries()) {
          const isUcs2 = made.coding === 8;
          expect(part.length).toBeLessThanOrEqual(isUcs2 ? 140 : made.hasHeader ? 159 : 160);
          if (made.hasHeader)
            expect([...part.subarray(0, 6)]).toEqual([5, 0, 3, 200, made.parts.length, at + 1]);
          const body = made.hasHeader ? part.subarray(6) : part;
          const shown = isUcs2 ? Buffer.from(body).swap16().toString("utf16le") : "";
          if (isUcs2) expect(Buffer.from(shown).toString()).toBe(shown);
          else expect(body.at(-1)).not.toBe(0x1b);
        }
      }),
    );
  });

  it("that is too long for the header is refused", async () => {
    expect(() => encoded("ó".repeat(67 * PARTS_MAX + 1), 0)).toThrow("needs more than 16 SMS");
    const long = { ...sms, text: "ó".repeat(2_000) };
    await expect(channelTo().send(long)).rejects.toMatchObject({ final: true });
    expect(centre.submitted).toEqual([]);
  });
});

describe("an SMS over SMPP", () => {
  it("goes out once, from the sender to the number, with a receipt asked for, and its id is noted", async () => {
    const book = bookOf();
    await channelTo().send({ ...sms, parts: book.parts });
    expect(centre.binds[0]).toMatchObject({
      system_id: "us",
      password: "pa55",
      interface_version: 0x34,
    });
    expect(centre.submitted).toHaveLength(1);
    expect(centre.submitted[0]).toMatchObject({
      source_addr: "Drawdown",
      source_addr_ton: 5,
      destination_addr: "34600000000",
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      registered_delivery: 1,
      esm_class: 0,
    });
    expect(book.noted).toEqual([{ part: 1, parts: 1, reference: "m1" }]);
  });

  it("of several parts goes on after those that were taken before", async () => {
    const text = "x".repeat(400);
    centre.answer = (_, count) => (count === 2 ? status("ESME_RSYSERR") : 0);
    const first = bookOf();
    const channel = channelTo();
    await expect(channel.send({ ...sms, text, parts: first.parts })).rejects.toMatchObject({
      final: false,
    });
    expect(first.noted.map(({ part }) => part)).toEqual([1]);
    const again = bookOf([1]);
    await channel.send({ ...sms, text, parts: again.parts });
    expect(again.noted.map(({ part }) => part)).toEqual([2, 3]);
    centre.submitted.splice(1, 1);
    expect(shownOf(centre.submitted)).toBe(text);
    const references = centre.submitted.map(
      (pdu) => (pdu["short_message"] as { udh: Buffer[] }).udh[0]?.[2],
    );
    expect(new Set(references).size).toBe(1);
  });

  it.each([
    ["ESME_RINVDSTADR", { final: true, soon: false }],
    ["ESME_RINVSRCADR", { final: true, soon: false }],
    ["ESME_RX_P_APPN", { final: true, soon: false }],
    ["ESME_RSYSERR", { final: false, soon: false }],
    ["ESME_RX_T_APPN", { final: false, soon: false }],
    ["ESME_RSUBMITFAIL", { final: false, soon: false }],
  ])("that is answered %s has failed, with that reason", async (name, fault) => {
    centre.answer = () => status(name);
    const sent = channelTo().send(sms);
    await expect(sent).rejects.toMatchObject({
      ...fault,
      message: `the SMS centre answered ${name}`,
    });
  });

  it("that is answered something of a vendor's own may pass later", async () => {
    centre.answer = () => 0x0410;
    await expect(channelTo().send(sms)).rejects.toMatchObject({
      final: false,
      message: "the SMS centre answered status 0x00000410",
    });
  });

  it.each(["ESME_RTHROTTLED", "ESME_RMSGQFUL"])(
    "waits and goes out when %s is over",
    async (name) => {
      centre.answer = (_, count) => (count <= 2 ? status(name) : 0);
      const began = Date.now();
      await channelTo().send(sms);
      expect(centre.submitted).toHaveLength(3);
      expect(Date.now() - began).toBeGreaterThanOrEqual(1_400);
    },
  );

  it("never has more in flight than the window", async () => {
    centre.delayMs = 30;
    let inFlight = 0;
    let most = 0;
    centre.answer = () => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => inFlight--, centre.delayMs);
      return 0;
    };
    const channel = channelTo();
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => channel.send({ ...sms, id: `m${at}` })),
    );
    expect(centre.submitted).toHaveLength(50);
    expect(most).toBeLessThanOrEqual(WINDOW_MAX);
    expect(most).toBeGreaterThan(WINDOW_MAX / 2);
  });
});

describe("the link", () => {
  it("that is refused says why, without the password, and is tried again until it is taken", async () => {
    centre.bindStatus = status("ESME_RINVPASWD");
    const channel = channelTo();
    await until(() => faults.length > 1);
    await expect(channel.send(sms)).rejects.toMatchObject({ final: false });
    expect(String(faults[0])).toContain("ESME_RINVPASWD");
    expect(JSON.stringify(faults.map(String))).not.toContain("pa55");
    centre.bindStatus = 0;
    await channel.send(sms);
    expect(centre.submitted).toHaveLength(1);
  });

  it("that drops in the middle fails what was in flight, comes back, and sends the rest", async () => {
    centre.answer = (_, count) => (count === 1 ? "drop" : 0);
    const channel = channelTo();
    await expect(channel.send(sms)).rejects.toThrow("was lost before its answer");
    await channel.send(sms);
    expect(centre.binds.length).toBe(2);
    expect(centre.submitted).toHaveLength(2);
  });

  it("to a centre that is silent is given up and made anew; an answer that is late is not waited for", async () => {
    centre.answer = () => "silence";
    const channel = channelTo();
    const began = Date.now();
    await expect(channel.send(sms)).rejects.toThrow("did not answer within 400 ms");
    expect(Date.now() - began).toBeLessThan(2_000);
    for (const session of centre.sessions) session.removeAllListeners("enquire_link");
    await until(() => centre.binds.length > 1);
  });

  it("to nobody fails each SMS soon, and is there when somebody listens", async () => {
    const { port } = centre;
    await centre.close();
    const channel = channelTo({ port });
    await expect(channel.send(sms)).rejects.toThrow(
      /cannot be used: the connection .*ECONNREFUSED|ended/,
    );
    centre = await startCentre();
  });

  it("survives what is not SMPP", async () => {
    const channel = channelTo();
    await channel.send(sms);
    for (const bytes of [
      [0xff, 0xff, 0xff, 0xff],
      [0, 0, 0, 4],
      [0, 0, 0, 16, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 1],
    ]) {
      const [session] = centre.sessions;
      (session as unknown as { socket: { write(bytes: Buffer): void } }).socket.write(
        Buffer.from(bytes),
      );
      await channel.send(sms).catch(() => undefined);
    }
    await until(() => centre.sessions.length === 1);
    await new Promise((go) => setTimeout(go, 150));
    await channel.send(sms);
  });

  it("over TLS believes whom it is told to believe, and nobody else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "drawdown-smpp-"));
    const [key, cert] = [join(folder, "key"), join(folder, "cert")];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
        ...["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        ...["-keyout", key, "-out", cert],
      ],
      { stdio: "ignore" },
    );
    const pair = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    rmSync(folder, { recursive: true });
    const secure = await startCentre(pair);
    try {
      const to = { host: "localhost", port: secure.port, tls: true };
      await channelTo({ ...to, ca: pair.cert }).send(sms);
      expect(secure.submitted).toHaveLength(1);
      await expect(channelTo(to).send(sms)).rejects.toThrow("DEPTH_ZERO_SELF_SIGNED_CERT");
      expect(secure.submitted).toHaveLength(1);
    } finally {
      for (const channel of open) channel.close?.();
      await secure.close();
    }
  });

  it.each([
    [
      "smpp://us:p%40ss@centre.example",
      { host: "centre.example", port: 2_775, tls: false, systemId: "us", password: "p@ss" },
    ],
    [
      "smpps://us:x@[::1]:9000",
      { host: "::1", port: 9_000, tls: true, systemId: "us", password: "x" },
    ],
    ["smpp://centre.example", undefined],
  ])("leads where %s says", (url, at) => expect(linkOf(url)).toEqual(at));
});

describe("a receipt", () => {
  it.each([
    ["DELIVRD", "000", { state: "delivered", fault: null }],
    ["UNDELIV", "011", { state: "failed", fault: "UNDELIV, error 011" }],
    ["REJECTD", "000", { state: "failed", fault: "REJECTD" }],
  ])("of %s is told and acknowledged", async (stat, err, told) => {
    await channelTo().send(sms);
    expect(await centre.receipt("m1", stat, err)).toBe(0);
    expect(receipts).toEqual([{ reference: "m1", ...told }]);
  });

  it("in fields goes before its text; what says of no end, or is no receipt, is taken and forgotten", async () => {
    await channelTo().send(sms);
    const fields = {
      esm_class: 4,
      receipted_message_id: "f9",
      message_state: 5,
      short_message: "id:1 stat:DELIVRD err:007",
    };
    expect(await centre.deliver(fields)).toBe(0);
    expect(receipts).toEqual([{ reference: "f9", state: "failed", fault: "UNDELIV, error 007" }]);
    expect(await centre.receipt("m1", "ENROUTE")).toBe(0);
    expect(await centre.deliver({ esm_class: 0, short_message: "STOP id:m1 stat:DELIVRD" })).toBe(
      0,
    );
    expect(receipts).toHaveLength(1);
  });

  it("that nobody knows is looked for some times, then acknowledged", async () => {
    await channelTo({}, false).send(sms);
    expect(await centre.receipt("m9", "DELIVRD")).toBe(0);
    expect(receipts).toHaveLength(4);
  });
});
