import { describe, expect, it } from 'vitest';
import { sighting } from '../report/fixture.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const way = 'eth1 10.2.0.100 > 10.4.0.100';
const silent = found({ kind: 'unanswered', requestLeft: way, requestReached: way });
const open = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT`;
const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
const NFT = 'nft list ruleset (on B): iptables-save does not show tables made with nft itself';

describe('a silence that the files do not explain', () => {
  it('may be of nft where only iptables-save was given', () => {
    const [cause] = causesOf(silent, host('A', A), host('B', { ...B, routes, nft: null, iptables: open }));
    expect(cause).toMatchObject({ kind: 'not-enough-information', host: null, confidence: 'possible' });
    expect(cause.missing.map(({ what }) => what)).toEqual([NFT]);
    expect(cause.notes.at(-1)).toBe('the state may have been saved at another time');
  });

  it('is not where the whole ruleset was given', () => {
    for (const firewall of [{}, { iptables: open }])
      expect(kinds(causesOf(silent, host('A', A), host('B', { ...B, routes, ...firewall })))).toEqual([
        'unexplained@B possible',
      ]);
  });

  it('leaves a rule of iptables that drops the request to blame', () => {
    const iptables = open.replace('COMMIT', '-A INPUT -p icmp -j DROP\nCOMMIT');
    const states = [host('A', A), host('B', { ...B, routes, nft: null, iptables })];
    expect(kinds(causesOf(silent, ...states))).toEqual(['firewall-drops@B']);
  });

  it('is broken by a rule that no iptables-save shows, where the host itself refuses', () => {
    const error = sighting({
      kind: 'icmp-error',
      host: 'B',
      interface: 'eth1',
      direction: 'out',
      icmpType: 3,
      icmpCode: 13,
      src: silent.probe.dst!,
      dst: silent.probe.src!,
      target: silent.probe.dst,
    });
    const rejected = { ...silent, kind: 'rejected', evidence: [...silent.evidence, error] } as const;
    const states = [host('A', A), host('B', { ...B, routes, nft: null, iptables: open })];
    expect(kinds(causesOf(rejected, ...states))).toEqual(['firewall-rejects@B likely']);
  });
});
