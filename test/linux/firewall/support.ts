import { formatIp } from '../../../src/addr/ip.ts';
import { quoteOf } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import type { Packet } from '../../../src/linux/packet.ts';
import type { Connection, Passage } from '../../../src/linux/passage.ts';
import { receive } from '../../../src/linux/receive.ts';
import { send } from '../../../src/linux/send.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { ADDR, CONNECTED, CONNECTED6, ip, LOCAL, LOCAL6 } from '../support/host.ts';

const margin = (text: string) => text.replace(/^\s+/gm, '').concat('\n');

/** More of the host's files, by name. */
export type Files = Readonly<Record<string, string>>;

/** A host with two cards (10.3.0.100 on eth0 with the default route, 10.4.0.100 on eth1), and these files. */
export function hostWith(files: Files): HostState {
  const all: Files = {
    'ip-addr.txt': ADDR.replace(/^ {2}/gm, ''),
    'ip-route-show-table-all.txt': margin(`${LOCAL}${CONNECTED}
      default via 10.3.0.1 dev eth0
      default via 10.4.0.1 dev eth1 table 100`),
    'ip-6-route-show-table-all.txt': margin(`${LOCAL6}${CONNECTED6}
      default via fd00:3::1 dev eth0 metric 1024 pref medium`),
    'ip-rule.txt': margin(`0: from all lookup local
      1000: from all fwmark 0x1 lookup 100
      32766: from all lookup main
      32767: from all lookup default`),
    'ip-6-rule.txt': margin(`0: from all lookup local
      32766: from all lookup main`),
    'sysctl.txt': margin(`net.ipv4.conf.all.rp_filter = 0
      net.ipv4.conf.eth0.rp_filter = 0
      net.ipv4.conf.eth1.rp_filter = 0
      net.ipv4.ip_forward = 0`),
    ...files,
  };
  return buildHostState(
    'B',
    Object.entries(all).map(([path, text]) => ({ path, text })),
  );
}

/** A host whose nft rule set is one inet table with these chains in it. */
export function hostWithTable(chains: string, files: Files = {}): HostState {
  return hostWith({ 'nft.txt': `table inet t {\n${chains}\n}\n`, ...files });
}

/** An input chain with one policy and these rules. */
export function inputChain(rules: string, policy = 'accept'): string {
  return `chain in {\ntype filter hook input priority filter; policy ${policy};\n${rules}\n}`;
}

const BLANK = {
  sourcePort: 0,
  destinationPort: 0,
  icmp: null,
  tcpFlags: null,
  tos: 0,
  ttl: 63,
  lengthBytes: 84,
} as const;

export const CLIENT = '10.2.0.100';
export const SERVER = '10.4.0.100';

export function echo(more: Partial<Packet> = {}): Packet {
  const icmp = { type: 8, code: 0 };
  return { ...BLANK, source: ip(CLIENT), destination: ip(SERVER), protocol: 1, icmp, ...more };
}

export function echo6(more: Partial<Packet> = {}): Packet {
  const icmp = { type: 128, code: 0 };
  return {
    ...BLANK,
    source: ip('fd00:2::100'),
    destination: ip('fd00:4::100'),
    protocol: 58,
    icmp,
    ...more,
  };
}

export const SYN = 2;
export const SYN_ACK = 18;

export function tcp(destinationPort: number, tcpFlags = SYN, more: Partial<Packet> = {}): Packet {
  const ends = { source: ip(CLIENT), destination: ip(SERVER), sourcePort: 40000, destinationPort };
  return { ...BLANK, ...ends, protocol: 6, tcpFlags, ...more };
}

export function udp(destinationPort: number, more: Partial<Packet> = {}): Packet {
  const ends = { source: ip(CLIENT), destination: ip(SERVER), sourcePort: 40000, destinationPort };
  return { ...BLANK, ...ends, protocol: 17, ...more };
}

/** What answers a packet: addresses and ports swapped. */
export function answerTo(packet: Packet): Packet {
  const { source, destination, sourcePort, destinationPort, icmp, tcpFlags } = packet;
  return {
    ...packet,
    source: destination,
    destination: source,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
    icmp: icmp && { type: icmp.type === 8 ? 0 : 129, code: 0 },
    tcpFlags: tcpFlags === null ? null : SYN_ACK,
  };
}

export function arrive(
  state: HostState,
  packet: Packet,
  device = 'eth1',
  connection: Connection | null = null,
) {
  return receive({ state, device, packet, connection });
}

export function leave(state: HostState, packet: Packet, connection: Connection | null = null, mark = 0) {
  return send({ state, packet, sourceChosen: true, device: null, deviceBinds: false, mark, connection });
}

/** `passes`, `dropped by: RULE`, `rejected with tcp reset by: RULE`, `cannot tell: WHAT`. */
export function outcome({ outcome, missing }: Passage): string {
  switch (outcome.kind) {
    case 'dropped':
      return `dropped by: ${quoteOf(outcome.by.span).text}`;
    case 'rejected':
      return `rejected with ${outcome.with} by: ${quoteOf(outcome.by.span).text}`;
    case 'cannot-tell':
      return `cannot tell: ${missing.map(({ what }) => what).join(', ')}`;
    default:
      return outcome.kind;
  }
}

/** `10.4.0.100:80 > 10.2.0.100:40000 by eth0`. */
export function way({ packet, decision }: Passage): string {
  const { source, destination, sourcePort, destinationPort } = packet;
  const device = decision?.kind === 'route' ? decision.device : (decision?.kind ?? 'nowhere');
  return `${formatIp(source)}:${sourcePort} > ${formatIp(destination)}:${destinationPort} by ${device}`;
}
