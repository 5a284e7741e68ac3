/**
 * What the tester's findings mean.
 */
import type { Finding } from "./specmatic.ts";

/**
 * Findings that are none, with the reason:
 * - a PATCH without any body changes nothing, and is taken as one of `{}`;
 * - in the schedules of a price list this tester takes the times of one day for members that every day must have.
 */
const NONE = [
  /^-ve {2}Scenario: PATCH .*REQUEST\.BODY has been omitted/,
  /^\+ve {2}Scenario: GET \/v1\/price-lists\/\S+ -> 200 .*schedule\[\d+\]\.at\./,
];

/** Findings, sorted by what they mean. */
export type Verdict = {
  /** A good request that was answered otherwise, as documented: by a state, a rule, an id of something else. */
  byState: Finding[];
  /** A bad request that was taken. */
  taken: Finding[];
  /** All else: an answer that does not fit the document. */
  misfits: Finding[];
};

/** Sorts them. */
export function judge(findings: readonly Finding[]): Verdict {
  const verdict: Verdict = { byState: [], taken: [], misfits: [] };
  for (const finding of findings) {
    if (NONE.some((pattern) => pattern.test(`${finding.test} ${finding.said}`))) continue;
    const status = Number(
      /(?:response contained status|but received) (\d+)/.exec(finding.said)?.[1] ?? 0,
    );
    const isBad = finding.test.startsWith("-ve");
    // One good answer instead of another (made, or there already) is compared with the document by watch.ts.
    if (!isBad && [200, 201, 202, 204, 401, 403, 404, 409, 422, 429].includes(status))
      verdict.byState.push(finding);
    else if (isBad && status >= 200 && status < 300) verdict.taken.push(finding);
    else verdict.misfits.push(finding);
  }
  return verdict;
}
