import fc from 'fast-check';
import type { HostIdentity } from '../../../src/addr/identity.ts';
import type { FileForm, Note, Shot } from './capture-file.ts';
import {
  ethernet,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
  sll,
  sll2,
} from './link.ts';
import {
  ACK,
  arp,
  dnsQuery,
  echoReply,
  echoRequest,
  FIN,
  icmpError,
  PSH,
  RST,
  SYN,
  tcp,
  URG,
  udp,
} from './packets.ts';

/** Made-up traffic of all kinds, for tests that compare: mostly exchanges as they should be, and much that is odd. */

const ADDRESSES = ['10.2.0.100', '10.4.0.100', '10.3.0.100'];
const ADDRESSES6 = ['fd00:2::100', 'fd00:4::100', 'fd00:3::100'];

const ODD = [
  ...['echo', 'echo', 'reply', 'reply', 'syn', 'syn-ack', 'ack', 'rst', 'fin', 'error'],
  ...['fast open', 'fast open', 'syn with data'],
  ...['large', 'large', 'large back', 'timed ack', 'sack', 'sack with data', 'urgent'],
  ...[
    'datagram',
    'datagram back',
    'query',
    'arp',
    'echo6',
    'reply6',
    'syn6',
    'ack6',
    'large6',
    'datagram6',
    'fragment',
    'other',
    'self',
  ],
] as const;
const CALM = ['ping', 'ping', 'ping', 'handshake', 'pings', 'syns', 'segments', 'datagrams'] as const;

/** Data of a connection that does not arrive. */
const TROUBLED = 'stuck';

const LARGE = 'x'.repeat(1200);
const TIMED = Buffer.from([1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]);
/** How long one is stuck. */
const STUCK_MS = 1000;
const SELECTIVE = Buffer.from([1, 1, 5, 10, 0, 0, 0, 60, 0, 0, 0, 70]);

const rarely = <T>(usual: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });

const common = {
  src: fc.nat(2),
  dst: fc.nat(2),
  id: fc.nat(1),
  seq: fc.nat(2),
  data: fc.constantFrom('data', 'other data', '', 'x'.repeat(57), 'y'.repeat(301)),
  ttl: fc.constantFrom(64, 63),
  index: fc.constantFrom(2, 3),
  way: fc.constantFrom('in' as const, 'out' as const, 'other' as const),
  face: fc.nat(3),
  tag: rarely<number | null>(null, fc.constantFrom(0, 7)),
  cut: rarely<number | null>(null, fc.integer({ min: 14, max: 70 })),
  note: rarely<Note>('none', fc.constantFrom('late', 'in', 'out', 'comment', 'custom', 'untimed')),
  /** The reply comes back by another interface. */
  crooked: rarely(false, fc.constant(true)),
  /** Seen again at the same place, so much later; the replies alone, or all that is sent. */
  again: rarely<number | null>(null, fc.constantFrom(0, 0.03, 0.2, 300, 1000)),
  againAll: fc.boolean(),
  /** An ICMP code or TCP flags (of RFC 3168) that do not make it another kind of packet. */
  coded: rarely(false, fc.constant(true)),
};
const odd = fc.record({
  ...common,
  kind: fc.constantFrom(...ODD),
  waitMs: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0, 0.01, 0.2, 1, 1, 30, 900, 3000, 6000) },
    { weight: 1, arbitrary: fc.constantFrom(-3, -1000, -70_000) },
  ),
});
const calm = fc.record({
  ...common,
  kind: fc.constantFrom(...CALM),
  waitMs: rarely(1, fc.constantFrom(0, 40, 6000, -3)),
});
type Common = typeof odd extends fc.Arbitrary<infer T> ? Omit<T, 'kind' | 'waitMs'> : never;
/** Something that is sent, and what comes of it. */
export interface Step extends Common {
  readonly kind: Kind;
  /** After the step before. */
  readonly waitMs: number;
}
type Kind = (typeof ODD)[number] | (typeof CALM)[number] | typeof TROUBLED;

const troubled = calm.map((one): Step => ({ ...one, kind: TROUBLED }));

export function steps(minLength: number, maxLength: number): fc.Arbitrary<Step[]> {
  return fc.constantFrom(1, 4, 12).chain((weight) =>
    fc.array(
      fc.oneof<fc.WeightedArbitrary<Step>[]>(
        {
          weight,
          arbitrary: fc.oneof<fc.WeightedArbitrary<Step>[]>(
            { weight: 9, arbitrary: calm },
            { weight: 1, arbitrary: troubled },
          ),
        },
        { weight: 2, arbitrary: odd },
      ),
      {
        minLength,
        maxLength,
        size: 'max',
      },
    ),
  );
}

/** Nothing but exchanges as they should be and segments and datagrams between them, the clock going on. */
export function calmSteps(minLength: number, maxLength: number): fc.Arbitrary<Step[]> {
  const plain = { cut: null, again: null, coded: false, note: 'none' as const, tag: null, waitMs: 1 };
  return fc.array(
    calm.map((one) => ({ ...one, ...plain })),
    { minLength, maxLength, size: 'max' },
  );
}

const face = fc.record({
  linkType: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(LINKTYPE_LINUX_SLL2, LINKTYPE_ETHERNET) },
    { weight: 2, arbitrary: fc.constantFrom(LINKTYPE_RAW, LINKTYPE_LINUX_SLL) },
  ),
  resolution: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(6, 9) },
    { weight: 1, arbitrary: fc.constantFrom(3, 0, 12, 0x8a) },
  ),
  offsetSeconds: rarely(0, fc.constantFrom(100, -5)),
});
/** All forms of a capture file. */
export const form: fc.Arbitrary<FileForm> = fc.oneof(
  fc.record({
    format: fc.constant('pcap' as const),
    little: fc.boolean(),
    faces: fc.tuple(
      fc.record({
        linkType: fc.constantFrom(LINKTYPE_LINUX_SLL2, LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_RAW),
        resolution: fc.constantFrom(6, 9),
      }),
    ),
  }),
  fc.record({
    format: fc.constant('pcapng' as const),
    little: fc.boolean(),
    faces: fc.array(face, { minLength: 1, maxLength: 3 }),
  }),
);

/** How the host of the scenes calls its interfaces. */
export const IDENTITY: HostIdentity = {
  host: 'A',
  interfaces: [0, 1].map((i) => ({
    name: `eth${i}`,
    index: 2 + i,
    mac: `00:00:00:00:00:1${i}`,
    addresses: [],
    neighbours: [],
  })),
};

/** A packet some milliseconds after its step began, in the direction of the step or back. */
type Sent = readonly [ms: number, packet: Buffer, back?: boolean];

/** A scene written down frame by frame, from the hundredth second on. */
export function shotsOf(all: readonly Step[], { faces }: FileForm, laterMs = 0): Shot[] {
  const shots: Shot[] = [];
  let ms = 100_000 + laterMs;
  all.forEach((step, number) => {
    ms += step.waitMs;
    for (const [later, packet, back = false] of sentBy(step, number)) {
      const one = shotOf(step, ms + later, step.coded ? coded(packet) : packet, back, faces);
      shots.push(one);
      if (step.again !== null && (back || step.againAll))
        shots.push({ ...one, time: one.time + Math.round(step.again * 1e6) });
    }
    if (step.kind === TROUBLED) ms += STUCK_MS;
  });
  return shots;
}

function shotOf(step: Step, ms: number, packet: Buffer, back: boolean, faces: FileForm['faces']): Shot {
  const crooked = back && step.crooked;
  const face = (step.face + Number(crooked)) % faces.length;
  const bytes = linked(step, packet, back, crooked, faces[face].linkType);
  const cut = step.cut === null ? null : Math.min(step.cut, bytes.length);
  return { time: Math.round(ms * 1e6), face, bytes, cut, note: step.note };
}

function linked(step: Step, packet: Buffer, back: boolean, crooked: boolean, linkType: number): Buffer {
  const { src, dst, tag } = step;
  const [from, to] = back ? [0x10 + dst, 0x10 + src] : [0x10 + src, 0x10 + dst];
  const way = back && step.way !== 'other' ? ({ in: 'out', out: 'in' } as const)[step.way] : step.way;
  if (linkType === LINKTYPE_ETHERNET) return ethernet(packet, from, to, tag);
  if (linkType === LINKTYPE_LINUX_SLL2) return sll2(packet, crooked ? 5 - step.index : step.index, way, from);
  return linkType === LINKTYPE_LINUX_SLL ? sll(packet, way, from) : packet;
}

/** @param number of the step: what it sends belongs to nothing else */
function sentBy(step: Step, number: number): Sent[] {
  switch (step.kind) {
    case 'ping':
      return pingOf(step, 100 + number);
    case 'pings':
      return [...Array(8).keys()].flatMap((i) => pingOf({ ...step, seq: i }, 1000 + number));
    case 'handshake':
      return handshakeOf(step, 10_000 + number);
    case 'fast open':
      return fastOpenOf(step, 60_000 + number);
    case TROUBLED:
      return [...handshakeOf(step, 50_000 + number), ...stuckOf(step, 50_000 + number)];
    case 'syns':
      return [...Array(8).keys()].map((i) => [i * 0.1, synOf(step, 20_000 + number * 20 + i, i)]);
    case 'segments':
      return segmentsOf(step, 40_000 + number);
    case 'datagrams':
      return [...Array(6).keys()].map((i) => [i * 0.2, udp(from(step), 5000, to(step), 5001, 'datagram')]);
    default:
      return [[0, oddPacket(step)]];
  }
}

const from = ({ src }: Step) => ADDRESSES[src];
const to = ({ src, dst }: Step) => ADDRESSES[src === dst ? (src + 1) % 3 : dst];

function pingOf(step: Step, id: number): Sent[] {
  const { seq, data, ttl } = step;
  const one = { id, seq, data };
  return [
    [0, echoRequest({ ...one, src: from(step), dst: to(step), ttl })],
    [0.4, echoReply({ ...one, src: to(step), dst: from(step) }), true],
  ];
}

function synOf(step: Step, port: number, seq: number): Buffer {
  return tcp({ src: from(step), dst: to(step), srcPort: port, dstPort: 1521, seq }, SYN, '', synOptions(seq));
}

function handshakeOf(step: Step, port: number): Sent[] {
  const forth = { src: from(step), dst: to(step), srcPort: port, dstPort: 1521 };
  const back = { src: to(step), dst: from(step), srcPort: 1521, dstPort: port };
  const seq = step.seq * 0x7fffffff;
  return [
    [0, synOf(step, port, seq)],
    [0.3, tcp({ ...back, seq: 7, ack: seq + 1 }, SYN | ACK, '', synOptions(9)), true],
    [0.5, tcp({ ...forth, seq: seq + 1, ack: 8 }, ACK, '', TIMED)],
    [0.6, tcp({ ...forth, seq: seq + 1, ack: 8 }, ACK | PSH, step.data, TIMED)],
  ];
}

/** TCP Fast Open (RFC 7413): the SYN bears data, of which all or nothing is taken. */
function fastOpenOf(step: Step, port: number): Sent[] {
  const forth = { src: from(step), dst: to(step), srcPort: port, dstPort: 1521 };
  const back = { src: to(step), dst: from(step), srcPort: 1521, dstPort: port };
  const seq = step.seq * 0x7fffffff;
  const next = seq + 1 + step.id * step.data.length;
  return [
    [0, tcp({ ...forth, seq }, SYN, step.data, synOptions(seq))],
    [0.3, tcp({ ...back, seq: 7, ack: next }, SYN | ACK, '', synOptions(9)), true],
    [0.5, tcp({ ...forth, seq: next, ack: 8 }, ACK, '', TIMED)],
    [0.6, tcp({ ...forth, seq: next, ack: 8 }, ACK | PSH, LARGE, TIMED)],
    [401, tcp({ ...forth, seq: next, ack: 8 }, ACK | PSH, LARGE, TIMED)],
  ];
}

/** Of a connection that was there before. */
function segmentsOf(step: Step, port: number): Sent[] {
  const forth = { src: from(step), dst: to(step), srcPort: port, dstPort: 22, ack: 900 };
  const back = { src: to(step), dst: from(step), srcPort: 22, dstPort: port };
  return [...Array(4).keys()].flatMap((i) => {
    const sent: Sent = [i, tcp({ ...forth, seq: 5 + i * 1200 }, ACK | (i % 2 === 0 ? PSH : 0), LARGE, TIMED)];
    return [sent, [i + 0.2, tcp({ ...back, seq: 900, ack: 1205 + i * 1200 }, ACK, '', TIMED), true] as const];
  });
}

/** A large segment after a handshake is sent again and again until it is acknowledged, or only missed again and again. */
function stuckOf(step: Step, port: number): Sent[] {
  const seq = step.seq * 0x7fffffff + 5000;
  const back = { src: to(step), dst: from(step), srcPort: 1521, dstPort: port, seq: 8, ack: seq };
  const large = tcp(
    { src: from(step), dst: to(step), srcPort: port, dstPort: 1521, seq, ack: 8 },
    ACK,
    LARGE,
  );
  const missing = tcp(back, ACK, '', SELECTIVE);
  const sendings = [1, 301, 901].flatMap((ms): Sent[] => {
    const missed: Sent = [ms + 1, missing, true];
    return step.id === 1 && ms > 1 ? [missed] : [[ms, large], missed];
  });
  const spoken: Sent = [910, tcp(back, ACK | PSH, step.data), true];
  return [...sendings, spoken, [920, tcp({ ...back, ack: seq + 1200 }, ACK), true]];
}

function synOptions(clock: number): Buffer<ArrayBuffer> {
  const options = Buffer.from([2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7]);
  options.writeUInt32BE(clock >>> 0, 8);
  return options;
}

/** Few addresses, ports and numbers: one often belongs to what another began. */
function oddPacket(step: Step): Buffer {
  const { kind, src, dst, id, seq, data, ttl } = step;
  const [a, b] = [ADDRESSES[src], ADDRESSES[dst]];
  const echo = { src: a, dst: b, id, seq, data, ttl };
  const six = { ...echo, src: ADDRESSES6[src], dst: ADDRESSES6[dst] };
  switch (kind) {
    case 'echo':
      return echoRequest(echo);
    case 'reply':
      return echoReply(echo);
    case 'self':
      return echoRequest({ ...echo, dst: a });
    case 'echo6':
      return echoRequest(six);
    case 'reply6':
      return echoReply(six);
    case 'datagram6':
      return udp(six.src, 6000 + id, six.dst, 6001, data);
    case 'error':
      return icmpError(a, b, 3, 1, echoRequest({ ...echo, src: b, dst: a }));
    case 'datagram':
      return udp(a, 6000 + id, b, 6001, data);
    case 'datagram back':
      return udp(a, 6001, b, 6000 + id, data);
    case 'query':
      return udp(a, 6000 + id, b, 53, dnsQuery(id, 'example.net'));
    case 'arp':
      return arp(id === 0 ? 1 : 2, a, b, 0x10 + src);
    case 'fragment':
      return asFragment(echoRequest(echo), seq);
    case 'other':
      return ofProtocol(echoRequest(echo), 47);
    default:
      return oddSegment(step, a, b);
  }
}

function oddSegment({ kind, id, seq, data, ttl, src, dst }: Step, a: string, b: string): Buffer {
  const forth = { src: a, dst: b, srcPort: 2000 + id, dstPort: 1521, ttl };
  const back = { src: a, dst: b, srcPort: 1521, dstPort: 2000 + id, ttl };
  const first = { ...forth, seq: seq + 1, ack: seq + 51 };
  const answer = { ...back, seq: seq + 51, ack: seq + 1 };
  if (kind === 'syn') return tcp({ ...forth, seq }, SYN, '', data === '' ? Buffer.alloc(0) : synOptions(seq));
  if (kind === 'syn with data') return tcp({ ...forth, seq }, SYN, data, synOptions(seq));
  if (kind === 'syn6') return tcp({ ...forth, src: ADDRESSES6[src], dst: ADDRESSES6[dst], seq }, SYN);
  const six = { ...first, src: ADDRESSES6[src], dst: ADDRESSES6[dst] };
  if (kind === 'ack6') return tcp(six, ACK, data);
  if (kind === 'large6') return tcp(six, ACK, LARGE, TIMED);
  if (kind === 'syn-ack') return tcp({ ...answer, seq: seq + 50 }, SYN | ACK, '', synOptions(seq));
  if (kind === 'ack') return tcp(first, ACK, data);
  if (kind === 'urgent') return tcp(first, ACK | URG | PSH, data);
  if (kind === 'large') return tcp(first, ACK, LARGE, TIMED);
  if (kind === 'large back') return tcp(answer, ACK, LARGE);
  if (kind === 'timed ack') return tcp(answer, ACK, '', TIMED);
  if (kind === 'sack') return tcp(answer, ACK, '', SELECTIVE);
  if (kind === 'sack with data') return tcp(answer, ACK, LARGE, SELECTIVE);
  if (kind === 'rst') return tcp({ ...back, seq: 0, ack: seq + 1 }, data === '' ? RST : RST | ACK);
  return tcp(first, FIN | ACK, data);
}

/** The first fragment, or a later one. */
function asFragment(packet: Buffer, offset: number): Buffer {
  packet.writeUInt16BE(0x2000 + offset, 6);
  return packet;
}

/** Of an echo message and of a segment. */
function coded(packet: Buffer): Buffer {
  if (packet[0] !== 0x45) return packet;
  if (packet[9] === 1 && (packet[20] === 8 || packet[20] === 0)) packet[21] = 3;
  if (packet[9] === 6) packet[33] |= 0xc0;
  return packet;
}

function ofProtocol(packet: Buffer, protocol: number): Buffer {
  packet[9] = protocol;
  return packet;
}
