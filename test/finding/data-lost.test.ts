import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { stuckData } from '../../src/finding/data-lost.ts';
import { find } from '../../src/finding/find.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, arp, FIN, icmpError, ipOf, SYN, tcp } from '../exchange/support/packets.ts';

/** Connections that open and then lose what is large, as both ends or one of them show it. */

const A = '10.2.0.100';
const B = '10.4.0.100';
const ROUTER = '10.2.0.1';
const up = { src: A, dst: B, srcPort: 40000, dstPort: 2049, seq: 1001, ack: 5001 };
const down = { src: B, dst: A, srcPort: 2049, dstPort: 40000, seq: 5001, ack: 1006 };
const LARGE = 'x'.repeat(1400);
const TIMES = [10, 210, 610, 1410];

const HOSTS: readonly HostIdentity[] = [A, B].map((address, i) => ({
  host: 'AB'[i],
  interfaces: [
    {
      name: 'if3',
      index: null,
      mac: null,
      addresses: [{ address: ipOf(address), length: 24 }],
      neighbours: [],
    },
  ],
}));

type Way = 'passes' | 'lost';

/** Both ends; a packet that is lost is seen by its sender only. */
class Wire {
  readonly a = new ScriptedCapture('A');
  readonly b = new ScriptedCapture('B');

  up(ms: number, packet: Buffer, way: Way = 'passes'): this {
    this.a.see(ms, 3, 'out', packet);
    if (way === 'passes') this.b.see(ms + 0.1, 3, 'in', packet);
    return this;
  }

  down(ms: number, packet: Buffer, way: Way = 'passes'): this {
    this.b.see(ms, 3, 'out', packet);
    if (way === 'passes') this.a.see(ms + 0.1, 3, 'in', packet);
    return this;
  }

  async found(captures: readonly ScriptedCapture[] = [this.a, this.b]): Promise<readonly Finding[]> {
    const correlation = await correlate(captures.map((one) => one.input()));
    const hosts = HOSTS.filter(({ host }) => captures.some((one) => one.host === host));
    return find(correlation, hosts, new Set()).findings;
  }
}

/** The handshake, and something of each host at the end, so that its capture covers the time. */
function opened(): Wire {
  const wire = new Wire();
  wire.up(0, tcp({ ...up, seq: 1000, ack: 0 }, SYN));
  wire.down(1, tcp({ ...down, seq: 5000, ack: 1001 }, SYN | ACK));
  wire.up(2, tcp(up, ACK));
  wire.a.see(3000, 3, 'in', arp(1, ROUTER, A));
  wire.b.see(3000, 3, 'in', arp(1, '10.4.0.1', B));
  return wire;
}

/** The question of five bytes and its acknowledgement. */
function asked(wire: Wire): Wire {
  wire.up(4, tcp(up, ACK, 'GET /'));
  return wire.down(5, tcp(down, ACK));
}

function download(way: Way): Wire {
  const wire = asked(opened());
  for (const ms of TIMES) wire.down(ms, tcp(down, ACK, LARGE), way);
  return wire;
}

function stuckOf({ examples, originator, responder, witness }: Finding) {
  return stuckData({ exchange: examples[0], roles: { originator, responder }, witness });
}

const kinds = (findings: readonly Finding[]) => findings.map(({ kind }) => kind);

describe('data that is stuck on both captures', () => {
  it('is lost from the responder to the originator', async () => {
    const findings = await download('lost').found();
    expect(kinds(findings)).toEqual(['data-lost']);
    expect(stuckOf(findings[0])).toMatchObject({ from: 'responder', seenBy: 'sender', witnessed: true });
    expect(findings[0].evidence.filter(({ kind }) => kind === 'tcp-segment')).toHaveLength(3);
  });

  it('is no loss where it arrives each time', async () => {
    expect(await download('passes').found()).toEqual([]);
  });

  it('is over with the acknowledgement of it', async () => {
    const wire = download('lost');
    wire.down(2300, tcp(down, ACK, LARGE));
    wire.up(2301, tcp({ ...up, seq: 1006, ack: 6401 }, ACK));
    expect(await wire.found()).toEqual([]);
  });

  it('is the same where the first sending was cut into pieces later', async () => {
    const wire = asked(opened());
    wire.down(10, tcp(down, ACK, LARGE.repeat(5)), 'lost');
    for (const ms of TIMES.slice(1)) wire.down(ms, tcp(down, ACK, LARGE), 'lost');
    expect(kinds(await wire.found())).toEqual(['data-lost']);
  });

  it('comes long after the handshake, when that exchange is closed', async () => {
    const wire = asked(opened());
    const late = { ...down, seq: 9000, ack: 1600 };
    for (const ms of TIMES) {
      wire.down(20_000 + ms, tcp(late, ACK, LARGE), 'lost');
      wire.up(20_050 + ms, tcp({ ...up, seq: 1600, ack: 9000 }, ACK));
    }
    wire.a.see(30_000, 3, 'in', arp(1, ROUTER, A));
    const findings = await wire.found();
    expect(kinds(findings)).toEqual(['data-lost']);
    expect(findings[0].probe).toMatchObject({ src: ipOf(A), dst: ipOf(B), dstPort: 2049 });
  });

  it('is nothing where segments are small', async () => {
    const wire = asked(opened());
    for (const ms of TIMES) wire.down(ms, tcp(down, ACK, 'small'), 'lost');
    expect(await wire.found()).toEqual([]);
  });

  it('is nothing where copies of one segment follow at once', async () => {
    const wire = asked(opened());
    for (const ms of [10, 10.2, 10.4, 10.6]) wire.down(ms, tcp(down, ACK, LARGE), 'lost');
    expect(await wire.found()).toEqual([]);
  });
});

describe('with an ICMP error about the size', () => {
  it('has the error among its evidence, whichever segment it quotes', async () => {
    const wire = download('lost');
    const about = tcp({ ...down, seq: 6401 }, ACK, LARGE);
    wire.b.see(11, 3, 'in', icmpError('10.4.0.1', B, 3, 4, about));
    const findings = await wire.found();
    expect(kinds(findings)).toEqual(['data-lost']);
    expect(findings[0].evidence.map(({ kind }) => kind)).toContain('icmp-error');
  });

  it('is no finding where the connection learns of it', async () => {
    const wire = asked(opened());
    wire.down(10, tcp(down, ACK, LARGE), 'lost');
    wire.b.see(11, 3, 'in', icmpError('10.4.0.1', B, 3, 4, tcp(down, ACK, LARGE)));
    wire.down(12, tcp(down, ACK, 'x'.repeat(1300)));
    wire.up(13, tcp({ ...up, seq: 1006, ack: 6301 }, ACK));
    expect(await wire.found()).toEqual([]);
  });
});

describe('one side alone', () => {
  it('is the sender: nothing large was ever acknowledged', async () => {
    const wire = download('lost');
    const findings = await wire.found([wire.b]);
    expect(kinds(findings)).toEqual(['data-lost']);
    expect(stuckOf(findings[0])).toMatchObject({ from: 'responder', witnessed: false });
  });

  it('is not told by a sender whose large segments passed before, while the other end is silent', async () => {
    const wire = asked(opened());
    for (const ms of TIMES) wire.down(ms, tcp({ ...down, seq: 25_000 }, ACK, LARGE), 'lost');
    expect(await wire.found([wire.b])).toEqual([]);
  });

  it('is told by the same where the other end still speaks', async () => {
    const wire = asked(opened());
    for (const ms of TIMES) wire.down(ms, tcp({ ...down, seq: 25_000 }, ACK, LARGE), 'lost');
    wire.up(700, tcp({ ...up, seq: 1006, ack: 25_000 }, ACK, 'and?'));
    expect(kinds(await wire.found([wire.b]))).toEqual(['data-lost']);
  });

  const gap = (ack: number) => {
    const wire = asked(opened());
    const missing = { ...up, seq: 1006, ack };
    wire.down(12, tcp({ ...down, seq: ack + 5600 }, ACK, 'tail'));
    wire.up(13, tcp(missing, ACK, '', SACK));
    return wire.up(2500, tcp(missing, ACK | FIN, '', SACK));
  };

  it('is the receiver: it has the end of the answer and still misses its beginning', async () => {
    const wire = gap(5001);
    const findings = await wire.found([wire.a]);
    expect(kinds(findings)).toEqual(['data-lost']);
    expect(stuckOf(findings[0])).toMatchObject({ from: 'responder', seenBy: 'receiver' });
  });

  it('is not told by a receiver that got large segments before', async () => {
    const wire = gap(25_000);
    expect(await wire.found([wire.a])).toEqual([]);
  });
});

/** RFC 2018: one block, and two no-operations before it. */
const SACK = Buffer.from([1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2]);
