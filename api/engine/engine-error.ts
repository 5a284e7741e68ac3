/**
 * What can go wrong between the api and the engine.
 */

/** The engine did not answer, or said that it can't take it now: the same request may succeed later. */
export class EngineUnavailable extends Error {
  readonly code = "engine_unavailable";
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "EngineUnavailable";
  }
}

/** The engine and the registry disagree about a command in a way that no retry mends: a person must look. */
export class EngineFault extends Error {
  readonly code = "engine_fault";
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "EngineFault";
  }
}
