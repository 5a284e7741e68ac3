/**
 * The connections of a driver, one for each host and port, however many meters share it.
 */
import { isNetworkLink, type Link, linkName } from "../../../engine/contract/link.ts";
import { type Failed, failed } from "./calls.ts";
import { LINK_TIMES, ModbusLink } from "./link.ts";

/** Most connections that a driver keeps; for one more an idle one is closed. */
const LINKS_MAX = 1_024;

/** Times of the connections in milliseconds. */
export type LinkPoolOptions = { connectMs?: number; quietMs?: number };

/** All connections of a driver. */
export class LinkPool {
  readonly #links = new Map<string, ModbusLink>();
  readonly #times: typeof LINK_TIMES;
  #closed = false;

  constructor(options: LinkPoolOptions) {
    this.#times = {
      connectMs: options.connectMs ?? LINK_TIMES.connectMs,
      quietMs: options.quietMs ?? LINK_TIMES.quietMs,
    };
  }

  /** The connection to a host and port; `closed` after the pool was closed, `busy` when there are too many. */
  get(link: Link): ModbusLink | Failed {
    if (this.#closed) return failed("closed", "the driver is closed");
    if (!isNetworkLink(link) || link.framing !== undefined)
      return failed("refused", "Modbus is read through TCP here");
    const key = linkName(link);
    const known = this.#links.get(key);
    if (known !== undefined) {
      this.#links.delete(key);
      this.#links.set(key, known);
      return known;
    }
    if (this.#links.size >= LINKS_MAX && !this.#forgetIdle()) {
      return failed("busy", `all ${LINKS_MAX} connections are in use`);
    }
    const made = new ModbusLink({ kind: "tcp", host: link.host, port: link.port }, this.#times);
    this.#links.set(key, made);
    return made;
  }

  /** Closes all connections; what is outstanding settles as `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#links.values()].map((link) => link.close()));
    this.#links.clear();
  }

  /** Closes the connection that has been idle longest. */
  #forgetIdle(): boolean {
    const idle = [...this.#links].find(([, link]) => link.idle);
    if (idle === undefined) return false;
    this.#links.delete(idle[0]);
    void idle[1].close();
    return true;
  }
}
