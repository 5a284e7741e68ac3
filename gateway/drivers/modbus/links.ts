/**
 * The connections of a driver, one for each wire, however many meters share it.
 */
import { type Link, linkName } from "../../../engine/contract/link.ts";
import {
  type CallerListener,
  createCallerListener,
  type ListenOptions,
} from "./callers/listener.ts";
import { type Failed, failed } from "./calls.ts";
import { type Line, tcpLine } from "./line.ts";
import { LINK_TIMES, ModbusLink } from "./link.ts";
import { serialLine } from "./serial-line.ts";

/** Most connections that a driver keeps; for one more an idle one is closed. */
const LINKS_MAX = 2_048;

/** Times of the connections in milliseconds; `listen` where meters and modems dial in. */
export type LinkPoolOptions = { connectMs?: number; quietMs?: number; listen?: ListenOptions };

type Kept = { link: ModbusLink; framing: Line["framing"] };

/** All connections of a driver. */
export class LinkPool {
  /** The listener for those who dial in, where there is one. */
  readonly callers: CallerListener | undefined;
  readonly #links = new Map<string, Kept>();
  readonly #times: typeof LINK_TIMES;
  #closed = false;

  constructor({ connectMs, quietMs, listen }: LinkPoolOptions) {
    this.callers = listen === undefined ? undefined : createCallerListener(listen);
    this.#times = {
      connectMs: connectMs ?? LINK_TIMES.connectMs,
      quietMs: quietMs ?? LINK_TIMES.quietMs,
    };
  }

  /**
   * The connection that a link means; `callerFraming` is how one that dialled in is spoken to. `closed` after the pool
   * was closed, `busy` when there are too many, `refused` for a link that cannot be had here.
   */
  get(link: Link, callerFraming: Line["framing"]): ModbusLink | Failed {
    if (this.#closed) return failed("closed", "the driver is closed");
    const key = linkName(link);
    const framing =
      "caller" in link ? callerFraming : "serial" in link ? "rtu" : (link.framing ?? "tcp");
    const known = this.#links.get(key);
    if (known !== undefined && known.framing !== framing) {
      return failed(
        "refused",
        `${key} is spoken to in two framings: mend the roster or device files`,
      );
    }
    if (known !== undefined) {
      this.#links.delete(key);
      this.#links.set(key, known);
      return known.link;
    }
    if (this.#links.size >= LINKS_MAX && !this.#forgetIdle()) {
      return failed("busy", `all ${LINKS_MAX} connections are in use`);
    }
    const line = this.#lineOf(link, framing);
    if (line === undefined) {
      return failed(
        "refused",
        `${key}: nobody listens for callers; set DRAWDOWN_MODBUS_LISTEN_PORT`,
      );
    }
    const made = new ModbusLink(line, this.#times);
    this.#links.set(key, { link: made, framing });
    return made;
  }

  /** Closes all connections; what is outstanding settles as `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    const closing = [...this.#links.values()].map(({ link }) => link.close());
    await this.callers?.close();
    await Promise.all(closing);
    this.#links.clear();
  }

  #lineOf(link: Link, framing: Line["framing"]): Line | undefined {
    if ("host" in link) return tcpLine(link);
    if ("serial" in link) return serialLine(link);
    return this.callers?.line(link.caller, framing);
  }

  /** Closes the connection that has been idle longest. */
  #forgetIdle(): boolean {
    const idle = [...this.#links].find(([, { link }]) => link.idle);
    if (idle === undefined) return false;
    this.#links.delete(idle[0]);
    void idle[1].link.close();
    return true;
  }
}
