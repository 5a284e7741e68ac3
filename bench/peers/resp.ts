/**
 * As much of the Redis protocol as a fast client needs: commands encoded beforehand, sent many at a time, integers and texts back.
 */
import { connect, type Socket } from "node:net";

/** Encodes a command. */
export function command(...parts: readonly (string | number)[]): string {
  const texts = parts.map(String);
  return `*${texts.length}\r\n${texts.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join("")}`;
}

/** A connection. Answers come in the order of the commands. */
export class RespClient {
  readonly #socket: Socket;
  #text = "";
  #waiting: ((line: string) => void)[] = [];
  #failed: (error: Error) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#take(text));
    socket.on("error", (error) => this.#failed(error));
  }

  /** Connects over loopback. */
  static open(port: number): Promise<RespClient> {
    return new Promise((done, failed) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.once("error", failed);
      socket.once("connect", () => done(new RespClient(socket)));
    });
  }

  /** Sends commands, written as one text; gives the sum of their integer answers. Rejects with the first error. */
  sum(text: string, commands: number): Promise<number> {
    return new Promise((done, failed) => {
      this.#failed = failed;
      let sum = 0;
      let left = commands;
      const take = (line: string): void => {
        if (line.startsWith("-")) failed(new Error(`Redis refused: ${line.slice(1)}`));
        sum += Number(line.slice(1)) || 0;
        left -= 1;
        if (left === 0) done(sum);
      };
      for (let i = 0; i < commands; i++) this.#waiting.push(take);
      this.#socket.write(text);
    });
  }

  /** Sends a command whose answer is a text of one line; gives it. */
  ask(text: string): Promise<string> {
    return new Promise((done, failed) => {
      this.#failed = failed;
      this.#waiting.push((line) => {
        if (line.startsWith("-")) failed(new Error(`Redis refused: ${line.slice(1)}`));
        else if (line.startsWith("$")) this.#waiting.unshift(done);
        else done(line);
      });
      this.#socket.write(text);
    });
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    const whole = this.#text + text;
    let from = 0;
    for (let end = whole.indexOf("\r\n"); end >= 0; end = whole.indexOf("\r\n", from)) {
      const line = whole.slice(from, end);
      from = end + 2;
      this.#waiting.shift()?.(line);
    }
    this.#text = whole.slice(from);
  }
}
