/**
 * The part of the WebAssembly interface that is used here; TypeScript ships it only with a browser's whole DOM.
 */
declare namespace WebAssembly {
  /** Compiled code, which threads can share. */
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { module: string; name: string; kind: string }[];
    static exports(module: Module): { name: string; kind: string }[];
  }
  /** A trap. */
  class RuntimeError extends Error {}
  /** Shared linear memory; sizes in pages of 64 KiB. */
  class Memory {
    readonly buffer: ArrayBuffer;
    constructor(descriptor: { initial: number; maximum: number; shared: boolean });
  }
  /** Code over its imports. */
  class Instance {
    readonly exports: Record<string, unknown>;
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
  }
}
