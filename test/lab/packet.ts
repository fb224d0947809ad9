import { must } from './command.ts';
import { isServer, type Lab } from './lab.ts';
import type { Node } from './scenario.ts';

/** One packet as tshark read it from a node's `any` capture: the lab's own eyes, independent of the analyzer. */
export interface Packet {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly node: Node;
  readonly interface: string;
  readonly direction: 'in' | 'out';
  readonly src: string;
  readonly dst: string;
  /** Fields of the outer packet; ICMP errors have what they quote in `quoted`. */
  readonly icmp?: {
    readonly type: number;
    readonly code: number;
    readonly six: boolean;
    /** Identifier of an echo; empty otherwise. */
    readonly id: string;
  };
  readonly tcp?: {
    readonly flags: string;
    readonly srcPort: number;
    readonly dstPort: number;
    /** Raw sequence numbers: they stay the same through address translation. */
    readonly seq: number;
    readonly ack: number;
    readonly payload: number;
  };
  readonly udp?: {
    readonly srcPort: number;
    readonly dstPort: number;
    /** The first two bytes of the payload in hexadecimal: the question's id, in the answer, too. */
    readonly id: string;
  };
  readonly quoted?: { readonly src: string; readonly dst: string };
  /** ARP or neighbour discovery: what is asked for, or who answers. */
  readonly neighbour?: { readonly asks: boolean; readonly target: string };
}

const FIELDS = [
  'frame.interface_id',
  'frame.time_epoch',
  'sll.ifindex',
  'sll.pkttype',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'icmp.type',
  'icmp.code',
  'icmpv6.type',
  'icmpv6.code',
  'icmp.ident',
  'icmpv6.echo.identifier',
  'tcp.flags',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.len',
  'udp.srcport',
  'udp.dstport',
  'udp.payload',
  'arp.opcode',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'icmpv6.nd.ns.target_address',
  'icmpv6.nd.na.target_address',
] as const;

/** `sll.pkttype` of a packet the machine sent itself (linux/if_packet.h, PACKET_OUTGOING). */
const PACKET_OUTGOING = '4';

/** A LINUX_SLL2 capture of a node. */
export interface NodeCapture {
  readonly node: Node;
  readonly file: string;
}

/** Reads the captures of all nodes. They know interface numbers only; the nodes know the names. */
export async function readPackets(
  lab: Lab,
  captures: readonly NodeCapture[],
  scratch: string,
): Promise<Packet[]> {
  const names = await Promise.all(captures.map(({ node }) => interfaceNames(lab, node)));
  // One file with an interface for every capture: one tshark instead of four, most of whose time is its start.
  await must(['mergecap', '-I', 'none', '-w', scratch, ...captures.map(({ file }) => file)]);
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const text = await must(['tshark', '-n', '-r', scratch, '-T', 'fields', '-E', 'separator=/t', ...fields]);
  const rows = text.split('\n').filter(Boolean);
  return rows.map((row) => {
    const columns = row.split('\t');
    const which = Number(columns[0]);
    return toPacket(captures[which]!.node, names[which]!, columns);
  });
}

async function interfaceNames(lab: Lab, node: Node): Promise<Map<string, string>> {
  const outcome = await lab.run(node, ['ip', '-j', 'link']);
  const links = JSON.parse(outcome.stdout) as { ifindex: number; ifname: string }[];
  const asWritten = (name: string) => (isServer(node) ? name : name.replace(/-\d+$/, ''));
  return new Map(links.map((link) => [String(link.ifindex), asWritten(link.ifname)]));
}

function toPacket(node: Node, names: ReadonlyMap<string, string>, columns: readonly string[]): Packet {
  // A field that occurs twice (an ICMP error quotes a packet) is written as `outer,quoted`.
  const all = (field: (typeof FIELDS)[number]) => columns[FIELDS.indexOf(field)]!.split(',');
  const first = (field: (typeof FIELDS)[number]) => all(field)[0]!;
  const six = first('ipv6.src') !== '';
  const [src, quotedSrc] = all(six ? 'ipv6.src' : 'ip.src');
  const [dst, quotedDst] = all(six ? 'ipv6.dst' : 'ip.dst');
  return {
    time: Number(first('frame.time_epoch')),
    node,
    interface: names.get(first('sll.ifindex')) ?? '?',
    direction: first('sll.pkttype') === PACKET_OUTGOING ? 'out' : 'in',
    src: src || first('arp.src.proto_ipv4'),
    dst: dst || first('arp.dst.proto_ipv4'),
    ...transportOf(first, six, quotedSrc !== undefined),
    ...(quotedSrc && { quoted: { src: quotedSrc, dst: quotedDst! } }),
    ...neighbourOf(first('arp.opcode'), first),
  };
}

type First = (field: (typeof FIELDS)[number]) => string;

function transportOf(first: First, six: boolean, quotes: boolean): Pick<Packet, 'icmp' | 'tcp' | 'udp'> {
  const type = first(six ? 'icmpv6.type' : 'icmp.type');
  if (type) {
    const id = first(six ? 'icmpv6.echo.identifier' : 'icmp.ident');
    return { icmp: { type: Number(type), code: Number(first(six ? 'icmpv6.code' : 'icmp.code')), six, id } };
  }
  if (quotes) return {};
  const number = (field: (typeof FIELDS)[number]) => Number(first(field) || 0);
  if (first('tcp.srcport')) {
    const [srcPort, dstPort] = [number('tcp.srcport'), number('tcp.dstport')];
    const [seq, ack, payload] = [number('tcp.seq_raw'), number('tcp.ack_raw'), number('tcp.len')];
    return { tcp: { flags: letters(number('tcp.flags')), srcPort, dstPort, seq, ack, payload } };
  }
  if (!first('udp.srcport')) return {};
  const id = first('udp.payload').replaceAll(':', '').slice(0, 4);
  return { udp: { srcPort: number('udp.srcport'), dstPort: number('udp.dstport'), id } };
}

function neighbourOf(opcode: string, first: First): Pick<Packet, 'neighbour'> {
  if (opcode === '1') return { neighbour: { asks: true, target: first('arp.dst.proto_ipv4') } };
  if (opcode === '2') return { neighbour: { asks: false, target: first('arp.src.proto_ipv4') } };
  const solicited = first('icmpv6.nd.ns.target_address');
  if (solicited) return { neighbour: { asks: true, target: solicited } };
  const advertised = first('icmpv6.nd.na.target_address');
  return advertised ? { neighbour: { asks: false, target: advertised } } : {};
}

/** SYN, ACK, RST and FIN as letters; S and SA open a connection, R and RA refuse one. */
function letters(flags: number): string {
  const bits: readonly [number, string][] = [
    [0x02, 'S'],
    [0x01, 'F'],
    [0x04, 'R'],
    [0x10, 'A'],
  ];
  return bits.map(([bit, letter]) => (flags & bit ? letter : '')).join('');
}
