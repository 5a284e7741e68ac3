import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Peer } from "../uws/websocket.ts";
import type { StreamCaller } from "./access.ts";
import { Lanes } from "./lanes.ts";
import { Listeners } from "./listeners.ts";
import { AUTHORIZE_MS_MAX, MESSAGES_WAITING_MAX, Session, type SessionHost } from "./session.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function sessionOf(keys: Map<string, StreamCaller>): {
  session: Session;
  said: unknown[];
  codes: number[];
} {
  const said: unknown[] = [];
  const codes: number[] = [];
  const peer: Peer = {
    send: (text) => said.push(JSON.parse(text)) > 0,
    waitingBytes: () => 0,
    close: (code) => codes.push(code),
    join: () => undefined,
    leave: () => undefined,
  };
  const host: SessionHost = {
    access: {
      authorize: async (token) => keys.get(token),
      ownerOf: async () => "us",
      accountOfMeter: async () => undefined,
    },
    listeners: new Listeners(),
    lanes: new Lanes(),
    shared: { chars: 0 },
    onMetrics: () => undefined,
    state: () => ({ seq: 0, at: "2026-01-01T00:00:00.000Z", speed: 1 }),
    resume: () => undefined,
    onClosed: () => undefined,
  };
  return { session: new Session(peer, host), said, codes };
}

test("a stranger has AUTHORIZE_MS_MAX to say who it is", async () => {
  const keys = new Map([["k", { operatorId: "us", metrics: false }]]);
  const silent = sessionOf(keys);
  const known = sessionOf(keys);
  known.session.message('{"authorization":"Bearer k"}');
  await vi.advanceTimersByTimeAsync(AUTHORIZE_MS_MAX - 1);
  expect(silent.codes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(silent.codes).toEqual([4_401]);
  expect(known.codes).toEqual([]);
  expect(known.said).toEqual([
    { subscribed: [], seq: 0, at: "2026-01-01T00:00:00.000Z", speed: 1 },
  ]);
});

test("a key that was revoked ends the connection when it is asked for again", async () => {
  const keys = new Map([["k", { operatorId: "us", metrics: false }]]);
  const { session, codes } = sessionOf(keys);
  session.message('{"authorization":"Bearer k"}');
  await vi.advanceTimersByTimeAsync(1);
  session.authorizeAgain(keys.get("k"));
  expect(codes).toEqual([]);
  session.authorizeAgain(undefined);
  expect(codes).toEqual([4_401]);
});

test("a flood of messages that nobody can follow ends the connection", () => {
  const { session, codes } = sessionOf(new Map());
  for (let n = 0; n < MESSAGES_WAITING_MAX; n++) session.message("{}");
  expect(codes).toEqual([]);
  session.message("{}");
  expect(codes).toEqual([4_429]);
});
