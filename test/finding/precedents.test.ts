import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { Correlation } from '../../src/exchange/correlation.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import type { Way } from '../exchange/support/link.ts';
import { ACK, echoReply, echoRequest, ipOf, SYN, tcp } from '../exchange/support/packets.ts';
import { wholeOf } from '../exchange/support/summary.ts';

/** One group of a shape is judged for all that were answered: with each judged by itself nothing else may be found. */

const OWN = ['10.2.0.100', '10.3.0.100'];
const OTHERS = ['10.4.0.1', '10.4.0.2', '10.4.0.3', '10.4.0.4'];

const IDENTITIES: readonly HostIdentity[] = [
  {
    host: 'A',
    interfaces: OWN.map((address, i) => ({
      name: `if${2 + i}`,
      index: 2 + i,
      mac: `00:00:00:00:00:1${i}` as const,
      addresses: [{ address: ipOf(address), length: 24 }],
      neighbours: [],
    })),
  },
];

const exchange = fc.record({
  tcp: fc.boolean(),
  /** From an address of ours, or to one. */
  ours: fc.boolean(),
  own: fc.constantFrom(...OWN),
  other: fc.constantFrom(...OTHERS),
  port: fc.constantFrom(80, 443),
  asked: fc.constantFrom(2, 3),
  answered: fc.constantFrom(2, 2, 3, 3, null),
  /** Which way the captured frames are told to have gone. */
  told: fc.boolean(),
  waitMs: fc.constantFrom(0, 1, 900),
  tookMs: fc.constantFrom(0.2, 0.2, 0.2, -0.2, 30),
  /** How many routers nearer to the end the other host saw the request; which way its frames went is told, or not. */
  nearer: fc.constantFrom(0, 1, -1),
  otherTold: fc.boolean(),
  /** On which interfaces the other host saw the request and the reply; a router sees them on two. */
  beyond: fc.constantFrom<readonly (readonly number[])[]>(
    [[4], [4]],
    [[4], [4]],
    [
      [4, 5],
      [5, 4],
    ],
    [[4], [5]],
    [[4], []],
    [[], []],
  ),
});
type One = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

type See = (ms: number, index: number, way: Way, packet: Buffer) => void;

/** `any`, which names the interface and the direction, or the host's only card, which shows neither. */
function eyesOf(capture: ScriptedCapture, card: boolean): See {
  return (ms, index, way, packet) => {
    if (card) capture.seeEthernet(ms, 1, 2, packet);
    else capture.see(ms, index, way, packet);
  };
}

function play(see: See, ms: number, number: number, one: One, seeBeyond?: See): void {
  const [src, dst] = one.ours ? [one.own, one.other] : [one.other, one.own];
  const echo = { id: 9, seq: number, data: 'data' };
  const syn = { src, dst, srcPort: 2000 + number, dstPort: one.port, seq: number * 7 };
  const back = { src: dst, dst: src, srcPort: one.port, dstPort: syn.srcPort, seq: 5, ack: syn.seq + 1 };
  const way = one.ours ? (['out', 'in'] as const) : (['in', 'out'] as const);
  const [forth, home] = one.told ? way : (['other', 'other'] as const);
  const request = one.tcp ? tcp(syn, SYN) : echoRequest({ src, dst, ...echo });
  const reply = one.tcp ? tcp(back, SYN | ACK) : echoReply({ src: dst, dst: src, ...echo });
  see(ms, one.asked, forth, request);
  if (one.answered !== null) see(ms + one.tookMs, one.answered, home, reply);
  if (!seeBeyond) return;
  const [asked, answered] = one.beyond;
  const wayOf = (comes: boolean) => (one.otherTold ? (comes ? 'in' : 'out') : 'other');
  asked.forEach((index, i) => {
    seeBeyond(ms + 0.01 + i / 100, index, wayOf(i === 0), further(request, one.nearer + i));
  });
  if (one.answered === null) return;
  answered.forEach((index, i) => {
    const left = i === answered.length - 1;
    seeBeyond(ms + 0.1 + i / 100, index, wayOf(!left), further(reply, i - one.nearer - asked.length + 1));
  });
}

/** The packet behind so many routers. */
function further(packet: Buffer, routers: number): Buffer {
  const copy = Buffer.from(packet);
  copy[TTL] -= routers;
  return copy;
}

/** RFC 791. */
const TTL = 8;

async function correlated(
  all: readonly One[],
  known: boolean,
  hosts = 1,
  cards = false,
): Promise<Correlation> {
  const seen = new ScriptedCapture('A');
  const other = hosts > 1 ? new ScriptedCapture('B') : undefined;
  let ms = 0;
  for (const [i, one] of all.entries()) {
    ms += one.waitMs;
    play(eyesOf(seen, cards), ms, i, one, other && eyesOf(other, cards));
  }
  const inputs = [seen.input(known ? { identity: IDENTITIES[0] } : {})];
  return correlate(other ? [...inputs, other.input()] : inputs);
}

function shapeless(correlation: Correlation): Correlation {
  const groups = correlation.groups.map((group) => ({ ...wholeOf(group), shape: null }));
  return { ...correlation, groups };
}

describe('what is found', () => {
  it('is the same whether each group is judged by itself or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(exchange, { minLength: 1, maxLength: 60 }),
        fc.boolean(),
        fc.constantFrom(1, 2),
        fc.boolean(),
        async (all, known, hosts, cards) => {
          const correlation = await correlated(all, known, hosts, cards);
          const identities = known ? IDENTITIES : [];
          const found = (seen: Correlation) => find(seen, identities, new Set(['A']));
          expect(found(correlation)).toEqual(found(shapeless(correlation)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a reply that one of two hosts did not see', () => {
  const one = { tcp: false, ours: true, own: OWN[0], port: 80, asked: 2, answered: 2, waitMs: 1 } as const;
  const missed: One = {
    ...one,
    other: OTHERS[0],
    told: false,
    tookMs: 0.2,
    nearer: 1,
    otherTold: false,
    beyond: [[4], []],
  };

  it('is no precedent where only the TTL tells which of them asked', async () => {
    const all: One[] = [missed, { ...missed, other: OTHERS[1], nearer: -1 }];
    const correlation = await correlated(all, false, 2, true);
    const shapes = correlation.groups.map(({ shape }) => shape);
    expect(shapes[0]).not.toBeNull();
    expect(shapes[1]).toBe(shapes[0]);
    const { exchanges } = find(correlation, [], new Set());
    expect(exchanges).toEqual({ total: 2, answered: 1, failed: 0, undecided: 1 });
  });
});

describe('replies that arrived', () => {
  const ping = {
    tcp: false,
    ours: true,
    own: OWN[0],
    port: 80,
    asked: 2,
    answered: 2,
    nearer: 1,
    otherTold: true,
  } as const;

  it('are told of a host with a state, each with its own packets, and of no other', async () => {
    const all = OTHERS.map(
      (other): One => ({ ...ping, other, told: true, waitMs: 1, tookMs: 0.2, beyond: [[], []] }),
    );
    const correlation = await correlated(all, true);
    const { arrived } = find(correlation, IDENTITIES, new Set(['A']));
    const asked = arrived.map(({ finding: { probe, path } }) => [probe.dst, path.replyReached?.src]);
    expect(asked).toEqual(OTHERS.map((other) => [ipOf(other), ipOf(other)]));
    expect(find(correlation, IDENTITIES, new Set(['B'])).arrived).toEqual([]);
  });
});

describe('the shape of a group', () => {
  const plain = {
    tcp: true,
    own: OWN[0],
    port: 80,
    asked: 2,
    told: true,
    waitMs: 1,
    tookMs: 0.2,
    nearer: 1,
    otherTold: true,
  } as const;
  const beyond = [[4], [4]];
  const answered = (other: string, device: 2 | 3 | null, ours = true): One => {
    return { ...plain, beyond, ours, other, answered: device };
  };
  const shapesOf = async (...all: One[]) => (await correlated(all, false)).groups.map(({ shape }) => shape);

  it('is the same for a request and its reply at the same places', async () => {
    const [one, other] = await shapesOf(answered('10.4.0.1', 2), answered('10.4.0.2', 2));
    expect(one).not.toBeNull();
    expect(other).toBe(one);
  });

  it('is the same for what two hosts saw at the same places, and another one where a router saw it twice', async () => {
    const routed = {
      ...answered('10.4.0.3', 2),
      beyond: [
        [4, 5],
        [5, 4],
      ],
    };
    const all = [answered('10.4.0.1', 2), answered('10.4.0.2', 2), routed];
    const { groups } = await correlated(all, false, 2);
    const [one, other, third] = groups.map(({ shape }) => shape);
    expect([one, third]).not.toContain(null);
    expect(other).toBe(one);
    expect(third).not.toBe(one);
  });

  it('differs by the way, the interface and the protocol', async () => {
    const shapes = await shapesOf(
      answered('10.4.0.1', 2),
      answered('10.4.0.2', 3),
      answered('10.4.0.3', 2, false),
      { ...answered('10.4.0.4', 2), tcp: false },
    );
    expect(shapes).toHaveLength(4);
    expect(new Set(shapes).size).toBe(4);
  });

  it('is not told without a reply, and of more than the two', async () => {
    expect(await shapesOf(answered('10.4.0.1', null))).toEqual([null]);
    const seen = new ScriptedCapture('A');
    play(eyesOf(seen, false), 0, 1, answered('10.4.0.1', 2));
    play(eyesOf(seen, false), 10, 1, answered('10.4.0.1', null));
    expect((await correlate([seen.input()])).groups.map(({ shape }) => shape)).toEqual([null]);
  });
});
