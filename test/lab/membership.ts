import type { Packet } from './packet.ts';
import type { Probe } from './scenario.ts';

/** Tells which packets belong to one probe. */
export interface Membership {
  isRequest(packet: Packet): boolean;
  isReply(packet: Packet): boolean;
  /** Of a TCP connection: what the client sends after its SYN. */
  isFromClient(packet: Packet): boolean;
  /** Of a TCP connection: what the server sends after its SYN-ACK. */
  isToClient(packet: Packet): boolean;
}

const ECHO = { request: [8, 128], reply: [0, 129] };

/** Learns the probe's identity from what left A (or, if nothing did, from what was meant to) and finds it everywhere. */
export function membershipOf(packets: readonly Packet[], probe: Probe): Membership {
  const own = packets.filter((p) => p.node === 'a' && p.direction === 'out' && asks(p, probe));
  const ids = new Set(own.map((p) => p.icmp?.id ?? p.udp?.id));
  const numbers = new Set(own.map((p) => p.tcp?.seq));
  const ports = new Set(own.map((p) => p.tcp?.srcPort ?? p.udp?.srcPort));
  const outer = (belongs: (packet: Packet) => boolean | undefined) => (p: Packet) =>
    !p.quoted && (belongs(p) ?? false);
  return {
    isRequest: outer(({ icmp, tcp, udp }) => {
      if (icmp) return echoes(icmp, 'request') && ids.has(icmp.id);
      if (tcp) return tcp.flags === 'S' && numbers.has(tcp.seq);
      return udp && ids.has(udp.id) && ports.has(udp.srcPort);
    }),
    isReply: outer(({ icmp, tcp, udp }) => {
      if (icmp) return echoes(icmp, 'reply') && ids.has(icmp.id);
      if (tcp) return /^(SA|RA)$/.test(tcp.flags) && numbers.has(tcp.ack - 1);
      return udp && ids.has(udp.id) && ports.has(udp.dstPort);
    }),
    isFromClient: outer(({ tcp }) => tcp && follows(tcp.flags) && ports.has(tcp.srcPort)),
    isToClient: outer(({ tcp }) => tcp && follows(tcp.flags) && ports.has(tcp.dstPort)),
  };
}

/** What A sends to open the exchange. */
function asks(packet: Packet, probe: Probe): boolean {
  if (packet.dst !== probe.to || packet.quoted) return false;
  if (probe.kind === 'tcp') return packet.tcp?.flags === 'S' && packet.tcp.dstPort === probe.port;
  if (probe.kind === 'udp') return packet.udp?.dstPort === probe.port;
  return packet.icmp !== undefined && echoes(packet.icmp, 'request');
}

function echoes({ type, six }: { type: number; six: boolean }, which: keyof typeof ECHO): boolean {
  return type === ECHO[which][six ? 1 : 0];
}

/** Neither SYN nor reset. */
function follows(flags: string): boolean {
  return !/[SR]/.test(flags);
}
