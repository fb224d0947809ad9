import type { Chunk } from './chunk.ts';
import type { CaptureInterface, FrameComment, FrameSink } from './frame.ts';

/** Largest packet a record may hold: libpcap's MAXIMUM_SNAPLEN and Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD. */
export const MAX_PACKET_BYTES = 262144;
/** Largest block of a pcapng file: libpcap's INITIAL_MAX_BLOCKSIZE. */
export const MAX_BLOCK_BYTES = 16 << 20;

/** Walks the records of one file format. */
export interface Walker {
  readonly format: 'pcap' | 'pcapng';
  readonly byteOrder: 'little' | 'big';
  /** Frames handed on so far. */
  readonly frames: number;
  /** Nothing behind this place can be read: the records are damaged in a way that hides where the next one begins. */
  readonly ended: boolean;
  readonly dropped: number | null;
  interfaces(): readonly CaptureInterface[];
  comments(): readonly FrameComment[];
  /** Hands every whole record of the chunk to the sink; returns where the first unfinished one begins. */
  walk(chunk: Chunk, sink: FrameSink): number;
  /** The capture ended; the chunk holds what is left, from `start`: an unfinished record, or bytes still searched for one. */
  finish(chunk: Chunk, start: number, sink: FrameSink): void;
}
