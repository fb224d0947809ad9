import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host } from './support/story.ts';

const unanswered = found({
  kind: 'unanswered',
  requestLeft: 'eth1 10.2.0.100 > 10.9.9.9',
  requestReached: 'eth1 10.2.0.100 > 10.9.9.9',
});

function told(forwarding: 0 | 1): string[] {
  const sysctl = `net.ipv4.ip_forward = ${forwarding}
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0
net.ipv4.conf.all.forwarding = ${forwarding}
net.ipv4.conf.eth1.forwarding = ${forwarding}`;
  return causesOf(unanswered, host('A', A), host('B', { ...B, sysctl })).map(
    ({ kind, sentence }) => `${kind}: ${sentence}`,
  );
}

describe('a request for an address that the host does not bear', () => {
  it('is dropped by a host', () => {
    expect(told(0)).toEqual([
      'unexplained: B does not bear 10.9.9.9 and does not forward what is sent there',
    ]);
  });

  it('goes on from a router', () => {
    expect(told(1)).toEqual([
      'unexplained: B does not bear 10.9.9.9 and passes what is sent there on by eth0',
    ]);
  });
});
