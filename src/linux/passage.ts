import type { Ip } from '../addr/ip.ts';
import type { Span } from '../addr/source.ts';
import type { Missing, ReversePathVerdict, RouteDecision } from './decision.ts';
import type { HostState } from './host-state.ts';
import type { Packet } from './packet.ts';

/** What one host does with one packet, from its card to its programs or the other way: hooks, marks, lookups, filters, in the kernel's order. */
export interface Passage {
  readonly outcome: PassageOutcome;
  /** As it reached the program (or left the host): addresses, ports and tos after every rewriting. */
  readonly packet: Packet;
  /** The packet's mark (`meta mark`, fwmark) at the end. */
  readonly mark: number;
  /** What connection tracking knows after this packet; null where the host does not track (no rule asks for it). */
  readonly connection: Connection | null;
  /** The lookup that counts: the last one made. Null where the packet died before any. */
  readonly decision: RouteDecision | null;
  /** The first lookup, where a rule's mark or rewriting in a `route` chain (or mangle OUTPUT) caused a second. */
  readonly before: RouteDecision | null;
  /** Every rule that changed something on the way, in order. */
  readonly changes: readonly FirewallChange[];
  /** Rules that let it through a chain by name (`accept`), in order; a chain it leaves by its policy has none. */
  readonly accepts: readonly FirewallRule[];
  /** What could change the outcome and no file tells; the outcome holds as far as known. */
  readonly missing: readonly Missing[];
}

export type PassageOutcome =
  /** Handed to the host itself, or gone out by `decision`'s device. */
  | { readonly kind: 'passes' }
  | {
      readonly kind: 'dropped';
      readonly by: FirewallRule;
      /** The test that failed is a reverse-path test (`fib saddr . iif oif`, `-m rpfilter`). */
      readonly reversePathTest: boolean;
    }
  /** `with` as iptables and nft name it: `tcp reset`, `icmp port-unreachable`, ... */
  | { readonly kind: 'rejected'; readonly by: FirewallRule; readonly with: string }
  | { readonly kind: 'reverse-path'; readonly verdict: ReversePathVerdict & { kind: 'dropped' | 'accepted' } }
  /** No route, or one that refuses (`decision`); what comes in and is not for the host and not forwarded, too. */
  | { readonly kind: 'no-way' }
  /** It is for somebody else and goes on by `decision`. */
  | { readonly kind: 'forwards' }
  | {
      readonly kind: 'cannot-tell';
      /** How the packet ends if a rule of which no file tells whether it matches does so (or does not); else it lives. */
      readonly perhaps?: Dropped | Rejected;
    };

export type Dropped = Extract<PassageOutcome, { kind: 'dropped' }>;
export type Rejected = Extract<PassageOutcome, { kind: 'rejected' }>;

/** The rule that decided, as the user's dump shows it; a chain's policy is quoted by the chain's own line. */
export interface FirewallRule {
  readonly span: Span;
  /** `inet filter input` or `filter INPUT`. */
  readonly chain: string;
  readonly hook: Hook;
  readonly isPolicy: boolean;
  /** Packets counted by the rule, where the dump shows a counter. */
  readonly packets: number | null;
}

/** Ingress and egress are a device's own (tables of family netdev); the others the network layer's. */
export type Hook = 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'egress';

/** What the host sends passes these hooks; a capture sees it after them, and what comes in before the others. */
export function isOutward(hook: Hook): boolean {
  return hook === 'output' || hook === 'postrouting' || hook === 'egress';
}

export interface FirewallChange {
  readonly rule: FirewallRule;
  readonly what:
    | { readonly kind: 'mark'; readonly value: number }
    | { readonly kind: 'connection-mark'; readonly value: number }
    | { readonly kind: 'notrack' }
    /** With connection tracking (snat, masquerade, dnat, redirect) or without (`ip saddr set`). */
    | {
        readonly kind: 'source' | 'destination';
        readonly address: Ip | null;
        readonly port: number | null;
        readonly tracked: boolean;
      }
    | { readonly kind: 'tos'; readonly value: number }
    /** Of IPv6 the hop limit. */
    | { readonly kind: 'ttl'; readonly value: number };
}

/** A connection as conntrack holds it. Addresses of the original direction, and what replies must bear. */
export interface Connection {
  readonly state: 'new' | 'established' | 'related' | 'invalid' | 'untracked';
  readonly direction: 'original' | 'reply';
  readonly mark: number;
  /** The connection's first packet before and after translation. */
  readonly original: Packet;
  readonly translated: Packet;
}

/** A packet that comes in by a device. `connection`: what this host tracked of the exchange so far; null at first. */
export interface Arrives {
  readonly state: HostState;
  readonly device: string;
  readonly packet: Packet;
  readonly connection: Connection | null;
}

/** A packet that the host makes itself. */
export interface Leaves {
  readonly state: HostState;
  readonly packet: Packet;
  /** False: the route chooses the source (an unconnected socket bound to any address). */
  readonly sourceChosen: boolean;
  /** Of several next hops the one by this device is chosen. */
  readonly hop?: string;
  /** The device the socket is bound to. */
  readonly device: string | null;
  /** IPv6: the device is no more than preferred (`Flow.socketBound`). */
  readonly deviceBinds: boolean;
  /** The mark it starts with: the socket's, or reflected from the request. */
  readonly mark: number;
  readonly connection: Connection | null;
}
