import type { Ip } from '../addr/ip.ts';
import type { Time } from '../addr/time.ts';
import type { CutFrames } from '../decode/cut-frames.ts';
import type { Sighting } from './sighting.ts';

export type Protocol = 'icmp' | 'icmp6' | 'tcp' | 'udp';

/**
 * A probe, its retransmissions and replies, with all their sightings on all hosts, after it was closed. Lists are in the
 * order of (clock-corrected) time and bounded: `SIGHTINGS_KEPT` each, the counts tell how many there were.
 */
export interface Exchange {
  readonly protocol: Protocol;
  /** Source of the probe and the address asked, as the originator's side saw them (or the only side there is). */
  readonly src: Ip;
  readonly dst: Ip;
  /** TCP and UDP: the port asked; null for echo. */
  readonly dstPort: number | null;
  /** Source port, or echo identifier. */
  readonly srcPort: number;
  /** First sighting's time, corrected to the reference clock. */
  readonly first: Time;
  readonly last: Time;
  /** Where the addresses of the request were changed on the way: as the last host that saw it did. Else null. */
  readonly translated: Translated | null;
  readonly requests: readonly Sighting[];
  /** Echo replies, SYN-ACKs or the datagrams that answered. */
  readonly replies: readonly Sighting[];
  readonly resets: readonly Sighting[];
  readonly acks: readonly Sighting[];
  /** Later segments, where data was sent in vain: large ones each time but the first, and what the other end said to it. */
  readonly segments: readonly Sighting[];
  readonly errors: readonly Sighting[];
  readonly requestCount: number;
  readonly replyCount: number;
  /** UDP: the request is a DNS message, so an answer is owed. */
  readonly dns: boolean;
  /** UDP: an earlier datagram of the same port pair was answered a moment before; this one may need no answer. */
  readonly continues: boolean;
  /** TCP: as far as was seen last, data that one end sent does not get through. */
  readonly stalled: boolean;
  /** The probe was repeated on the same place (retransmission of a SYN), not merely seen at several places. */
  readonly retransmitted: boolean;
  /** Several requests fitted a reply, so which one it answers cannot be told. */
  readonly ambiguous: boolean;
}

/** A request behind a translating box: its addresses and ports (echo: identifier and sequence) at that host. */
export interface Translated {
  readonly host: string;
  readonly src: Ip;
  readonly dst: Ip;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** How much a host's captures can bear witness to. Times are on the reference clock. */
export interface Coverage {
  readonly host: string;
  readonly file: string;
  readonly first: Time | null;
  readonly last: Time | null;
  /** Interface names the capture covers; null for all of them (`any`); empty for a single interface nobody names. */
  readonly interfaces: readonly string[] | null;
  /** `in`, `out`: it holds this direction only, although packets went the other way, too; `unknown`: nothing tells. */
  readonly directions: 'both' | 'in' | 'out' | 'unknown';
  /** `in`, `out`: a packet is in it that only follows one that is not, and not merely many frames. */
  readonly oneShown: boolean;
  /** All its frames went out, though nothing tells that others came in. */
  readonly allOut: boolean;
  /** Frames dropped by the kernel while capturing; null: the file does not tell. */
  readonly dropped: number | null;
  readonly damaged: boolean;
  /** Its end is missing: what followed the last frame is not known. */
  readonly cut: boolean;
  readonly cutFrames: CutFrames;
  readonly frames: number;
  /** It shows ICMP of some kind, so that no capture filter hides it all. */
  readonly showsIcmp: boolean;
  /** The file of another host that holds the same frames at the same times: a copy of one capture. */
  readonly sameAs: string | null;
  /** Time goes back so far that what other hosts saw was not found beside what this one saw. */
  readonly disordered: boolean;
}

/** That a host's clock was set while it was captured, by what was seen before and after it. */
export interface ClockSet {
  readonly host: string;
  /** Against whose clock. */
  readonly relativeTo: string;
  readonly file: string;
  /** The first followed one after it, with its time there. */
  readonly frame: number;
  readonly at: Time;
  /** Forward, or back where negative. */
  readonly byNs: number;
}

/** The offset of a host's clock against the reference host's: host time - reference time, in nanoseconds; where a clock was set, before that. */
export interface ClockOffset {
  readonly host: string;
  readonly relativeTo: string;
  readonly lowNs: number;
  readonly highNs: number;
  readonly driftPpm: number;
  /** With a drift: when the offset lies in the interval, on the reference clock. */
  readonly at?: Time;
  /** `measured` from packets seen on both hosts; `given` on the command line; `assumed` equal for want of common packets. */
  readonly basis: 'measured' | 'given' | 'assumed';
}
