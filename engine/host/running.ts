/**
 * What a started server looks like to whoever uses it, and what all of them take to start.
 */
import type { Exit } from "./keeper.ts";

/** A server that answers. `url` holds its password, if any; `exited` resolves when it ends, asked or not. */
export type Running = {
  url: string;
  port: number;
  pid: number;
  exited: Promise<Exit>;
  stop(): Promise<void>;
};

/** `data` is the data folder (absolute): each server has a folder in it, logs go to `logs`. `say` takes one-line notices. */
export type ServerOptions = {
  data: string;
  /** Wanted port; taken ones are replaced by a free one, 0 asks for any. */
  port: number;
  /** The setting `cache`. */
  cache?: string;
  say?: (line: string) => void;
};
