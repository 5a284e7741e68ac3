/**
 * One queue a link: a bus carries one conversation at a time, other links do not wait for it. What people or the engine
 * asked for goes before what is polled in its turn.
 */
import { type Link, linkName } from "../../engine/contract/link.ts";

/** Most jobs that wait on one link; a link with more is asked too often. */
export const LINK_JOBS_MAX = 4_096;
/** Most conversations at once over all links. */
export const CONVERSATIONS_MAX = 256;

/** What goes first on a link. */
export const URGENCY = { action: 0, reread: 1, urgent: 2, poll: 3 } as const;
/** How urgent a job is. */
export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

type Job = { run(): Promise<void>; drop(): void };
type Queue = { name: string; waiting: [Job[], Job[], Job[], Job[]]; busy: boolean };

/** The queues of all links of one process. */
export class LinkQueues {
  readonly #queues = new Map<string, Queue>();
  readonly #ready: Queue[] = [];
  #conversations = 0;
  #closed = false;

  /**
   * Runs a job when its turn on the link comes; resolves with its result, or with undefined when the link has too many
   * jobs already or the queues were closed before.
   */
  run<Result>(
    link: Link,
    urgency: Urgency,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    const queue = this.#queueOf(link);
    const count = queue.waiting.reduce((sum, jobs) => sum + jobs.length, 0);
    if (this.#closed || count >= LINK_JOBS_MAX) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const run = (): Promise<void> => work().then(resolve, reject);
      queue.waiting[urgency].push({ run, drop: () => resolve(undefined) });
      this.#ready.push(queue);
      this.#next();
    });
  }

  /** Jobs that wait on the link of this name; what is under way counts as one more. */
  waiting(name: string): number {
    const queue = this.#queues.get(name);
    if (queue === undefined) return 0;
    return queue.waiting.reduce((sum, jobs) => sum + jobs.length, queue.busy ? 1 : 0);
  }

  /** Drops what waits; what is under way settles by itself. */
  close(): void {
    this.#closed = true;
    for (const { waiting } of this.#queues.values())
      for (const jobs of waiting) for (const job of jobs.splice(0)) job.drop();
    this.#queues.clear();
  }

  #queueOf(link: Link): Queue {
    const name = linkName(link);
    const queue = this.#queues.get(name) ?? { name, waiting: [[], [], [], []], busy: false };
    if (!this.#closed) this.#queues.set(name, queue);
    return queue;
  }

  #next(): void {
    while (this.#conversations < CONVERSATIONS_MAX) {
      const queue = this.#ready.shift();
      if (queue === undefined) return;
      if (queue.busy) continue;
      const job = queue.waiting.find((jobs) => jobs.length > 0)?.shift();
      if (job === undefined) {
        this.#queues.delete(queue.name);
        continue;
      }
      queue.busy = true;
      this.#conversations++;
      void job.run().finally(() => {
        queue.busy = false;
        this.#conversations--;
        this.#ready.push(queue);
        this.#next();
      });
    }
  }
}
