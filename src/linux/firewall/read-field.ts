import { isLimitedBroadcast, isMulticast } from '../../addr/ip.ts';
import { isOutward } from '../passage.ts';
import { numberOfIp } from './address-number.ts';
import type { Crossing } from './crossing.ts';
import type { Field } from './field.ts';
import { readConnection } from './read-connection.ts';
import { ABSENT, type Reading, read, readKnown, UNKNOWN } from './reading.ts';

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMP6 = 58;
/** Protocols whose headers begin with two ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const WITH_PORTS = new Set([TCP, UDP, 33, 132, 136]);

/** What a field holds for the packet at hand. */
export function readField(crossing: Crossing, field: Field): Reading {
  const [header, ...rest] = field.split(' ');
  const name = rest.join(' ');
  switch (header) {
    case 'meta':
      return readMeta(crossing, name);
    case 'ct':
      return readConnection(crossing, name);
    case 'ip':
    case 'ip6':
      return readNetwork(crossing, header === 'ip' ? 4 : 6, name);
    case 'icmp':
      return readIcmp(crossing, ICMP, name);
    case 'icmpv6':
      return readIcmp(crossing, ICMP6, name);
    default:
      return readTransport(crossing, header, name);
  }
}

function readMeta(crossing: Crossing, name: string): Reading {
  const { packet, inputDevice, outputDevice } = crossing;
  const isIp4 = packet.source.family === 4;
  switch (name) {
    case 'mark':
      return crossing.markUnknown ? UNKNOWN : read(crossing.mark);
    // A hook without such a device sees an empty name (nft_meta_store_ifname), which `!=` matches.
    case 'iif':
    case 'iifname':
      return read(inputDevice ?? '');
    case 'oif':
    case 'oifname':
      return read(outputDevice ?? '');
    case 'l4proto':
      return read(packet.protocol);
    case 'nfproto':
      return read(isIp4 ? 2 : 10);
    case 'protocol':
      return read(isIp4 ? 0x0800 : 0x86dd);
    case 'pkttype':
      return readPacketType(crossing);
    case 'length':
      return readKnown(packet.lengthBytes);
    default:
      return isKernelMade(crossing) ? ABSENT : UNKNOWN;
  }
}

/** Frames are addressed as their packets are; what the host makes itself counts as `host`. */
function readPacketType({ hook, packet: { destination } }: Crossing): Reading {
  if (isOutward(hook)) return read(0);
  return read(isLimitedBroadcast(destination) ? 1 : isMulticast(destination) ? 2 : 0);
}

/** Echo replies and resets belong to no user's socket, and what comes in has not met its socket yet. */
export function isKernelMade({ hook, packet }: Crossing): boolean {
  if (!isOutward(hook)) return true;
  const { protocol, icmp, tcpFlags } = packet;
  if (protocol === ICMP) return icmp !== null && icmp.type !== 8;
  if (protocol === ICMP6) return icmp !== null && icmp.type !== 128;
  return protocol === TCP && tcpFlags !== null && (tcpFlags & 4) !== 0;
}

function readNetwork({ packet }: Crossing, family: 4 | 6, name: string): Reading {
  if (packet.source.family !== family) return ABSENT;
  switch (name) {
    case 'saddr':
      return read(numberOfIp(packet.source));
    case 'daddr':
      return read(numberOfIp(packet.destination));
    case 'protocol':
    case 'nexthdr':
      return read(packet.protocol);
    case 'dscp':
      return read(packet.tos >> 2);
    case 'tos':
      return read(packet.tos);
    case 'ttl':
    case 'hoplimit':
      return readKnown(packet.ttl);
    case 'length':
      return readKnown(packet.lengthBytes);
    case 'version':
      return read(family);
    case 'frag-off':
      return read(packet.fragmentOffset ?? 0);
    default:
      return UNKNOWN;
  }
}

function readIcmp({ packet: { protocol, icmp } }: Crossing, wanted: number, name: string): Reading {
  if (protocol !== wanted) return ABSENT;
  return readKnown(icmp && (name === 'type' ? icmp.type : icmp.code));
}

function readTransport({ packet }: Crossing, header: string, name: string): Reading {
  const wanted = { tcp: TCP, udp: UDP }[header];
  if (wanted !== undefined && packet.protocol !== wanted) return ABSENT;
  // `th` looks at the bytes after the IP header, whatever protocol they are of.
  if (!WITH_PORTS.has(packet.protocol)) return UNKNOWN;
  if (name === 'flags') return readKnown(packet.tcpFlags);
  return read(name === 'sport' ? packet.sourcePort : packet.destinationPort);
}
