import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, echoReply, echoRequest, ipOf, SYN, tcp } from '../exchange/support/packets.ts';

/** What others saw of a host speaks against its own captures. Both clocks are the same. */

const [A, B] = ['10.2.0.100', '10.4.0.100'];
const card = (name: string, index: number, address: string) => ({
  name,
  index,
  mac: null,
  addresses: [{ address: ipOf(address), length: 24 }],
  neighbours: [],
});
const HOSTS: readonly HostIdentity[] = [
  { host: 'A', interfaces: [card('eth1', 3, A)] },
  { host: 'B', interfaces: [card('eth1', 3, B)] },
];

class Scene {
  readonly a = new ScriptedCapture('A');
  readonly b = new ScriptedCapture('B');
  private number = 0;

  /** @param shown which of the four places show it */
  ping(ms: number, shown: string, src = A): this {
    const one = { id: 7, seq: ++this.number, data: `stamp ${this.number}` };
    const reply = echoReply({ ...one, src: B, dst: src });
    return this.show(ms, shown, echoRequest({ ...one, src, dst: B }), reply);
  }

  connect(ms: number, port: number, shown: string, src = A): this {
    const [srcPort, seq] = [40000 + ++this.number, 1000 * this.number];
    const synAck = tcp(
      { src: B, dst: src, srcPort: port, dstPort: srcPort, seq: 5, ack: seq + 1 },
      SYN | ACK,
    );
    return this.show(ms, shown, tcp({ src, dst: B, srcPort, dstPort: port, seq }, SYN), synAck);
  }

  /** Kind, and what is missing, of each finding. */
  async told(): Promise<string[]> {
    for (const { frames } of [this.a, this.b]) frames.sort((x, y) => x.time - y.time);
    const inputs = [this.a, this.b].map((one) => one.input({ identity: HOSTS[one === this.a ? 0 : 1] }));
    const correlation = await correlate(inputs, { clock: 'none' });
    const { findings } = find(correlation, HOSTS, new Set(['A', 'B']));
    return findings.map(({ kind, probe, witness }) =>
      [kind, probe.dstPort ?? 'echo', ...witness.missing.map((gap) => gap.kind)].join(' '),
    );
  }

  /** `a`, `A`: the request left, the reply came home; `b`, `B`: it came, and was answered. */
  private show(ms: number, shown: string, request: Buffer, reply: Buffer): this {
    if (shown.includes('a')) this.a.see(ms, 3, 'out', request);
    if (shown.includes('b')) this.b.see(ms + 0.1, 3, 'in', request);
    if (shown.includes('B')) this.b.see(ms + 0.2, 3, 'out', reply);
    if (shown.includes('A')) this.a.see(ms + 0.3, 3, 'in', reply);
    return this;
  }
}

/** Pings that both hosts show; two of them, far apart. */
const shown = () => new Scene().ping(0, 'abBA').ping(20000, 'abBA');

describe('a filter of the responder', () => {
  it('hides a protocol of which it shows nothing, though some of it was answered', async () => {
    const scene = shown().connect(5000, 22, 'aA').connect(6000, 1521, 'a');
    expect(await scene.told()).toEqual(['no-reply-seen 1521 filtered']);
  });

  it('hides none, where nothing of the protocol was answered', async () => {
    expect(await shown().connect(6000, 1521, 'a').told()).toEqual(['request-lost 1521']);
  });

  it('hides none, where that was answered at another time', async () => {
    const scene = shown().connect(40000, 22, 'aA').connect(6000, 1521, 'a');
    expect(await scene.told()).toEqual(['request-lost 1521']);
    const early = shown().connect(-20000, 22, 'aA').connect(6000, 1521, 'a');
    expect(await early.told()).toEqual(['request-lost 1521']);
  });

  it('hides ports, where it shows another', async () => {
    const scene = shown().connect(5000, 22, 'aA').connect(5500, 443, 'abBA').connect(6000, 1521, 'a');
    expect(await scene.told()).toEqual(['no-reply-seen 1521 filtered']);
  });

  it('does not hide what it shows otherwise', async () => {
    const scene = shown().connect(5000, 1521, 'abBA').connect(5500, 22, 'aA').connect(6000, 1521, 'a');
    expect(await scene.told()).toEqual(['request-lost 1521']);
    const once = shown().connect(3000, 22, 'abBA').connect(5000, 22, 'aA').connect(6000, 1521, 'a');
    expect(await once.told()).toEqual(['request-lost 1521']);
    expect(await shown().ping(5000, 'aA').ping(6000, 'a').told()).toEqual(['request-lost echo']);
  });

  it('hides replies, where the asker got one that it does not show', async () => {
    const scene = () => shown().connect(5000, 22, 'abA');
    expect(await scene().connect(6000, 1521, 'ab').told()).toEqual(['no-reply-seen 1521 filtered']);
    // Nothing tells whether another asker got one.
    expect(await scene().connect(6000, 22, 'b', '192.168.50.7').told()).toEqual([]);
    expect(await scene().connect(5500, 443, 'abBA').connect(6000, 443, 'ab').told()).toEqual([
      'unanswered 443',
    ]);
  });
});

describe('a capture of the responder that is quiet at its edge', () => {
  it('was running, as far as nothing speaks against it', async () => {
    expect(await shown().ping(30000, 'a').ping(33000, 'a').told()).toEqual(['request-lost echo']);
  });

  it('was running between its frames', async () => {
    const scene = shown().ping(10000, 'ab').ping(11000, 'a');
    expect((await scene.told()).sort()).toEqual(['request-lost echo', 'unanswered echo']);
  });

  it('was not, where what came to the host and was answered is not in it, either', async () => {
    const late = shown().ping(30000, 'a').ping(40000, 'aA');
    expect(await late.told()).toEqual(['no-reply-seen echo other-time']);
    const early = new Scene().ping(-20000, 'aA').ping(-10000, 'a').ping(0, 'abBA').ping(20000, 'abBA');
    expect(await early.told()).toEqual(['no-reply-seen echo other-time']);
  });

  it('was not, where the same failed as long as it shows that it came to the host', async () => {
    const scene = shown().ping(10000, 'ab').ping(30000, 'a').ping(33000, 'a');
    expect((await scene.told()).sort()).toEqual(['no-reply-seen echo other-time', 'unanswered echo']);
  });
});
