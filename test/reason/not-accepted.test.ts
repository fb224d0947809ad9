import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

/** Both cards of A are in one network. */
const ONE_LAN = {
  addr: A.addr.replace('10.2.0.100/24', '10.1.0.105/24'),
  routes: A.routes.replaceAll('10.2.0.100', '10.1.0.105').replace('10.2.0.0/24', '10.1.0.0/24'),
  sysctl: ['rp_filter', 'arp_ignore']
    .flatMap((name) => ['all', 'eth0', 'eth1'].map((place) => `net.ipv4.conf.${place}.${name} = 0`))
    .join('\n'),
};
const seen = (replyReached: string) =>
  found({
    kind: 'reply-not-accepted',
    protocol: 'tcp',
    port: 80,
    requestLeft: 'eth1 10.1.0.105 > 10.4.0.100',
    replyReached,
  });

describe('a reply that was not taken', () => {
  it('came in by another card of the same network than its socket is bound to', () => {
    const [cause] = causesOf(seen('eth0 10.4.0.100 > 10.1.0.105'), host('A', ONE_LAN), host('B', B));
    expect(kinds([cause])).toEqual(['arp-flux@A']);
    expect(cause.notes.at(-1)).toBe(
      'a socket that is bound to an interface is not given what comes in by another',
    );
  });

  it('is not explained by a state that lets it in', () => {
    const [cause] = causesOf(seen('eth1 10.4.0.100 > 10.1.0.105'), host('A', ONE_LAN), host('B', B));
    expect(cause.sentence).toBe('the state supplied of A lets the reply in, and still it was not taken');
  });
});
