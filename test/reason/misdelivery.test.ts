import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { raise } from '../../src/reason/explain.ts';
import { A, B, causesOf, contextOf, type Files, found, host, kinds } from './support/story.ts';

const OUT = 'eth1 10.2.0.100 > 10.4.0.100';
const HOME = '10.4.0.100 > 10.2.0.100';
const STRICT = ['all', 'eth0', 'eth1'].map((one) => `net.ipv4.conf.${one}.rp_filter = 1`).join('\n');
const PLAIN = '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default';
const ruled = (files: typeof A, source: string, gateway: string): Files => ({
  ...files,
  routes: `default via ${gateway} dev eth1 table 7\n${files.routes}`,
  rules: `0: from all lookup local\n7: from ${source} lookup 7\n32766: from all lookup main\n32767: from all lookup default`,
});
const RULED_A = ruled(A, '10.2.0.100', '10.2.0.1');
const RULED_B = ruled(B, '10.4.0.100', '10.4.0.1');

/** The request came in by eth0 of B, which does not bear the address asked. */
const asked = (kind: Finding['kind'], more: object = {}) =>
  found({ kind, requestLeft: OUT, requestReached: 'eth0 10.2.0.100 > 10.4.0.100', ...more });
const told = (one: Finding, b: Partial<Files> = {}, a: Partial<Files> = RULED_A) =>
  causesOf(one, host('A', { ...A, ...a }), host('B', { ...RULED_B, ...b }));

describe('a request that was delivered to another card than bears the address asked', () => {
  it('is dropped by the filter, and the rule that leads home by the right card is not to blame', () => {
    const causes = told(asked('unanswered'), { sysctl: STRICT });
    expect(kinds(causes)).toEqual(['misrouted-by-network@null likely', 'rp-filter-strict@B']);
    expect(causes[0].sentence).toBe(
      'the request for 10.4.0.100 was delivered to eth0 of B, though that address sits on eth1, and the tables of B send what is from it by eth1',
    );
    expect(causes[0].sources.map(({ label }) => label)).toEqual(['sits on eth1', 'the way back']);
  });

  it('is answered by the right card: a rule or a route alike', () => {
    const astray = asked('asymmetric-reply', { replyLeft: `eth1 ${HOME}` });
    expect(kinds(told(astray))).toEqual(['misrouted-by-network@null likely']);
    const routed = { ...B, routes: `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`, rules: PLAIN };
    const [cause] = told(astray, routed);
    expect(kinds([cause])).toEqual(['misrouted-by-network@null likely']);
    expect(cause.notes.at(-1)).toContain('a stateful firewall behind eth1 saw no request there');
  });

  it('is a fault of the tables where the address may belong to the card of arrival', () => {
    const filtered = (b: Partial<Files>) => kinds(told(asked('unanswered'), { sysctl: STRICT, ...b }));
    const fault = ['rule-table-wrong-route@B', 'rp-filter-strict@B'];
    const there = B.addr.replace(
      'inet 10.3.0.100/24 scope global eth0',
      'inet 10.3.0.100/24 scope global eth0\n    inet 10.4.0.100/32 scope global eth0',
    );
    expect(filtered({ addr: there })).toEqual(fault);
    expect(filtered({ addr: B.addr.replace('10.4.0.100/24', '10.4.0.100/32') })).toEqual(fault);
    expect(filtered({ addr: B.addr.replace(/(3: eth1: <.*),LOWER_UP/, '$1') })).toEqual(fault);
    const [addr, routes] = [B.addr, RULED_B.routes].map((one) => one.replaceAll('eth1', 'dummy0'));
    expect(filtered({ addr, routes })).toEqual(fault);
  });

  it('is a fault of the tables where who asks is on the network of that card, so that nobody delivered it', () => {
    const near = found({ kind: 'unanswered', requestReached: 'eth0 10.3.0.50 > 10.4.0.100' });
    expect(kinds(told(near, { sysctl: STRICT }))).toEqual(['rule-table-wrong-route@B', 'rp-filter-strict@B']);
  });

  it('is told of where the tables answer by a third card', () => {
    const routes = `${B.routes}\n10.2.0.0/24 via 10.5.0.1 dev eth2`;
    const addr = `${B.addr}\n4: eth2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n    inet 10.5.0.100/24 scope global eth2`;
    const astray = asked('asymmetric-reply', { replyLeft: `eth2 ${HOME}` });
    expect(kinds(told(astray, { ...B, addr, routes, rules: PLAIN }))).toEqual(['other-route-wins@B']);
  });

  it('is no matter of the network where another host supplied sent it there', () => {
    const direct = asked('asymmetric-reply', { replyLeft: `eth1 ${HOME}` });
    const mac = '02:00:00:00:00:0a';
    const [example] = direct.examples;
    const requests = example.requests.map((one) => ({ ...one, macSource: mac }));
    const addr = A.addr.replace(
      /mtu 1500\n(.*10\.1)/,
      `mtu 1500\n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff\n$1`,
    );
    const one = { ...direct, examples: [{ ...example, requests }] };
    expect(kinds(told(one))).toEqual(['misrouted-by-network@null likely']);
    expect(kinds(told(one, {}, { ...RULED_A, addr }))).toEqual(['rule-table-wrong-route@B']);
  });
});

describe('a reply that was delivered to another card than bears its address', () => {
  const came = found({
    kind: 'asymmetric-reply',
    requestLeft: OUT,
    requestReached: OUT,
    replyLeft: `eth1 ${HOME}`,
    replyReached: `eth0 ${HOME}`,
    more: { level: 'warning' },
  });

  it('is told where it worked', () => {
    const [cause, ...others] = told(came);
    expect(others).toEqual([]);
    expect(kinds([cause])).toEqual(['misrouted-by-network@null likely']);
    expect(cause.sentence).toContain('the reply for 10.2.0.100 was delivered to eth0 of A');
  });

  it('is told before the filter that drops it', () => {
    const states = [host('A', { ...RULED_A, sysctl: STRICT }), host('B', RULED_B)];
    expect(kinds(raise(came, contextOf(states))?.causes ?? [])).toEqual([
      'misrouted-by-network@null likely',
      'rp-filter-strict@A',
    ]);
    const refused = { ...came, kind: 'reply-not-accepted', level: 'error' } as const;
    expect(kinds(causesOf(refused, ...states))).toEqual([
      'misrouted-by-network@null likely',
      'rp-filter-strict@A',
    ]);
  });

  it('asks for no file that was given', () => {
    const third = {
      ...came,
      path: { ...came.path, replyReached: { ...came.path.replyReached!, interface: 'eth9' } },
    };
    const states = [host('A', A), host('B', RULED_B)];
    expect(kinds(causesOf(third, ...states))).toEqual(['unexplained@A possible']);
  });
});

describe('an interface that the capture knows by number only', () => {
  it('wants the addresses, and nothing that was given', () => {
    const astray = found({
      kind: 'asymmetric-reply',
      requestLeft: 'eth1 10.2.0.100 > 10.9.9.9',
      requestReached: 'if3 10.2.0.100 > 10.9.9.9',
      replyLeft: 'if2 10.9.9.9 > 10.2.0.100',
    });
    const state = host('B', { ...B, addr: '' });
    const given = new Set([...state.given].filter((one) => one !== 'addresses' && one !== 'links'));
    const [cause] = causesOf(astray, host('A', A), { ...state, given });
    expect(cause.missing.map(({ what }) => what)).toEqual(['ip addr (on B)']);
    const none = causesOf(astray, host('A', A))[0].missing.map(({ what }) => what);
    expect(none).toEqual(
      ['ip route show table all', 'ip rule', 'ip addr', 'sysctl -a'].map((one) => `${one} (on B)`),
    );
  });
});
