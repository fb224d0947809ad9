import { openCapture } from './open.ts';

/** Read at once, and at most. */
const PIECE_BYTES = 64 << 10;
const MOST_BYTES = 1 << 20;

/** Bytes of a capture for each of its frames, by the first ones; null where none is found soon. */
export async function meanRecordBytes(file: string): Promise<number | null> {
  const opened = await openCapture(file, { chunkBytes: PIECE_BYTES, blocking: true });
  if (!opened.ok) return null;
  const reader = opened.value;
  try {
    const sink = { frame() {} };
    while (reader.framesRead === 0 && reader.captureBytes < MOST_BYTES && (await reader.next(sink)));
    return reader.framesRead === 0 ? null : reader.captureBytes / reader.framesRead;
  } finally {
    await reader.close();
  }
}
