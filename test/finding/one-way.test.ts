import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ipOf, udp } from '../exchange/support/packets.ts';

/** Datagrams that reach their host and get no answer: of clients that wait for one, and of those that only tell. */

const [A, B] = ['10.2.0.100', '10.4.0.100'];
const HOSTS: readonly HostIdentity[] = [
  ['A', A],
  ['B', B],
].map(([host, address]) => {
  const card = { name: 'if3', index: null, mac: null, neighbours: [] };
  return { host, interfaces: [{ ...card, addresses: [{ address: ipOf(address), length: 24 }] }] };
});

interface Sent {
  readonly port: number;
  readonly data?: (i: number) => string;
  readonly from?: (i: number) => number;
}

/** Datagrams so many milliseconds after the first. */
async function told(times: readonly number[], { port, data = () => 'the same', from = () => 5000 }: Sent) {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  times.forEach((ms, i) => {
    const datagram = udp(A, from(i), B, port, data(i));
    a.see(ms, 3, 'out', datagram);
    b.see(ms + 0.1, 3, 'in', datagram);
  });
  const correlation = await correlate([a, b].map((one) => one.input()));
  const { findings } = find(correlation, HOSTS, new Set());
  return findings.map(({ level, kind }) => `${level} ${kind}`);
}

const every = (ms: number, count: number) => [...Array(count).keys()].map((i) => i * ms);
const BACKOFF = [0, 500, 1500, 3500, 7500];
const [ERROR, NOTE] = [['error unanswered'], ['note unanswered']];
const OTHER_PORT = 7000;

describe('a port whose service never answers', () => {
  it.each([
    ['statsd, the same counter', 8125, every(30, 30)],
    ['syslog, the same message three times', 514, every(100, 3)],
    ['syslog, once', 514, [0]],
    ['a tunnel, the same datagram after a while', 4789, BACKOFF],
  ])('%s', async (_, port, times) => {
    expect(await told(times, { port })).toEqual(NOTE);
  });

  it('whatever the source port is', async () => {
    const from = (i: number) => 50_000 + i;
    expect(new Set(await told(every(100, 5), { port: 4789, from }))).toEqual(new Set(NOTE));
  });

  it('is that of traps, unless they are repeated as informs are', async () => {
    expect(await told(every(1000, 3), { port: 162, data: (i) => `trap ${i}` })).toEqual(NOTE);
    expect(await told(every(1000, 3), { port: 162 })).toEqual(ERROR);
  });
});

describe('any other port', () => {
  it.each([
    ['asked a few times, a second apart', every(1000, 5), ERROR],
    ['asked a few times, ever more slowly', BACKOFF, ERROR],
    ['asked eleven times', every(2000, 11), ERROR],
    ['asked in haste, a few times', every(20, 5), ERROR],
    ['told the same without time for an answer', every(30, 30), NOTE],
    ['told the same far more often than clients ask', every(1000, 60), NOTE],
  ])('%s', async (_, times, expected) => {
    expect(await told(times, { port: OTHER_PORT })).toEqual(expected);
  });

  it('is told a stream, as it is told one slowly', async () => {
    const data = (i: number) => `sample ${i}`;
    expect(await told(every(20, 40), { port: OTHER_PORT, data })).toEqual(NOTE);
    expect(await told(every(20, 5), { port: OTHER_PORT, data })).toEqual(ERROR);
  });

  it('is asked by many sockets, each of which waits', async () => {
    const from = (i: number) => 50_000 + i;
    expect(await told(every(300, 20), { port: OTHER_PORT, from, data: (i) => `ask ${i}` })).toEqual(ERROR);
  });
});
