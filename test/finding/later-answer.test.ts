import { describe, expect, it } from 'vitest';
import type { HostIdentity, InterfaceIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { type Findings, find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, echoReply, echoRequest, ipOf, RST, SYN, tcp } from '../exchange/support/packets.ts';

/** B, asked on if3, answers by if2 until its tables are repaired; a filter behind if2 drops what leaves there. */

const [A, B, OTHER] = ['10.2.0.100', '10.4.0.100', '10.3.0.100'];
const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
const asks = tcp(syn, SYN);
const answers = tcp({ src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 }, SYN | ACK);
const takes = tcp({ ...syn, seq: 1001, ack: 5001 }, ACK);
const resets = tcp({ ...syn, seq: 1001 }, RST);

const card = (name: string, address: string): InterfaceIdentity => ({
  name,
  index: null,
  mac: null,
  addresses: [{ address: ipOf(address), length: 24 }],
  neighbours: [],
});
const HOSTS: readonly HostIdentity[] = [
  { host: 'A', interfaces: [card('if3', A)] },
  { host: 'B', interfaces: [card('if3', B), card('if2', OTHER)] },
];

class Scene {
  readonly a = new ScriptedCapture('A');
  readonly b = new ScriptedCapture('B');

  /** @param by the interface of B that the answer leaves by; if3 leads home */
  asked(ms: number, by: number): this {
    this.a.see(ms, 3, 'out', asks);
    this.b.see(ms + 0.1, 3, 'in', asks);
    return this.answered(ms + 0.2, by);
  }

  answered(ms: number, by: number): this {
    this.b.see(ms, by, 'out', answers);
    if (by === 3) this.a.see(ms + 0.1, 3, 'in', answers);
    return this;
  }

  taken(ms: number): this {
    this.a.see(ms, 3, 'out', takes);
    this.b.see(ms + 0.1, 3, 'in', takes);
    return this;
  }

  reset(ms: number): this {
    this.a.see(ms, 3, 'out', resets);
    this.b.see(ms + 0.1, 3, 'in', resets);
    return this;
  }

  async found(hosts: readonly ScriptedCapture[] = [this.a, this.b]): Promise<Findings> {
    return find(await correlate(hosts.map((one) => one.input())), HOSTS, new Set(['A', 'B']));
  }
}

const words = ({ findings }: Findings) => findings.map(({ kind, level }) => `${level} ${kind}`);

describe('a connection whose first SYN-ACKs left by the wrong interface', () => {
  const late = () => new Scene().asked(0, 2).asked(1000, 2).asked(3000, 3).taken(3000.5);

  it('is told although it stood in the end, as an error that was answered', async () => {
    const { findings, exchanges } = await late().found();
    expect(exchanges).toEqual({ total: 1, answered: 1, failed: 0, undecided: 0 });
    const [{ kind, level, success, path, answeredAlike }] = findings;
    expect([kind, level, success, answeredAlike]).toEqual(['asymmetric-reply', 'error', 'yes', 0]);
    expect([path.requestReached?.interface, path.replyLeft?.interface]).toEqual(['if3', 'if2']);
    expect(path.replyReached).toBeNull();
  });

  it('says by which interface and how late', async () => {
    const [{ late: later, evidence }] = (await late().found()).findings;
    expect(later).toEqual({ interface: 'if3', nanos: 3000.3e6, repeats: 2 });
    expect(evidence.map((one) => `${one.host} ${one.interface} ${one.kind}`)).toEqual([
      'A if3 syn',
      'B if3 syn',
      'B if2 syn-ack',
      'B if3 syn-ack',
      'A if3 syn-ack',
    ]);
  });

  it('is told from the capture of the responder alone', async () => {
    const scene = late();
    const { findings } = await scene.found([scene.b]);
    expect(words({ findings } as Findings)).toEqual(['error asymmetric-reply']);
    expect(findings[0].late).toEqual({ interface: 'if3', nanos: 3000.1e6, repeats: 2 });
  });

  it('stood where captures hold no plain ACK', async () => {
    const { exchanges } = await new Scene().asked(0, 2).asked(1000, 3).found();
    expect(exchanges.answered).toBe(1);
  });

  it('failed where its originator had given up by then', async () => {
    const scene = new Scene().asked(0, 2).asked(1000, 2).answered(5000, 3).reset(5000.2);
    const { findings, exchanges } = await scene.found();
    expect(words({ findings } as Findings)).toEqual(['error asymmetric-reply']);
    expect(exchanges.failed).toBe(1);
    expect(findings[0].path.replyReached).toBeNull();
    expect(findings[0].evidence.at(-1)?.kind).toBe('rst');
  });

  it('only took another way where no SYN was sent again', async () => {
    const scene = new Scene().asked(0, 2);
    scene.a.see(0.3, 3, 'in', answers);
    expect(words(await scene.taken(0.4).answered(1000, 3).found())).toEqual(['warning asymmetric-reply']);
  });
});

describe('a connection whose SYN-ACKs all left where it was asked', () => {
  const lost = () => {
    const scene = new Scene();
    scene.a.see(0, 3, 'out', asks);
    scene.b.see(0.1, 3, 'in', asks).see(0.2, 3, 'out', answers);
    return scene;
  };

  it('was answered where one was lost by chance', async () => {
    const { findings, exchanges } = await lost().asked(1000, 3).taken(1000.5).found();
    expect([findings, exchanges.answered]).toEqual([[], 1]);
  });

  it('may have been dropped by its originator where captures hold no plain ACK', async () => {
    const { arrived } = await lost().asked(1000, 3).found();
    expect(arrived.map(({ finding }) => finding.path.replyReached?.interface)).toEqual(['if3']);
  });

  it('lost its reply where a repetition came too late', async () => {
    expect(words(await lost().answered(1000, 3).reset(1000.2).found())).toEqual(['error reply-lost']);
  });

  it('did not take a reply that its originator asked for again', async () => {
    const scene = new Scene().asked(0, 3).asked(1000, 3).reset(1000.5);
    expect(words(await scene.found())).toEqual(['error reply-not-accepted']);
  });

  it('did not take one that it had asked for again before it came, by a long way', async () => {
    const scene = new Scene();
    scene.a.see(0, 3, 'out', asks).see(1000, 3, 'out', asks);
    scene.b.see(700, 3, 'in', asks).see(1700, 3, 'in', asks);
    scene.b.see(700.1, 3, 'out', answers).see(1700.1, 3, 'out', answers);
    scene.a.see(1400, 3, 'in', answers).see(2400, 3, 'in', answers);
    expect(words(await scene.reset(2400.1).found())).toEqual(['error reply-not-accepted']);
  });

  it('was found open, however often the answer is sent to one that resets it', async () => {
    const scene = new Scene().asked(0, 3).reset(0.4).answered(1000, 3).reset(1000.4);
    const found = await scene.found();
    expect([words(found), found.arrived]).toEqual([[], []]);
  });
});

describe('a connection whose first SYNs came to a host that did not answer', () => {
  const late = (by: number) => {
    const scene = new Scene();
    for (const ms of [0, 1000]) {
      scene.a.see(ms, 3, 'out', asks);
      scene.b.see(ms + 0.1, 3, 'in', asks);
    }
    return scene.asked(3000, by);
  };

  it('is told although it stood in the end', async () => {
    const { findings, exchanges } = await late(3).taken(3000.5).found();
    expect(exchanges.answered).toBe(1);
    const [{ kind, level, success, path, late: later }] = findings;
    expect([kind, level, success, path.replyLeft]).toEqual(['unanswered', 'note', 'yes', null]);
    expect(later).toEqual({ interface: 'if3', nanos: 3000.3e6, repeats: 2 });
    expect(findings[0].evidence.map((one) => one.kind)).toEqual(['syn', 'syn', 'syn-ack', 'syn-ack']);
  });

  it('is no finding where the answers may have left by an interface that was not captured', async () => {
    const scene = late(3).taken(3000.5);
    const [a, b] = [scene.a.input(), { ...scene.b.input(), interface: 'if3' }];
    const { findings, exchanges } = find(await correlate([a, b]), HOSTS, new Set());
    expect([findings, exchanges.answered]).toEqual([[], 1]);
  });

  it('did not stand where the answers were sent on and on, because no last step came', async () => {
    const scene = new Scene();
    for (const ms of [0, 1000]) {
      scene.a.see(ms, 3, 'out', asks);
      scene.b.see(ms + 0.1, 3, 'in', asks);
    }
    for (const ms of [1000.2, 2000, 4000]) {
      scene.answered(ms, 3);
      scene.a.see(ms + 0.2, 3, 'out', takes);
    }
    expect(words(await scene.found())).toEqual(['error handshake-stalled']);
  });

  it('took another way where the one answer did', async () => {
    const scene = late(2);
    scene.a.see(3000.3, 3, 'in', answers);
    expect(words(await scene.taken(3000.5).found())).toEqual(['warning asymmetric-reply']);
  });

  it('did not take the answer where it had given up', async () => {
    expect(words(await late(3).reset(3000.5).found())).toEqual(['error reply-not-accepted']);
  });
});

describe('pings that failed until something was repaired', () => {
  it('are told by the time, whatever becomes of the last one of the capture', async () => {
    const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
    for (let seq = 1; seq <= 9; seq++) {
      const ping = { src: A, dst: B, id: 7, seq, data: `${seq}` };
      const [question, answer] = [echoRequest(ping), echoReply({ ...ping, src: B, dst: A })];
      const at = seq * 1000;
      a.see(at, 3, 'out', question);
      if (seq === 9) continue;
      b.see(at + 0.1, 3, 'in', question).see(at + 0.2, seq < 5 ? 2 : 3, 'out', answer);
      if (seq >= 5) a.see(at + 0.3, 3, 'in', answer);
    }
    const { findings } = await find(await correlate([a.input(), b.input()]), HOSTS, new Set(['A', 'B']));
    expect(findings.map(({ kind, distinction }) => [kind, distinction?.kind])).toEqual([
      ['asymmetric-reply', 'time'],
    ]);
  });
});
