import type { Exchange } from '../../../src/exchange/exchange.ts';
import type { Sighting } from '../../../src/exchange/sighting.ts';
import type { Finding, FindingKind, Place } from '../../../src/finding/finding.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { identityOf } from '../../../src/linux/identity.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import type { Cause } from '../../../src/reason/cause.ts';
import type { ReasonContext } from '../../../src/reason/context.ts';
import { explain } from '../../../src/reason/explain.ts';
import { finding, ip, sighting } from '../../report/fixture.ts';

/** Two servers with two cards each; every test changes a few lines of one of them. */
export const A = {
  addr: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.1.0.100/24 scope global eth0
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.2.0.100/24 scope global eth1`,
  routes: `default via 10.1.0.1 dev eth0
default via 10.2.0.1 dev eth1 metric 200
10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.100
10.2.0.0/24 dev eth1 proto kernel scope link src 10.2.0.100
local 10.1.0.100 dev eth0 table local proto kernel scope host src 10.1.0.100
local 10.2.0.100 dev eth1 table local proto kernel scope host src 10.2.0.100`,
};

export const B = {
  addr: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.3.0.100/24 scope global eth0
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.4.0.100/24 scope global eth1`,
  routes: `default via 10.3.0.1 dev eth0
10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100
10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100
local 10.3.0.100 dev eth0 table local proto kernel scope host src 10.3.0.100
local 10.4.0.100 dev eth1 table local proto kernel scope host src 10.4.0.100`,
};

export interface Files {
  readonly addr: string;
  readonly routes: string;
  readonly rules?: string;
  readonly sysctl?: string;
  readonly neigh?: string;
  readonly nft?: string;
  /** `iptables-save`. */
  readonly iptables?: string;
  readonly sockets?: string;
  readonly udpSockets?: string;
  /** `nstat -az` before and after the packets. */
  readonly nstat?: readonly [before: string, after: string];
  readonly conntrack?: string;
}

const RULES = '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default';
const NO_FILTER = `net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0`;

/** `nft` is given and empty unless told; null leaves the dump out. */
export function host(name: string, files: Omit<Files, 'nft'> & { readonly nft?: string | null }): HostState {
  const { addr, routes, rules = RULES, sysctl = NO_FILTER, neigh, nft = '', sockets, udpSockets } = files;
  const [before, after] = files.nstat ?? [];
  const texts: [string, string | null | undefined][] = [
    ['ip-addr.txt', addr],
    ['ip-route-show-table-all.txt', routes],
    ['ip-rule.txt', rules],
    ['sysctl.txt', sysctl],
    ['ip-neigh.txt', neigh],
    ['nft-list-ruleset.txt', nft],
    ['iptables-save.txt', files.iptables],
    ['ss-ltn.txt', sockets],
    ['ss-lun.txt', udpSockets],
    ['nstat-before.txt', before],
    ['nstat-after.txt', after],
    ['conntrack.txt', files.conntrack],
  ];
  return buildHostState(
    name,
    texts.flatMap(([path, text]) =>
      text === null || text === undefined ? [] : [{ path, text: `${text}\n` }],
    ),
  );
}

/** A stage of the way: `eth1 10.2.0.100 > 10.4.0.100`; null: not seen. */
export type Seen = string | null;

export interface Told {
  readonly kind: FindingKind;
  readonly protocol?: Finding['protocol'];
  readonly port?: number;
  readonly requestLeft?: Seen;
  readonly requestReached?: Seen;
  readonly replyLeft?: Seen;
  readonly replyReached?: Seen;
  readonly more?: Partial<Finding>;
}

/** A finding as the captures of both servers would yield it. */
export function found(told: Told): Finding {
  const { kind, protocol = 'icmp', port = null, more = {} } = told;
  const sightings = {
    requestLeft: seen(told, told.requestLeft, 'A', 'out'),
    requestReached: seen(told, told.requestReached, 'B', 'in'),
    replyLeft: seen(told, told.replyLeft, 'B', 'out'),
    replyReached: seen(told, told.replyReached, 'A', 'in'),
  };
  const requests = [sightings.requestLeft, sightings.requestReached].filter((one) => one !== null);
  const replies = [sightings.replyLeft, sightings.replyReached].filter((one) => one !== null);
  const [first] = requests;
  const place = (one: Sighting | null): Place | null =>
    one && { host: one.host, interface: one.interface, src: one.src };
  const example: Exchange = {
    protocol,
    src: first.src,
    dst: first.dst,
    dstPort: port,
    srcPort: first.sourcePort,
    first: first.time,
    last: first.time,
    requests,
    replies,
    resets: [],
    acks: [],
    errors: [],
    requestCount: requests.length,
    replyCount: replies.length,
    retransmitted: false,
    ambiguous: false,
    translated: null,
    dns: false,
    continues: false,
    segments: [],
    stalled: false,
  };
  return finding({
    kind,
    protocol,
    originator: 'A',
    responder: 'B',
    probe: { src: first.src, dst: first.dst, dstPort: port },
    path: {
      requestLeft: place(sightings.requestLeft),
      requestReached: place(sightings.requestReached),
      replyLeft: place(sightings.replyLeft),
      replyReached: place(sightings.replyReached),
    },
    evidence: [...requests, ...replies],
    examples: [example],
    ...more,
  });
}

function seen(told: Told, text: Seen | undefined, name: string, direction: 'in' | 'out'): Sighting | null {
  if (!text) return null;
  const [device, src, , dst] = text.split(' ');
  const isRequest = (name === 'A') === (direction === 'out');
  const client = told.protocol === 'udp' || told.protocol === 'tcp' ? 40000 : 7;
  const asked = told.port ?? 1;
  const kinds = {
    icmp: ['echo-request', 'echo-reply'],
    tcp: ['syn', 'syn-ack'],
    udp: ['udp', 'udp'],
  } as const;
  const pair = kinds[told.protocol === 'tcp' || told.protocol === 'udp' ? told.protocol : 'icmp'];
  return sighting({
    kind: pair[isRequest ? 0 : 1],
    host: name,
    interface: device,
    direction,
    file: `${name}/any.pcap`,
    src: ip(src),
    dst: ip(dst),
    sourcePort: isRequest ? client : asked,
    destinationPort: isRequest ? asked : client,
  });
}

export function causesOf(one: Finding, ...states: HostState[]): readonly Cause[] {
  return causesBeside(one, {}, ...states);
}

/** The same, with what was seen beside the finding. */
export function causesBeside(
  one: Finding,
  beside: Partial<ReasonContext>,
  ...states: HostState[]
): readonly Cause[] {
  return explain(one, contextOf(states, beside)).causes;
}

/** Both captures show ICMP; nothing else was seen unless told. */
export function contextOf(states: readonly HostState[], beside: Partial<ReasonContext> = {}): ReasonContext {
  return {
    states: new Map(states.map((state) => [state.name, state])),
    identities: states.flatMap((state) => identityOf(state) ?? []),
    questions: [],
    unheeded: [],
    overheard: [],
    answers: [],
    askers: [],
    icmpSeen: new Set(['A', 'B']),
    ...beside,
  };
}

/** `rp-filter-strict@B likely`; certain is not said. */
export function kinds(causes: readonly Cause[]): string[] {
  return causes.map(
    ({ kind, host: at, confidence }) => `${kind}@${at}${confidence === 'certain' ? '' : ` ${confidence}`}`,
  );
}
