import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settingsSchema } from "../../engine/contract/settings-schema.ts";
import { isSigned } from "../payments/signature.ts";
import { channelsOf } from "./channels.ts";
import { smtpChannel } from "./email-channel.ts";
import { smsChannel } from "./sms-channel.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { callWebhook } from "./webhook-channel.ts";

let receiver: Receiver;
let other: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  other = await startReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer((response) => response.writeHead(204).end());
});
afterAll(async () => {
  await receiver?.close();
  await other?.close();
});

const SECRETS = ["AAECAwQFBgcICQoLDA0ODw==", "EBESExQVFhcYGRobHB0eHw=="];
const options = { privateHosts: new Set(["127.0.0.1"]), waitMs: 400 };
const call = (given: Partial<Parameters<typeof callWebhook>[0]> = {}) =>
  callWebhook(
    { id: "evt_1", url: receiver.url, body: '{"a":"ñ"}', secrets: SECRETS, ...given },
    options,
  );

describe("a webhook", () => {
  it("is signed with each secret over id, time and the very body", async () => {
    await call();
    const [got] = receiver.received;
    expect(got?.body).toBe('{"a":"ñ"}');
    const {
      "webhook-id": id,
      "webhook-timestamp": at,
      "webhook-signature": signed,
    } = got?.headers ?? {};
    expect(id).toBe("evt_1");
    const notice = { id: String(id), atS: Number(at), body: got?.body ?? "" };
    for (const secret of SECRETS) {
      expect(isSigned(notice, String(signed), `whsec_${secret}`, Date.now() / 1_000)).toBe(true);
    }
    expect(isSigned({ ...notice, id: "evt_2" }, String(signed), SECRETS[0] ?? "", Number(at))).toBe(
      false,
    );
  });

  it.each([
    [500, { final: false, rests: true }],
    [429, { final: false, rests: true }],
    [404, { final: false, rests: false }],
    [410, { final: true, rests: false }],
  ])("that is answered %i has failed", async (status, fault) => {
    receiver.answer((response) => response.writeHead(status).end("secret text"));
    await expect(call()).rejects.toMatchObject(fault);
    await expect(call()).rejects.not.toThrow("secret text");
  });

  it("is never redirected", async () => {
    receiver.answer((response) => response.writeHead(307, { location: other.url }).end());
    await expect(call()).rejects.toThrow("redirects are not followed");
    expect([receiver.received.length, other.received.length]).toEqual([1, 0]);
  });

  it("that hangs, answers late or never ends is given up in time", async () => {
    for (const how of [
      () => undefined,
      (response: import("node:http").ServerResponse) => {
        setTimeout(() => response.writeHead(200).end(), 2_000).unref();
      },
      (response: import("node:http").ServerResponse) => {
        response.writeHead(200).write("x");
      },
    ]) {
      receiver.answer(how);
      const began = Date.now();
      await expect(call()).rejects.toMatchObject({ rests: true });
      expect(Date.now() - began).toBeLessThan(1_500);
    }
  });

  it("whose answer is endless costs no more than its bound", async () => {
    receiver.answer((response) => response.writeHead(200).end("x".repeat(5_000_000)));
    await call();
  });

  it("to a host that nobody allowed, or where nobody listens, has failed", async () => {
    const closed = callWebhook(
      { id: "1", url: receiver.url, body: "{}", secrets: SECRETS },
      { privateHosts: new Set() },
    );
    await expect(closed).rejects.toThrow("private address");
    const rebound = callWebhook(
      { id: "1", url: "https://example.com/", body: "{}", secrets: SECRETS },
      {
        privateHosts: new Set(),
        lookUp: async () => [{ address: "127.0.0.1", family: 4 }],
      },
    );
    await expect(rebound).rejects.toThrow("private address");
    await expect(call({ url: "http://127.0.0.1:1/" })).rejects.toThrow("ECONNREFUSED");
    expect(receiver.received).toEqual([]);
  });
});

describe("an e-mail", () => {
  let server: SMTPServer;
  let port = 0;
  const mails: { to: string[]; text: string }[] = [];
  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo: ({ address }, _, done) => {
        const code = address.startsWith("full") ? 452 : 550;
        if (/^(full|nobody)/.test(address)) {
          done(Object.assign(new Error("no"), { responseCode: code }));
        } else done();
      },
      onData: (stream, session, done) => {
        let text = "";
        stream.on("data", (some: Buffer) => {
          text += some.toString();
        });
        stream.on("end", () => {
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.server.address() as { port: number }).port;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const email = { subject: "Saldo bajo: Piso ñ", text: "Hola", html: "<p>Hola</p>" };

  it("arrives at a real server, as text and HTML, under its id", async () => {
    const channel = smtpChannel({ url: `smtp://127.0.0.1:${port}`, from: "no-reply@example.com" });
    await channel.send({ id: "m1", to: "ana@example.com", ...email });
    channel.close();
    const [mail] = mails;
    expect(mail?.to).toEqual(["ana@example.com"]);
    expect(mail?.text).toMatch(/Message-ID: <m1@drawdown>/i);
    expect(mail?.text).toMatch(/^From: no-reply@example.com/m);
    expect(mail?.text).toContain("text/html");
  });

  it("that is refused for good is final, one that may pass later is not", async () => {
    const channel = smtpChannel({ url: `smtp://127.0.0.1:${port}`, from: "no-reply@example.com" });
    const to = (address: string) => channel.send({ id: "m2", to: address, ...email });
    await expect(to("nobody@example.com")).rejects.toMatchObject({ final: true });
    await expect(to("full@example.com")).rejects.toMatchObject({ final: false });
    await expect(to("a@example.com, b@example.com")).rejects.toThrow();
    channel.close();
    expect(mails).toHaveLength(1);
  });

  it("is not sent with a password in the clear, nor where nobody listens", async () => {
    for (const url of [`smtp://user:password@127.0.0.1:${port}`, "smtp://127.0.0.1:1"]) {
      const channel = smtpChannel({ url, from: "no-reply@example.com" });
      const sent = channel.send({ id: "m3", to: "ana@example.com", ...email });
      await expect(sent).rejects.toThrow("the mail server");
      await expect(sent).rejects.not.toThrow("password");
      channel.close();
    }
    expect(mails).toHaveLength(1);
  });
});

describe("an SMS", () => {
  const sms = { id: "m1", to: "+34600000000", text: 'a "b" & c\n{to}' };

  it("is put into URL and body of the gateway, escaped for its place", async () => {
    const key = "gateway-key";
    const body = '{"to":"{to}","text":"{text}","ref":"{id}"}';
    await smsChannel({ url: `${receiver.url}?id={id}`, body, key }).send(sms);
    await smsChannel({ url: `${receiver.url}?to={to}&t={text}`, body: "", key: "" }).send(sms);
    const [first, second] = receiver.received;
    expect(JSON.parse(first?.body ?? "")).toEqual({ to: sms.to, text: sms.text, ref: "m1" });
    expect([first?.url, first?.headers.authorization]).toEqual([
      "/hooks?id=m1",
      "Bearer gateway-key",
    ]);
    expect(new URL(second?.url ?? "", receiver.url).searchParams.get("t")).toBe(sms.text);
  });

  it.each([
    [400, true],
    [401, false],
    [429, false],
    [503, false],
    [302, false],
  ])("that the gateway answers %i to has failed, for good: %s", async (status, final) => {
    receiver.answer((response) => response.writeHead(status, { location: other.url }).end());
    const channel = smsChannel({ url: receiver.url, body: "", key: "" });
    await expect(channel.send(sms)).rejects.toMatchObject({ final });
    expect(other.received).toEqual([]);
  });

  it("over a way that is not set up says what to set", async () => {
    const events = { onReceipt: async () => false, onFault: () => undefined };
    const nobody = settingsSchema.parse({ sms_gateway_url: "smpp://gateway:2775" });
    await expect(channelsOf(nobody, events).sms.send(sms)).rejects.toThrow("with a user");
    const none = channelsOf(settingsSchema.parse({}), events);
    await expect(none.sms.send(sms)).rejects.toThrow("DRAWDOWN_SMS_GATEWAY_URL");
    const mail = { id: "1", to: "a@b.c", subject: "s", text: "t", html: "h" };
    await expect(none.email.send(mail)).rejects.toThrow("DRAWDOWN_SMTP_URL");
  });
});
