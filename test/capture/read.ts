import { Readable } from 'node:stream';
import type { CaptureFacts, CaptureProblem, FrameSink, FrameView } from '../../src/capture/frame.ts';
import { openCaptureStream } from '../../src/capture/open.ts';
import type { CaptureReader } from '../../src/capture/reader.ts';

/** A frame copied out of the reused view. */
export interface SeenFrame {
  readonly number: number;
  readonly seconds: number;
  readonly nanos: number;
  readonly timed: boolean;
  readonly linkType: number;
  readonly interfaceId: number;
  readonly originalLength: number;
  readonly direction: number;
  readonly bytes: Uint8Array;
}

export interface Read {
  readonly frames: readonly SeenFrame[];
  readonly facts: CaptureFacts | null;
  readonly problem: CaptureProblem | null;
}

/** Reads a capture given as bytes, in pieces of `pieceBytes`. */
export async function readBytes(bytes: Uint8Array, pieceBytes = 65536, chunkBytes = 65536): Promise<Read> {
  const opened = await openCaptureStream('-', Readable.from(pieces(bytes, pieceBytes)), { chunkBytes });
  if (!opened.ok) return { frames: [], facts: null, problem: opened.error };
  return readAll(opened.value);
}

/** The same to the sink given; it must be a capture. */
export async function readInto(
  sink: FrameSink,
  bytes: Uint8Array,
  options: { chunkBytes?: number; pieceBytes?: number } = {},
): Promise<CaptureFacts> {
  const { chunkBytes = 65536, pieceBytes = 65536 } = options;
  const opened = await openCaptureStream('-', Readable.from(pieces(bytes, pieceBytes)), { chunkBytes });
  if (!opened.ok) throw new Error(`no capture: ${opened.error.kind}`);
  while (await opened.value.next(sink));
  const facts = opened.value.facts();
  await opened.value.close();
  return facts;
}

export async function readAll(reader: CaptureReader): Promise<Read> {
  const frames: SeenFrame[] = [];
  const sink = { frame: (frame: FrameView) => frames.push(copy(frame)) };
  while (await reader.next(sink));
  const facts = reader.facts();
  await reader.close();
  return { frames, facts, problem: null };
}

function copy(frame: FrameView): SeenFrame {
  const { number, seconds, nanos, timed, linkType, interfaceId, originalLength, direction } = frame;
  const bytes = frame.bytes.slice(frame.offset, frame.offset + frame.capturedLength);
  return { number, seconds, nanos, timed, linkType, interfaceId, originalLength, direction, bytes };
}

function* pieces(bytes: Uint8Array, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield Buffer.from(bytes.subarray(at, at + length));
}
