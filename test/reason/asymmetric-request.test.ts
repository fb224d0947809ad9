import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const request = found({
  kind: 'asymmetric-request',
  requestLeft: 'eth0 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
});

describe('a request that left by the wrong interface, arrived and got no answer', () => {
  it('is not blamed for the silence where nothing explains that', () => {
    const told = causesOf(request, host('A', A), host('B', B));
    expect(kinds(told)).toEqual(['default-route-only@A possible', 'unexplained@B possible']);
    expect(told[0].notes[0]).toBe('the request arrived all the same; why no answer to it left is not known');
  });

  it('met what stopped it at the responder', () => {
    const sysctl = 'net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 1';
    expect(kinds(causesOf(request, host('A', A), host('B', { ...B, sysctl })))).toContain(
      'rp-filter-strict@B',
    );
  });
});
