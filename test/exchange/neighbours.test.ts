import { describe, expect, it } from 'vitest';
import { formatIp, parseIp } from '../../src/addr/ip.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { BASE_SECONDS, ScriptedCapture } from './support/capture.ts';
import { arp, neighbour } from './support/packets.ts';

/** Who asks on the link for whom, what nobody answers, and which hardware address stands for which. */
const A = '10.2.0.100';
const GATEWAY = '10.2.0.1';
const A6 = 'fd00:2::100';
const GATEWAY6 = 'fd00:2::1';
const ALL_NODES = 'ff02::1';

const capture = (host = 'A') => new ScriptedCapture(host);
const correlated = (...captures: ScriptedCapture[]) =>
  correlate(
    captures.map((one) => one.input()),
    {},
  );

/** `device target by asker: count`, in the order of time. */
async function unanswered(...captures: ScriptedCapture[]): Promise<string[]> {
  const all = (await correlated(...captures)).unanswered;
  return all.map((one) => `${one.interface} ${formatIp(one.target)} by ${formatIp(one.tell)}: ${one.count}`);
}

async function answers(...captures: ScriptedCapture[]): Promise<string[]> {
  const all = (await correlated(...captures)).answers;
  return all.map(
    (one) =>
      `${one.interface} ${one.direction} ${formatIp(one.target)} is ${one.mac} to ${formatIp(one.tell)}: ${one.count}`,
  );
}

/** What came for B's own addresses, or for others, and was not answered. */
async function unheeded(
  seen: ScriptedCapture,
  which: 'unheeded' | 'overheard' = 'unheeded',
): Promise<string[]> {
  const address = (text: string) => ({ address: parseIp(text)!, length: 24 });
  const card = (name: string, own: string) => {
    return { name, index: null, mac: null, addresses: [address(own)], neighbours: [] };
  };
  const identity = { host: 'B', interfaces: [card('if3', '10.4.0.100'), card('if4', '10.3.0.100')] };
  const all = (await correlate([seen.input()], { identities: [identity] }))[which];
  return all.map((one) => `${one.interface} ${formatIp(one.target)} by ${formatIp(one.tell)}: ${one.count}`);
}

describe('a question that the host does not answer', () => {
  const router = '10.4.0.1';
  const B = '10.4.0.100';

  it('is told with its tries', async () => {
    const seen = capture('B');
    for (const ms of [0, 1000, 2000]) seen.see(ms, 3, 'in', arp(1, router, B));
    expect(await unheeded(seen)).toEqual(['if3 10.4.0.100 by 10.4.0.1: 3']);
  });

  it('is told for each time by itself', async () => {
    const seen = capture('B');
    const ask = (...times: number[]) => {
      for (const ms of times) seen.see(ms, 3, 'in', arp(1, router, B));
    };
    ask(0, 1000, 2000, 30_000);
    seen.see(30_001, 3, 'out', arp(2, B, router));
    ask(60_000, 61_000);
    expect(await unheeded(seen)).toEqual(['if3 10.4.0.100 by 10.4.0.1: 3', 'if3 10.4.0.100 by 10.4.0.1: 2']);
  });

  it('is none where it answers, by whichever interface', async () => {
    const seen = capture('B')
      .see(0, 3, 'in', arp(1, router, B))
      .see(1, 4, 'in', arp(1, router, B))
      .see(2, 4, 'out', arp(2, B, router))
      .see(3000, 3, 'in', arp(1, router, B))
      .see(3001, 3, 'out', arp(2, B, router));
    expect(await unheeded(seen)).toEqual([]);
  });

  it('of one asker is not answered by what the host tells others', async () => {
    const seen = capture('B');
    const askers = 300;
    for (let i = 0; i < askers; i++) {
      const asker = `10.4.${1 + (i >> 8)}.${i & 255}`;
      for (let again = 0; again < 8; again++) {
        seen.see(i * 20 + again, 3, 'in', arp(1, asker, B));
        if (i % 100 > 0) seen.see(i * 20 + again + 0.5, 3, 'out', arp(2, B, asker));
      }
    }
    expect(await unheeded(seen)).toHaveLength(askers / 100);
  });

  it('is none of its business where the address is not its own', async () => {
    const seen = capture('B')
      .see(0, 3, 'in', arp(1, router, '10.4.0.7'))
      .see(1, 3, 'in', arp(1, B, B));
    expect(await unheeded(seen)).toEqual([]);
    expect(await unheeded(seen, 'overheard')).toEqual(['if3 10.4.0.7 by 10.4.0.1: 1']);
  });

  it('is none where it answers for another, as a proxy does', async () => {
    const seen = capture('B')
      .see(0, 3, 'in', arp(1, router, '10.4.0.7'))
      .see(1, 3, 'out', arp(2, '10.4.0.7', router));
    expect(await unheeded(seen, 'overheard')).toEqual([]);
  });

  it('says who asks, by which hardware address', async () => {
    const seen = capture('B')
      .see(0, 3, 'in', arp(1, router, B))
      .see(5, 3, 'in', arp(1, router, '10.4.0.9'));
    const { askers } = await correlated(seen);
    expect(askers.map((one) => [formatIp(one.target), one.mac, one.count])).toEqual([
      [router, '00:00:00:00:00:64', 2],
    ]);
  });
});

describe('a question that nobody answers', () => {
  it('is told with its tries, and when they were', async () => {
    const seen = capture();
    for (const ms of [500, 1500, 2500]) seen.see(ms, 3, 'out', arp(1, A, GATEWAY));
    const [{ host, count, first, last, examples }] = (await correlated(seen)).unanswered;
    expect([host, count, examples.length]).toEqual(['A', 3, 3]);
    expect([first, last]).toEqual([
      { seconds: BASE_SECONDS, nanos: 5e8 },
      { seconds: BASE_SECONDS + 2, nanos: 5e8 },
    ]);
  });

  it('keeps four examples, however long it goes on', async () => {
    const seen = capture();
    for (let i = 0; i < 30; i++) seen.see(i * 1000, 3, 'out', arp(1, A, GATEWAY));
    const [{ count, examples }] = (await correlated(seen)).unanswered;
    expect([count, examples.length]).toEqual([30, 4]);
  });

  it('of IPv6 likewise, each word of the address told apart', async () => {
    const seen = capture();
    for (const [i, target] of ['fd00:2::1', 'fd00:2::1:1', 'fd00:2:0:1::1', 'fd00:3::1'].entries()) {
      for (let again = 0; again <= i; again++) {
        seen.see(i * 100 + again * 1000, 3, 'out', neighbour(135, A6, 'ff02::1:ff00:1', target));
      }
    }
    expect(await unanswered(seen)).toEqual([
      'if3 fd00:2::1 by fd00:2::100: 1',
      'if3 fd00:2::1:1 by fd00:2::100: 2',
      'if3 fd00:2:0:1::1 by fd00:2::100: 3',
      'if3 fd00:3::1 by fd00:2::100: 4',
    ]);
  });

  it('is told by interface and by who asks', async () => {
    const seen = capture()
      .see(0, 3, 'out', arp(1, A, GATEWAY))
      .see(10, 4, 'out', arp(1, A, GATEWAY))
      .see(20, 4, 'out', arp(1, '10.3.0.100', GATEWAY));
    expect(await unanswered(seen)).toEqual([
      'if3 10.2.0.1 by 10.2.0.100: 1',
      'if4 10.2.0.1 by 10.2.0.100: 1',
      'if4 10.2.0.1 by 10.3.0.100: 1',
    ]);
  });

  it('seen twice within 50 µs was captured twice', async () => {
    const twice = (ms: number) =>
      capture()
        .see(0, 3, 'out', arp(1, A, GATEWAY))
        .see(ms, 3, 'out', arp(1, A, GATEWAY));
    expect(await unanswered(twice(0.05))).toEqual(['if3 10.2.0.1 by 10.2.0.100: 1']);
    expect(await unanswered(twice(0.051))).toEqual(['if3 10.2.0.1 by 10.2.0.100: 2']);
  });
});

describe('no question in vain is', () => {
  it.each([
    ['one that is answered', (seen: ScriptedCapture) => seen.see(1, 3, 'in', arp(2, GATEWAY, A))],
    [
      'one that is answered after the third try',
      (seen: ScriptedCapture) =>
        seen
          .see(1000, 3, 'out', arp(1, A, GATEWAY))
          .see(2000, 3, 'out', arp(1, A, GATEWAY))
          .see(5000, 3, 'in', arp(2, GATEWAY, A)),
    ],
  ])('%s', async (_, answer) => {
    expect(await unanswered(answer(capture().see(0, 3, 'out', arp(1, A, GATEWAY))))).toEqual([]);
  });

  it('a solicitation that is answered', async () => {
    const seen = capture()
      .see(0, 3, 'out', neighbour(135, A6, 'ff02::1:ff00:1', GATEWAY6))
      .see(1, 3, 'in', neighbour(136, GATEWAY6, A6, GATEWAY6));
    expect(await unanswered(seen)).toEqual([]);
  });

  it('a probe for an address of one’s own, or an announcement', async () => {
    const seen = capture()
      .see(0, 3, 'out', arp(1, '0.0.0.0', A))
      .see(1, 3, 'out', arp(1, A, A))
      .see(2, 3, 'out', neighbour(135, '::', 'ff02::1:ff00:100', A6));
    expect(await unanswered(seen)).toEqual([]);
  });

  it('somebody else’s', async () => {
    const seen = capture()
      .see(0, 3, 'in', arp(1, GATEWAY, A))
      .see(1, 3, 'other', arp(1, '10.2.0.9', '10.2.0.8'));
    expect(await unanswered(seen)).toEqual([]);
  });
});

describe('what is no answer', () => {
  it.each<[string, number, number, 'in' | 'out', string]>([
    ['one that comes more than three seconds after the last try', 3000.001, 3, 'in', GATEWAY],
    ['one on another interface', 1, 4, 'in', GATEWAY],
    ['one of the host itself', 1, 3, 'out', GATEWAY],
    ['one about another address', 1, 3, 'in', '10.2.0.2'],
  ])('%s', async (_, ms, device, way, sender) => {
    const seen = capture()
      .see(0, 3, 'out', arp(1, A, GATEWAY))
      .see(ms, device, way, arp(2, sender, A));
    expect(await unanswered(seen)).toEqual(['if3 10.2.0.1 by 10.2.0.100: 1']);
  });

  it('a question of the one that is asked for', async () => {
    const seen = capture()
      .see(0, 3, 'out', arp(1, A, GATEWAY))
      .see(1, 3, 'in', arp(1, GATEWAY, '10.2.0.9'));
    expect(await unanswered(seen)).toHaveLength(1);
  });

  it('leaves earlier questions in vain, and later ones', async () => {
    const seen = capture()
      .see(0, 3, 'out', arp(1, A, GATEWAY))
      .see(10_000, 3, 'out', arp(1, A, GATEWAY))
      .see(10_001, 3, 'in', arp(2, GATEWAY, A))
      .see(20_000, 3, 'out', arp(1, A, GATEWAY));
    expect(await unanswered(seen)).toEqual(['if3 10.2.0.1 by 10.2.0.100: 2']);
  });
});

describe('answers', () => {
  it('tell which hardware address stands for which, as they come in and go out', async () => {
    const seen = capture()
      .see(0, 3, 'in', arp(2, GATEWAY, A, 0xabcdef01))
      .see(1, 3, 'out', arp(2, A, GATEWAY, 0x64))
      .see(2, 4, 'in', neighbour(136, GATEWAY6, A6, GATEWAY6, 0xabcdef02))
      .see(3, 4, 'in', neighbour(136, GATEWAY6, ALL_NODES, GATEWAY6, 0xabcdef02));
    expect(await answers(seen)).toEqual([
      'if3 in 10.2.0.1 is 00:00:ab:cd:ef:01 to 10.2.0.100: 1',
      'if3 out 10.2.0.100 is 00:00:00:00:00:64 to 10.2.0.1: 1',
      'if4 in fd00:2::1 is 00:00:ab:cd:ef:02 to fd00:2::100: 2',
    ]);
  });

  it('of two cards for one address are two', async () => {
    const seen = capture()
      .see(0, 3, 'in', arp(2, GATEWAY, A, 0x1))
      .see(1, 3, 'in', arp(2, GATEWAY, A, 0x2))
      .see(9, 3, 'in', arp(2, GATEWAY, A, 0x1));
    const { answers: all } = await correlated(seen);
    expect(all.map(({ mac, count, first, last }) => [mac, count, first.nanos, last.nanos])).toEqual([
      ['00:00:00:00:00:01', 2, 0, 9e6],
      ['00:00:00:00:00:02', 1, 1e6, 1e6],
    ]);
  });

  it('are no questions', async () => {
    expect(await answers(capture().see(0, 3, 'in', arp(1, GATEWAY, A)))).toEqual([]);
  });
});

describe('a bridge and its port', () => {
  const bridged = {
    host: 'A',
    interfaces: [
      {
        name: 'if7',
        index: null,
        mac: null,
        addresses: [{ address: parseIp(A)!, length: 24 }],
        neighbours: [],
      },
      { name: 'if3', portOf: 'if7', index: null, mac: null, addresses: [], neighbours: [] },
    ],
  };
  const inVain = async (seen: ScriptedCapture) =>
    (await correlate([seen.input()], { identities: [bridged] })).unanswered.map(
      (one) => `${one.interface} ${formatIp(one.target)} by ${formatIp(one.tell)}: ${one.count}`,
    );

  it('ask one question, though it is seen on both, the second time a moment later', async () => {
    const seen = capture();
    for (const ms of [0, 1000, 2000]) {
      seen.see(ms, 7, 'out', arp(1, A, GATEWAY)).see(ms + 0.4, 3, 'out', arp(1, A, GATEWAY));
    }
    expect(await inVain(seen)).toEqual(['if7 10.2.0.1 by 10.2.0.100: 3']);
  });

  it('ask it where only the port was captured', async () => {
    const seen = capture()
      .see(0, 3, 'out', arp(1, A, GATEWAY))
      .see(1000, 3, 'out', arp(1, A, GATEWAY));
    expect(await inVain(seen)).toEqual(['if7 10.2.0.1 by 10.2.0.100: 2']);
  });

  it('are answered by what comes in at the port', async () => {
    const seen = capture()
      .see(0, 7, 'out', arp(1, A, GATEWAY))
      .see(1, 3, 'in', arp(2, GATEWAY, A));
    expect(await inVain(seen)).toEqual([]);
  });

  it('pass on what somebody behind another port asks', async () => {
    const seen = capture();
    for (const ms of [0, 1000, 2000]) seen.see(ms, 3, 'out', arp(1, '10.2.0.55', GATEWAY));
    expect(await inVain(seen)).toEqual([]);
  });
});
