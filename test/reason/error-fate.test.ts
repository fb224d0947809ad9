import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/exchange/sighting.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, type Files, found, host, kinds } from './support/story.ts';

const udpSockets =
  'State Recv-Q Send-Q Local Address:Port Peer Address:Port\nUNCONN 0 0 10.4.0.100:53 0.0.0.0:*';
const way = 'eth1 10.2.0.100 > 10.4.0.100';
const asked = { kind: 'rejected', requestLeft: way, requestReached: way } as const;
const answer = (rules: string) =>
  `table ip t {\n chain c {\n  type filter hook input priority filter; policy accept;\n  ${rules}\n }\n}`;

const seen = (name: string, device: string, more: Partial<Sighting> = {}): Sighting =>
  sighting({
    kind: 'icmp-error',
    host: name,
    interface: device,
    direction: name === 'A' ? 'in' : 'out',
    src: ip('10.4.0.100'),
    dst: ip('10.2.0.100'),
    target: ip('10.4.0.100'),
    icmpType: 3,
    icmpCode: 3,
    ...more,
  });

interface Told {
  readonly a?: Partial<Files>;
  readonly b?: Partial<Files>;
  readonly covered?: boolean;
}

/** Nobody holds the port; B says so. */
function closed(errors: Sighting[], { a = {}, b = {}, covered = true }: Told = {}) {
  const one = found({ ...asked, protocol: 'udp', port: 5001 });
  const witness = { originatorCovered: covered, responderCovered: true, missing: [] };
  const finding = { ...one, witness, examples: [{ ...one.examples[0], errors }] };
  return causesOf(finding, host('A', { ...A, ...a }), host('B', { ...B, udpSockets, ...b }));
}

describe('an ICMP error of the host that was asked', () => {
  it('is not called dropped by rules that track connections, where it is not known what it is about', () => {
    const stateful = answer('ct state established,related accept;\n  drop');
    const errors = [seen('B', 'eth1'), seen('A', 'eth1')];
    const one = found({ ...asked, requestLeft: null, protocol: 'udp', port: 5001 });
    const finding = { ...one, examples: [{ ...one.examples[0], errors }] };
    const causes = causesOf(finding, host('A', { ...A, nft: stateful }), host('B', { ...B, udpSockets }));
    expect(kinds(causes).filter((kind) => kind.startsWith('firewall'))).toEqual([]);
  });

  it('may leave by another interface and not come back, as an answer would', () => {
    const errors = [seen('B', 'eth0')];
    expect(kinds(closed(errors))).toEqual(['port-closed@B', 'default-route-only@B']);
    expect(kinds(closed(errors, { covered: false }))).toEqual(['port-closed@B']);
    expect(kinds(closed([...errors, seen('A', 'eth1')]))).toEqual(['port-closed@B']);
    expect(kinds(closed([seen('B', 'eth1')]))).toEqual(['port-closed@B']);
    const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
    expect(kinds(closed([seen('B', 'eth1')], { b: { routes } }))).toEqual(['port-closed@B']);
  });

  it('may leave by another interface than the state supplied says, which explains nothing', () => {
    const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
    expect(kinds(closed([seen('B', 'eth0')], { b: { routes } }))).toEqual(['port-closed@B']);
  });

  it('comes back, and a rule of the originator drops it', () => {
    const errors = [seen('B', 'eth1'), seen('A', 'eth1')];
    const told = closed(errors, { a: { nft: answer('icmp type destination-unreachable drop') } });
    expect(kinds(told)).toEqual(['port-closed@B', 'firewall-drops@A']);
    expect(told[1].sentence).toContain('drops the ICMP error "port unreachable" by a rule');
    expect(told[1].notes[0]).toBe('the program of A learns nothing of the refusal and waits');
    const own = seen('A', 'eth1', { direction: 'out' });
    const nft = answer('icmp type destination-unreachable drop');
    expect(kinds(closed([own], { a: { nft } }))).toEqual(['port-closed@B']);
  });

  it('is let in as related to what was sent', () => {
    const nft = answer('ct state established,related accept\n  meta l4proto icmp drop');
    expect(kinds(closed([seen('A', 'eth1')], { a: { nft } }))).toEqual(['port-closed@B']);
  });

  it('comes back, and the reverse-path filter of the originator drops it', () => {
    const sysctl = 'net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.eth1.rp_filter = 0';
    expect(kinds(closed([seen('A', 'eth1')], { a: { sysctl } }))).toContain('rp-filter-strict@A');
  });
});

describe('a router that tells what its next link takes', () => {
  const tooBig = { src: ip('10.2.0.1'), icmpCode: 4, mtu: 1300 };
  const told = (errors: Sighting[], a: Partial<Files>) => {
    const one = found({ kind: 'rejected', requestLeft: way });
    return causesOf(
      { ...one, examples: [{ ...one.examples[0], errors }] },
      host('A', { ...A, ...a }),
      host('B', B),
    );
  };

  it('is not heard where the sender drops the error by a rule of its own', () => {
    const nft = answer('icmp type destination-unreachable drop');
    const causes = told([seen('A', 'eth1', tooBig)], { nft });
    expect(kinds(causes)).toEqual(['firewall-drops@A', 'path-mtu@null']);
    expect(causes[0].notes[0]).toContain('10.2.0.1 told A that the next link takes 1300 bytes');
    expect(kinds(told([seen('A', 'eth1', tooBig)], {}))).toEqual(['path-mtu@null']);
  });

  it('is not seen to tell the sender', () => {
    const nft = answer('icmp type destination-unreachable drop');
    expect(kinds(told([seen('B', 'eth1', tooBig)], { nft }))).toEqual(['path-mtu@null']);
  });

  it('tells the responder, of its reply', () => {
    const nft = answer('icmp type destination-unreachable drop');
    const one = found({
      kind: 'reply-lost',
      requestLeft: way,
      requestReached: way,
      replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
    });
    const error = seen('B', 'eth1', {
      ...tooBig,
      src: ip('10.4.0.1'),
      dst: ip('10.4.0.100'),
      target: ip('10.2.0.100'),
      direction: 'in',
    });
    const finding = { ...one, examples: [{ ...one.examples[0], errors: [error] }] };
    expect(kinds(causesOf(finding, host('A', A), host('B', { ...B, nft })))).toEqual([
      'firewall-drops@B',
      'path-mtu@null',
    ]);
  });
});
