import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const refused = found({
  kind: 'refused',
  protocol: 'tcp',
  port: 1521,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
});
const listing = (...locals: string[]) =>
  ['State  Recv-Q Send-Q Local Address:Port Peer Address:Port']
    .concat(locals.map((local) => `LISTEN 0      128    ${local}    0.0.0.0:*`))
    .join('\n');
const told = (sockets: string) => causesOf(refused, host('A', A), host('B', { ...B, sockets }));

describe('a connection refused by the host itself', () => {
  it('meets no listener on its port', () => {
    expect(kinds(told(listing('0.0.0.0:22')))).toEqual(['port-closed@B']);
  });

  it('meets one that is bound to another address', () => {
    expect(kinds(told(listing('10.3.0.100:1521')))).toEqual(['listener-on-other-address@B']);
  });

  it('meets one that is bound to another interface', () => {
    const [cause] = told(listing('0.0.0.0%eth0:1521'));
    expect(kinds([cause])).toEqual(['listener-on-other-address@B']);
    expect(cause.sentence).toBe('B listens on port 1521 only on eth0, not on eth1');
  });

  it('cannot be explained where a listener would take it', () => {
    expect(kinds(told(listing('0.0.0.0%eth1:1521')))).toEqual(['unexplained@B possible']);
  });

  it('was refused by a rule that resets', () => {
    const nft = `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 1521 reject with tcp reset
	}
}`;
    const b = host('B', { ...B, nft, sockets: listing('0.0.0.0:1521') });
    expect(kinds(causesOf(refused, host('A', A), b))).toEqual(['firewall-rejects@B']);
  });
});
