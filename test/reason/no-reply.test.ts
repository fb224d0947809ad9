import { describe, expect, it } from 'vitest';
import type { WitnessGap } from '../../src/finding/finding.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

/** It left B by the way it was asked, and A's captures, of some interfaces only, do not show it. */
const unseen = (interfaces: readonly string[]) => {
  const gaps: WitnessGap[] = ['A', 'B'].map((name) => ({ kind: 'some-interfaces', host: name, interfaces }));
  return found({
    kind: 'no-reply-seen',
    requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
    requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
    replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
    more: { witness: { originatorCovered: false, responderCovered: false, missing: gaps } },
  });
};
const missing = (interfaces: readonly string[], ...states: Parameters<typeof host>[1][]) => {
  const causes = causesOf(unseen(interfaces), ...states.map((files) => host('A', files)));
  expect(kinds(causes)).toEqual(['not-enough-information@null possible']);
  return causes[0].missing.map(({ what }) => what);
};

describe('a reply that left and is not seen where the request left', () => {
  it('may have come in elsewhere: addresses and a capture of all interfaces would tell', () => {
    expect(missing([])).toEqual([
      'ip addr (on A): by which other interfaces the reply may have come in',
      'a capture on all interfaces of A (given: one that nobody names)',
    ]);
  });

  it('needs only the capture where the addresses are known', () => {
    expect(missing(['eth1'], A)).toEqual(['a capture on all interfaces of A (given: eth1)']);
  });
});

describe('a reply that left by another card than its address is on, to a request that nobody captured', () => {
  const unasked = (device: string) => {
    const asked = found({
      kind: 'no-reply-seen',
      protocol: 'tcp',
      port: 1521,
      requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
      replyLeft: `${device} 10.4.0.100 > 10.2.0.100`,
    });
    const examples = asked.examples.map((one) => ({ ...one, requests: [] }));
    return { ...asked, path: { ...asked.path, requestReached: null }, examples };
  };
  const told = (device: string, ...states: Parameters<typeof host>[1][]) =>
    kinds(causesOf(unasked(device), ...states.map((files) => host('B', files))));

  it('went by the route that the tables choose, likely', () => {
    expect(told('eth0', B)).toEqual(['default-route-only@B likely']);
  });

  it('is not explained by tables that choose another card, or by none', () => {
    expect(told('eth2', B)).toEqual(['not-enough-information@null possible']);
    const home = { ...B, routes: `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1` };
    expect(told('eth0', home)).toEqual(['not-enough-information@null possible']);
    expect(told('eth0')).toEqual(['not-enough-information@null possible']);
  });
});
