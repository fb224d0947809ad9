import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { EarlyData } from '../../src/exchange/early-data.ts';
import { ScriptedCapture } from './support/capture.ts';
import { bytesOf, inputOf } from './support/capture-file.ts';
import { LINKTYPE_LINUX_SLL2, sll2 } from './support/link.ts';
import { ACK, PSH, RST, SYN, tcp } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

/** TCP Fast Open (RFC 7413): SYNs that bear data, which the SYN-ACK acknowledges or not. */

const A = '10.2.0.100';
const B = '10.4.0.100';
const DATA = 'hello';
const SEQ = 0xffffffff;

function talk(a: string, b: string) {
  const syn = { src: a, dst: b, srcPort: 40000, dstPort: 7000, seq: SEQ };
  const back = { src: b, dst: a, srcPort: 7000, dstPort: 40000, seq: 5000 };
  return {
    syn: tcp(syn, SYN, DATA),
    /** Of so many bytes of the data. */
    synAck: (taken: number, from = b) => tcp({ ...back, src: from, ack: SEQ + 1 + taken }, SYN | ACK),
    ack: (taken: number) => tcp({ ...syn, seq: SEQ + 1 + taken, ack: 5001 }, ACK),
    data: (at: number, data: string) => tcp({ ...syn, seq: SEQ + 1 + at, ack: 5001 }, ACK | PSH, data),
    again: tcp(syn, SYN),
    refusal: tcp({ ...back, seq: 0, ack: SEQ + 1 + DATA.length }, RST | ACK),
    giveUp: tcp({ ...syn, seq: SEQ + 1 + DATA.length }, RST),
  };
}

const { syn, synAck, ack, data, again, refusal, giveUp } = talk(A, B);
const capture = (host = 'A') => new ScriptedCapture(host);
const correlated = async (...captures: ScriptedCapture[]) => correlate(captures.map((one) => one.input()));

describe('a SYN that bears data', () => {
  it.each([
    ['all of it', DATA.length],
    ['none of it', 0],
    ['some of it', 2],
  ])('is answered by a SYN-ACK that acknowledges %s', async (_, taken) => {
    const seen = capture()
      .see(0, 3, 'out', syn)
      .see(1, 3, 'in', synAck(taken))
      .see(2, 3, 'out', ack(taken))
      .see(3, 3, 'out', data(taken, 'more'));
    const told = await correlated(seen);
    expect(summaryOf(told)).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:7000: A/if3>syn A/if3<syn-ack A/if3>tcp-ack',
    ]);
    expect(told.counts).toEqual({ exchanges: 1, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
  });

  it('is none that a SYN-ACK of more than its data answers', async () => {
    const seen = capture()
      .see(0, 3, 'out', syn)
      .see(1, 3, 'in', synAck(DATA.length + 1));
    expect((await correlated(seen)).counts.strayReplies).toBe(1);
  });

  it('is answered from another address', async () => {
    const seen = capture().see(0, 3, 'out', syn).see(1, 2, 'in', synAck(DATA.length, '10.3.0.100'));
    expect(summaryOf(await correlated(seen))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:7000: A/if3>syn A/if2<syn-ack',
    ]);
  });

  it('is refused by an RST that acknowledges the data (RFC 9293 section 3.10.7.1)', async () => {
    const seen = capture().see(0, 3, 'out', syn).see(1, 3, 'in', refusal);
    expect(summaryOf(await correlated(seen))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:7000: A/if3>syn A/if3<rst',
    ]);
  });

  it('is repeated without data, and given up', async () => {
    const seen = capture()
      .see(0, 3, 'out', syn)
      .see(1000, 3, 'out', again)
      .see(1001, 3, 'in', synAck(DATA.length))
      .see(1002, 3, 'out', giveUp);
    expect(summaryOf(await correlated(seen))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:7000 again: A/if3>syn A/if3>syn A/if3<syn-ack A/if3>rst',
    ]);
  });

  it.each([
    ['IPv4', A, B],
    ['IPv6', 'fd00:2::100', 'fd00:4::100'],
  ])('is one exchange on two hosts, over %s', async (_, a, b) => {
    const one = talk(a, b);
    const [near, far] = [capture(), capture('B')];
    near.see(0, 3, 'out', one.syn).see(3, 3, 'in', one.synAck(5)).see(4, 3, 'out', one.ack(5));
    far.see(1, 3, 'in', one.syn).see(2, 2, 'out', one.synAck(5)).see(5, 3, 'in', one.ack(5));
    const { groups, counts } = await correlated(near, far);
    expect(
      groups.map(({ examples: [seen] }) => [seen.requestCount, seen.replyCount, seen.acks.length]),
    ).toEqual([[2, 2, 2]]);
    expect(counts.exchanges).toBe(1);
  });

  it.each([
    ['IPv4', A, B],
    ['IPv6', 'fd00:2::100', 'fd00:4::100'],
  ])('comes after its SYN-ACK, by the clock of another host, over %s', async (_, a, b) => {
    const one = talk(a, b);
    const near = capture().see(5, 3, 'out', one.syn);
    const far = capture('B').see(0, 2, 'out', one.synAck(5));
    const { groups } = await correlated(near, far);
    expect(groups.map(({ examples: [seen] }) => [seen.requestCount, seen.replyCount])).toEqual([[1, 1]]);
  });

  it('is known to the segments that do not get through', async () => {
    const large = 'x'.repeat(1200);
    const seen = capture().see(0, 3, 'out', syn).see(1, 3, 'in', synAck(5)).see(2, 3, 'out', ack(5));
    for (const ms of [100, 400, 1000]) seen.see(ms, 3, 'out', data(5, large));
    const { groups } = await correlated(seen);
    expect(groups.map(({ examples: [one] }) => [one.requestCount, one.stalled])).toEqual([[1, true]]);
  });
});

it('is paired as well where plain frames take the short way', async () => {
  const form = {
    format: 'pcap' as const,
    little: true,
    faces: [{ linkType: LINKTYPE_LINUX_SLL2, resolution: 9 }],
  };
  const plain = (port: number) => tcp({ src: A, dst: B, srcPort: port, dstPort: 7000, seq: 1 }, SYN);
  const packets = [
    [plain(1), 'out'],
    [syn, 'out'],
    [plain(2), 'out'],
    [synAck(5), 'in'],
    [plain(3), 'out'],
    [ack(5), 'out'],
    [plain(4), 'out'],
  ] as const;
  const shots = packets.map(([packet, way], i) => {
    return { time: i * 1e6, face: 0, bytes: sll2(packet, 3, way), cut: null, note: 'none' as const };
  });
  for (const captures of [1, 2]) {
    const inputs = [...Array(captures).keys()].map((i) =>
      inputOf(bytesOf(form, i === 0 ? shots : shots.slice(0, 1)), { file: `A/${i}` }),
    );
    const told = await correlate(await Promise.all(inputs));
    expect(summaryOf(told)).toContain(
      '1 tcp 10.2.0.100 > 10.4.0.100:7000: A/if3>syn A/if3<syn-ack A/if3>tcp-ack',
    );
    expect(told.counts.strayReplies).toBe(0);
  }
});

it('forgets SYNs with data, the oldest first', () => {
  const early = new EarlyData();
  for (let port = 0; port < 40_000; port++) early.add(1, port, 100, 10);
  expect(early.size).toBeLessThanOrEqual(1 << 14);
  expect(early.synOf(1, 39_999, 110)).toBe(100);
  expect(early.synOf(1, 0, 110)).toBe(110);
});
