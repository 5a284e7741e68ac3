/**
 * E-mail over SMTP. A message keeps its Message-ID over all attempts.
 */
import { createTransport } from "nodemailer";
import { SendFault } from "./send-fault.ts";

/** Longest waits: for the connection and greeting, and for any answer. */
const SMTP_MS_MAX = 10_000;
/** Most connections to the server. */
const CONNECTIONS_MAX = 4;

/** An e-mail. */
export type Email = { id: string; to: string; subject: string; text: string; html: string };
/** Sends e-mail; `close` ends its connections. */
export type EmailChannel = { send(email: Email): Promise<void>; close(): void };

/** Makes the channel: `url` as smtp://user:password@host:587 or smtps://…, `from` an address. */
export function smtpChannel({ url, from }: { url: string; from: string }): EmailChannel {
  const server = new URL(url);
  const user = decodeURIComponent(server.username);
  const secure = server.protocol === "smtps:";
  const transport = createTransport({
    host: server.hostname.replace(/^\[|\]$/g, ""),
    port: server.port === "" ? (secure ? 465 : 587) : Number(server.port),
    secure,
    ...(user !== "" && { auth: { user, pass: decodeURIComponent(server.password) } }),
    // A password never travels in the clear.
    requireTLS: user !== "" && !secure,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    connectionTimeout: SMTP_MS_MAX,
    greetingTimeout: SMTP_MS_MAX,
    socketTimeout: SMTP_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ id, to, ...content }) => {
      try {
        // As objects: an address is never read as a list of them.
        await transport.sendMail({
          from,
          to: { name: "", address: to },
          messageId: `<${id}@drawdown>`,
          ...content,
        });
      } catch (error) {
        throw smtpFault(error);
      }
    },
    close: () => transport.close(),
  };
}

function smtpFault(error: unknown): SendFault {
  const { responseCode: status, code } = error as { responseCode?: number; code?: string };
  if (status === undefined) {
    return new SendFault(`the mail server cannot be used (${code ?? "error"})`, { cause: error });
  }
  return new SendFault(`the mail server answered ${status}`, {
    final: status >= 500,
    cause: error,
  });
}
