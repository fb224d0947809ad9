import type { Ip } from '../../addr/ip.ts';
import type { Missing, RouteDecision } from '../../linux/decision.ts';
import type { Flow } from '../../linux/flow.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Passage } from '../../linux/passage.ts';
import type { Cause } from '../cause.ts';

/** What is to be foretold: a probe of one host to an address. */
export interface TripQuestion {
  /** The originator; null where its state was not given and only its `address` is known. */
  readonly from: HostState | null;
  /** The device its socket is bound to (`ping -I eth1`, SO_BINDTODEVICE). */
  readonly device: string | null;
  /** The address its socket is bound to (`ping -I 10.2.0.100`, bind). */
  readonly address: Ip | null;
  readonly to: Ip;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  /** 0 for ICMP. */
  readonly port: number;
  /** The tos (traffic class) byte of the request: `ping -Q`, IP_TOS. */
  readonly tos: number;
  /** Routers drop what leaves a host by an interface in whose networks its source is not. */
  readonly strictNetwork: boolean;
  /** All hosts whose state was given, the originator among them. */
  readonly hosts: readonly HostState[];
}

/** The stages in the packet's order. */
export type TripStage =
  | 'request-leaves'
  | 'request-crosses'
  | 'request-comes-in'
  | 'answered'
  | 'reply-leaves'
  | 'reply-crosses'
  | 'reply-comes-in';

export interface TripStep {
  readonly stage: TripStage;
  /** Where it happens; the host at the far end for what crosses the network. */
  readonly host: string | null;
  readonly outcome: 'passes' | 'stops' | 'cannot-tell';
  readonly source: Ip | null;
  readonly destination: Ip;
  /** By which it leaves or comes in. */
  readonly device: string | null;
  readonly gateway: Ip | null;
  /**
   * `on-link`: handed over on a link that both hosts share. `proxied`: asked for on the link, where somebody else answers
   * for it (proxy ARP). `same-host`: the host speaks to itself. `unanswered`: the receiver answers nobody who asks for its
   * link-layer address.
   */
  readonly delivery: 'routed' | 'on-link' | 'proxied' | 'same-host' | 'unanswered';
  /** The answer is a reset, or port unreachable: nobody listens. */
  readonly refused: boolean;
  /** It leaves by another interface than the one asked on, or than the one that bears its source. */
  readonly crooked: boolean;
  /** The lookups that decide it, in order: a TCP connect looks up again once its source is chosen. */
  readonly lookups: readonly TripLookup[];
  /** What the host's own rules did to the packet here; null where it crosses no host's hooks. */
  readonly passage: Passage | null;
}

export interface TripLookup {
  readonly state: HostState;
  readonly flow: Flow;
  readonly decision: RouteDecision;
}

/** What was taken for granted or is missing, of which host (null: of one that was not given). */
export interface TripGap {
  readonly host: string | null;
  readonly missing: Missing;
}

export interface Trip {
  /** `depends`: a hash or the neighbours' states choose among ways of which some lead home and some do not. */
  readonly verdict: 'arrives' | 'fails' | 'depends' | 'cannot-tell';
  readonly steps: readonly TripStep[];
  /** Why it fails, in the order in which the packet meets them; why it may fail, for `depends`. */
  readonly causes: readonly Cause[];
  /** What would settle it, for `cannot-tell`. */
  readonly open: readonly TripGap[];
  /** What the answer rests on besides the files. */
  readonly assumed: readonly TripGap[];
}
