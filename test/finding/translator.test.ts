import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { translatorOf } from '../../src/finding/translator.ts';
import { seenWords } from '../../src/report/seen-words.ts';
import { found } from '../reason/support/story.ts';
import { finding, ip, sighting } from '../report/fixture.ts';

const [CLIENT, MASK, SERVER] = ['172.17.0.2', '10.2.0.100', '10.4.0.100'].map(ip);
const at = (host: string, direction: 'in' | 'out', src = CLIENT, dst = SERVER) =>
  sighting({ host, direction, src, dst });
const behind = { host: 'B', src: MASK, dst: SERVER, sourcePort: 7, destinationPort: 1 };

const of = (...requests: Exchange['requests']): Exchange => {
  const [example] = found({ kind: 'unanswered', requestLeft: 'eth1 172.17.0.2 > 10.4.0.100' }).examples;
  return { ...example, requests, translated: behind };
};
const identity = (own: typeof MASK): HostIdentity[] => [
  {
    host: 'A',
    interfaces: [
      { name: 'eth1', index: null, mac: null, addresses: [{ address: own, length: 24 }], neighbours: [] },
    ],
  },
];

describe('who translated a request', () => {
  it('is the host that took it in under the one pair of addresses and sent it out under the other', () => {
    expect(translatorOf(of(at('A', 'in'), at('A', 'out', MASK), at('B', 'in', MASK)), [])).toBe('A');
  });

  it('is the host that took it in and bears its new source', () => {
    const seen = of(at('A', 'in'), at('B', 'in', MASK));
    expect(translatorOf(seen, identity(MASK))).toBe('A');
    expect(translatorOf(seen, identity(ip('10.2.0.99')))).toBeNull();
  });

  it('is nobody known where the box was not captured', () => {
    expect(translatorOf(of(at('A', 'out'), at('B', 'in', MASK)), identity(MASK))).toBeNull();
    expect(translatorOf({ ...of(at('A', 'out')), translated: null }, identity(MASK))).toBeNull();
  });

  it('is told', () => {
    const words = (translator: string | null) =>
      seenWords(finding({ translated: behind, translator }), 'utc')
        .split('; ')
        .at(-1);
    expect(words('B')).toBe('B itself translated the request to 10.2.0.100 > 10.4.0.100');
    expect(words('A')).toBe('A translated the request: B saw it as 10.2.0.100 > 10.4.0.100');
    expect(words(null)).toBe('a box on the way translated the request: B saw it as 10.2.0.100 > 10.4.0.100');
  });
});
