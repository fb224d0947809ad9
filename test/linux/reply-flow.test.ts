import { describe, expect, it } from 'vitest';
import { type Received, replyFlow } from '../../src/linux/reply-flow.ts';
import { hostOf, ip } from './support/host.ts';

const PING: Received = {
  protocol: 'icmp',
  source: ip('10.2.0.100'),
  destination: ip('10.4.0.100'),
  sourcePort: 0,
  destinationPort: 0,
  tos: 0x10,
  inputDevice: 'eth1',
  mark: 1,
};
const SYN: Received = { ...PING, protocol: 'tcp', sourcePort: 40000, destinationPort: 1521 };
const PING6: Received = { ...PING, source: ip('2001:db8::1'), destination: ip('fd00:4::100') };
const plain = hostOf({ sysctl: 'net.ipv4.fwmark_reflect = 0' });

describe('the lookup made for a reply', () => {
  it('is from the address asked, by no device', () => {
    expect(replyFlow(plain, PING)).toMatchObject({
      destination: ip('10.2.0.100'),
      source: ip('10.4.0.100'),
      outputDevice: null,
      inputDevice: null,
      protocol: 1,
    });
  });

  it('is by the device that the socket is bound to', () => {
    expect(replyFlow(plain, { ...SYN, boundDevice: 'eth1' })).toMatchObject({
      outputDevice: 'eth1',
      socketBound: true,
    });
    expect(replyFlow(plain, SYN)).toMatchObject({ outputDevice: null, socketBound: false });
  });

  it('has the ports of the request the other way round', () => {
    expect(replyFlow(plain, SYN)).toMatchObject({ protocol: 6, sourcePort: 1521, destinationPort: 40000 });
  });

  it('reflects the tos for an echo and for a RST, not for a SYN-ACK, and not in IPv6', () => {
    expect(replyFlow(plain, PING).tos).toBe(0x10);
    expect(replyFlow(plain, SYN).tos).toBe(0);
    expect(replyFlow(plain, { ...SYN, refused: true }).tos).toBe(0x10);
    expect(replyFlow(plain, PING6).tos).toBe(0);
  });

  it('has the mark of the request only where a sysctl says so', () => {
    const reflect = hostOf({ sysctl: 'net.ipv4.fwmark_reflect = 1' });
    const accept = hostOf({ sysctl: 'net.ipv4.tcp_fwmark_accept = 1' });
    expect([plain, reflect, accept].map((state) => replyFlow(state, PING).mark)).toEqual([0, 1, 0]);
    expect([plain, reflect, accept].map((state) => replyFlow(state, SYN).mark)).toEqual([0, 0, 1]);
  });

  it('names the device of arrival for an IPv6 echo, and for a link-local peer', () => {
    expect(replyFlow(plain, PING6)).toMatchObject({ outputDevice: 'eth1', socketBound: false });
    const syn6 = { ...PING6, protocol: 'tcp' as const };
    expect(replyFlow(plain, syn6).outputDevice).toBeNull();
    expect(replyFlow(plain, { ...syn6, source: ip('fe80::9') }).outputDevice).toBe('eth1');
  });
});
