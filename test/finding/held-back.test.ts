import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { type Findings, find } from '../../src/finding/find.ts';
import { pointersOf } from '../../src/report/pointer.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, echoReply, echoRequest, ipOf, SYN, tcp } from '../exchange/support/packets.ts';

/** R passes packets on: if2 on the side of A, if4 and if3 on that of B. */

const A = '10.2.0.100';
const B = '10.4.0.100';
const ping = { src: A, dst: B, id: 7, seq: 1, data: 'stamp' };
const pong = { src: B, dst: A, id: 7, seq: 1, data: 'stamp' };

const bearing = (host: string, name: string, address: string): HostIdentity => ({
  host,
  interfaces: [
    { name, index: null, mac: null, addresses: [{ address: ipOf(address), length: 24 }], neighbours: [] },
  ],
});
const HOSTS = [bearing('B', 'if3', B), bearing('R', 'if2', '10.2.0.1')];

async function foundIn(
  captures: readonly ScriptedCapture[],
  identities: readonly HostIdentity[] = HOSTS,
): Promise<Findings> {
  return find(await correlate(captures.map((one) => one.input())), identities, new Set());
}

const kindsOf = ({ findings }: Findings) =>
  findings.map(
    ({ level, kind, originator, responder, heldBack }) =>
      `${level} ${kind} ${originator} ${responder} ${heldBack?.host ?? '-'}/${heldBack?.interface ?? '-'}`,
  );

const passing = (r: ScriptedCapture, back = 3) =>
  r
    .see(0.1, 2, 'in', echoRequest(ping))
    .see(0.11, 4, 'out', echoRequest(ping))
    .see(0.4, back, 'in', echoReply(pong));
const answering = (b: ScriptedCapture, by = 3) =>
  b.see(0.2, 3, 'in', echoRequest(ping)).see(0.3, by, 'out', echoReply(pong));

describe('a reply that a router took in and did not let go on', () => {
  it('makes no originator of the router', async () => {
    const found = await foundIn([answering(new ScriptedCapture('B'), 2), passing(new ScriptedCapture('R'))]);
    expect(kindsOf(found)).toEqual(['error asymmetric-reply null B R/if3']);
    const { sighting, label } = pointersOf(found.findings[0]).at(-1)!;
    expect(`${sighting.host}: ${label}`).toBe('R: the reply came here, and did not go on');
  });

  it('may have gone on behind the end of the capture, where others did', async () => {
    const r = new ScriptedCapture('R');
    for (let seq = 1; seq <= 20; seq++) {
      const [asked, answered] = [echoRequest({ ...ping, seq }), echoReply({ ...pong, seq })];
      const ms = seq * 100;
      r.see(ms, 2, 'in', asked)
        .see(ms + 0.1, 4, 'out', asked)
        .see(ms + 0.5, 4, 'in', answered);
      if (seq < 20) r.see(ms + 0.6, 2, 'out', answered);
    }
    const found = await foundIn([r]);
    expect([kindsOf(found), found.exchanges.failed]).toEqual([[], 0]);
    r.see(9000, 2, 'in', echoRequest({ ...ping, id: 9 }));
    expect((await foundIn([r])).exchanges.failed).toBe(1);
  });

  it('was lost there, whoever else was captured', async () => {
    const seen = ['error reply-lost null B R/if4'];
    expect(
      kindsOf(await foundIn([answering(new ScriptedCapture('B')), passing(new ScriptedCapture('R'), 4)])),
    ).toEqual(seen);
    const alone = await foundIn([passing(new ScriptedCapture('R'))], []);
    expect(kindsOf(alone)).toEqual(['error reply-lost null null R/if3']);
    expect(alone.exchanges.failed).toBe(1);
  });

  it('is one that came home where the router let it go on', async () => {
    const r = passing(new ScriptedCapture('R'), 4).see(0.41, 2, 'out', echoReply(pong));
    expect((await foundIn([answering(new ScriptedCapture('B')), r])).exchanges.answered).toBe(1);
  });

  it('is none where others that it seems to hold back were acknowledged: it sends them on in another form', async () => {
    const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
    const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };
    const r = passing(new ScriptedCapture('R'), 4);
    r.see(10, 2, 'in', tcp(syn, SYN)).see(10.1, 4, 'out', tcp(syn, SYN));
    r.see(10.2, 4, 'in', tcp(synAck, SYN | ACK));
    r.see(10.3, 2, 'in', tcp({ ...syn, seq: 1001, ack: 5001 }, ACK));
    expect((await foundIn([r], [])).findings).toEqual([]);
  });

  it('is none where its captures would not show it going on', async () => {
    const cards = [2, 4].map((index) => new ScriptedCapture('R', `R/if${index}.pcap`));
    cards[0].see(0.1, 2, 'in', echoRequest(ping));
    cards[1].see(0.11, 4, 'out', echoRequest(ping)).see(0.4, 4, 'in', echoReply(pong));
    const b = answering(new ScriptedCapture('B'));
    const inputs = [b.input(), cards[0].input({ interface: 'if2' }), cards[1].input({ interface: 'if4' })];
    const found = find(
      await correlate(inputs),
      [bearing('B', 'if3', B), bearing('R', 'if9', '10.9.0.1')],
      new Set(),
    );
    expect(found.exchanges.failed).toBe(0);
  });
});

describe('a host that saw only the replies come in', () => {
  it('asked itself where the request only came in, too, by its loopback device', async () => {
    const itself = { src: '127.0.0.1', dst: '127.0.0.1', id: 7, seq: 1, data: 'stamp' };
    const a = new ScriptedCapture('A')
      .see(0, 1, 'in', echoRequest(itself))
      .see(0.1, 1, 'in', echoReply(itself));
    expect((await foundIn([a])).exchanges.answered).toBe(1);
  });

  it('is the originator: its captures lack what it sent', async () => {
    const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
    const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };
    const b = new ScriptedCapture('B');
    const a = new ScriptedCapture('A');
    for (const ms of [0, 1000]) {
      b.see(ms, 3, 'in', tcp(syn, SYN)).see(ms + 0.1, 2, 'out', tcp(synAck, SYN | ACK));
      a.see(ms + 0.2, 2, 'in', tcp(synAck, SYN | ACK));
    }
    const { findings } = await foundIn([a, b]);
    expect(findings.map(({ originator, responder }) => `${originator} ${responder}`)).toEqual(['A B']);
  });
});
