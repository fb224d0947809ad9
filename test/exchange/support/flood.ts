import type { Shot } from './capture-file.ts';
import { ethernet } from './link.ts';
import { ACK, echoReply, echoRequest, PSH, SYN, tcp } from './packets.ts';

/** What one of very many probes asks. */
export interface Probe {
  readonly protocol: 'icmp' | 'tcp';
  /** IPv4 addresses as words. */
  readonly src: number;
  readonly dst: number;
  /** Of a SYN. */
  readonly dstPort?: number;
  /** Source port or echo identifier, and sequence number. */
  readonly id: number;
  readonly seq: number;
  /** Answered so much later; left out: never. */
  readonly answeredMs?: number;
  /** So much later than the probe comes the last step of its handshake, and at once data that bears the same number. */
  readonly endedMs?: number;
  readonly mac?: number;
  readonly face?: number;
}

const ANY = { src: '10.0.0.1', dst: '10.0.0.2' };
const PORTS = { ...ANY, srcPort: 0, dstPort: 0, seq: 0 };
// Patched for each probe: much is made of them.
const ECHO = echoRequest({ ...ANY, id: 0, seq: 0 });
const REPLY = echoReply({ ...ANY, id: 0, seq: 0 });
const OPENING = tcp(PORTS, SYN);
const ANSWER = tcp(PORTS, SYN | ACK);
const ENDING = tcp(PORTS, ACK);
const DATA = tcp(PORTS, ACK | PSH, 'GET / HTTP/1.0');

/** So many probes on Ethernet, one after another, with their replies between them. */
export function flood(count: number, everyMs: number, probeOf: (i: number) => Probe): Shot[] {
  const shots: Shot[] = [];
  for (let i = 0; i < count; i++) {
    const probe = probeOf(i);
    shots.push(shotOf(probe, i * everyMs, requestOf(probe), false));
    if (probe.answeredMs !== undefined)
      shots.push(shotOf(probe, i * everyMs + probe.answeredMs, replyOf(probe), true));
    if (probe.endedMs === undefined) continue;
    for (const packet of [ENDING, DATA])
      shots.push(shotOf(probe, i * everyMs + probe.endedMs, endingOf(packet, probe), false));
  }
  return shots.sort((a, b) => a.time - b.time);
}

function shotOf({ mac = 0x10, face = 0 }: Probe, ms: number, packet: Buffer, back: boolean): Shot {
  const bytes = back ? ethernet(packet, 0x11, mac) : ethernet(packet, mac, 0x11);
  return { time: Math.round((1000 + ms) * 1e6), face, bytes, cut: null, note: 'none' };
}

function requestOf({ protocol, src, dst, dstPort = 80, id, seq }: Probe): Buffer {
  const packet = Buffer.from(protocol === 'icmp' ? ECHO : OPENING);
  packet.writeUInt32BE(src, 12);
  packet.writeUInt32BE(dst, 16);
  if (protocol === 'icmp') return withNumbers(packet, 24, id, seq);
  packet.writeUInt32BE(seq, 24);
  return withNumbers(packet, 20, id, dstPort);
}

function replyOf({ protocol, src, dst, dstPort = 80, id, seq }: Probe): Buffer {
  const packet = Buffer.from(protocol === 'icmp' ? REPLY : ANSWER);
  packet.writeUInt32BE(dst, 12);
  packet.writeUInt32BE(src, 16);
  if (protocol === 'icmp') return withNumbers(packet, 24, id, seq);
  packet.writeUInt32BE(seq + 1, 28);
  return withNumbers(packet, 20, dstPort, id);
}

function endingOf(alike: Buffer, { src, dst, dstPort = 80, id, seq }: Probe): Buffer {
  const packet = Buffer.from(alike);
  packet.writeUInt32BE(src, 12);
  packet.writeUInt32BE(dst, 16);
  packet.writeUInt32BE(seq + 1, 24);
  packet.writeUInt32BE(7, 28);
  return withNumbers(packet, 20, id, dstPort);
}

function withNumbers(packet: Buffer, at: number, first: number, second: number): Buffer {
  packet.writeUInt16BE(first, at);
  packet.writeUInt16BE(second, at + 2);
  return packet;
}
