import type { Ip } from '../addr/ip.ts';
import type { Time } from '../addr/time.ts';
import type { Sizes } from '../exchange/correlation.ts';
import type { Exchange, Protocol, Translated } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';

/** What went wrong with a group of like exchanges, **as seen**: from packets alone, no route table was read for it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly level: Level;
  readonly success: Success;
  readonly basis: 'seen' | 'computed';
  readonly protocol: Protocol;
  /** Host names; null where no host state or capture tells. */
  readonly originator: string | null;
  readonly responder: string | null;
  readonly probe: { readonly src: Ip | null; readonly dst: Ip | null; readonly dstPort: number | null };
  readonly count: number;
  /** Exchanges of the same probe (addresses and port) that were answered all the same. */
  readonly answeredAlike: number;
  /** `request-lost`: exchanges of the same address that were answered, of which the covering captures of the responder hold nothing. */
  readonly answeredUnseen: number;
  /** Probes of a tool that looks for the way with ever larger TTLs: that they run out, or are refused at its end, is no failure. */
  readonly probing: boolean;
  /** On the reference clock. */
  readonly first: Time;
  readonly last: Time;
  readonly path: Path;
  /** Where a request that did not reach its responder came to instead; null: no such host. */
  readonly stray: Stray | null;
  /** A host on the way that passed the request on, took the reply in and did not let it go on; null: no such host. */
  readonly heldBack: Place | null;
  /** Where a box on the way changed the request's addresses: as the last host that saw it did. Else null. */
  readonly translated: Translated | null;
  /** The host that changed them, where one of those captured is seen to be it. */
  readonly translator: string | null;
  /** What sets it apart from exchanges that worked, where that can be told. */
  readonly distinction: Distinction | null;
  /** Of a connection whose first answers got nowhere: the one that came home after them. */
  readonly late: Late | null;
  /** What the report points at, in the order of the packet's way; at most a dozen. */
  readonly evidence: readonly Sighting[];
  /** A few whole exchanges of the group, the first ones. Empty for request-not-sent, where only ARP or ND is seen. */
  readonly examples: readonly Exchange[];
  /** `request-not-sent`: the address that was asked for by ARP or ND and did not answer. */
  readonly unresolved: Unresolved | null;
  /** Why a stage's absence proves or does not prove anything. */
  readonly witness: Witness;
}

/** An answer that left after earlier ones had been of no use. It is of the first example. */
export interface Late {
  /** By which it left. */
  readonly interface: string | null;
  /** After the first SYN. */
  readonly nanos: number;
  /** SYNs sent again before it. */
  readonly repeats: number;
}

/** What the exchanges that failed have in common, and those of the same kind that worked have not. */
export type Distinction =
  /** Bytes behind the IP header: all that failed are larger than all that worked; `byTime`: and all came after them, or before. */
  | { readonly kind: 'size'; readonly worked: Sizes; readonly failed: Sizes; readonly byTime: boolean }
  /** All that worked were over at this time, or began then; on the reference clock. */
  | { readonly kind: 'time'; readonly failed: 'after' | 'before'; readonly moment: Time }
  /** At the same time and of the same size: only the source port differs, by which paths and filters may choose. */
  | { readonly kind: 'source-port'; readonly worked: readonly number[]; readonly failed: readonly number[] }
  /** The same question of other sources was answered. */
  | { readonly kind: 'source-address'; readonly worked: readonly Ip[] };

export type Level = 'error' | 'warning' | 'note';

/** Whether the originator got its answer; `open` where nobody's capture shows it. */
export type Success = 'yes' | 'no' | 'open';

export type FindingKind =
  | 'request-not-sent'
  | 'request-lost'
  | 'unanswered'
  | 'asymmetric-reply'
  | 'asymmetric-request'
  | 'wrong-source'
  | 'reply-lost'
  | 'reply-not-accepted'
  | 'refused'
  | 'rejected'
  | 'handshake-stalled'
  | 'data-lost'
  | 'no-reply-seen';

/** As seen; null: not seen. */
export interface Path {
  readonly requestLeft: Place | null;
  readonly requestReached: Place | null;
  readonly replyLeft: Place | null;
  readonly replyReached: Place | null;
}

export interface Place {
  readonly host: string;
  readonly interface: string | null;
  readonly src: Ip;
}

/** A host that is neither end, and that the request came to and is not seen to leave. */
export interface Stray extends Place {
  /** Its captures would show the request going on. */
  readonly covered: boolean;
}

/** ARP or neighbour discovery of a host that nobody answered. */
export interface Unresolved {
  readonly host: string;
  readonly interface: string | null;
  /** The address asked for: the peer itself, or a gateway. */
  readonly target: Ip;
  /** The sender's address in the question. */
  readonly tell: Ip;
  readonly asked: number;
}

export interface Witness {
  /** Whether the originator's and the responder's captures cover the time of the finding, as far as they show. */
  readonly originatorCovered: boolean;
  readonly responderCovered: boolean;
  /** What is missing to tell more, e.g. no capture of the responder. */
  readonly missing: readonly WitnessGap[];
}

export type WitnessGap =
  | { readonly kind: 'no-capture'; readonly host: string | null; readonly role: 'originator' | 'responder' }
  /** Its capture is whole and holds no frame at all: that it ran at that time is taken from its being supplied. */
  | { readonly kind: 'no-frames'; readonly host: string; readonly role: 'originator' | 'responder' }
  | { readonly kind: 'other-time'; readonly host: string; readonly role: 'originator' | 'responder' }
  /** It was sent there, as others saw, and is not in the captures: these are of another time, or a filter hides such. */
  | { readonly kind: 'request-unseen'; readonly host: string; readonly role: 'originator' }
  /** Others saw the host answer such packets that its captures, of that time, do not show: a filter hides them. */
  | {
      readonly kind: 'filtered';
      readonly host: string;
      readonly what: 'packets' | 'replies';
      readonly protocol: Protocol;
    }
  | { readonly kind: 'some-interfaces'; readonly host: string; readonly interfaces: readonly string[] }
  /** `shown`: by a packet that only follows one which is not in the capture. */
  | {
      readonly kind: 'one-direction';
      readonly host: string;
      readonly direction: 'in' | 'out';
      readonly shown: boolean;
    }
  /** All of its frames went out, so that nothing shows that it was taken of both directions. */
  | { readonly kind: 'all-out'; readonly host: string }
  | { readonly kind: 'kernel-drops'; readonly host: string; readonly dropped: number }
  /** Its snap length cuts headers off: what packets these are, of those that may be the missing one, cannot be told. */
  | { readonly kind: 'cut-frames'; readonly host: string; readonly file: string; readonly frames: number }
  /** Of TCP they hold SYNs only. */
  | { readonly kind: 'syn-only'; readonly host: string }
  /** The same frames were given for another host: whose they are is not known. */
  | { readonly kind: 'same-capture'; readonly host: string; readonly file: string; readonly sameAs: string }
  /** Time goes back in it, so that it was not put beside the captures of the other host. */
  | { readonly kind: 'disordered'; readonly host: string; readonly file: string }
  | { readonly kind: 'damaged'; readonly host: string; readonly file: string };
