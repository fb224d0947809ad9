import { Readable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { openCaptureStream } from '../../src/capture/open.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { Correlation } from '../../src/exchange/correlation.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { SightingPool } from '../../src/exchange/pool.ts';
import { Recorder } from '../../src/exchange/recorder.ts';
import { expectTheSame, type Taken } from './support/both-ways.ts';
import { BASE_SECONDS } from './support/capture.ts';
import { bytesOf, type FileForm, inputOf, type Shot } from './support/capture-file.ts';
import { flood } from './support/flood.ts';
import { LINKTYPE_ETHERNET } from './support/link.ts';

/** More of everything than there is room for: the short way tells the same as the long one. */

vi.setConfig({ testTimeout: 100_000 });

const FACE = { linkType: LINKTYPE_ETHERNET, resolution: 6 };
const PCAP: FileForm = { format: 'pcap', little: true, faces: [FACE] };

/** What both ways told, if so many frames took the short one. */
async function toldOf(
  shots: readonly Shot[],
  leastShort: number,
  options: CorrelateOptions = {},
  form = PCAP,
): Promise<Correlation> {
  const bytes = bytesOf(form, shots);
  const taken: Taken = { short: 0 };
  const told = await expectTheSame(async () => [await inputOf(bytes)], options, taken);
  expect(taken.short).toBeGreaterThan(leastShort);
  return told;
}

const NETWORK = 0x0a000000;
const PCAP_HEADER = 24;
/** In a record: of the sequence number. */
const SYN_SEQ = 16 + 14 + 20 + 4;
const icmp = { protocol: 'icmp' as const, id: 7 };
const tcp = { protocol: 'tcp' as const, id: 40_000 };

describe('groups', () => {
  test('more than 512 of answered probes', async () => {
    const shots = flood(1000, 1, (i) => {
      const src = NETWORK + (i % 30);
      return { ...icmp, src, dst: NETWORK + 1000 + Math.floor(i / 30), seq: i, answeredMs: 0.5 };
    });
    const { groups } = await toldOf(shots, 1000);
    expect(groups.length).toBeGreaterThan(500);
    expect(groups.some(({ src }) => src === null)).toBe(true);
  });

  test('so many that at the end only the protocol tells them apart', async () => {
    const shots = flood(14_000, 0.7, (i) => ({ ...icmp, src: NETWORK, dst: NETWORK + 1 + i, seq: i }));
    const { groups, counts } = await toldOf(shots, 13_000);
    expect(groups.length).toBeGreaterThan(4096);
    expect(groups.some(({ dst }) => dst.w0 === 0)).toBe(true);
    expect(counts.exchanges).toBe(14_000);
  });

  test('more than 64 sources that ask one address and port', async () => {
    const shots = flood(3000, 1, (i) => {
      return { ...tcp, src: NETWORK + (i % 200), dst: NETWORK + 999, dstPort: 443, seq: i };
    });
    const { groups } = await toldOf(shots, 2900);
    expect(groups).toHaveLength(65);
  });

  test('more than 64 ports of one address', async () => {
    const shots = flood(3000, 1, (i) => {
      return { ...tcp, src: NETWORK, dst: NETWORK + 999, dstPort: 1 + (i % 300), id: 1024 + i, seq: i };
    });
    const { groups } = await toldOf(shots, 2900);
    expect(groups).toHaveLength(65);
  });

  test('sources, ports and addresses at once, some answered', async () => {
    const shots = flood(12_000, 0.5, (i) => {
      const answered = i % 3 === 0 ? { answeredMs: 0.2 } : {};
      const dst = NETWORK + 0x10000 + (i % 97);
      return { ...tcp, src: NETWORK + (i % 101), dst, dstPort: 1 + (i % 89), id: i, seq: i, ...answered };
    });
    const { groups, counts } = await toldOf(shots, 12_000);
    expect(groups.length).toBeGreaterThan(100);
    expect(groups.some(({ src, dstPort }) => src === null && dstPort === null)).toBe(true);
    expect(counts.exchanges).toBe(12_000);
  });
});

describe('open exchanges', () => {
  const crowd = flood(70_000, 0.05, (i) => {
    return { ...tcp, src: NETWORK + (i >>> 14), dst: NETWORK + 99, id: i & 0x3fff, seq: i };
  });

  test('more than there is room for at once', async () => {
    const { counts } = await toldOf(crowd, 65_536);
    expect(counts).toMatchObject({ exchanges: 70_000, leftEarly: 70_000 - 65_536 });
  });

  test('more than the ring holds, where more are allowed', async () => {
    const { counts } = await toldOf(crowd, 65_536, { openLimit: 100_000 });
    expect(counts).toMatchObject({ exchanges: 70_000, leftEarly: 0 });
  });
});

describe('handshakes', () => {
  const ended = (i: number) => {
    const [src, dst] = [NETWORK + (i % 9), NETWORK + 1000 + (i % 10)];
    return { ...tcp, src, dst, id: 1024 + (i % 60_000), seq: i, answeredMs: 0.2, endedMs: 0.3 };
  };

  test('more than there is room for at once', async () => {
    const shots = flood(70_000, 0.05, ended);
    const { groups, counts } = await toldOf(shots, 4 * 70_000 - 100);
    expect(counts.exchanges).toBe(70_000);
    expect(groups).toHaveLength(90);
    const { requests, replies, acks } = groups[5].examples[0];
    expect(acks).toHaveLength(1);
    expect(acks[0]).toMatchObject({ seq: requests[0].seq + 1, ack: 7, sourcePort: requests[0].sourcePort });
    expect(acks[0].frame).toBeGreaterThan(replies[0].frame);
  });

  test('that are left out, for which no slot stays taken', async () => {
    const slots = vi.spyOn(SightingPool.prototype, 'freeSlot');
    const bytes = bytesOf(PCAP, flood(40_000, 0.05, ended));
    const since = { seconds: BASE_SECONDS + 3000, nanos: 0 };
    await correlate([await inputOf(bytes)], { since });
    const pools = new Set(slots.mock.contexts as SightingPool[]);
    expect(slots.mock.calls.length).toBeGreaterThan(39_000);
    slots.mockRestore();
    const [size] = [...pools].map(({ words }) => words.length);
    expect(size).toBe(new SightingPool(1 << 16).words.length);
  });

  test('of which more is seen later', async () => {
    const shots = flood(2000, 5, ended);
    const more = flood(500, 20, (i) => ({ ...ended(i * 4), answeredMs: 0.4, endedMs: 2 }));
    const { groups } = await toldOf(
      [...shots, ...more].sort((a, b) => a.time - b.time),
      6000,
    );
    expect(groups.some(({ examples }) => examples[0].replies.length > 1)).toBe(true);
  });
});

test('more than 4096 combinations of place and hardware address', async () => {
  const shots = flood(6000, 0.5, (i) => {
    return { ...icmp, src: NETWORK + 5, dst: NETWORK + 6, seq: i, mac: 0x1000 + i, answeredMs: 0.1 };
  });
  const { counts } = await toldOf(shots, 4000);
  expect(counts.exchanges).toBe(6000);
});

test('more than 32 interfaces', async () => {
  const faces = Array.from({ length: 40 }, (_, i) => ({ ...FACE, resolution: i % 2 === 0 ? 6 : 9 }));
  const shots = flood(4000, 0.5, (i) => {
    // Each for a while, as the place of a frame is learned.
    const face = Math.floor(i / 10) % 40;
    return { ...icmp, src: NETWORK + face, dst: NETWORK + 99, seq: i, face, answeredMs: 0.1 };
  });
  const { captures } = await toldOf(shots, 8000 / 3, {}, { format: 'pcapng', little: true, faces });
  expect(captures[0].facts.interfaces).toHaveLength(40);
});

describe('more exchanges than the ring has numbers for', () => {
  /** `NUMBER` of `shortcut/ring.ts` comes again after so many. */
  const NUMBERS = 1 << 20;
  const SYNS = NUMBERS + 200_000;
  const AT_ONCE = 1000;

  /** Written in place: as `Shot`s they would take gigabytes. */
  function* syns(): Generator<Buffer> {
    const [shot] = flood(1, 1, () => ({ ...tcp, src: NETWORK, dst: NETWORK + 9, seq: 0 }));
    const form = bytesOf(PCAP, [shot]);
    const record = form.subarray(PCAP_HEADER);
    yield Buffer.from(form.subarray(0, PCAP_HEADER));
    for (let first = 0; first < SYNS; first += AT_ONCE) {
      const piece = Buffer.alloc(record.length * Math.min(AT_ONCE, SYNS - first));
      for (let at = 0, i = first; at < piece.length; at += record.length, i++) {
        piece.set(record, at);
        piece.writeUInt32LE(BASE_SECONDS + Math.floor(i / 1e6), at);
        piece.writeUInt32LE(i % 1_000_000, at + 4);
        piece.writeUInt32BE(Math.imul(i, 0x9e3779b1) >>> 0, at + SYN_SEQ);
      }
      yield piece;
    }
  }

  test('all take the short way', async () => {
    const runs = vi.spyOn(Recorder.prototype, 'run');
    try {
      const opened = await openCaptureStream('A/any', Readable.from(syns()), {});
      if (!opened.ok) throw new Error('not opened');
      const { counts } = await correlate([
        { host: 'A', reader: opened.value, interface: null, identity: null },
      ]);
      expect(counts.exchanges).toBe(SYNS);
      const short = runs.mock.results.reduce((sum, { value }) => sum + value, 0);
      expect(SYNS - short).toBeLessThan(100);
    } finally {
      runs.mockRestore();
    }
  });
});

/** Seconds of frames have 32 bits; from the third on, these are close to them but for a multiple of 2^32. */
test.each([
  { until: { seconds: BASE_SECONDS + 10, nanos: 0 } },
  { since: { seconds: BASE_SECONDS - 86_400, nanos: 0 } },
  { until: { seconds: BASE_SECONDS + 2 ** 32 - 86_400, nanos: 0 } },
  { until: { seconds: BASE_SECONDS + 9 * 2 ** 32 + 60, nanos: 0 } },
  { since: { seconds: BASE_SECONDS - 2 ** 32 - 60, nanos: 0 } },
])('times from which frames are told, however far away: $since $until', async (span) => {
  const shots = flood(200, 1, (i) => ({ ...icmp, src: NETWORK, dst: NETWORK + 1, seq: i, answeredMs: 0.2 }));
  const { counts } = await expectTheSame(async () => [await inputOf(bytesOf(PCAP, shots))], span);
  expect(counts.exchanges).toBe(200);
});

describe('several captures', () => {
  test('more probes, replies and last steps of handshakes in a chunk than are recorded at once', async () => {
    const shots = flood(12_000, 0.5, (i) => {
      const src = NETWORK + (i % 30);
      return { ...(i % 2 === 0 ? icmp : tcp), src, dst: NETWORK + 1000, seq: i, answeredMs: 0.2 };
    });
    const bytes = bytesOf(PCAP, shots);
    const taken: Taken = { short: 0 };
    const open = (host: string) => inputOf(bytes, { host, file: `${host}/any` });
    const { counts } = await expectTheSame(() => Promise.all(['A', 'B'].map(open)), {}, taken);
    expect(taken.short).toBeGreaterThan(2 * 23_900);
    expect(counts.exchanges).toBe(12_000);
  });

  test('of one host, whose frames look alike', async () => {
    const shots = (seq: number) =>
      flood(500, 0.5, (i) => ({ ...icmp, src: NETWORK, dst: NETWORK + 1, seq: seq + i, answeredMs: 0.2 }));
    const taken: Taken = { short: 0 };
    const open = (device: string, i: number) =>
      inputOf(bytesOf(PCAP, shots(i * 500)), { host: 'A', interface: device, file: `A/${device}.pcap` });
    const devices = ['eth0', 'eth1', 'eth2'];
    const { groups } = await expectTheSame(() => Promise.all(devices.map(open)), {}, taken);
    expect(taken.short).toBeGreaterThan(2900);
    const seen = groups.map(({ examples }) => examples.map((one) => one.requests[0].interface));
    expect(seen.flat().sort()).toEqual(devices.flatMap((device) => new Array(4).fill(device)));
  });
});
