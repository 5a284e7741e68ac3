import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Peer } from "../uws/websocket.ts";
import {
  Outbox,
  QUEUE_CHARS_MAX,
  QUEUE_MAX,
  QUEUES_CHARS_MAX,
  SOCKET_BYTES_BUSY,
} from "./outbox.ts";

/** A far end whose socket holds what was sent until it is let through. */
class Reader implements Peer {
  readonly got: string[] = [];
  #held: string[] = [];
  send(text: string): boolean {
    this.#held.push(text);
    return true;
  }
  waitingBytes(): number {
    return this.#held.reduce((sum, text) => sum + text.length, 0);
  }
  close(): void {}
  join(): void {}
  leave(): void {}
  read(): void {
    this.got.push(...this.#held);
    this.#held = [];
  }
  readAll(outbox: Outbox): void {
    for (let n = 0; n < 1_000 && (n === 0 || this.waitingBytes() > 0); n++) {
      this.read();
      outbox.drained();
    }
    this.read();
  }
}

const long = "x".repeat(SOCKET_BYTES_BUSY);

describe("an outbox", () => {
  test("passes on at once while the socket takes it", () => {
    const reader = new Reader();
    const outbox = new Outbox(reader);
    outbox.send("a");
    outbox.sendIfFree("b");
    reader.read();
    expect(reader.got).toEqual(["a", "b"]);
    expect(outbox.room()).toBeUndefined();
  });

  test("holds QUEUE_MAX messages for a reader that stands still, then counts", () => {
    const reader = new Reader();
    const outbox = new Outbox(reader);
    outbox.send(long);
    for (let n = 0; n < QUEUE_MAX + 7; n++) outbox.send(String(n));
    outbox.sendIfFree("figures of a second long gone");
    expect(outbox.leftTotal).toBe(7);
    reader.readAll(outbox);
    outbox.send("after");
    reader.readAll(outbox);
    const numbers = Array.from({ length: QUEUE_MAX }, (_, n) => String(n));
    expect(reader.got).toEqual([long, ...numbers, '{"lagged":7}', "after"]);
  });

  test("holds no more than QUEUE_CHARS_MAX", () => {
    const reader = new Reader();
    const outbox = new Outbox(reader);
    for (let n = 0; n < 40; n++) outbox.send(long);
    expect(outbox.leftTotal).toBe(39 - QUEUE_CHARS_MAX / long.length);
  });

  test("all together hold no more than QUEUES_CHARS_MAX, and what waited for one that is gone counts no more", () => {
    const shared = { chars: QUEUES_CHARS_MAX - 250 };
    const [one, other] = [new Outbox(new Reader(), shared), new Outbox(new Reader(), shared)];
    for (const outbox of [one, other]) outbox.send(long);
    one.send("x".repeat(200));
    other.send("x".repeat(200));
    expect([one.leftTotal, other.leftTotal]).toEqual([0, 1]);
    one.close();
    one.send("nobody reads it");
    expect(shared.chars).toBe(QUEUES_CHARS_MAX - 250);
  });

  test("tells who waits for room when there is some, and when the peer is gone", async () => {
    const reader = new Reader();
    const outbox = new Outbox(reader);
    outbox.send(long);
    const room = outbox.room();
    reader.readAll(outbox);
    await room;
    outbox.send(long);
    const never = outbox.room();
    outbox.close();
    await never;
  });

  test("never reorders, and every message is either read or counted", () => {
    const steps = fc.array(fc.oneof(fc.constant("read"), fc.integer({ min: 1, max: 900 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (script) => {
        const reader = new Reader();
        const outbox = new Outbox(reader);
        let sent = 0;
        outbox.send(long);
        for (const step of script) {
          if (step === "read") reader.read();
          if (step === "read") outbox.drained();
          else
            for (let n = 0; n < Number(step); n++) outbox.send(String(sent++).padStart(100, "0"));
        }
        reader.readAll(outbox);
        let expected = 0;
        for (const text of reader.got.slice(1)) {
          const lagged = /^\{"lagged":(\d+)\}$/.exec(text)?.[1];
          if (lagged !== undefined) expected += Number(lagged);
          else expect(Number(text)).toBe(expected++);
        }
        expect(expected).toBe(sent);
      }),
      { numRuns: 20 },
    );
  });
});
