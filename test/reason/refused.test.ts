import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const way = {
  kind: 'refused',
  protocol: 'tcp',
  port: 80,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
} as const;
const TITLE = 'State Recv-Q Send-Q Local Address:Port Peer Address:Port\n';
const nobody = { ...B, sockets: `${TITLE}LISTEN 0 128 10.4.0.100:22 0.0.0.0:*` };
const covered = { originatorCovered: true, responderCovered: true, missing: [] };

describe('a refused connection', () => {
  it('has the way of its RST for a second fault, where that left by another interface and did not arrive', () => {
    const lost = found({ ...way, replyLeft: 'eth0 10.4.0.100 > 10.2.0.100', more: { witness: covered } });
    expect(kinds(causesOf(lost, host('A', A), host('B', nobody)))).toEqual([
      'port-closed@B',
      'default-route-only@B',
    ]);
  });

  it('is kept from its program where the filter of the originator drops the RST', () => {
    const arrived = found({
      ...way,
      replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
      replyReached: 'eth1 10.4.0.100 > 10.2.0.100',
    });
    const sysctl = 'net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 1';
    const states = [host('A', { ...A, sysctl }), host('B', nobody)];
    expect(kinds(causesOf(arrived, ...states))).toEqual(['port-closed@B', 'rp-filter-strict@A']);
  });

  it('has not, where the RST arrived, or left the way the SYN came', () => {
    const arrived = found({
      ...way,
      replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
      replyReached: 'eth1 10.4.0.100 > 10.2.0.100',
    });
    expect(kinds(causesOf(arrived, host('A', A), host('B', nobody)))).toEqual(['port-closed@B']);
    const straight = found({ ...way, replyLeft: 'eth1 10.4.0.100 > 10.2.0.100' });
    expect(kinds(causesOf(straight, host('A', A), host('B', nobody)))).toEqual(['port-closed@B']);
  });

  it('contradicts a state in which somebody listens, and that is what is said', () => {
    const listening = { ...B, sockets: `${TITLE}LISTEN 0 128 10.4.0.100:80 0.0.0.0:*` };
    const [cause] = causesOf(
      found({ ...way, replyLeft: 'eth1 10.4.0.100 > 10.2.0.100' }),
      host('A', A),
      host('B', listening),
    );
    expect(cause.kind).toBe('unexplained');
    expect(cause.sentence).toBe(
      'in the state supplied of B a program listens on 10.4.0.100 port 80, and still an RST came',
    );
  });

  it('is of the host itself where it asked itself', () => {
    const itself = found({
      ...way,
      requestLeft: 'lo 10.4.0.100 > 10.4.0.100',
      requestReached: null,
      replyReached: 'lo 10.4.0.100 > 10.4.0.100',
      more: { originator: 'B', responder: 'B', witness: covered },
    });
    expect(kinds(causesOf(itself, host('B', nobody)))).toEqual(['port-closed@B']);
  });

  it('is silent where its RST waits for a next hop that does not answer', () => {
    const neigh = '10.3.0.1 dev eth0 FAILED';
    const silent = found({ ...way, kind: 'unanswered' });
    expect(kinds(causesOf(silent, host('A', A), host('B', { ...nobody, neigh })))).toEqual([
      'port-closed@B',
      'default-route-only@B',
      'next-hop-unresolved@B likely',
    ]);
  });

  it('of UDP is told by an error, which may be left out', () => {
    const silent = found({ ...way, kind: 'unanswered', protocol: 'udp' });
    const udpSockets =
      'State Recv-Q Send-Q Local Address:Port Peer Address:Port\nUNCONN 0 0 10.4.0.100:53 0.0.0.0:*';
    const told = causesOf(silent, host('A', A), host('B', { ...B, udpSockets }));
    expect(kinds(told)).toEqual(['port-closed@B likely']);
    const neigh = '10.3.0.1 dev eth0 FAILED';
    expect(kinds(causesOf(silent, host('A', A), host('B', { ...B, udpSockets, neigh })))[0]).toBe(
      'port-closed@B',
    );
  });

  it('is silent where a rule of the host drops the RST', () => {
    const nft = `table inet filter {
	chain output {
		type filter hook output priority filter; policy accept;
		tcp flags & rst == rst drop
	}
}`;
    const silent = found({ ...way, kind: 'unanswered' });
    expect(kinds(causesOf(silent, host('A', A), host('B', { ...nobody, nft })))).toEqual([
      'port-closed@B',
      'firewall-drops@B',
    ]);
    expect(kinds(causesOf(silent, host('A', A), host('B', nobody)))).toEqual(['unexplained@B possible']);
  });
});
