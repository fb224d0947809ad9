import { describe, expect, it } from 'vitest';
import { raise } from '../../src/reason/explain.ts';
import { A, B, contextOf, type Files, found, host, kinds } from './support/story.ts';

/** A SYN-ACK came home, and no capture shows that it was acknowledged. */
const arrived = found({
  kind: 'reply-not-accepted',
  protocol: 'tcp',
  port: 443,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
  replyReached: 'eth1 10.4.0.100 > 10.2.0.100',
});

function raised(a: Partial<Files>) {
  const states = [host('A', { ...A, ...a }), host('B', B)];
  const explained = raise(arrived, contextOf(states));
  return explained && [explained.finding.kind, ...kinds(explained.causes)];
}

const output = (rule: string) => `table ip filter {
	chain output {
		type filter hook output priority filter; policy accept;
		${rule}
	}
}`;

describe('a SYN-ACK that nobody is seen to acknowledge', () => {
  it('was taken, as far as the state of the originator tells', () => {
    expect(raised({})).toBeNull();
    expect(raised({ nft: output('tcp dport 443 ct state new accept') })).toBeNull();
  });

  it('did not pass its filter', () => {
    const sysctl = 'net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 1';
    expect(raised({ sysctl })).toEqual(['reply-not-accepted', 'rp-filter-strict@A']);
  });

  it('is acknowledged by a packet that its own rules drop', () => {
    expect(raised({ nft: output('tcp dport 443 ct state established drop') })).toEqual([
      'handshake-stalled',
      'firewall-drops@A',
    ]);
  });
});
