import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { type Findings, find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, echoReply, echoRequest, ipOf, SYN, tcp } from '../exchange/support/packets.ts';

/** Captures of single cards, without the hosts' addresses: no frame tells which way it went. */

const A = '10.2.0.100';
const B = '10.4.0.100';
const ping = { src: A, dst: B, id: 7, seq: 1, data: 'stamp' };
const pong = { src: B, dst: A, id: 7, seq: 1, data: 'stamp' };
const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };

/** At the card it left by, and behind one router. */
const NEAR = { ttl: 64 };
const FAR = { ttl: 63 };

const capture = (host: string, device: string) => new ScriptedCapture(host, `${host}/${device}.pcap`);

async function foundIn(cards: readonly (readonly [ScriptedCapture, string])[]): Promise<Findings> {
  const inputs = cards.map(([one, device]) => one.input({ interface: device }));
  return find(await correlate(inputs), [], new Set());
}

const kindsOf = ({ findings }: Findings) =>
  findings.map(({ level, kind, originator, responder }) => `${level} ${kind} ${originator} ${responder}`);

function pinged(end: { readonly ttl: number }, other: { readonly ttl: number }, answeredAt: 'A' | 'B') {
  const [a, b] = [capture('A', 'eth1'), capture('B', 'eth1')];
  a.seeEthernet(0, 1, 2, echoRequest({ ...ping, ...end }));
  b.seeEthernet(0.1, 3, 4, echoRequest({ ...ping, ...other }));
  (answeredAt === 'A' ? a : b).seeEthernet(0.2, 4, 3, echoReply({ ...pong, ...NEAR }));
  return foundIn([
    [a, 'eth1'],
    [b, 'eth1'],
  ]);
}

describe('a reply that only one of two hosts saw', () => {
  it('is no answer where the host nearer to the originator did not see it', async () => {
    const { findings, exchanges } = await pinged(NEAR, FAR, 'B');
    expect(findings).toEqual([]);
    expect(exchanges).toEqual({ total: 1, answered: 0, failed: 0, undecided: 1 });
  });

  it('is one where that host saw it: it may have left the other by another card', async () => {
    expect((await pinged(NEAR, FAR, 'A')).exchanges.answered).toBe(1);
    expect((await pinged(FAR, NEAR, 'B')).exchanges.answered).toBe(1);
  });

  it('leaves it open where no TTL tells which of them is nearer', async () => {
    expect((await pinged(NEAR, NEAR, 'B')).exchanges.undecided).toBe(1);
  });

  it('is none for the SYN that is repeated', async () => {
    const [a, b] = [capture('A', 'eth1'), capture('B', 'eth1')];
    for (const ms of [0, 1000]) {
      a.seeEthernet(ms, 1, 2, tcp({ ...syn, ...NEAR }, SYN));
      b.seeEthernet(ms + 0.1, 3, 4, tcp({ ...syn, ...FAR }, SYN));
      b.seeEthernet(ms + 0.2, 4, 3, tcp({ ...synAck, ...NEAR }, SYN | ACK));
    }
    const found = await foundIn([
      [a, 'eth1'],
      [b, 'eth1'],
    ]);
    expect(kindsOf(found)).toEqual(['error reply-lost A B']);
  });

  it('shows by which card it left', async () => {
    const [a, b, other] = [capture('A', 'eth1'), capture('B', 'eth1'), capture('B', 'eth0')];
    a.seeEthernet(0, 1, 2, echoRequest({ ...ping, ...NEAR }));
    b.seeEthernet(0.1, 3, 4, echoRequest({ ...ping, ...FAR }));
    other.seeEthernet(0.2, 5, 6, echoReply({ ...pong, ...NEAR }));
    const found = await foundIn([
      [a, 'eth1'],
      [b, 'eth1'],
      [other, 'eth0'],
    ]);
    expect(kindsOf(found)).toEqual(['warning asymmetric-reply A B']);
    expect(found.findings[0].success).toBe('open');
    expect(found.exchanges).toEqual({ total: 1, answered: 0, failed: 0, undecided: 1 });
  });
});

describe('replies that only the farther of two hosts saw, while the nearer captured on', () => {
  const card = (name: string, address: string) => {
    const prefix = { address: ipOf(address), length: 24 };
    return { name, index: null, mac: null, addresses: [prefix], neighbours: [] };
  };

  /** @param arrives by number, which replies come in at A */
  async function pingedOften(arrives: (seq: number) => boolean, identity?: HostIdentity): Promise<Findings> {
    const [a, b] = [capture('A', 'eth1'), capture('B', 'eth1')];
    for (const seq of [0, 1, 2, 3, 4, 5, 6, 7]) {
      a.seeEthernet(seq * 1000, 1, 2, echoRequest({ ...ping, seq, ...NEAR }));
      b.seeEthernet(seq * 1000 + 0.1, 3, 4, echoRequest({ ...ping, seq, ...FAR }));
      b.seeEthernet(seq * 1000 + 0.2, 4, 3, echoReply({ ...pong, seq, ...NEAR }));
      if (arrives(seq)) a.seeEthernet(seq * 1000 + 0.3, 2, 1, echoReply({ ...pong, seq, ...FAR }));
    }
    const inputs = [
      a.input({ interface: 'eth1', ...(identity && { identity }) }),
      b.input({ interface: 'eth1' }),
    ];
    return find(await correlate(inputs), identity ? [identity] : [], new Set());
  }

  it('are not seen to arrive: they may have come in by another card', async () => {
    const found = await pingedOften(() => false);
    expect(kindsOf(found)).toEqual(['error no-reply-seen A B']);
    expect(found.findings[0].evidence.map(({ host, kind }) => `${host} ${kind}`)).toEqual([
      'A echo-request',
      'B echo-request',
      'B echo-reply',
    ]);
    expect(found.exchanges).toEqual({ total: 8, answered: 0, failed: 0, undecided: 8 });
  });

  it('are lost where others came in by that card, which alone bears the address', async () => {
    const some = (seq: number) => seq % 3 !== 1;
    const known = { host: 'A', interfaces: [card('eth1', A), card('eth0', '10.5.0.100')] };
    const found = await pingedOften(some, known);
    expect(kindsOf(found)).toEqual(['error reply-lost A B']);
    expect(found.exchanges).toEqual({ total: 8, answered: 5, failed: 3, undecided: 0 });
    // Half of them may come home by another card, by turns.
    const unknown = await pingedOften(some);
    expect(kindsOf(unknown)).toEqual(['error no-reply-seen A B']);
    expect(unknown.exchanges).toEqual({ total: 8, answered: 5, failed: 0, undecided: 3 });
  });

  it('are left open where their address is known to belong to another card', async () => {
    const own = { host: 'A', interfaces: [card('eth0', A), card('eth1', '10.5.0.100')] };
    expect((await pingedOften(() => false, own)).exchanges.undecided).toBe(8);
    const swapped = { host: 'A', interfaces: [card('eth1', A), card('eth0', '10.5.0.100')] };
    expect(kindsOf(await pingedOften(() => false, swapped))).toEqual(['error no-reply-seen A B']);
  });
});

describe("one host's capture alone", () => {
  const alone = (play: (one: ScriptedCapture) => void) => {
    const one = capture('A', 'eth1');
    play(one);
    return foundIn([[one, 'eth1']]);
  };

  it('shows an answer where nothing speaks against it', async () => {
    const found = await alone((one) => {
      one.seeEthernet(0, 1, 2, echoRequest(ping)).seeEthernet(1, 2, 1, echoReply(pong));
      one.seeEthernet(10, 1, 2, tcp(syn, SYN)).seeEthernet(11, 2, 1, tcp(synAck, SYN | ACK));
    });
    expect(found.exchanges).toEqual({ total: 2, answered: 2, failed: 0, undecided: 0 });
  });

  it('shows none where the SYN comes again after its SYN-ACK', async () => {
    const found = await alone((one) => {
      for (const ms of [0, 1000]) {
        one.seeEthernet(ms, 1, 2, tcp(syn, SYN)).seeEthernet(ms + 1, 2, 1, tcp(synAck, SYN | ACK));
      }
    });
    expect(kindsOf(found)).toEqual(['error reply-lost null null']);
    const kinds = found.findings[0].evidence.map(({ kind, frame }) => `${kind} ${frame}`);
    expect(kinds).toEqual(['syn 1', 'syn-ack 2', 'syn 3']);
  });

  it('is not taken in by the copies of one SYN that come in disorder', async () => {
    const found = await alone((one) => {
      one.seeEthernet(0, 1, 2, tcp(syn, SYN)).seeEthernet(0.1, 2, 1, tcp(synAck, SYN | ACK));
      one.seeEthernet(0.2, 3, 4, tcp({ ...syn, ttl: 63 }, SYN));
    });
    expect(found.exchanges.answered).toBe(1);
  });
});
