import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import {
  ACK,
  arp,
  echoReply,
  echoRequest,
  icmpError,
  neighbour,
  SYN,
  tcp,
} from '../exchange/support/packets.ts';

/** A host asks in vain for a neighbour while another one answers it; interface 1 is its loopback device. */

const A = '10.2.0.100';
const GOOD = '10.2.0.7';
const BAD = '10.2.0.9';
const GATEWAY = '10.2.0.1';
const FAR = '10.4.0.100';
const [A6, BAD6] = ['fd00:2::100', 'fd00:2::9'];

const ping = (dst: string) => echoRequest({ src: A, dst, id: dst === GOOD ? 7 : 8, seq: 1 });
const syn = (dst: string) => tcp({ src: A, dst, srcPort: 40000, dstPort: 22, seq: 1000 }, SYN);

/** Seconds at which it asks, and what it tells itself of. */
function works(asked: string, at: readonly number[], scene: (a: ScriptedCapture) => void): ScriptedCapture {
  const a = new ScriptedCapture('A');
  a.see(0, 2, 'out', ping(GOOD)).see(1, 2, 'in', echoReply({ src: GOOD, dst: A, id: 7, seq: 1 }));
  for (const seconds of at) a.see(seconds * 1000, 2, 'out', arp(1, A, asked));
  scene(a);
  return a;
}

const unreachable = (about: Buffer) => icmpError(A, A, 3, 1, about, 20);

async function told(a: ScriptedCapture): Promise<string[]> {
  const { findings } = find(await correlate([a.input()]), [], new Set());
  return findings.map(({ kind, level, probe: { src, dst }, evidence }) => {
    const ends = [src, dst].map((one) => one && formatIp(one)).join(' > ');
    return `${level} ${kind} ${ends}: ${evidence.map((one) => one.frame).join(' ')}`;
  });
}

describe('a question in vain beside packets that went well by the same interface', () => {
  const TIMES = [2, 3, 4];

  it('is not worth a word by itself', async () => {
    expect(await told(works(BAD, TIMES, () => undefined))).toEqual([]);
  });

  it.each([
    ['ping', ping(BAD)],
    ['connection', syn(BAD)],
  ])('is an error where the host tells itself that its %s failed', async (_, request) => {
    const a = works(BAD, TIMES, (one) => one.see(5000, 1, 'in', unreachable(request)));
    expect(await told(a)).toEqual([`error request-not-sent ${A} > ${BAD}: 3 4 5 6`]);
  });

  it('is one as well where it was answered later', async () => {
    const a = works(BAD, TIMES, (one) =>
      one
        .see(5000, 1, 'in', unreachable(ping(BAD)))
        .see(5100, 2, 'out', arp(1, A, BAD))
        .see(5101, 2, 'in', arp(2, BAD, A)),
    );
    expect(await told(a)).toEqual([`error request-not-sent ${A} > ${BAD}: 3 4 5 6`]);
  });

  it('is one of a request by way of a gateway', async () => {
    const a = works(GATEWAY, TIMES, (one) => one.see(5000, 1, 'in', unreachable(ping(FAR))));
    expect(await told(a)).toEqual([`error request-not-sent ${A} > ${FAR}: 3 4 5 6`]);
  });

  it('is one of a request by way of a gateway, where another question was put too late to have failed', async () => {
    const a = works(GATEWAY, TIMES, (one) => {
      for (const ms of [2500, 3500, 4500]) one.see(ms, 2, 'out', arp(1, A, '10.2.0.2'));
      one.see(5000, 1, 'in', unreachable(ping(FAR)));
    });
    expect(await told(a)).toEqual([`error request-not-sent ${A} > ${FAR}: 3 4 5 9`]);
  });

  it('is none of a request to which another question fits', async () => {
    const a = works(GATEWAY, TIMES, (one) => {
      for (const ms of [2100, 3100, 4100]) one.see(ms, 2, 'out', arp(1, A, '10.2.0.2'));
      one.see(5000, 1, 'in', unreachable(ping(FAR)));
    });
    expect(await told(a)).toEqual([]);
  });

  it.each([
    ['an answer of its own', echoReply({ src: A, dst: BAD, id: 7, seq: 1 })],
    ['data of a connection that stood', tcp({ src: A, dst: BAD, srcPort: 40000, dstPort: 22, seq: 9 }, ACK)],
  ])('is none where the error is about %s', async (_, about) => {
    expect(await told(works(BAD, TIMES, (a) => a.see(5000, 1, 'in', unreachable(about))))).toEqual([]);
  });

  it.each([
    ['a router says so', icmpError(GATEWAY, A, 3, 1, ping(BAD))],
    ['it says that the packet is too big', icmpError(A, A, 3, 4, ping(BAD))],
    ['it says so long after', unreachable(ping(BAD))],
  ])('is none where %s', async (why, error) => {
    const ms = why.includes('long') ? 60_000 : 5000;
    expect(await told(works(BAD, TIMES, (a) => a.see(ms, 1, 'in', error)))).toEqual([]);
  });

  it('is an error by neighbour discovery, too', async () => {
    const a = works(BAD, [], (one) => {
      const asks = neighbour(135, A6, 'ff02::1:ff00:9', BAD6);
      for (const ms of [2000, 3000, 4000]) one.see(ms, 2, 'out', asks);
      const about = echoRequest({ src: A6, dst: BAD6, id: 7, seq: 1 });
      one.see(5000, 1, 'in', icmpError(A6, A6, 1, 3, about));
    });
    expect(await told(a)).toEqual([`error request-not-sent ${A6} > ${BAD6}: 3 4 5 6`]);
  });
});
