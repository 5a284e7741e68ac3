/**
 * What follows from the engine's answers to commands, by what the command was.
 */
import type { Settlements } from "./engine/delivery.ts";
import { settleSupplyCommand } from "./registry/supply-commands.ts";
import { finishVend } from "./vending/finish.ts";

/** A credit finishes its vend; a cut or restore moves its supply command on. */
export const SETTLEMENTS: Settlements = {
  credit: finishVend,
  cut: settleSupplyCommand,
  restore: settleSupplyCommand,
};
