import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIp, parseIp } from '../../src/addr/ip.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, type Echo, echoReply, echoRequest, SYN, tcp, udp } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

/** Rule 7: a box between the hosts changes addresses; what it leaves as it is joins what both hosts saw. */

const CLIENT = '10.2.0.100';
const PUBLIC = '203.0.113.10';
const SERVER = '10.4.0.100';
const MASKED = '10.9.0.1';

const correlated = (captures: readonly ScriptedCapture[], protocols?: 'udp') =>
  correlate(
    captures.map((one) => one.input()),
    protocols ? { protocols: new Set([protocols]) } : {},
  );

/** `src > dst` of the probe, and as the last host saw it. */
function endsOf({ src, dst, translated }: Exchange): string {
  const behind =
    translated && ` (${translated.host}: ${formatIp(translated.src)} > ${formatIp(translated.dst)})`;
  return `${formatIp(src)} > ${formatIp(dst)}${behind ?? ''}`;
}

const ping = { src: CLIENT, dst: PUBLIC, id: 7, seq: 1, data: 'stamp-1' };
const behind = { ...ping, dst: SERVER, ttl: 62 };
const pong = { src: SERVER, dst: CLIENT, id: 7, seq: 1, data: 'stamp-1' };
const syn = { src: CLIENT, dst: PUBLIC, srcPort: 40000, dstPort: 1521, seq: 0x5e6a17c1 };
const a = () => new ScriptedCapture('A');
const b = () => new ScriptedCapture('B');

describe('one exchange under two pairs of addresses', () => {
  it('is an echo whose destination was translated, the reply past the box', async () => {
    const { groups } = await correlated([
      a()
        .see(0, 3, 'out', echoRequest(ping))
        .see(0.3, 3, 'in', echoReply({ ...pong, ttl: 63 })),
      b().see(0.1, 3, 'in', echoRequest(behind)).see(0.2, 2, 'out', echoReply(pong)),
    ]);
    expect(summaryOf({ groups } as never)).toEqual([
      '1 icmp 10.2.0.100 > 203.0.113.10: A/if3>echo-request B/if3<echo-request B/if2>echo-reply A/if3<echo-reply',
    ]);
    expect(endsOf(groups[0].examples[0])).toBe('10.2.0.100 > 203.0.113.10 (B: 10.2.0.100 > 10.4.0.100)');
  });

  it('is an echo whose reply was translated back', async () => {
    const { groups, counts } = await correlated([
      a()
        .see(0, 3, 'out', echoRequest(ping))
        .see(0.3, 3, 'in', echoReply({ ...pong, src: PUBLIC })),
      b().see(0.1, 3, 'in', echoRequest(behind)).see(0.2, 2, 'out', echoReply(pong)),
    ]);
    expect(groups.map(({ examples: [one] }) => [endsOf(one), one.replyCount])).toEqual([
      ['10.2.0.100 > 203.0.113.10 (B: 10.2.0.100 > 10.4.0.100)', 2],
    ]);
    expect(counts.exchanges).toBe(1);
  });

  it('is an echo whose source and identifier were changed', async () => {
    const masked = { ...ping, src: MASKED, id: 4711, ttl: 63 };
    const { groups } = await correlated([
      a()
        .see(0, 3, 'out', echoRequest(ping))
        .see(0.3, 3, 'in', echoReply({ ...pong, src: PUBLIC })),
      b()
        .see(0.1, 3, 'in', echoRequest(masked))
        .see(0.2, 3, 'out', echoReply({ ...masked, src: PUBLIC, dst: MASKED })),
    ]);
    expect(groups.map(({ examples: [one] }) => endsOf(one))).toEqual([
      '10.2.0.100 > 203.0.113.10 (B: 10.9.0.1 > 203.0.113.10)',
    ]);
  });

  it('is a handshake, its SYN repeated, its source port and both addresses changed', async () => {
    const far = { src: MASKED, dst: SERVER, srcPort: 50001, dstPort: 8521, seq: syn.seq, ttl: 62 };
    const kept = { ...far, dstPort: 1521 };
    const client = a();
    const server = b();
    for (const ms of [0, 1000]) {
      client.see(ms, 3, 'out', tcp(syn, SYN));
      server.see(ms + 1, 3, 'in', tcp({ ...kept, srcPort: 40000 }, SYN));
      server.see(
        ms + 2,
        3,
        'out',
        tcp(
          { ...kept, src: SERVER, dst: MASKED, srcPort: 1521, dstPort: 40000, seq: 9, ack: syn.seq + 1 },
          SYN | ACK,
        ),
      );
    }
    client.see(
      1003,
      3,
      'in',
      tcp(
        { ...syn, src: PUBLIC, dst: CLIENT, srcPort: 1521, dstPort: 40000, seq: 9, ack: syn.seq + 1 },
        SYN | ACK,
      ),
    );
    const { groups } = await correlated([client, server]);
    expect(
      groups.map(({ count, dstPort, examples: [one] }) => [count, dstPort, one.requestCount, one.replyCount]),
    ).toEqual([[1, 1521, 4, 3]]);
    expect(endsOf(groups[0].examples[0])).toBe('10.2.0.100 > 203.0.113.10 (B: 10.9.0.1 > 10.4.0.100)');
  });

  it('is a datagram, whose port was changed behind the box', async () => {
    const { groups } = await correlated(
      [
        a()
          .see(0, 3, 'out', udp(CLIENT, 5000, PUBLIC, 53, 'question one'))
          .see(0.3, 3, 'in', udp(PUBLIC, 53, CLIENT, 5000, 'answer')),
        b()
          .see(0.1, 3, 'in', udp(CLIENT, 5000, SERVER, 5353, 'question one'))
          .see(0.2, 3, 'out', udp(SERVER, 5353, CLIENT, 5000, 'answer')),
      ],
      'udp',
    );
    expect(
      groups.map(({ count, dstPort, examples: [one] }) => [count, dstPort, one.requestCount, one.replyCount]),
    ).toEqual([[1, 53, 2, 2]]);
  });

  it('is found however far the clocks are apart, though no packet bears the same source on both hosts', async () => {
    const client = a();
    const server = b();
    for (let i = 0; i < 5; i++) {
      const data = `stamp-${i}`;
      client.see(i * 1000, 3, 'out', echoRequest({ ...ping, seq: i, data }));
      server.see(i * 1000 + 1, 3, 'in', echoRequest({ ...ping, seq: i, data, src: MASKED, ttl: 63 }));
      server.see(i * 1000 + 2, 3, 'out', echoReply({ ...pong, seq: i, data, src: PUBLIC, dst: MASKED }));
      client.see(i * 1000 + 3, 3, 'in', echoReply({ ...pong, seq: i, data, src: PUBLIC }));
    }
    const { groups, clocks } = await correlated([client, server.shifted(86_400)]);
    expect(groups.map(({ count }) => count)).toEqual([5]);
    expect(Math.round(clocks[0].highNs / 1e9)).toBe(86_400);
  });

  it('is seen on the box itself, before and behind', async () => {
    const box = new ScriptedCapture('R')
      .see(0.1, 2, 'in', echoRequest(ping))
      .see(0.11, 3, 'out', echoRequest({ ...behind, ttl: 63 }));
    const { groups } = await correlated([
      a().see(0, 3, 'out', echoRequest(ping)),
      box,
      b().see(0.2, 3, 'in', echoRequest({ ...behind, ttl: 63 })),
    ]);
    expect(groups.map(({ examples: [one] }) => one.requests.map(({ host }) => host).join(''))).toEqual([
      'ARRB',
    ]);
  });
});

describe('a box whose capture lacks what it sent on', () => {
  const MASKING = '10.2.0.7';
  const inside = { ...ping, src: '172.17.0.2', dst: SERVER };
  const joined = async (own: string, outside: Echo) => {
    const prefix = { address: parseIp(own)!, length: 24 };
    const card = { name: 'if3', index: null, mac: null, addresses: [prefix], neighbours: [] };
    const { groups } = await correlate(
      [
        a().see(0, 7, 'in', echoRequest(inside)).input(),
        b()
          .see(0.1, 3, 'in', echoRequest({ ...inside, ttl: 63, ...outside }))
          .input(),
      ],
      { identities: [{ host: 'A', interfaces: [card] }] },
    );
    return groups.map(({ examples: [one] }) => endsOf(one));
  };

  it('is the host that took it in and bears its new source', async () => {
    expect(await joined(MASKING, { ...inside, src: MASKING, ttl: 63 })).toEqual([
      `172.17.0.2 > ${SERVER} (B: ${MASKING} > ${SERVER})`,
    ]);
  });

  it('is no host that does not bear it', async () => {
    expect(await joined('10.2.0.8', { ...inside, src: MASKING, ttl: 63 })).toHaveLength(2);
  });
});

it('a SYN that was repeated is joined, though of either address another copy of it was seen first', async () => {
  const stamped = (value: number, src: string) => {
    const option = Buffer.from([1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0]);
    option.writeUInt32BE(value, 4);
    return tcp({ ...syn, dst: SERVER, src, ttl: src === CLIENT ? 64 : 63 }, SYN, '', option);
  };
  const groups = async (later: number) => {
    const box = a().see(0, 3, 'in', stamped(1, CLIENT)).see(1000, 3, 'in', stamped(1001, CLIENT));
    box.see(1000.1, 2, 'out', stamped(later, MASKED));
    const server = b().see(1000.2, 3, 'in', stamped(later, MASKED));
    return (await correlate([box.input(), server.input()], { clock: 'none' })).groups.length;
  };
  expect(await groups(1001)).toBe(1);
  expect(await groups(90_000)).toBe(2);
});

describe('IPv6', () => {
  const six = { src: 'fd00:2::100', dst: '2001:db8::10', id: 7, seq: 1, data: 'stamp-1' };
  const groupsOf = async (before: Echo, after: Echo) => {
    const { groups } = await correlated([
      a().see(0, 3, 'out', echoRequest(before)),
      b().see(0.1, 3, 'in', echoRequest(after)),
    ]);
    return groups;
  };

  it.each<[string, Partial<Echo>]>([
    ['destination', { dst: 'fd00:4::100' }],
    ['destination, in its last word', { dst: '2001:db8::11' }],
    ['source, in its second word', { src: 'fd00:2:1::100' }],
    ['source', { src: 'fd00:9::1' }],
  ])('of a translated %s', async (_, change) => {
    const groups = await groupsOf(six, { ...six, ttl: 63, ...change });
    expect(groups.map(({ count, examples: [one] }) => [count, endsOf(one)])).toEqual([
      [1, `fd00:2::100 > 2001:db8::10 (B: ${change.src ?? six.src} > ${change.dst ?? six.dst})`],
    ]);
  });

  it('is joined with no IPv4', async () => {
    expect(await groupsOf(six, { ...behind, ttl: 63 })).toHaveLength(2);
  });
});

describe('the time under way', () => {
  const apart = async (ms: number, first: Buffer, second: Buffer) => {
    const { groups } = await correlate(
      [
        a().see(1000, 3, 'out', first).input(),
        b()
          .see(1000 + ms, 3, 'in', second)
          .input(),
      ],
      {
        clock: 'none',
      },
    );
    return groups.length;
  };
  const farSyn = tcp({ ...syn, dst: SERVER, ttl: 62 }, SYN);

  it('of an echo request is a second at most, of a SYN the reply window: the first may have been lost', async () => {
    expect(await apart(1000, echoRequest(ping), echoRequest(behind))).toBe(1);
    expect(await apart(1000.001, echoRequest(ping), echoRequest(behind))).toBe(2);
    expect(await apart(3000, tcp(syn, SYN), farSyn)).toBe(1);
    expect(await apart(5101, tcp(syn, SYN), farSyn)).toBe(2);
  });

  it('may seem to be less than none by 100 ms, as far as clocks are wrong', async () => {
    expect(await apart(-100, echoRequest(ping), echoRequest(behind))).toBe(1);
    expect(await apart(-101, echoRequest(ping), echoRequest(behind))).toBe(2);
  });
});

describe('without directions', () => {
  const apart = async (ttl: number) => {
    const { groups } = await correlated([
      a().seeEthernet(0, 1, 2, echoRequest(ping)),
      b().seeEthernet(0.1, 3, 4, echoRequest({ ...behind, ttl })),
    ]);
    return groups.length;
  };

  it('only the hops counted down tell that it went this way', async () => {
    expect(await apart(63)).toBe(1);
    expect(await apart(64)).toBe(2);
  });
});

describe('nothing is joined by accident', () => {
  const apart = async (
    first: Echo,
    second: Echo,
    ways: readonly ['in' | 'out', 'in' | 'out'] = ['out', 'in'],
  ) => {
    const { groups } = await correlated([
      a().see(0, 3, ways[0], echoRequest(first)),
      b().see(0.2, 3, ways[1], echoRequest(second)),
    ]);
    return groups.length;
  };

  it.each<[string, Partial<Echo>]>([
    ['other data', { data: 'stamp-2' }],
    ['another length', { data: 'stamp-10' }],
    ['another sequence', { seq: 2 }],
    ['another identifier, although the source is the same', { id: 8 }],
    ['more hops to go than it had before', { ttl: 65 }],
  ])('%s', async (_, change) => {
    expect(await apart(ping, { ...behind, ...change })).toBe(2);
    expect(await apart(ping, behind)).toBe(1);
  });

  it('two that leave, or two that arrive', async () => {
    expect(await apart(ping, behind, ['out', 'out'])).toBe(2);
    expect(await apart(ping, behind, ['in', 'in'])).toBe(2);
  });

  it('two that fit one', async () => {
    const { groups } = await correlated([
      a()
        .see(0, 3, 'out', echoRequest(ping))
        .see(0.1, 3, 'out', echoRequest({ ...ping, src: '10.2.0.101' })),
      b().see(0.2, 3, 'in', echoRequest({ ...ping, src: MASKED, ttl: 63 })),
    ]);
    expect(groups).toHaveLength(3);
  });

  it('data that is a pattern, where both addresses differ', async () => {
    const client = a();
    const server = b();
    for (const seq of [1, 2, 3]) {
      client.see(seq * 1000, 3, 'out', echoRequest({ ...ping, seq, data: 'abcdefgh' }));
      server.see(seq * 1000 + 1, 3, 'in', echoRequest({ ...behind, seq, data: 'abcdefgh', src: MASKED }));
    }
    expect((await correlated([client, server])).groups.map(({ count }) => count)).toEqual([3, 3]);
  });

  it('a request that somebody else took in already', async () => {
    const { groups } = await correlated([
      a().see(0, 3, 'out', echoRequest(ping)),
      new ScriptedCapture('C').see(0.1, 3, 'in', echoRequest({ ...ping, ttl: 63 })),
      b().see(0.2, 3, 'in', echoRequest(behind)),
    ]);
    expect(groups).toHaveLength(2);
  });
});

it('changes nothing where nothing is translated', async () => {
  const packet = fc.record({
    host: fc.constantFrom('A' as const, 'B' as const),
    far: fc.constantFrom(SERVER, PUBLIC),
    tcp: fc.boolean(),
    seq: fc.integer({ min: 0, max: 3 }),
    data: fc.constantFrom('x', 'y'),
    both: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(packet, { maxLength: 40 }), async (all) => {
      const [client, server] = [a(), b()];
      for (const [i, one] of all.entries()) {
        const bytes = one.tcp
          ? tcp(
              { src: CLIENT, dst: one.far, srcPort: 1000 + one.seq, dstPort: 80, seq: i * 1000 + one.seq },
              SYN,
            )
          : echoRequest({ src: CLIENT, dst: one.far, id: i, seq: one.seq, data: one.data });
        if (one.both || one.host === 'A') client.see(i * 10, 3, 'out', bytes);
        if (one.both || one.host === 'B') server.see(i * 10 + 1, 3, 'in', bytes);
      }
      const { groups, counts } = await correlated([client, server]);
      expect(counts.exchanges).toBe(all.length);
      expect(groups.every(({ examples }) => examples.every(({ translated }) => translated === null))).toBe(
        true,
      );
    }),
    { numRuns: 100 },
  );
});
