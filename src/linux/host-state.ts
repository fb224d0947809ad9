import type { Family, Ip } from '../addr/ip.ts';
import type { Mac } from '../addr/mac.ts';
import type { Prefix } from '../addr/prefix.ts';
import type { Span } from '../addr/source.ts';
import type { Firewall } from './firewall/firewall.ts';

/**
 * One host **as configured**: everything its files told, each entry with the place it was read from. IPv4 and IPv6 live
 * in the same lists. A list that no file gave is empty and its name is absent from `given`; the simulator says "cannot
 * tell" where an absent list could decide.
 */
export interface HostState {
  readonly name: string;
  readonly given: ReadonlySet<Given>;
  readonly links: readonly Link[];
  readonly addresses: readonly InterfaceAddress[];
  /** In the kernel's order within a family: by preference, then as listed. */
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
  readonly nextHopObjects: readonly NextHopObject[];
  readonly neighbours: readonly Neighbour[];
  /** By full key, dots as separators (`net.ipv4.conf.eth0.rp_filter`; a dot in an interface name is written `/`, as sysctl does). */
  readonly sysctls: ReadonlyMap<string, Sysctl>;
  /** Names of route tables (rt_tables and the three built in). */
  readonly tableNames: ReadonlyMap<string, number>;
  readonly listeners: readonly Listener[];
  /** Rules of the host's own firewall (nft, iptables) as they stand, unevaluated; null where no text dump was given. */
  readonly firewallRules: readonly Span[] | null;
  /** The same rules as chains that can be walked; null where no dump was given at all. */
  readonly firewall: Firewall | null;
  /** `uname -r`, such as `6.18.44`; null where no file tells. */
  readonly kernelRelease: string | null;
  /** The kernel's counters by the names of nstat, such as `TcpExtIPReversePathFilter`. */
  readonly counters: ReadonlyMap<string, Counter>;
  /** Connections that the firewall tracked, as `conntrack -L` lists them; at most 100 000. */
  readonly connections: readonly TrackedConnection[];
  /** Lines of the listings used that were not understood; a lookup that one of them may decide cannot be told. */
  readonly gaps: readonly Gap[];
  readonly problems: readonly StateProblem[];
}

/** A route or address of which only a part was understood. (A rule is kept, with what it lacks among its `unmodelled`.) */
export interface Gap {
  readonly kind: 'route' | 'rule' | 'address';
  /** Null: either. */
  readonly family: Family | null;
  /** Routes: the table it stands in. */
  readonly table: number;
  /** Routes: null where not even that was understood. */
  readonly destination: Prefix | null;
  /** Addresses: the device it is on. */
  readonly device: string | null;
  readonly span: Span;
}

/** Kinds of input a host state may hold. `rules4`/`routes4` and the like are per family, because `ip rule` lists one only. */
export type Given =
  | 'links'
  | 'addresses'
  | 'routes4'
  | 'routes6'
  | 'all-tables4'
  | 'all-tables6'
  | 'rules4'
  | 'rules6'
  | 'neighbours'
  | 'sysctl'
  | 'table-names'
  | 'nft'
  | 'iptables4'
  | 'iptables6'
  | 'sockets'
  | 'tcp-sockets'
  | 'udp-sockets'
  | 'kernel'
  | 'counters'
  | 'conntrack';

export interface Link {
  readonly name: string;
  readonly index: number | null;
  readonly mac: Mac | null;
  /** Flags between angle brackets, such as UP, LOWER_UP, LOOPBACK. */
  readonly flags: ReadonlySet<string>;
  readonly mtu: number | null;
  /** Name of the bridge, bond or VRF it is enslaved to. */
  readonly master: string | null;
  /** `vrf`, `bridge`, `veth`, ... where `-d` tells. */
  readonly linkKind: string | null;
  /** The table of a VRF, where `-d` tells. */
  readonly vrfTable?: number;
  readonly group: string | null;
  /** Of a tunnel, where `-d` tells: the addresses of the packets in which it sends others. */
  readonly tunnel?: TunnelEnds;
  readonly span: Span;
}

/** Null: any, or chosen by the route. */
export interface TunnelEnds {
  readonly local: Ip | null;
  readonly remote: Ip | null;
}

export interface InterfaceAddress {
  readonly device: string;
  /** The address itself with its prefix length (host bits kept). */
  readonly prefix: Prefix;
  readonly peer: Prefix | null;
  /** rt_scope: 0 global, 253 link, 254 host. */
  readonly scope: number;
  /** `secondary`, `deprecated`, `tentative`, `dadfailed`, `temporary`, `mngtmpaddr`, `nodad` ... */
  readonly flags: ReadonlySet<string>;
  readonly span: Span;
}

export interface Rule {
  readonly family: Family;
  readonly preference: number;
  readonly not: boolean;
  /** Null: any. */
  readonly from: Prefix | null;
  readonly to: Prefix | null;
  readonly inputDevice: string | null;
  readonly outputDevice: string | null;
  readonly mark: { readonly value: number; readonly mask: number } | null;
  /** tos (IPv4: the DSCP bits as they stand in the header byte). */
  readonly tos: number | null;
  readonly dscp: number | null;
  readonly protocol: number | null;
  readonly sourcePorts: PortRange | null;
  readonly destinationPorts: PortRange | null;
  readonly users: PortRange | null;
  readonly l3mdev: boolean;
  readonly action: RuleAction;
  readonly suppressPrefixLength: number | null;
  readonly suppressGroup: string | null;
  /** Selectors or words that the simulator does not model; a rule that has some is "cannot tell" when all else matches. */
  readonly unmodelled: readonly string[];
  /** Null for a rule every Linux has that no file listed. */
  readonly span: Span | null;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export type RuleAction =
  | { readonly kind: 'lookup'; readonly table: number }
  | { readonly kind: 'goto'; readonly preference: number }
  | { readonly kind: 'nop' }
  | { readonly kind: 'blackhole' | 'unreachable' | 'prohibit' };

export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'
  | 'nat';

export interface Route {
  readonly type: RouteType;
  readonly table: number;
  readonly destination: Prefix;
  /** IPv6 source-specific routes (`default from 2001:db8::/48`). */
  readonly sourcePrefix: Prefix | null;
  readonly tos: number;
  /** Priority; lower wins. IPv4 default 0; IPv6 as printed, else 1024. */
  readonly metric: number;
  readonly protocol: string | null;
  /** rt_scope: 0 global, 200 site, 253 link, 254 host, 255 nowhere. */
  readonly scope: number;
  readonly preferredSource: Ip | null;
  readonly nextHops: readonly NextHop[];
  /** Id of a nexthop object, where the route names one. */
  readonly nextHopId: number | null;
  /** IPv6 router preference: 1 high, 0 medium, -1 low. */
  readonly routerPreference: number;
  readonly expires: boolean;
  readonly unmodelled: readonly string[];
  readonly span: Span;
}

export interface NextHop {
  readonly device: string | null;
  readonly gateway: Ip | null;
  readonly weight: number;
  readonly onlink: boolean;
  readonly dead: boolean;
  readonly linkdown: boolean;
}

export interface NextHopObject {
  readonly id: number;
  readonly nextHop: NextHop | null;
  readonly group: readonly { readonly id: number; readonly weight: number }[];
  readonly blackhole: boolean;
  readonly span: Span;
}

export interface Neighbour {
  readonly device: string;
  readonly address: Ip;
  readonly mac: Mac | null;
  /** REACHABLE, STALE, FAILED, INCOMPLETE, PERMANENT ... */
  readonly states: ReadonlySet<string>;
  readonly span: Span;
}

export interface Sysctl {
  readonly value: string;
  readonly span: Span;
}

/** A counter at two moments, between which the packets in question went; `before` is null where only one was given. */
export interface Counter {
  readonly before: CounterReading | null;
  readonly after: CounterReading;
}

export interface CounterReading {
  /** Since the host was started. */
  readonly value: number;
  readonly span: Span;
}

/** A flow that netfilter tracks. Where `reply` is not `original` turned round, an address is translated. */
export interface TrackedConnection {
  /** IP protocol number. */
  readonly protocol: number;
  /** TCP's, such as `SYN_SENT`; null for others. */
  readonly state: string | null;
  readonly original: ConnectionEnd;
  readonly reply: ConnectionEnd;
  readonly mark: number;
  readonly zone: number;
  /** `UNREPLIED`, `ASSURED`, `OFFLOAD` ... */
  readonly flags: ReadonlySet<string>;
  readonly span: Span;
}

/** The tuple of one direction. Ports are null for protocols without; the id is that of an echo. */
export interface ConnectionEnd {
  readonly source: Ip;
  readonly destination: Ip;
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  readonly icmpId: number | null;
}

/** A listening or unconnected socket, as `ss -ltn`/`-lun` prints it. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  /** Null: any address of the family (`*` is both families). */
  readonly address: Ip | null;
  readonly families: readonly Family[];
  readonly device: string | null;
  readonly port: number;
  readonly receiveQueue: number;
  readonly sendQueue: number;
  readonly span: Span;
}

export const TABLE_UNSPEC = 0;
export const TABLE_DEFAULT = 253;
export const TABLE_MAIN = 254;
export const TABLE_LOCAL = 255;

/** What the reader of host states could not take, as values; `report/` has the words. */
export type StateProblem =
  | { readonly kind: 'line-not-understood'; readonly span: Span; readonly expected: string }
  | { readonly kind: 'word-not-understood'; readonly span: Span; readonly word: string }
  | { readonly kind: 'file-not-recognised'; readonly path: string }
  /** Headings by which it would be known are translated. */
  | { readonly kind: 'other-language'; readonly path: string }
  /** Of the next start, not of the kernel as it is. */
  | { readonly kind: 'configuration'; readonly path: string }
  | { readonly kind: 'file-unreadable'; readonly path: string; readonly reason: string }
  /** Entries beyond the most that are kept. */
  | { readonly kind: 'listing-too-long'; readonly span: Span; readonly most: number }
  /** An archive of which only a part was read. */
  | { readonly kind: 'archive-incomplete'; readonly path: string; readonly reason: string }
  | { readonly kind: 'json-damaged'; readonly path: string; readonly line: number; readonly reason: string }
  | { readonly kind: 'contradiction'; readonly what: string; readonly first: Span; readonly second: Span };
