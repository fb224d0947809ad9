import { describe, expect, it } from 'vitest';
import type { WitnessGap } from '../../src/finding/finding.ts';
import { A, causesOf, found, host, kinds } from './support/story.ts';

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
