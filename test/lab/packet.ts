import { must } from './command.ts';
import type { Lab } from './lab.ts';
import type { Node } from './scenario.ts';

/** One packet as tshark read it from a node's `any` capture: the lab's own eyes, independent of the analyzer. */
export interface Packet {
  readonly node: Node;
  readonly interface: string;
  readonly direction: 'in' | 'out';
  readonly src: string;
  readonly dst: string;
  /** Fields of the outer packet; ICMP errors have what they quote in `quoted`. */
  readonly icmp?: { readonly type: number; readonly code: number; readonly six: boolean };
  readonly tcp?: { readonly flags: string; readonly srcPort: number; readonly dstPort: number };
  readonly quoted?: { readonly src: string; readonly dst: string };
  /** ARP or neighbour discovery: what is asked for, or who answers. */
  readonly neighbour?: { readonly asks: boolean; readonly target: string };
}

const FIELDS = [
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
  'tcp.flags',
  'tcp.srcport',
  'tcp.dstport',
  'arp.opcode',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'icmpv6.nd.ns.target_address',
  'icmpv6.nd.na.target_address',
] as const;

/** `sll.pkttype` of a packet the machine sent itself (linux/if_packet.h, PACKET_OUTGOING). */
const PACKET_OUTGOING = '4';

/** Reads a LINUX_SLL2 capture of a node. The file knows interface numbers only; the node knows their names. */
export async function readPackets(lab: Lab, node: Node, file: string): Promise<Packet[]> {
  const names = await interfaceNames(lab, node);
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const text = await must(['tshark', '-n', '-r', file, '-T', 'fields', '-E', 'separator=/t', ...fields]);
  const rows = text.split('\n').filter(Boolean);
  return rows.map((row) => toPacket(node, names, row.split('\t')));
}

async function interfaceNames(lab: Lab, node: Node): Promise<Map<string, string>> {
  const outcome = await lab.run(node, ['ip', '-j', 'link']);
  const links = JSON.parse(outcome.stdout) as { ifindex: number; ifname: string }[];
  return new Map(links.map((link) => [String(link.ifindex), link.ifname]));
}

function toPacket(node: Node, names: ReadonlyMap<string, string>, columns: readonly string[]): Packet {
  // A field that occurs twice (an ICMP error quotes a packet) is written as `outer,quoted`.
  const all = (field: (typeof FIELDS)[number]) => columns[FIELDS.indexOf(field)]!.split(',');
  const first = (field: (typeof FIELDS)[number]) => all(field)[0]!;
  const six = first('ipv6.src') !== '';
  const [src, quotedSrc] = all(six ? 'ipv6.src' : 'ip.src');
  const [dst, quotedDst] = all(six ? 'ipv6.dst' : 'ip.dst');
  const icmpType = first(six ? 'icmpv6.type' : 'icmp.type');
  const flags = Number(first('tcp.flags') || 0);
  return {
    node,
    interface: names.get(first('sll.ifindex')) ?? '?',
    direction: first('sll.pkttype') === PACKET_OUTGOING ? 'out' : 'in',
    src: src || first('arp.src.proto_ipv4'),
    dst: dst || first('arp.dst.proto_ipv4'),
    ...(icmpType && {
      icmp: { type: Number(icmpType), code: Number(first(six ? 'icmpv6.code' : 'icmp.code')), six },
    }),
    ...(first('tcp.srcport') &&
      !quotedSrc && {
        tcp: {
          flags: letters(flags),
          srcPort: Number(first('tcp.srcport')),
          dstPort: Number(first('tcp.dstport')),
        },
      }),
    ...(quotedSrc && { quoted: { src: quotedSrc, dst: quotedDst! } }),
    ...neighbourOf(first('arp.opcode'), first),
  };
}

function neighbourOf(
  opcode: string,
  first: (field: (typeof FIELDS)[number]) => string,
): Pick<Packet, 'neighbour'> {
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
