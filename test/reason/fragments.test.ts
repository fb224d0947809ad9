import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { A, B, causesOf, type Files, found, host, kinds } from './support/story.ts';

const way = 'eth1 10.2.0.100 > 10.4.0.100';
const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
const neigh = '10.4.0.1 dev eth1 lladdr 02:00:00:00:00:01 REACHABLE';
const silent = found({ kind: 'unanswered', requestLeft: way, requestReached: way });

/** A large ping, of which the first fragment came to B. */
function inPart(on: string): Finding {
  const [example] = silent.examples;
  const requests = example.requests.map((one) =>
    one.host === on ? { ...one, payloadLength: 1280, fragment: true as const } : one,
  );
  return { ...silent, examples: [{ ...example, requests }] };
}

const causes = (nft: string, more: Partial<Files> = {}, one = inPart('B')) =>
  causesOf(one, host('A', A), host('B', { ...B, routes, neigh, nft, ...more }));
const chain = (hook: string, priority: number, rules: string) =>
  `table ip t {\n chain c {\n  type filter hook ${hook} priority ${priority}; policy accept;\n  ${rules}\n }\n}`;
const LATER = 'ip frag-off & 0x1fff != 0 drop';

describe('a request that came in fragments', () => {
  it('is dropped in part by a rule of the host', () => {
    const [cause] = causes(chain('prerouting', -450, LATER));
    expect(kinds([cause])).toEqual(['firewall-drops@B']);
    expect(cause.sentence).toContain('drops the later fragments of the request by a rule');
  });

  it('is whole before the rules that track connections, and before those of what is for the host', () => {
    const told = ['not-enough-information@null possible'];
    expect(kinds(causes(chain('input', 0, LATER)))).toEqual(told);
    expect(kinds(causes(chain('prerouting', -300, `${LATER}\n  ct state established accept`)))).toEqual(told);
    expect(kinds(causes(chain('prerouting', -300, LATER)))).toEqual(['firewall-drops@B']);
  });

  it('may have come in part only, which no capture tells', () => {
    const [cause] = causes('');
    expect(kinds([cause])).toEqual(['not-enough-information@null possible']);
    expect(cause.sentence).toContain('the first fragment of the request came to B');
    expect(cause.missing[0].what).toContain('ip[6:2] & 0x1fff != 0');
  });

  it('tells nothing where whole ones failed as well', () => {
    const mixed = { ...inPart('B'), examples: [...silent.examples, ...inPart('B').examples] };
    for (const nft of [chain('prerouting', -450, LATER), ''])
      expect(kinds(causes(nft, {}, mixed))).toEqual(['unexplained@B possible']);
  });

  it('is whole where it left in fragments and came as one, or never was in any', () => {
    expect(kinds(causes(chain('prerouting', -450, LATER), {}, inPart('A')))).toEqual([
      'unexplained@B possible',
    ]);
    expect(kinds(causes(chain('prerouting', -450, LATER), {}, silent))).toEqual(['unexplained@B possible']);
  });
});

describe('a reply that may wait for its next hop', () => {
  const told = (more: Partial<Files>) =>
    causesOf(silent, host('A', A), host('B', { ...B, routes, ...more }))[0];

  it('is said to where neither ARP nor a listing of neighbours tells', () => {
    const cause = told({});
    expect(kinds([cause])).toEqual(['unexplained@B possible']);
    expect(cause.notes.at(-1)).toContain('the reply may wait in vain for 10.4.0.1, its next hop');
    expect(cause.missing.map(({ what }) => what)).toEqual([
      'ip neigh (on B), or a capture with ARP: whether 10.4.0.1 answers on eth1',
    ]);
  });

  it('is not where the neighbours are listed, or nobody is asked', () => {
    expect(told({ neigh }).missing).toEqual([]);
    const addr = B.addr.replace(/(3: eth1: )<.*>/, '$1<POINTOPOINT,NOARP,UP,LOWER_UP>');
    expect(told({ addr }).missing).toEqual([]);
  });
});
