/** The live stream: connects, comes back after a break where it left, and tells what it hears. */

/** Events asked for when the page opens. */
const HISTORY = 100;
/** Waits between attempts, in milliseconds. */
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * @typedef {{ topic: string, seq: number, at: string, data: any }} Message
 * @typedef {{ onState(state: "live" | "wait" | "off"): void, onClock(at: string, speed: number | undefined): void,
 *   onEvent(message: Message, isNews: boolean): void, onFigures(message: Message): void, onGap(count: number): void, onKeyRefused(): void }} Hearer
 */

/** Begins to listen, for as long as the page lives. @param {string} authorization @param {Hearer} hearer */
export function listen(authorization, hearer) {
  let last = -1;
  // Events up to here had happened when the connection began.
  let begun = 0;
  let failures = 0;

  const connect = () => {
    hearer.onState("wait");
    const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/stream`;
    const socket = new WebSocket(address);
    socket.addEventListener("open", () => {
      const topics = { subscribe: ["events", "ops.metrics"] };
      socket.send(
        JSON.stringify({ authorization, ...topics, ...(last >= 0 ? { since: last } : {}) }),
      );
    });
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      if (message.subscribed !== undefined) {
        failures = 0;
        begun = Math.max(begun, message.seq);
        hearer.onState("live");
        hearer.onClock(message.at, message.speed);
        if (last < 0 || last > message.seq) {
          last = Math.max(0, message.seq - HISTORY);
          if (last < message.seq) socket.send(JSON.stringify({ since: last }));
        }
      } else if (message.lagged !== undefined) hearer.onGap(message.lagged);
      else if (message.topic === "events") {
        last = message.seq;
        hearer.onEvent(message, message.seq > begun);
      } else if (message.topic === "ops.metrics") {
        hearer.onClock(message.at, undefined);
        hearer.onFigures(message);
      }
    });
    socket.addEventListener("close", ({ code }) => {
      if (code === 4_401) {
        hearer.onState("off");
        hearer.onKeyRefused();
        return;
      }
      hearer.onState(failures > 2 ? "off" : "wait");
      setTimeout(connect, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    });
  };
  connect();
}
