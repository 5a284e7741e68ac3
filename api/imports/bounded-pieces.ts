/**
 * A body piece by piece, within the bounds of an import: so many bytes, and never silent for long.
 */
import { Problem } from "../problems.ts";
import { IMPORT_BYTES_MAX } from "./limits.ts";

/** Longest wait for the next piece. */
const PIECE_WAIT_MS = 60_000;

/** The pieces. Throws a Problem over the bound, and where nothing comes any more. */
export async function* boundedPieces(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const piece = await next(reader);
      if (piece.done) return;
      bytes += piece.value.byteLength;
      if (bytes > IMPORT_BYTES_MAX) {
        throw new Problem("body_too_large", {
          detail: `a file has at most ${IMPORT_BYTES_MAX} bytes: split it`,
        });
      }
      yield piece.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function next(reader: Reader): ReturnType<Reader["read"]> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`nothing came for ${PIECE_WAIT_MS / 1_000} s`)),
      PIECE_WAIT_MS,
    );
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem("import_interrupted", {
      detail: `the file did not come whole (${why}): send it again under the same id, and it goes on`,
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
