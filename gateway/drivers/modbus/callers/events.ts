/**
 * What the listener tells about those who dial in.
 */

/** What happened. */
export type CallerEventKind =
  /** A known caller is connected. */
  | "registered"
  /** A known caller's connection ended. */
  | "lost"
  /** Turned away: too many, too long, too late, or nobody's. */
  | "refused"
  /** Somebody called under the name of one that is connected and answers. */
  | "contested";

/** One event; `message` is one line for people. `name` is empty where the caller did not get so far. */
export type CallerEvent = { kind: CallerEventKind; name: string; from: string; message: string };

/** Where events go. */
export type TellCaller = (event: CallerEvent) => void;
