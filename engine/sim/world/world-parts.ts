/**
 * What every machine of a world is made from.
 */
import type { Random } from "../../prove/random.ts";
import type { Bug } from "../bugs/bug.ts";
import type { Checkers } from "../checks/checkers.ts";
import type { Violations } from "../checks/violations.ts";
import type { Broker } from "./broker.ts";
import type { Faults } from "./faults.ts";
import type { Network } from "./network.ts";
import type { Postgres } from "./postgres.ts";
import type { Scheduler } from "./scheduler.ts";

/** One world's parts. */
export type WorldParts = {
  scheduler: Scheduler;
  random: Random;
  faults: Faults;
  network: Network;
  broker: Broker;
  postgres: Postgres;
  checkers: Checkers;
  violations: Violations;
  bug: Bug;
  /** Adds a line to the story that people read. */
  tell(line: string): void;
};
