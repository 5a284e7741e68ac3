/**
 * The one command to the engine that carries a secret: a gateway's key. The outbox has it sealed.
 */
import type { EngineCommand } from "../../../engine/contract/commands.ts";
import { opened, sealed } from "./keyring.ts";

/** What the key is sealed for. */
export const COMMAND_PURPOSE = "engine_commands";

/** The command as the outbox keeps it. */
export function sealedCommand(command: EngineCommand): EngineCommand {
  if (command.op !== "set_gateway") return command;
  return { ...command, key: sealed(command.key, COMMAND_PURPOSE) };
}

/** The command as the engine is sent it. */
export function openedCommand(command: EngineCommand): EngineCommand {
  if (command.op !== "set_gateway") return command;
  return { ...command, key: opened(command.key, COMMAND_PURPOSE) };
}
