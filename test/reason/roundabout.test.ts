import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const RULES =
  '0: from all lookup local\n100: from 10.4.0.100 lookup 33\n32766: from all lookup main\n32767: from all lookup default';

describe('a reply to somebody on the same link that goes by way of a gateway', () => {
  const lost = found({
    kind: 'reply-lost',
    requestLeft: 'eth1 10.4.0.50 > 10.4.0.100',
    requestReached: 'eth1 10.4.0.50 > 10.4.0.100',
    replyLeft: 'eth1 10.4.0.100 > 10.4.0.50',
  });
  const a = host('A', { addr: A.addr.replace('10.2.0.100', '10.4.0.50'), routes: A.routes });

  it('is sent there by a table without the route of the link', () => {
    const routes = `${B.routes}\ndefault via 10.4.0.1 dev eth1 table 33`;
    const [cause] = causesOf(lost, a, host('B', { ...B, routes, rules: RULES }));
    expect(kinds([cause])).toEqual(['rule-table-wrong-route@B likely']);
    expect(cause.sentence).toContain('table 33 decides, and no route of it is for 10.4.0.0/24 itself');
  });

  it('is no such thing where the table has it', () => {
    const routes = `${B.routes}\ndefault via 10.4.0.1 dev eth1 table 33\n10.4.0.0/24 dev eth1 table 33 scope link`;
    expect(kinds(causesOf(lost, a, host('B', { ...B, routes, rules: RULES })))).toEqual([
      'lost-in-network@null',
    ]);
  });
});

describe('a reply by another router than the one its request came from', () => {
  const lost = found({
    kind: 'reply-lost',
    requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
    requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
    replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
  });
  const from = (mac: string): Finding => {
    const [example] = lost.examples;
    const requests = example.requests.map((one) => (one.host === 'B' ? { ...one, macSource: mac } : one));
    return { ...lost, examples: [{ ...example, requests }] };
  };
  const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.2 dev eth1`;
  const neigh =
    '10.4.0.1 dev eth1 lladdr 02:00:00:00:00:01 STALE\n10.4.0.2 dev eth1 lladdr 02:00:00:00:00:02 REACHABLE';
  const b = host('B', { ...B, routes, neigh });

  it('may meet a firewall there that saw no request', () => {
    const [cause] = causesOf(from('02:00:00:00:00:01'), host('A', A), b);
    expect(kinds([cause])).toEqual(['lost-in-network@null likely']);
    expect(cause.notes[0]).toContain('came by way of 10.4.0.1, the reply goes by way of 10.4.0.2');
  });

  it('is not told where it is the same, or unknown', () => {
    for (const mac of ['02:00:00:00:00:02', '02:00:00:00:00:77'])
      expect(kinds(causesOf(from(mac), host('A', A), b))).toEqual(['lost-in-network@null']);
  });
});
