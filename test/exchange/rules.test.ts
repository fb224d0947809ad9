import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, arp, echoReply, echoRequest, icmpError, RST, SYN, tcp, udp } from './support/packets.ts';
import { placeOf, summaryOf } from './support/summary.ts';

/** The rules of how a reply is paired with its probe, one by one, as far as addresses are not translated. */

const A = '10.2.0.100';
const B = '10.4.0.100';
const OTHER = '10.3.0.100';
const ping = { src: A, dst: B, id: 7, seq: 1 };
const pong = { src: B, dst: A, id: 7, seq: 1 };
const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };

async function correlated(captures: readonly ScriptedCapture[], options: CorrelateOptions = {}) {
  return correlate(
    captures.map((capture) => capture.input()),
    options,
  );
}

const capture = (host = 'A', file?: string) => new ScriptedCapture(host, file);

describe('rule 1: the address asked is not part of the key', () => {
  it('pairs an echo reply from another address with the request', async () => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(1, 3, 'in', echoReply({ ...pong, src: OTHER }));
    const { groups, counts } = await correlated([seen]);
    expect(groups).toHaveLength(1);
    expect(groups[0].examples[0].replies[0].src.w0).not.toBe(groups[0].dst.w0);
    expect(counts.strayReplies).toBe(0);
  });

  it('pairs a SYN-ACK from another address, and the RST the originator gives it', async () => {
    const seen = capture()
      .see(0, 3, 'out', tcp(syn, SYN))
      .see(1, 3, 'in', tcp({ ...synAck, src: OTHER }, SYN | ACK))
      .see(2, 2, 'out', tcp({ ...syn, dst: OTHER, seq: 1001 }, RST));
    expect(summaryOf(await correlated([seen]))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:1521: A/if3>syn A/if3<syn-ack A/if2>rst',
    ]);
  });

  it('prefers the request that asked the address which answers', async () => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(0.5, 3, 'out', echoRequest({ ...ping, dst: OTHER }))
      .see(1, 3, 'in', echoReply(pong))
      .see(2, 3, 'in', echoReply({ ...pong, src: OTHER }));
    const { groups, counts } = await correlated([seen]);
    expect(groups.map(({ examples }) => examples[0].replies.length)).toEqual([1, 1]);
    for (const { dst, examples } of groups) expect(examples[0].replies[0].src).toEqual(dst);
    expect(counts.ambiguous).toBe(0);
  });

  it('keeps IPv6 addresses apart as whole', async () => {
    const ping6 = { src: 'fd00:2::100', dst: 'fd00:4::100', id: 7, seq: 1 };
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping6))
      .see(0.1, 3, 'out', echoRequest({ ...ping6, src: 'fd00:2::101' }))
      .see(1, 3, 'in', echoReply({ ...ping6, src: 'fd00:4::100', dst: 'fd00:2::100' }));
    expect(summaryOf(await correlated([seen]))).toEqual([
      '1 icmp6 fd00:2::100 > fd00:4::100: A/if3>echo-request A/if3<echo-reply',
      '1 icmp6 fd00:2::101 > fd00:4::100: A/if3>echo-request',
    ]);
  });
});

describe('rule 2: identifiers collide', () => {
  it('pairs by the data where two programs share identifier and sequence', async () => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest({ ...ping, data: 'one' }))
      .see(1, 3, 'out', echoRequest({ ...ping, data: 'two' }))
      .see(2, 3, 'in', echoReply({ ...pong, data: 'one' }));
    const { groups, counts } = await correlated([seen]);
    expect(groups.map(({ examples }) => examples[0].replyCount)).toEqual([1, 0]);
    expect(groups.map(({ first }) => first.nanos)).toEqual([0, 1e6]);
    expect(counts.ambiguous).toBe(0);
  });

  it('says so where several requests fit a reply', async () => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(1, 3, 'out', echoRequest(ping))
      .see(2, 3, 'in', echoReply(pong));
    const { groups, counts } = await correlated([seen]);
    expect(counts.ambiguous).toBe(1);
    expect(groups.filter(({ examples }) => examples[0].ambiguous)).toHaveLength(1);
  });

  it('follows a sequence that wraps within the window', async () => {
    const seen = capture();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) {
        const seq = (65534 + i) & 0xffff;
        seen.see(round * 600 + i * 10, 3, 'out', echoRequest({ ...ping, seq }));
        seen.see(round * 600 + i * 10 + 1, 3, 'in', echoReply({ ...pong, seq }));
      }
    }
    const { groups, counts } = await correlated([seen]);
    expect(groups.map(({ count }) => count)).toEqual([12]);
    expect(counts).toEqual({ exchanges: 12, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
  });

  it('does not take a reply that came before the request, nor one after the window', async () => {
    const seen = capture()
      .see(0, 3, 'in', echoReply(pong))
      .see(100, 3, 'out', echoRequest(ping))
      .see(6000, 3, 'in', echoReply(pong));
    const { groups, counts } = await correlated([seen]);
    const asked = groups.filter(({ examples }) => examples[0].requestCount > 0);
    expect(asked.map(({ examples }) => examples[0].replyCount)).toEqual([0]);
    expect(counts.strayReplies).toBe(2);
  });
});

describe('rule 3: never by checksum', () => {
  it('pairs packets whose checksums are all 0', async () => {
    const seen = capture().see(0, 3, 'out', echoRequest(ping)).see(1, 3, 'in', echoReply(pong));
    expect(summaryOf(await correlated([seen]))).toEqual([
      '1 icmp 10.2.0.100 > 10.4.0.100: A/if3>echo-request A/if3<echo-reply',
    ]);
  });
});

describe('rule 4: one packet is seen many times', () => {
  it('takes another interface or host, a moment apart, as further sightings', async () => {
    const a = capture('A').see(0, 3, 'out', echoRequest(ping)).see(0.01, 9, 'out', echoRequest(ping));
    const b = capture('B').see(0.2, 5, 'in', echoRequest({ ...ping, ttl: 63 }));
    expect(summaryOf(await correlated([a, b]))).toEqual([
      '1 icmp 10.2.0.100 > 10.4.0.100: A/if3>echo-request A/if9>echo-request B/if5<echo-request',
    ]);
  });

  it('takes the same place at the same time as one sighting (a bridge without names, a file given twice)', async () => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(0.005, 3, 'out', echoRequest(ping))
      .see(1, 3, 'in', echoReply(pong));
    const twice = [seen, new ScriptedCapture('A', 'A/copy.pcap')];
    twice[1].frames.push(...seen.frames);
    const { groups } = await correlated(twice);
    expect(
      groups.map(({ count, examples }) => [count, examples[0].requestCount, examples[0].replyCount]),
    ).toEqual([[1, 1, 1]]);
  });

  it('takes the same TCP sequence a second later as a retransmission', async () => {
    const seen = capture().see(0, 3, 'out', tcp(syn, SYN));
    for (const ms of [1000, 3000, 7000]) seen.see(ms, 3, 'out', tcp(syn, SYN));
    const { groups } = await correlated([seen]);
    expect(groups.map(({ count, examples }) => [count, examples[0].retransmitted])).toEqual([[1, true]]);
    expect(groups[0].examples[0].requests.map(({ time }) => time.seconds % 10)).toEqual([0, 1, 3, 7]);
  });

  it('keeps an exchange open while its SYN-ACK is repeated, and tells who acknowledged', async () => {
    const seen = capture('B')
      .see(0, 5, 'in', tcp(syn, SYN))
      .see(1, 2, 'out', tcp(synAck, SYN | ACK))
      .see(1001, 2, 'out', tcp(synAck, SYN | ACK))
      .see(4001, 2, 'out', tcp(synAck, SYN | ACK))
      .see(4002, 5, 'in', tcp({ ...syn, seq: 1001, ack: 5001 }, ACK))
      .see(4003, 5, 'in', tcp({ ...syn, seq: 1001, ack: 5001 }, ACK))
      .see(4004, 5, 'in', tcp({ ...syn, seq: 1500, ack: 5001 }, ACK));
    expect(summaryOf(await correlated([seen]))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:1521: B/if5<syn B/if2>syn-ack B/if2>syn-ack B/if2>syn-ack B/if5<tcp-ack',
    ]);
  });

  it('finds the refusing RST and the RST that gives up', async () => {
    const refused = capture()
      .see(0, 3, 'out', tcp(syn, SYN))
      .see(1, 3, 'in', tcp({ ...synAck, seq: 0 }, RST | ACK));
    expect(summaryOf(await correlated([refused]))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:1521: A/if3>syn A/if3<rst',
    ]);
  });

  it('follows a packet that comes round in a routing loop', async () => {
    const seen = capture('R');
    for (let i = 0; i < 5; i++) seen.see(i, 3, 'in', echoRequest({ ...ping, ttl: 64 - 2 * i }));
    const { groups } = await correlated([seen]);
    expect(groups.map(({ count, examples }) => [count, examples[0].requestCount])).toEqual([[1, 5]]);
  });
});

describe('rule 8: ICMP errors quote the packet they complain about', () => {
  it('joins errors about echo requests and SYNs to their exchanges', async () => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(1, 3, 'in', icmpError('10.2.0.1', A, 3, 13, echoRequest(ping)))
      .see(2, 3, 'out', tcp(syn, SYN))
      .see(3, 3, 'in', icmpError('10.2.0.1', A, 11, 0, tcp(syn, SYN)));
    const { groups } = await correlated([seen]);
    expect(
      groups.map(({ examples }) => examples[0].errors.map((one) => [one.icmpType, one.icmpCode])),
    ).toEqual([[[3, 13]], [[11, 0]]]);
    expect(groups[0].examples[0].errors[0].target).toEqual(groups[0].dst);
  });

  it('joins those about IPv6, whatever the addresses', async () => {
    for (let i = 0; i < 40; i++) {
      const asked = { ...ping, src: `fd00:2::${(i * 997).toString(16)}`, dst: `fd00:4:${i}::100` };
      const seen = capture()
        .see(0, 3, 'out', echoRequest(asked))
        .see(1, 3, 'in', icmpError('fd00:2::1', asked.src, 1, 0, echoRequest(asked)));
      const { groups } = await correlated([seen]);
      expect(groups.map(({ examples }) => [asked, examples[0].errors.length])).toEqual([[asked, 1]]);
    }
  });

  it('joins the error with which the originator refuses a datagram from another address', async () => {
    const answer = udp(OTHER, 53, A, 5000, 'answer');
    const seen = capture()
      .see(0, 3, 'out', udp(A, 5000, B, 53, 'question'))
      .see(1, 3, 'in', answer)
      .see(2, 2, 'out', icmpError(A, OTHER, 3, 3, answer));
    expect(summaryOf(await correlated([seen], { protocols: new Set(['udp']) }))).toEqual([
      '1 udp 10.2.0.100 > 10.4.0.100:53: A/if3>udp A/if3<udp A/if2>icmp-error',
    ]);
  });

  it('leaves out an error about a packet that nobody saw', async () => {
    const seen = capture().see(0, 1, 'in', icmpError(A, A, 3, 1, echoRequest(ping)));
    expect((await correlated([seen])).groups).toEqual([]);
  });
});

describe('rule 10: memory is bounded', () => {
  it('lets the oldest leave a full table and counts it', async () => {
    const seen = capture();
    for (let i = 0; i < 500; i++) seen.see(i, 3, 'in', tcp({ ...syn, srcPort: 1000 + i, seq: i }, SYN));
    const { groups, counts } = await correlated([seen], { openLimit: 16 });
    expect(groups.map(({ count }) => count)).toEqual([500]);
    expect(counts).toMatchObject({ exchanges: 500, leftEarly: 484 });
  });

  it('gathers a flood from many sources and a scan of many ports', async () => {
    const seen = capture();
    for (let i = 0; i < 3000; i++) {
      const src = `172.16.${i >> 8}.${i & 255}`;
      seen.see(i * 2, 3, 'in', tcp({ ...syn, src, seq: i }, SYN));
      seen.see(i * 2 + 1, 3, 'in', tcp({ ...syn, dstPort: 1 + i, seq: i }, SYN));
    }
    const { groups } = await correlated([seen]);
    expect(groups.length).toBeLessThan(10);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(6000);
    expect(groups.every(({ examples }) => examples.length > 0 && examples.length <= 4)).toBe(true);
  });

  it('keeps a client that fails again and again apart from the flood', async () => {
    const seen = capture();
    for (let i = 0; i < 1000; i++) {
      seen.see(i, 3, 'in', tcp({ ...syn, src: `172.16.${i >> 8}.${i & 255}`, seq: i }, SYN));
      if (i < 10) seen.see(i + 0.5, 3, 'in', tcp({ ...syn, seq: i, srcPort: 3000 + i }, SYN));
    }
    const { groups } = await correlated([seen]);
    expect(groups.map(({ src, count }) => [src === null, count])).toEqual([
      [true, 1000],
      [false, 10],
    ]);
  });
});

describe('rule 11: many files a host', () => {
  it('merges rotated files in whatever order they are given', async () => {
    const whole = capture('A');
    for (let i = 0; i < 20; i++) {
      whole.see(i * 100, 3, 'out', tcp({ ...syn, srcPort: 1000 + i }, SYN));
      whole.see(i * 100 + 20, 3, 'in', tcp({ ...synAck, dstPort: 1000 + i }, SYN | ACK));
      whole.see(i * 100 + 40, 3, 'out', tcp({ ...syn, srcPort: 1000 + i, seq: 1001, ack: 5001 }, ACK));
    }
    const parts = [0, 7, 20, 31].map((start, i, all) => whole.part(`A/any.pcap${i}`, start, all[i + 1]));
    const expected = summaryOf(await correlated([whole]));
    expect(summaryOf(await correlated(parts))).toEqual(expected);
    expect(summaryOf(await correlated(parts.reverse()))).toEqual(expected);
    expect(expected).toHaveLength(1);
  });

  it('pairs a reply with its request in the file of another interface', async () => {
    const eth1 = capture('B', 'B/eth1.pcap').seeEthernet(0, 1, 2, echoRequest(ping));
    const eth0 = capture('B', 'B/eth0.pcap').seeEthernet(1, 2, 3, echoReply(pong));
    expect(summaryOf(await correlated([eth0, eth1]))).toEqual([
      '1 icmp 10.2.0.100 > 10.4.0.100: B/eth1?echo-request B/eth0?echo-reply',
    ]);
  });
});

describe('rule 12: fragments', () => {
  /** An IPv4 packet as its first fragment of so many bytes behind the header. */
  function firstFragment(packet: Buffer, bytes: number): Buffer {
    const fragment = Buffer.from(packet.subarray(0, 20 + bytes));
    fragment.writeUInt16BE(fragment.length, 2);
    fragment.writeUInt16BE(0x2000, 6);
    return fragment;
  }
  const data = 'ping data, long enough for two fragments and more than is hashed '.repeat(3);

  it('a message in fragments and one that is whole belong together where the data is the same', async () => {
    for (const [request, reply] of [
      [firstFragment(echoRequest({ ...ping, data }), 104), echoReply({ ...pong, data })],
      [echoRequest({ ...ping, data }), firstFragment(echoReply({ ...pong, data }), 104)],
      [firstFragment(echoRequest({ ...ping, data }), 104), firstFragment(echoReply({ ...pong, data }), 80)],
    ]) {
      const { groups, counts } = await correlated([
        capture().see(0, 3, 'out', request).see(1, 3, 'in', reply),
      ]);
      expect(groups.map(({ examples }) => examples[0].replies.length)).toEqual([1]);
      expect(counts.strayReplies).toBe(0);
      const [{ requests, replies }] = groups[0].examples;
      const pieces = [request, reply].map((one) => (one.readUInt16BE(6) === 0x2000 ? true : undefined));
      expect([requests[0].fragment, replies[0].fragment]).toEqual(pieces);
    }
  });

  it('and not where it is another', async () => {
    const seen = capture()
      .see(0, 3, 'out', firstFragment(echoRequest({ ...ping, data }), 104))
      .see(1, 3, 'in', echoReply({ ...pong, data: data.toUpperCase() }));
    expect((await correlated([seen])).counts.strayReplies).toBe(1);
  });
});

describe('rule 13: a snap length cuts data', () => {
  it('compares lengths where one copy holds less of the data', async () => {
    const long = 'x'.repeat(100);
    const a = capture('A').see(0, 3, 'out', echoRequest({ ...ping, data: long }));
    const b = capture('B').see(0.1, 5, 'in', echoRequest({ ...ping, data: long }));
    const cut = { ...b.frames[0], bytes: b.frames[0].bytes.subarray(0, 20 + 20 + 8 + 16) };
    b.frames.splice(0, 1, cut);
    const { groups } = await correlated([a, b]);
    expect(groups.map(({ examples }) => examples[0].requestCount)).toEqual([2]);
  });
});

describe('neighbours', () => {
  it('tells the questions of a host that nobody answered', async () => {
    const seen = capture();
    for (const ms of [0, 1000, 2000]) seen.see(ms, 3, 'out', arp(1, A, B));
    seen.see(2500, 3, 'out', arp(1, A, '10.2.0.1')).see(2501, 3, 'in', arp(2, '10.2.0.1', A));
    seen.see(2600, 3, 'in', arp(1, '10.2.0.9', '10.2.0.8'));
    const { unanswered } = await correlated([seen]);
    expect(unanswered.map(({ host, interface: device, count }) => [host, device, count])).toEqual([
      ['A', 'if3', 3],
    ]);
    expect(unanswered[0].examples.map(placeOf)).toEqual(Array(3).fill('A/if3>arp-request'));
  });
});

describe('what is followed', () => {
  const seen = () =>
    capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(1, 3, 'out', tcp(syn, SYN))
      .see(2, 3, 'out', udp(A, 5000, B, 53, 'question'))
      .see(3, 3, 'in', udp(OTHER, 53, A, 5000, 'answer'));

  it('is echo and TCP, unless UDP is asked for', async () => {
    expect((await correlated([seen()])).groups.map(({ protocol }) => protocol)).toEqual(['icmp', 'tcp']);
    expect(summaryOf(await correlated([seen()], { protocols: new Set(['udp']) }))).toEqual([
      '1 udp 10.2.0.100 > 10.4.0.100:53: A/if3>udp A/if3<udp',
    ]);
  });

  it('is narrowed by port, network and time', async () => {
    expect((await correlated([seen()], { port: 1521 })).groups.map(({ protocol }) => protocol)).toEqual([
      'tcp',
    ]);
    const nobody = { address: { family: 4 as const, w0: 1, w1: 0, w2: 0, w3: 0 }, length: 32 };
    expect((await correlated([seen()], { between: [nobody] })).groups).toEqual([]);
    const since = { seconds: 1_700_000_000, nanos: 500_000 };
    expect((await correlated([seen()], { since })).groups.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });
});
