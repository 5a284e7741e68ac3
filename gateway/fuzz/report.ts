/**
 * What a fuzz run of one protocol tells: every input is either decoded or refused, and nothing else may happen.
 */

/** How many inputs, and the seed that they all follow from. */
export type FuzzOptions = { count: number; seed: number };

/** The counts of a run. A sound one has `thrown` 0, and `refused` and `decoded` together make `inputs`. */
export type FuzzReport = {
  /** Inputs that were given. */
  inputs: number;
  /** Inputs that were refused by a value, as they should be. */
  refused: number;
  /** Inputs that were sound enough to be taken. */
  decoded: number;
  /** Inputs that let an error out past the boundary. */
  thrown: number;
  /** Longest time that one input took, in milliseconds. */
  slowestMs: number;
  /** What the heap grew by from a tenth of the run to its end, both after a collection where the process offers one. */
  heapGrowthBytes: number;
};

/** The fuzzer of one protocol: `fuzz` of the file that bears the protocol's name. */
export type Fuzzer = (options: FuzzOptions) => Promise<FuzzReport>;
