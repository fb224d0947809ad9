import { describe, expect, it } from 'vitest';
import type { Finding, FindingKind } from '../../src/finding/finding.ts';
import { sentenceOf } from '../../src/report/finding-words.ts';
import { seenWords } from '../../src/report/seen-words.ts';
import { finding, ip, sighting } from './fixture.ts';

const A = { host: 'serverA', interface: 'eth1', src: ip('10.2.0.100') };
const B = { host: 'serverB', interface: 'eth1', src: ip('10.4.0.100') };
const way = (more: Partial<Finding['path']>): Finding['path'] => ({
  requestLeft: null,
  requestReached: null,
  replyLeft: null,
  replyReached: null,
  ...more,
});

const SENTENCES: Record<FindingKind, readonly [Partial<Finding>, string]> = {
  'request-not-sent': [
    {
      unresolved: {
        host: 'serverA',
        interface: 'eth1',
        target: ip('10.4.0.100'),
        tell: ip('10.2.0.100'),
        asked: 3,
      },
    },
    'serverA never sent its request to 10.4.0.100: nobody answered its ARP for 10.4.0.100 on eth1',
  ],
  'request-lost': [
    { path: way({ requestLeft: A }) },
    'the echo request left serverA by eth1 and never reached serverB (10.4.0.100)',
  ],
  unanswered: [
    { path: way({ requestReached: { ...B, src: ip('10.2.0.100') } }) },
    'serverB did not answer 10.2.0.100: the echo request reached it on eth1, and no reply left',
  ],
  'asymmetric-reply': [{}, 'serverB answered 10.2.0.100 by eth0, but was asked on eth1'],
  'asymmetric-request': [
    { path: way({ requestLeft: { ...A, interface: 'eth0' } }) },
    'the echo request left serverA by eth0, which does not bear its source 10.2.0.100',
  ],
  'wrong-source': [
    { path: way({ replyReached: { ...A, src: ip('10.3.0.100') } }) },
    'serverA asked 10.4.0.100 and got a reply from 10.3.0.100',
  ],
  'reply-lost': [
    { path: way({ replyLeft: B }) },
    'the echo reply of serverB left by eth1 and never reached serverA (10.2.0.100)',
  ],
  'reply-not-accepted': [
    { path: way({ replyReached: A }) },
    'serverA did not take the echo reply of 10.4.0.100 that reached it on eth1',
  ],
  refused: [
    { protocol: 'tcp', probe: { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), dstPort: 1521 } },
    'serverB refused the connection of 10.2.0.100 to 10.4.0.100 port 1521 with a reset (RST)',
  ],
  rejected: [
    { evidence: [sighting({ kind: 'icmp-error', src: ip('10.2.0.1'), icmpType: 3, icmpCode: 1 })] },
    '10.2.0.1 rejected the echo request of serverA to 10.4.0.100 with an ICMP error',
  ],
  'handshake-stalled': [
    {
      protocol: 'tcp',
      probe: { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), dstPort: 22 },
      path: way({ replyLeft: B }),
    },
    'the TCP handshake of serverA with 10.4.0.100 port 22 stalled: SYN and SYN-ACK arrived, the last ACK did not',
  ],
  'data-lost': [{}, 'between serverA and 10.4.0.100 small packets arrive and large ones are lost'],
  'no-reply-seen': [
    { path: way({ requestLeft: A }), originator: null },
    'no reply is seen to the echo request of 10.2.0.100 to 10.4.0.100 (seen on eth1 of serverA), and the captures cannot tell what became of it',
  ],
};

describe('a finding in one sentence', () => {
  it.each(Object.entries(SENTENCES))('%s', (kind, [more, sentence]) => {
    expect(sentenceOf(finding({ kind: kind as FindingKind, ...more }))).toBe(sentence);
  });

  const tcp = {
    protocol: 'tcp',
    probe: { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), dstPort: 1521 },
  } as const;
  const asked = { ...B, src: ip('10.2.0.100') };
  const PORTS: readonly (readonly [Partial<Finding> & { kind: FindingKind }, string])[] = [
    [{ kind: 'request-lost', path: way({ requestLeft: A }) }, 'never reached serverB (10.4.0.100 port 1521)'],
    [{ kind: 'unanswered', path: way({ requestReached: asked }) }, 'the SYN to port 1521 reached it on eth1'],
    [{ kind: 'asymmetric-reply' }, 'serverB answered 10.2.0.100 from TCP port 1521 by eth0'],
    [
      { kind: 'asymmetric-reply', path: way({ requestLeft: A, replyReached: { ...A, interface: 'eth0' } }) },
      'serverA asked 10.4.0.100 port 1521 by eth1',
    ],
    [{ kind: 'asymmetric-request', path: way({ requestLeft: A }) }, 'the SYN to port 1521 left serverA'],
    [{ kind: 'reply-lost', path: way({ replyLeft: B }) }, 'the SYN-ACK of serverB port 1521 left by eth1'],
    [{ kind: 'no-reply-seen', path: way({ replyLeft: B }) }, 'the SYN-ACK of serverB port 1521 left by eth1'],
    [{ kind: 'reply-not-accepted', path: way({ replyReached: A }) }, 'the SYN-ACK of 10.4.0.100 port 1521'],
  ];

  it.each(PORTS)('names the port that was asked: %j', (more, words) => {
    expect(sentenceOf(finding({ ...tcp, ...more }))).toContain(words);
  });

  it('names whom the responder saw asking, behind a box that translates', () => {
    const { path } = finding();
    const hidden = { ...asked, src: ip('10.3.0.100') };
    expect(sentenceOf(finding({ path: { ...path, requestReached: hidden } }))).toBe(
      'serverB answered 10.3.0.100 by eth0, but was asked on eth1',
    );
  });

  it('names nobody who did not send the RST, as its own capture shows', () => {
    const covered = { originatorCovered: true, responderCovered: true, missing: [] };
    const more = { path: way({ requestLeft: A, replyReached: A }), witness: covered } as const;
    const probe = { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), dstPort: 443 };
    expect(sentenceOf(finding({ kind: 'refused', protocol: 'tcp', probe, ...more }))).toBe(
      'somebody on the way refused the connection of 10.2.0.100 to 10.4.0.100 port 443 with a reset (RST)',
    );
  });

  it('of a reply that left and is not seen says where it is missing', () => {
    const path = way({ requestLeft: A, requestReached: B, replyLeft: B });
    expect(sentenceOf(finding({ kind: 'no-reply-seen', path }))).toBe(
      'the echo reply of serverB left by eth1 and is not seen at serverA (10.2.0.100), whose captures cover only some interfaces',
    );
  });

  it('of a connection that stood late says when, unless it never stood', () => {
    const late = { interface: 'eth1', nanos: 7.13e9, repeats: 6 };
    expect(sentenceOf(finding({ late, success: 'yes' }))).toBe(
      'serverB answered 10.2.0.100 by eth0, but was asked on eth1: the first connection stood only 7.13 s later, when the SYN-ACK left by eth1',
    );
    expect(sentenceOf(finding({ kind: 'unanswered', count: 1, late, success: 'yes' }))).toContain(
      'no reply left: the connection stood only 7.13 s later',
    );
    expect(sentenceOf(finding({ late }))).not.toContain('later');
  });

  it('of a request that came to a third host names that one', () => {
    const stray = { ...B, host: 'serverC', covered: true };
    const path = way({ requestLeft: A });
    expect(sentenceOf(finding({ kind: 'request-lost', path, stray }))).toBe(
      'the echo request left serverA by eth1 and never reached serverB (10.4.0.100): it came to serverC on eth1',
    );
    expect(sentenceOf(finding({ kind: 'no-reply-seen', path, stray }))).toContain(
      '(seen on eth1 of serverC)',
    );
  });

  it('of a handshake that only the originator saw does not say what its responder got', () => {
    const stalled = finding({
      kind: 'handshake-stalled',
      protocol: 'tcp',
      probe: { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), dstPort: 22 },
      path: way({ requestLeft: A, replyReached: A }),
    });
    expect(sentenceOf(stalled)).toBe(
      'the TCP handshake of serverA with 10.4.0.100 port 22 stalled: the SYN-ACK comes again and again, though it was acknowledged',
    );
  });

  it('of a SYN-ACK that was asked for again says where it was seen, not at which end that is', () => {
    const seen = sighting({ kind: 'syn-ack', host: 'tap', interface: 'eth1', direction: 'unknown' });
    const lost = finding({
      kind: 'reply-lost',
      protocol: 'tcp',
      probe: { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), dstPort: 22 },
      originator: null,
      responder: null,
      path: way({}),
      evidence: [seen],
    });
    expect(sentenceOf(lost)).toBe(
      '10.2.0.100 asked again for the SYN-ACK of 10.4.0.100 port 22 (seen on eth1 of tap): it did not get it, or did not take it',
    );
  });

  it('stands where hosts and addresses are not known', () => {
    const probe = { src: null, dst: null, dstPort: null };
    for (const kind of Object.keys(SENTENCES) as FindingKind[]) {
      const bare = finding({ kind, probe, originator: null, responder: null, path: way({}), evidence: [] });
      expect(sentenceOf(bare)).not.toMatch(/undefined|null/);
    }
  });
});

describe('what was seen of another way', () => {
  const seen = (success: Finding['success']) => seenWords(finding({ level: 'warning', success }), 'utc');

  it('is a success where somebody saw it work', () => {
    expect(seen('yes')).toMatch(/; it worked, but by a way that a filter would break$/);
  });

  it('is none where nobody saw the reply come home', () => {
    expect(seen('open')).not.toContain('worked');
    expect(seen('open')).toMatch(/; a filter would break this way; whether the reply came home is not seen$/);
  });
});
