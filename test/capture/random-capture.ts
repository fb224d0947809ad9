import { Random } from '../bench/random.ts';
import { Blocks, concat, pcap, type Record, Writer } from './build.ts';

/** Captures of random frames of all the kinds we follow, written without the code under test. */
export interface RandomCapture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FRAMES = 250;
/** Frames are cut here in some files. */
const SNAP = 70;

export function randomCaptures(seed: number): RandomCapture[] {
  const random = new Random(seed);
  const records = () => Array.from({ length: FRAMES }, () => record(random, 1_000_000));
  return [
    { name: 'little.pcap', bytes: pcap(records()) },
    { name: 'big.pcap', bytes: pcap(records().map(cut), { little: false }) },
    {
      name: 'nano.pcap',
      bytes: pcap(
        Array.from({ length: FRAMES }, () => record(random, 1e9)),
        { magic: 0xa1b23c4d },
      ),
    },
    { name: 'modified.pcap', bytes: pcap(records(), { magic: 0xa1b2cd34 }) },
    { name: 'little.pcapng', bytes: pcapng(records(), true) },
    { name: 'big.pcapng', bytes: pcapng(records(), false) },
  ];
}

function record(random: Random, unitsPerSecond: number): Record {
  const packet = frame(random);
  return { seconds: 1_600_000_000 + random.below(1e8), fraction: random.below(unitsPerSecond), packet };
}

function cut(one: Record): Record {
  return { ...one, packet: one.packet.slice(0, SNAP), original: one.packet.length };
}

/** Two interfaces, micro- and nanoseconds. */
function pcapng(records: readonly Record[], little: boolean): Uint8Array {
  const b = new Blocks(little);
  const nano = [{ code: 9, value: Uint8Array.of(9) }];
  const blocks = records.map(({ seconds, fraction, packet }, index) => {
    const units = index % 2 === 0 ? 1_000_000n : 1_000_000_000n;
    return b.enhanced(packet, BigInt(seconds) * units + BigInt(fraction), [], index % 2);
  });
  return concat(b.section(), b.interface(1, 0), b.interface(1, 0, nano), ...blocks);
}

function frame(random: Random): Uint8Array {
  const tags = random.below(4) === 0 ? 1 + random.below(2) : 0;
  const out = new Writer(false).bytes(bytes(random, 12));
  for (let tag = 0; tag < tags; tag++) out.u16(0x8100).u16(random.below(0x10000));
  const kinds = [echo, echo, tcp, tcp, tcp, arp, echo6, tcp6, unreachable];
  const [type, payload] = kinds[random.below(kinds.length)](random);
  return out.u16(type).bytes(payload).done();
}

type Payload = [etherType: number, bytes: Uint8Array];

function bytes(random: Random, length: number): Uint8Array {
  // Unicast: the first byte even.
  return Uint8Array.from({ length }, (_, at) => (at % 6 === 0 ? random.below(127) * 2 : random.below(256)));
}

function ipv4(random: Random, protocol: number, payload: Uint8Array): Uint8Array {
  const options = 4 * random.below(3);
  const head = new Writer(false).u8(0x45 + options / 4, random.below(256)).u16(20 + options + payload.length);
  head
    .u16(random.below(0x10000))
    .u16(0x4000)
    .u8(1 + random.below(255), protocol)
    .u16(0);
  head.u32(0x0a000000 + random.below(0x1000000)).u32(0x0a000000 + random.below(0x1000000));
  return head.bytes(new Uint8Array(options).fill(1), payload).done();
}

/** Sometimes behind a destination options header. */
function ipv6(random: Random, protocol: number, payload: Uint8Array): Uint8Array {
  const extended = random.below(3) === 0;
  const extension = Uint8Array.of(protocol, 0, 1, 4, 0, 0, 0, 0);
  const length = payload.length + (extended ? 8 : 0);
  const head = new Writer(false)
    .u32(0x60000000)
    .u16(length)
    .u8(extended ? 60 : protocol, 64);
  for (const last of [random.word(), random.word()]) head.u32(0x20010db8).u32(0).u32(0).u32(last);
  return (extended ? head.bytes(extension) : head).bytes(payload).done();
}

function echoBody(random: Random, type: number): Uint8Array {
  const head = new Writer(false).u8(type, 0).u16(0).u16(random.below(0x10000)).u16(random.below(0x10000));
  return head.bytes(bytes(random, random.below(80))).done();
}

function echo(random: Random): Payload {
  return [0x0800, ipv4(random, 1, echoBody(random, random.below(2) === 0 ? 8 : 0))];
}

function echo6(random: Random): Payload {
  return [0x86dd, ipv6(random, 58, echoBody(random, 128 + random.below(2)))];
}

function segment(random: Random): Uint8Array {
  const flags = [0x02, 0x12, 0x04, 0x14, 0x10, 0x18][random.below(6)];
  const out = new Writer(false).u16(1024 + random.below(60000)).u16(1024 + random.below(60000));
  out.u32(random.word()).u32(random.word()).u8(0x60, flags).u16(random.below(0x10000)).u16(0).u16(0);
  return out
    .u8(2, 4)
    .u16(1460)
    .bytes(bytes(random, random.below(60)))
    .done();
}

function tcp(random: Random): Payload {
  return [0x0800, ipv4(random, 6, segment(random))];
}

function tcp6(random: Random): Payload {
  return [0x86dd, ipv6(random, 6, segment(random))];
}

function arp(random: Random): Payload {
  const out = new Writer(false)
    .u16(1)
    .u16(0x0800)
    .u8(6, 4)
    .u16(1 + random.below(2));
  out.bytes(bytes(random, 6)).u32(random.word()).bytes(bytes(random, 6)).u32(random.word());
  return [0x0806, out.done()];
}

function unreachable(random: Random): Payload {
  const quoted = ipv4(random, 6, segment(random)).slice(0, 48);
  return [0x0800, ipv4(random, 1, new Writer(false).u8(3, 1).u16(0).u32(0).bytes(quoted).done())];
}
