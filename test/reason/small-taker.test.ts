import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/exchange/sighting.ts';
import type { Finding } from '../../src/finding/finding.ts';
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

/** A ping came to B in fragments or whole, and its reply of 1428 bytes left in one piece. */
describe('a large reply that is lost on its way to the card of who asked', () => {
  const way = 'eth1 10.2.0.100 > 10.4.0.100';
  const home = 'eth1 10.4.0.100 > 10.2.0.100';
  const small = A.addr.replace(/(3: eth1: <.*> mtu) 1500/, '$1 1300');
  const sized = (kind: 'reply-lost' | 'data-lost' | 'request-lost', bytes: number, more = {}): Finding => {
    const reply = kind !== 'request-lost';
    const told = found({
      kind,
      requestLeft: way,
      requestReached: reply ? way : null,
      replyLeft: reply ? home : null,
      more,
    });
    const resized = (one: Sighting) => ({ ...one, payloadLength: bytes });
    const [first] = told.examples;
    const example = {
      ...first,
      requests: reply ? first.requests : first.requests.map(resized),
      replies: first.replies.map(resized),
    };
    return { ...told, examples: [example] };
  };
  const told = (one: Finding, addr = small, b = B.addr) =>
    causesBeside(
      one,
      { icmpSeen: new Set(['A', 'B']) },
      host('A', { ...A, addr }),
      host('B', { ...B, addr: b }),
    );
  const distinction = {
    kind: 'size',
    worked: { least: 64, most: 64 },
    failed: { least: 1280, most: 1280 },
    byTime: false,
  } as const;

  it('may be more than that card is set to receive, also where nothing smaller was sent', () => {
    const [cause] = told(sized('reply-lost', 1408));
    expect(kinds([cause])).toEqual(['path-mtu@A likely']);
    expect(cause.sentence).toBe(
      'the reply, a packet of 1428 bytes, is lost on its way to A: eth1 of A is set to an MTU of 1300 bytes, and what is larger a card need not receive',
    );
    // A router may fragment what Linux answers to a ping.
    expect(cause.notes).toHaveLength(2);
    expect(cause.notes[1]).toContain('no smaller one was sent');
  });

  it('is lost before it where the card would take it, or where others of that size may have come through', () => {
    expect(kinds(told(sized('reply-lost', 1280)))).toEqual(['lost-in-network@null']);
    expect(kinds(told(sized('reply-lost', 1408), A.addr))).toEqual(['lost-in-network@null']);
    expect(kinds(told(sized('reply-lost', 1408, { answeredAlike: 2 })))).toEqual(['lost-in-network@null']);
  });

  it('is what is lost where the request arrived, whatever the size of its first fragment', () => {
    const [cause] = told(sized('data-lost', 1408, { distinction, answeredAlike: 2 }));
    expect(kinds([cause])).toEqual(['path-mtu@A likely']);
    expect(cause.sentence).toContain('packets of 1428 bytes and more are lost, those of 84 and less pass');
  });

  it('is not held against the card where it is a request, which the router before it may have refused unheard', () => {
    expect(kinds(told(sized('request-lost', 1408), A.addr, card(1300)))).toEqual(['lost-in-network@null']);
    expect(causes(card(1000))[0].notes[1]).toContain('or all on that link are set so');
  });
});
