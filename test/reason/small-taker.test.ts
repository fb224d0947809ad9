import { describe, expect, it } from 'vitest';
import { A, B, causesBeside, found, host, kinds } from './support/story.ts';

/** Pings of 1328 bytes are lost on their way to eth1 of B, those of 84 arrive. */
const lost = found({
  kind: 'data-lost',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  more: {
    distinction: {
      kind: 'size',
      worked: { least: 64, most: 64 },
      failed: { least: 1308, most: 1308 },
      byTime: false,
    },
  },
});
const card = (mtu: number, flags = 'BROADCAST,MULTICAST,UP,LOWER_UP') =>
  B.addr.replace(/3: eth1: <.*> mtu 1500/, `3: eth1: <${flags}> mtu ${mtu}`);
const causes = (addr: string) =>
  causesBeside(lost, { icmpSeen: new Set(['A', 'B']) }, host('A', A), host('B', { ...B, addr }));

describe('large packets that are lost on their way to a card', () => {
  it('may be more than that card is set to receive', () => {
    const [cause] = causes(card(1000));
    expect(kinds([cause])).toEqual(['path-mtu@B likely']);
    expect(cause.sentence).toContain(
      'those of 84 and less pass between A and B: eth1 of B is set to an MTU of 1000',
    );
    expect(cause.sources.map(({ mark, label }) => [mark, label])).toEqual([['decides', 'takes 1000 bytes']]);
  });

  it('are lost before it where it would receive them, or fewer than arrived', () => {
    for (const mtu of [1328, 1500, 83]) expect(kinds(causes(card(mtu)))).toEqual(['path-mtu@null']);
    expect(causes(card(1400))[0].sources.map(({ label }) => label)).toEqual([
      'takes 1500 bytes',
      'takes 1400 bytes',
    ]);
  });

  it('are lost before it where it is a usual card, unless a neighbour on its link is set to more', () => {
    const huge = { kind: 'size', byTime: false } as const;
    const jumbo = {
      ...lost,
      distinction: { ...huge, worked: { least: 64, most: 64 }, failed: { least: 4008, most: 4008 } },
    };
    const large = A.addr.replace(/(3: eth1: <.*> mtu) 1500/, '$1 9000');
    const told = (addr: string) =>
      causesBeside(
        jumbo,
        { icmpSeen: new Set(['A', 'B']) },
        host('A', { ...A, addr: large }),
        host('B', { ...B, addr }),
      );
    expect(kinds(told(card(1500)))).toEqual(['path-mtu@null']);
    expect(kinds(told(card(1500).replace('10.4.0.100/24', '10.4.0.100/8')))).toEqual(['path-mtu@B likely']);
  });

  it('are lost before it where it is the end of a tunnel', () => {
    expect(kinds(causes(card(1000, 'POINTOPOINT,NOARP,UP,LOWER_UP')))).toEqual(['path-mtu@null']);
  });
});
