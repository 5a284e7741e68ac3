/**
 * One thing that the doctor looked at.
 */

/** `mend` is the command, or what to do, when it is not ok. */
export type Finding = { what: string; ok: boolean; detail: string; mend?: string };
