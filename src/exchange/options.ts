import type { HostIdentity } from '../addr/identity.ts';
import type { Prefix } from '../addr/prefix.ts';
import type { Time } from '../addr/time.ts';
import type { CaptureFacts, FrameSink } from '../capture/frame.ts';

/** What correlation needs of a capture; `CaptureReader` is one. */
export interface FrameSource {
  /** Hands the frames of the next chunk to the sink; false at the end. */
  next(sink: FrameSink): Promise<boolean>;
  /** The same where nothing has to be waited for; null: something has, so ask `next`. */
  nextNow?(sink: FrameSink): boolean | null;
  facts(): CaptureFacts;
  /** Bytes read so far, where that is counted. */
  readonly bytesRead?: number;
  /** The same unpacked. */
  readonly captureBytes?: number;
  /** Whether records are offered to sinks in runs as well (`FrameSink.run`). */
  readonly offersRuns?: boolean;
}

export interface CaptureInput {
  readonly host: string;
  readonly reader: FrameSource;
  /** The interface the user says the capture was taken on (`HOST/IFACE=PATH`). */
  readonly interface: string | null;
  /** Who is who on the wire, where a host state tells. */
  readonly identity: HostIdentity | null;
}

export interface CorrelateOptions {
  /** How long a reply may take; default 5. */
  readonly replyWindowSeconds?: number;
  /** `auto` measures the offsets; `none` takes all clocks as equal; a map gives offsets against the first host, in seconds. */
  readonly clock?: 'auto' | 'none' | ReadonlyMap<string, number>;
  /** `icmp` stands for ICMPv6 as well. Default icmp and tcp, and udp where no capture holds an echo request or a SYN. */
  readonly protocols?: ReadonlySet<FollowedProtocol>;
  /** One network: either end lies in it. Two: one end in each. */
  readonly between?: readonly Prefix[];
  /** TCP or UDP port asked; leaves echo out. */
  readonly port?: number;
  /** First sighting of an exchange, on the reference clock; both ends included. */
  readonly since?: Time;
  readonly until?: Time;
  /** Who bears which address: what comes to a host and asks for one of its own is followed. */
  readonly identities?: readonly HostIdentity[];
  /** Exchanges open at the same time; beyond it the oldest leave early. */
  readonly openLimit?: number;
  /** False: no packet takes a shortcut into the table. The result is the same, later; for tests that compare. */
  readonly shortcut?: boolean;
}

export type FollowedProtocol = 'icmp' | 'tcp' | 'udp';

/** Given after every step of reading. */
export interface CorrelateProgress {
  readonly bytesRead: number;
  readonly frames: number;
  readonly capturesEnded: number;
  readonly captures: number;
}

export const DEFAULT_REPLY_WINDOW_SECONDS = 5;
export const DEFAULT_OPEN_LIMIT = 65536;
export const DEFAULT_PROTOCOLS: ReadonlySet<FollowedProtocol> = new Set(['icmp', 'tcp']);
