import type { Ip } from '../addr/ip.ts';
import type { Mac } from '../addr/mac.ts';
import type { Time } from '../addr/time.ts';
import type { CaptureFacts } from '../capture/frame.ts';
import type { CutFrames } from '../decode/cut-frames.ts';
import type { ClockOffset, ClockSet, Coverage, Exchange, Protocol } from './exchange.ts';
import type { Sighting } from './sighting.ts';

/** All that was seen, after the last frame: exchanges folded into groups, and what bears witness to them. */
export interface Correlation {
  readonly groups: readonly ExchangeGroup[];
  /** ARP requests and neighbour solicitations that a host of ours sent and nobody answered, grouped. */
  readonly unanswered: readonly NeighbourQuestion[];
  /** The same that came to a host of ours, for an address that it bears, and that it did not answer. */
  readonly unheeded: readonly NeighbourQuestion[];
  /** The same for an address that the host does not bear; whether somebody else answered it does not see. */
  readonly overheard: readonly NeighbourQuestion[];
  /** ARP replies and neighbour advertisements that came to a host of ours or left it; at most some thousand that differ. */
  readonly answers: readonly NeighbourAnswer[];
  /** The same of those who asked our hosts by ARP, as their questions say it: `target` is the one who asks. */
  readonly askers: readonly NeighbourAnswer[];
  readonly coverage: readonly Coverage[];
  readonly clocks: readonly ClockOffset[];
  readonly clocksSet: readonly ClockSet[];
  readonly captures: readonly CaptureSummary[];
  readonly counts: CorrelationCounts;
}

/**
 * Exchanges that are alike in everything that was seen of them but time: protocol, addresses, port asked, and for each
 * sighting its kind, host, interface, direction and whether its source is the address asked.
 */
export interface ExchangeGroup {
  readonly protocol: Protocol;
  /** Null in a group that was widened because there were too many sources (a flood). */
  readonly src: Ip | null;
  readonly dst: Ip;
  readonly dstPort: number | null;
  /** The one source port (echo: identifier) of them all; null where there are several. */
  readonly sourcePort: number | null;
  readonly sizes: Sizes;
  readonly count: number;
  readonly first: Time;
  readonly last: Time;
  /**
   * Where nothing was seen of the first example but a request and then its reply from the address asked, by each host or
   * interface at most once: the kinds and places as one number, the same for all groups of which that is so. Else null.
   */
  readonly shape: number | null;
  /** Source and address asked of the first example, also where the group keeps none. */
  readonly ends: Ends;
  /** The first few of the group, whole; never empty. Made when they are asked for. */
  readonly examples: readonly Exchange[];
}

export interface Ends {
  readonly src: Ip;
  readonly dst: Ip;
}

/** Of the requests, bytes behind the IP header on the wire; of a fragmented one, those of its first fragment. */
export interface Sizes {
  readonly least: number;
  readonly most: number;
}

export interface NeighbourQuestion {
  readonly host: string;
  readonly interface: string | null;
  readonly target: Ip;
  /** Sender's protocol address (ARP), or source of the solicitation. */
  readonly tell: Ip;
  readonly count: number;
  readonly first: Time;
  readonly last: Time;
  readonly examples: readonly Sighting[];
  /** What the host told itself, by ICMP, of its own requests that waited for the answer; the first few. */
  readonly failures: readonly Sighting[];
}

/** That a hardware address stands for an IP address, as an interface was told or told others. */
export interface NeighbourAnswer {
  readonly host: string;
  readonly interface: string | null;
  /** `in`: somebody told the host; `out`: the host told somebody. */
  readonly direction: Sighting['direction'];
  /** The address that was asked for. */
  readonly target: Ip;
  /** The hardware address that the answer names, whatever the link header bears. */
  readonly mac: Mac;
  /** To whom it was told: the target protocol address (ARP) or the destination. */
  readonly tell: Ip;
  readonly count: number;
  readonly first: Time;
  readonly last: Time;
  readonly example: Sighting;
}

export interface CaptureSummary {
  readonly host: string;
  readonly facts: CaptureFacts;
  /** Time stamps of the first and last frame, on the capture's own clock; null without frames. */
  readonly first: Time | null;
  readonly last: Time | null;
  /** Where, and by how much, time goes back furthest; null where it never does. */
  readonly back: { readonly frame: number; readonly nanos: number } | null;
  /** Frames with a probe, and with an answer to one. */
  readonly probes: number;
  readonly replies: number;
  /** Frames of a link type we do not decode, or whose headers stopped early. */
  readonly notDecoded: number;
  readonly cutFrames: CutFrames;
  /** Its interface indexes are not those of the state; interfaces go by their hardware addresses. */
  readonly reindexed: boolean;
}

export interface CorrelationCounts {
  readonly exchanges: number;
  /** Exchanges that left the table before their time because it was full, save those answered a tenth of a second before. */
  readonly leftEarly: number;
  /** Replies that several requests fit. */
  readonly ambiguous: number;
  /** Replies to which no request was seen. */
  readonly strayReplies: number;
}
