import type { ValueType } from './field.ts';

function numbered(words: string, from = 0): [string, number][] {
  return words.split(' ').map((word, i) => [word, from + i]);
}

/** IANA protocol numbers, as /etc/protocols names them. */
const PROTOCOLS: [string, number][] = [
  ['ip', 0],
  ['hopopt', 0],
  ['icmp', 1],
  ['igmp', 2],
  ['ipencap', 4],
  ['tcp', 6],
  ['udp', 17],
  ['dccp', 33],
  ['ipv6', 41],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['icmpv6', 58],
  ['ipv6-icmp', 58],
  ['ospf', 89],
  ['vrrp', 112],
  ['sctp', 132],
  ['udplite', 136],
];

/** Ports that nft and iptables print by name when asked for (`-S`), as /etc/services has them. */
const PORTS: [string, number][] = [
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['bootps', 67],
  ['bootpc', 68],
  ['tftp', 69],
  ['http', 80],
  ['kerberos', 88],
  ['pop3', 110],
  ['sunrpc', 111],
  ['ntp', 123],
  ['imap2', 143],
  ['snmp', 161],
  ['bgp', 179],
  ['ldap', 389],
  ['https', 443],
  ['submission', 587],
  ['ldaps', 636],
  ['imaps', 993],
  ['openvpn', 1194],
  ['mysql', 3306],
  ['postgresql', 5432],
  ['http-alt', 8080],
];

const ICMP_TYPES: [string, number][] = [
  ['echo-reply', 0],
  ['destination-unreachable', 3],
  ['source-quench', 4],
  ['redirect', 5],
  ['echo-request', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['parameter-problem', 12],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
  ['info-request', 15],
  ['info-reply', 16],
  ['address-mask-request', 17],
  ['address-mask-reply', 18],
];

const ICMP6_TYPES: [string, number][] = [
  ['destination-unreachable', 1],
  ['packet-too-big', 2],
  ['time-exceeded', 3],
  ['parameter-problem', 4],
  ['echo-request', 128],
  ['echo-reply', 129],
  ['mld-listener-query', 130],
  ['mld-listener-report', 131],
  ['mld-listener-done', 132],
  ['mld-listener-reduction', 132],
  ['nd-router-solicit', 133],
  ['nd-router-advert', 134],
  ['nd-neighbor-solicit', 135],
  ['nd-neighbor-advert', 136],
  ['nd-redirect', 137],
  ['router-renumbering', 138],
  ['ind-neighbor-solicit', 141],
  ['ind-neighbor-advert', 142],
  ['mld2-listener-report', 143],
];

/** DSCP names (RFC 2474, RFC 2597, RFC 3246, RFC 5865, RFC 8622). */
const DSCP: [string, number][] = [
  ...numbered('cs0 cs1 cs2 cs3 cs4 cs5 cs6 cs7').map(([name, i]): [string, number] => [name, i * 8]),
  ...[1, 2, 3, 4].flatMap((af) =>
    [1, 2, 3].map((drop): [string, number] => [`af${af}${drop}`, af * 8 + drop * 2]),
  ),
  ['be', 0],
  ['df', 0],
  ['lephb', 1],
  ['va', 44],
  ['ef', 46],
];

/** Names of bits: 1, 2, 4, ... (`-` for a bit without a name). */
function bits(words: string): [string, number][] {
  return numbered(words).map(([word, i]) => [word, 2 ** i]);
}

/** Names of values by type; types without names are absent. */
export const SYMBOLS: Partial<Record<ValueType, ReadonlyMap<string, number>>> = {
  protocol: new Map(PROTOCOLS),
  port: new Map(PORTS),
  'icmp-type': new Map(ICMP_TYPES),
  'icmp6-type': new Map(ICMP6_TYPES),
  'icmp-code': new Map([
    ...numbered('net-unreachable host-unreachable prot-unreachable port-unreachable frag-needed'),
    ['net-prohibited', 9],
    ['host-prohibited', 10],
    ['admin-prohibited', 13],
  ]),
  'icmp6-code': new Map([
    ...numbered('no-route admin-prohibited'),
    ...numbered('addr-unreachable port-unreachable policy-fail reject-route', 3),
  ]),
  'tcp-flags': new Map(bits('fin syn rst psh ack urg ecn cwr')),
  /** NF_CT_STATE_BIT: invalid 1, then established, related, new; untracked is bit 6. */
  'ct-state': new Map([...bits('invalid established related new'), ['untracked', 64]]),
  /** IPS_* of nf_conntrack_common.h. */
  'ct-status': new Map(
    bits('expected seen-reply assured confirmed snat dnat seq-adjust snat-done dnat-done dying'),
  ),
  'ct-direction': new Map(numbered('original reply')),
  dscp: new Map(DSCP),
  'packet-type': new Map([...numbered('host broadcast multicast other'), ['unicast', 0]]),
  'ether-type': new Map([
    ['ip', 0x0800],
    ['arp', 0x0806],
    ['vlan', 0x8100],
    ['ip6', 0x86dd],
  ]),
  family: new Map([
    ['ipv4', 2],
    ['ipv6', 10],
  ]),
  'route-type': new Map(
    numbered(
      'unspec unicast local broadcast anycast multicast blackhole unreachable prohibit throw nat xresolve',
    ),
  ),
  presence: new Map([
    ['missing', 0],
    ['exists', 1],
  ]),
};
