/** The part of the package `smpp` that is used; it brings no types of its own. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { Server as NetServer } from "node:net";
  import type { ConnectionOptions } from "node:tls";

  /** A protocol data unit as it came. */
  export type Pdu = {
    command: string;
    command_status: number;
    sequence_number: number;
    isResponse(): boolean;
    response(fields?: Record<string, unknown>): Pdu;
    [field: string]: unknown;
  };
  type Answer = (pdu: Pdu) => void;
  type Send = (fields: Record<string, unknown>, onAnswer?: Answer) => boolean;
  /** A connection, of either side. */
  export interface Session extends EventEmitter {
    bind_transceiver: Send;
    submit_sm: Send;
    deliver_sm: Send;
    enquire_link: Send;
    unbind: Send;
    send(pdu: Pdu): boolean;
    close(): void;
    destroy(): void;
  }
  type Connect = ConnectionOptions & { host: string; port: number; tls: boolean };
  const smpp: {
    connect(options: Connect): Session;
    createServer(
      options: { key?: string; cert?: string },
      onSession: (session: Session) => void,
    ): NetServer;
    errors: Record<string, number>;
    PDU: { maxLength: number };
  };
  export default smpp;
}
