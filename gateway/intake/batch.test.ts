import { afterAll, beforeAll, expect, test } from "vitest";
import { story } from "../field/story.ts";
import { openStage, type Played, type Stage } from "../field/testing/stage.ts";

let stage: Stage;
let played: Played;
beforeAll(async () => {
  stage = await openStage();
  const meter = {
    name: "flat",
    service: "electricity",
    device: "abb-b23-output",
    serial: "60000001",
  };
  const silent = { at_s: 0, meter: "flat", do: "fault", fault: "silent" };
  played = await stage.play(
    story.parse({ name: "pushed", about: "Read by nobody.", meters: [meter], steps: [silent] }),
  );
}, 60_000);
afterAll(async () => {
  await played.close();
  await stage.stop();
});

const beganMs = Math.floor(Date.now() / 1_000) * 1_000 - 7_200_000;
const line = (minutes: number, register: string, more: object = {}): string =>
  JSON.stringify({
    meter_serial: "60000001",
    read_at: new Date(beganMs + minutes * 60_000).toISOString(),
    register,
    ...more,
  });

async function send(...lines: string[]): Promise<{ verdict: string; code?: string }[]> {
  const answer = await stage.call("/v1/readings:batch", {
    method: "POST",
    text: lines.join("\n"),
    headers: { "Content-Type": "application/x-ndjson" },
  });
  expect(answer.status).toBe(200);
  const text = await answer.text();
  return text
    .trim()
    .split("\n")
    .map((each) => JSON.parse(each) as { verdict: string; code?: string });
}

test("one verdict a line; a bad line takes no other with it; sent again all is a repeat and nothing counts twice", async () => {
  const lines = [
    line(0, "100.00"),
    "no JSON",
    line(30, "101.5"),
    line(30, "101.5"),
    line(40, "99.0"),
    line(50, "102.25", { quality: "estimated" }),
    line(60, "103"),
    line(70, "103.0001"),
    line(80, "104", { meter_serial: "unknown" }),
  ];
  // A gateway that has just started is not on NATS yet: until it is nothing of a batch is taken.
  let first = await send(...lines);
  await expect
    .poll(async () => {
      if (first[0]?.code === "gateway_unavailable") first = await send(...lines);
      return first[0]?.code;
    })
    .toBeUndefined();
  expect(first.map(({ verdict, code }) => code ?? verdict)).toEqual([
    "opening",
    "line_invalid",
    "accepted",
    "duplicate",
    "backwards",
    "estimated",
    "accepted",
    "line_invalid",
    "meter_unknown",
  ]);
  const accountId = played.who.get("flat")?.accountId ?? "";
  const before = await stage.state(accountId);
  expect(before.last_reading?.register_atoms).toBe("103000");
  const again = await send(...lines);
  expect(new Set(again.map(({ verdict }) => verdict))).toEqual(
    new Set(["late", "refused", "duplicate", "estimated"]),
  );
  expect((await stage.state(accountId)).balance_micros).toBe(before.balance_micros);
}, 60_000);
