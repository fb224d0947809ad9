import { parseIp } from '../../../src/addr/ip.ts';
import type { Packet } from '../../../src/linux/packet.ts';

/** One request that the client sends. */
export interface Shot {
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly source: string;
  readonly destination: string;
  /** The card of the server that it comes in by. */
  readonly device: string;
  /** Source port, or the echo identifier: no two shots share it. */
  readonly id: number;
  readonly port: number;
}

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMP6 = 58;

export function packetOf(shot: Shot): Packet {
  const { protocol, source, destination, id, port } = shot;
  const isSix = source.includes(':');
  const ports =
    protocol === 'icmp' ? { sourcePort: 0, destinationPort: 0 } : { sourcePort: id, destinationPort: port };
  return {
    source: parseIp(source)!,
    destination: parseIp(destination)!,
    protocol: protocol === 'tcp' ? TCP : protocol === 'udp' ? UDP : isSix ? ICMP6 : ICMP,
    ...ports,
    icmp: protocol === 'icmp' ? { type: isSix ? 128 : 8, code: 0 } : null,
    tcpFlags: protocol === 'tcp' ? 2 : null,
    tos: 0,
    ttl: 64,
    lengthBytes: null,
  };
}

/** What the server makes of a packet that reached it. */
export function replyTo(packet: Packet): Packet {
  return {
    ...packet,
    source: packet.destination,
    destination: packet.source,
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
    icmp: packet.icmp && { type: packet.protocol === ICMP ? 0 : 129, code: 0 },
    tcpFlags: packet.tcpFlags === null ? null : 18,
    tos: packet.protocol === ICMP ? packet.tos : 0,
  };
}

let next = 20_000;

/** One that no shot of this run has had. */
export function nextId(): number {
  next = next >= 60_000 ? 20_000 : next + 1;
  return next;
}

/** Every protocol to every address of the server, by the card that the address is on. */
export function allShots(): Shot[] {
  const targets = [1, 2].flatMap((i) => [
    { source: '10.90.0.1', destination: `10.9${i}.0.2`, device: `eth${i}` },
    { source: 'fd90::1', destination: `fd9${i}::2`, device: `eth${i}` },
  ]);
  return targets.flatMap((target) => [
    { ...target, protocol: 'icmp' as const, id: nextId(), port: 0 },
    ...[5400, 5401].map((port) => ({ ...target, protocol: 'tcp' as const, id: nextId(), port })),
    ...[5300, 5301].map((port) => ({ ...target, protocol: 'udp' as const, id: nextId(), port })),
  ]);
}
