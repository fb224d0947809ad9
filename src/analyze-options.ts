import type { Readable } from 'node:stream';
import type { Prefix } from './addr/prefix.ts';
import type { Time } from './addr/time.ts';

/** What the user gave for one host, not yet looked into. */
export interface HostInput {
  readonly name: string;
  readonly paths: readonly HostPath[];
  /** A capture of this host comes on standard input. */
  readonly stdin: boolean;
  /** The interface the capture on standard input was taken on, where the user told (`HOST/IFACE=-`). */
  readonly stdinInterface: string | null;
}

export interface HostPath {
  /** A capture, a host-state file, or a directory of those. */
  readonly path: string;
  /** The one interface its captures were taken on, where the user told (`HOST/IFACE=PATH`). */
  readonly interface: string | null;
}

export interface AnalyzeOptions {
  /** How long a reply is waited for. */
  readonly replyWindowSeconds: number;
  /** `auto`: measured from packets seen on two hosts; `none`: taken as equal; or host time minus true time, in seconds, by host. */
  readonly clock: 'auto' | 'none' | ReadonlyMap<string, number>;
  /** Null: ICMP and TCP, and UDP where a capture holds neither echo requests nor SYNs. */
  readonly protocols: ReadonlySet<AnalyzeProtocol> | null;
  /** Empty: all. One: exchanges with it at either end. Two: exchanges between them. */
  readonly between: readonly Prefix[];
  /** The port asked (or asked from), TCP and UDP; null: all. */
  readonly port: number | null;
  readonly since: Time | null;
  readonly until: Time | null;
  /** Where a host's capture comes on standard input. */
  readonly stdin: Readable | null;
  /** Exchanges open at the same time, 65536 where left out; beyond it the oldest leave early, and are counted. */
  readonly openLimit?: number;
  /**
   * Threads that read captures beside the one that pairs, which reads where they are fewer than hosts; 0: none. Left out,
   * the cores, the hosts and what is to be read decide (`analyze-threads.ts`). The result is the same to the byte.
   */
  readonly threads?: number;
}

export type AnalyzeProtocol = 'icmp' | 'tcp' | 'udp';

/** Called before the first capture is read, and now and then while they are. `bytesTotal` is null where it cannot be known (a pipe). */
export type OnProgress = (bytesRead: number, bytesTotal: number | null, frames: number) => void;
