/**
 * Loaded into the engine's process by `node --import`, beside the unchanged engine: SIGUSR2 ends one of its worker
 * threads, at once or just as it is given work. Nothing of this is in the product.
 */
import { createRequire } from "node:module";
import type { Worker } from "node:worker_threads";

const threads = createRequire(import.meta.url)("node:worker_threads") as { Worker: typeof Worker };
const Original = threads.Worker;
const workers = new Set<Worker>();
let wanted = false;

class Watched extends Original {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers.add(this);
    this.once("exit", () => workers.delete(this));
  }

  override postMessage(...args: Parameters<Worker["postMessage"]>): void {
    super.postMessage(...args);
    if (!wanted) return;
    wanted = false;
    end(this, "with work in hand");
  }
}
threads.Worker = Watched;

function end(worker: Worker, when: string): void {
  process.stderr.write(`torture: a worker thread is ended ${when}\n`);
  void worker.terminate();
}

process.on("SIGUSR2", () => {
  const [first] = workers;
  if (Math.random() < 0.5) wanted = true;
  else if (first !== undefined) end(first, "at once");
});
