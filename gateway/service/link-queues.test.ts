import { expect, test } from "vitest";
import { CONVERSATIONS_MAX, LINK_JOBS_MAX, LinkQueues, URGENCY } from "./link-queues.ts";

const link = (port: number) => ({ host: "127.0.0.1", port });

/** A job that ends when it is told to. */
function held(): { work: () => Promise<void>; end: () => void; started: () => boolean } {
  let end = (): void => undefined;
  let started = false;
  const until = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    work: () => {
      started = true;
      return until;
    },
    end,
    started: () => started,
  };
}

const ticks = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

test("one conversation a link at a time; links do not wait for each other", async () => {
  const queues = new LinkQueues();
  const [first, second, other] = [held(), held(), held()];
  void queues.run(link(1), URGENCY.poll, first.work);
  void queues.run(link(1), URGENCY.poll, second.work);
  void queues.run(link(2), URGENCY.poll, other.work);
  expect([first.started(), second.started(), other.started()]).toEqual([true, false, true]);
  first.end();
  await ticks();
  expect(second.started()).toBe(true);
});

test("an action goes before rereads, and those before polls", async () => {
  const queues = new LinkQueues();
  const done: string[] = [];
  const job = (name: string) => async () => void done.push(name);
  const busy = held();
  const all = [
    queues.run(link(1), URGENCY.poll, busy.work),
    queues.run(link(1), URGENCY.poll, job("poll")),
    queues.run(link(1), URGENCY.reread, job("reread")),
    queues.run(link(1), URGENCY.action, job("action")),
  ];
  busy.end();
  await Promise.all(all);
  expect(done).toEqual(["action", "reread", "poll"]);
});

test("over the bounds there is no turn, and conversations stay within theirs", async () => {
  const queues = new LinkQueues();
  const jobs = Array.from({ length: CONVERSATIONS_MAX + 10 }, held);
  jobs.forEach(({ work }, port) => void queues.run(link(port), URGENCY.poll, work));
  expect(jobs.filter(({ started }) => started()).length).toBe(CONVERSATIONS_MAX);
  for (let i = 0; i < LINK_JOBS_MAX; i++) void queues.run(link(9_999), URGENCY.poll, held().work);
  expect(await queues.run(link(9_999), URGENCY.poll, held().work)).toBeUndefined();
  for (const { end } of jobs) end();
  queues.close();
});

test("a job that fails frees its link, and closing drops what waits", async () => {
  const queues = new LinkQueues();
  await expect(
    queues.run(link(1), URGENCY.poll, () => Promise.reject(new Error("x"))),
  ).rejects.toThrow("x");
  const busy = held();
  void queues.run(link(1), URGENCY.poll, busy.work);
  const waits = queues.run(link(1), URGENCY.poll, async () => "never");
  queues.close();
  expect(await waits).toBeUndefined();
  expect(await queues.run(link(1), URGENCY.poll, async () => "never")).toBeUndefined();
  busy.end();
});
