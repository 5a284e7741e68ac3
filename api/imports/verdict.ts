/**
 * What becomes of a line.
 */

/** Why a line was refused. */
export type VerdictCode =
  | "line_invalid"
  | "reference_unknown"
  | "differs"
  | "name_taken"
  | "place_taken"
  | "gateway_full"
  | "misfit";

/** The verdict of a line: made, there already as it is, or refused with the member and what to mend. */
export type Verdict = {
  line: number;
  type?: string | undefined;
  verdict: "made" | "unchanged" | "refused";
  id?: string | undefined;
  code?: VerdictCode;
  field?: string | undefined;
  detail?: string;
};

/** A refusal that a rule throws for the line under work. */
export class Refusal extends Error {
  readonly code: VerdictCode;
  readonly field: string | undefined;

  constructor(code: VerdictCode, field: string | undefined, detail: string) {
    super(detail);
    this.name = "Refusal";
    this.code = code;
    this.field = field;
  }
}
