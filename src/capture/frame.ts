const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/**
 * One captured record, as the walker of a capture hands it on. The same object is filled again for every frame, so a
 * sink must copy what it keeps: nothing is allocated for a frame that nobody follows.
 */
export class FrameView {
  /** The chunk the frame lies in. */
  bytes: Uint8Array = NO_BYTES;
  /** The same chunk, with the same offsets: one load for a field of any width and alignment. */
  view: DataView = NO_VIEW;
  /** First byte of the frame in `bytes`. */
  offset = 0;
  /** Bytes captured, all of them in `bytes`. */
  capturedLength = 0;
  /** Bytes on the wire; more than `capturedLength` where the snap length cut the frame. */
  originalLength = 0;
  /** LINKTYPE_ value (tcpdump.org/linktypes.html). */
  linkType = 0;
  /** Capture interface: the pcapng interface's number over all sections, 0 in pcap. */
  interfaceId = 0;
  /** Seconds since 1970, UTC. */
  seconds = 0;
  /** Nanoseconds in that second, 0 to 999,999,999. */
  nanos = 0;
  /** False where the record bears no time (pcapng simple packet block); `seconds` and `nanos` are then 0. */
  timed = true;
  /** 1-based, as Wireshark counts. */
  number = 0;
  /** From the pcapng flags option; link headers that tell (SLL) are read in `decode/`. */
  direction: Direction = DIRECTION_UNKNOWN;
}

export type Direction = 0 | 1 | 2;
export const DIRECTION_UNKNOWN = 0;
export const DIRECTION_IN = 1;
export const DIRECTION_OUT = 2;

export interface FrameSink {
  frame(frame: FrameView): void;
  /** Takes as many frames of the run as it likes, moves `at` behind them, and tells how many they were. */
  run?(run: RecordRun): number;
  /** Bytes for a chunk, where the sink wants to have them at a place of its own; null where it has no room. */
  room?(bytes: number): Uint8Array | null;
}

/**
 * Whole records that follow one another in a chunk, in the form of their file, as a walker offers them to a sink before it
 * hands them on one by one. The same object is filled again for each offer.
 */
export interface RecordRun {
  readonly format: 'pcap' | 'pcapng';
  readonly little: boolean;
  readonly bytes: Uint8Array;
  /** Bytes from `at` to `end`, both offsets in `bytes`; the last record may be cut off. */
  at: number;
  readonly end: number;
  /** As of the chunk. */
  readonly far: boolean;
  /** By the number that blocks of a pcapng section give; pcap has one. Another array whenever one of them is another. */
  readonly interfaces: readonly RunInterface[];
  /** Number of the frame before; and of a sink that took some, seconds since 1970 of the last. */
  readonly number: number;
  seconds: number;
  /** A sink that took none says: the frames after the next one may be taken. */
  goesOn: boolean;
}

export interface RunInterface {
  /** As `FrameView.interfaceId` and `FrameView.linkType`. */
  readonly id: number;
  readonly linkType: number;
  /** Units of its time stamps in a second; 0 where a time stamp is more than a count of whole nanoseconds since 1970. */
  readonly unitsPerSecond: number;
}

/** What a capture file says of itself; complete once it has been read to its end. */
export interface CaptureFacts {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  readonly format: 'pcap' | 'pcapng';
  readonly byteOrder: 'little' | 'big';
  readonly compression: 'none' | 'gzip' | 'zstd';
  readonly interfaces: readonly CaptureInterface[];
  readonly frames: number;
  readonly comments: readonly FrameComment[];
  /** Packets the kernel dropped while capturing (pcapng interface statistics); null where the file does not tell. */
  readonly dropped: number | null;
  readonly damage: readonly Damage[];
}

export interface CaptureInterface {
  readonly id: number;
  readonly name: string | null;
  readonly description: string | null;
  /** Capture filter (if_filter), where the file tells. */
  readonly filter: string | null;
  readonly linkType: number;
  readonly snapLength: number;
  /** Nanoseconds per unit of its time stamps; below 1 where finer than nanoseconds. */
  readonly resolutionNs: number;
}

export interface FrameComment {
  /** 0 where the comment belongs to the section. */
  readonly frame: number;
  readonly text: string;
}

/** Something wrong with a capture file, as a value: kind, place, what was expected. The words are in `report/`. */
export interface Damage {
  readonly kind:
    | 'cut-in-header'
    | 'cut-in-record'
    | 'record-too-long'
    | 'bad-block-length'
    | 'unknown-interface'
    | 'bad-option'
    | 'unsupported-section'
    | 'time-out-of-range'
    | 'compression-damaged'
    | 'file-changed'
    | 'read-failed';
  /** Number of the frame that could not be read (the one after the last good one). */
  readonly frame: number;
  /** Byte offset in the (uncompressed) capture. */
  readonly offset: number;
  readonly need: number | null;
  readonly have: number | null;
  readonly detail: string | null;
  /** Bytes of the capture passed over because of this kind; null where everything behind it is lost. */
  readonly lostBytes: number | null;
  /** How often this kind was met; only the first place is kept. */
  readonly count: number;
}

/** Why a file is not a capture we can read at all. */
export type CaptureProblem =
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: string }
  | { readonly kind: 'empty'; readonly file: string }
  | {
      readonly kind: 'not-a-capture';
      readonly file: string;
      readonly firstBytes: string;
      /** It came through a named pipe. */
      readonly piped?: true;
    }
  | { readonly kind: 'unsupported'; readonly file: string; readonly what: string };
