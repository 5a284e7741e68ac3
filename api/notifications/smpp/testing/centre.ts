/**
 * For tests: a message centre on loopback, which takes, refuses, drops and delivers as it is told.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import smpp, { type Pdu, type Session } from "smpp";

/** What a submission is answered: a status, or nothing at all, or the end of the link. */
export type Answer = number | "silence" | "drop";
/** The centre. */
export type Centre = {
  port: number;
  /** Submissions, as they came. */
  submitted: Pdu[];
  /** Binds, as they came. */
  binds: Pdu[];
  sessions: Session[];
  /** How binds and submissions are answered. */
  bindStatus: number;
  answer: (pdu: Pdu, count: number) => Answer;
  /** Before it answers a submission. */
  delayMs: number;
  /** Ids that it gives; one after the other unless told otherwise. */
  idOf: (count: number) => string;
  /** Sends something to whoever is bound; gives the status of the answer. */
  deliver(fields: Record<string, unknown>): Promise<number>;
  /** Sends a receipt as text. */
  receipt(id: string, stat: string, err?: string): Promise<number>;
  /** Ends all links at once. */
  cut(): void;
  close(): Promise<void>;
};

/** Starts it on a free port; with key and certificate it speaks TLS. */
export async function startCentre(tls: { key?: string; cert?: string } = {}): Promise<Centre> {
  const server = smpp.createServer(tls, (session) => {
    centre.sessions.push(session);
    session.on("error", () => session.destroy());
    session.on("close", () => centre.sessions.splice(centre.sessions.indexOf(session), 1));
    session.on("bind_transceiver", (pdu: Pdu) => {
      centre.binds.push(pdu);
      session.send(pdu.response({ command_status: centre.bindStatus, system_id: "centre" }));
    });
    session.on("enquire_link", (pdu: Pdu) => session.send(pdu.response()));
    session.on("unbind", (pdu: Pdu) => session.send(pdu.response()));
    session.on("submit_sm", (pdu: Pdu) => void take(session, pdu));
  });
  const take = async (session: Session, pdu: Pdu): Promise<void> => {
    const count = centre.submitted.push(pdu);
    const answer = centre.answer(pdu, count);
    if (centre.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, centre.delayMs));
    if (answer === "silence") return;
    if (answer === "drop") return session.destroy();
    session.send(pdu.response({ command_status: answer, message_id: centre.idOf(count) }));
  };
  const centre: Centre = {
    port: 0,
    submitted: [],
    binds: [],
    sessions: [],
    bindStatus: 0,
    answer: () => 0,
    delayMs: 0,
    idOf: (count) => `m${count}`,
    deliver: (fields) =>
      new Promise((resolve, reject) => {
        const [session] = centre.sessions;
        const isSent = session?.deliver_sm(fields, (pdu) => resolve(pdu.command_status));
        if (isSent !== true) reject(new Error("nobody is bound"));
      }),
    receipt: (id, stat, err = "000") =>
      centre.deliver({
        esm_class: 4,
        short_message: `id:${id} sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:${stat} err:${err} text:Hello`,
      }),
    cut: () => {
      for (const session of [...centre.sessions]) session.destroy();
    },
    close: async () => {
      centre.cut();
      server.close();
      await once(server, "close");
    },
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  centre.port = (server.address() as AddressInfo).port;
  return centre;
}

/** The text that a phone shows of the submissions of one SMS: parts by their numbers. */
export function shownOf(submitted: readonly Pdu[]): string {
  const parts = submitted.map((pdu) => {
    const { udh, message } = pdu["short_message"] as { udh?: Buffer[]; message: string };
    return { at: udh?.[0]?.[4] ?? 1, message };
  });
  return parts
    .sort((a, b) => a.at - b.at)
    .map(({ message }) => message)
    .join("");
}
