/** How the words that stand for a field's values are read. */
export type ValueType =
  | 'address'
  | 'name'
  | 'number'
  | 'port'
  | 'protocol'
  | 'icmp-type'
  | 'icmp6-type'
  | 'icmp-code'
  | 'icmp6-code'
  | 'tcp-flags'
  | 'ct-state'
  | 'ct-status'
  | 'ct-direction'
  | 'dscp'
  | 'packet-type'
  | 'ether-type'
  | 'family'
  | 'route-type'
  | 'presence';

/** Every field that rules may ask for and we can read, by nft's own name. */
export const FIELDS = {
  'meta mark': 'number',
  'meta iif': 'name',
  'meta iifname': 'name',
  'meta oif': 'name',
  'meta oifname': 'name',
  'meta l4proto': 'protocol',
  'meta nfproto': 'family',
  'meta protocol': 'ether-type',
  'meta pkttype': 'packet-type',
  'meta length': 'number',
  'meta skuid': 'number',
  'meta skgid': 'number',
  'ip saddr': 'address',
  'ip daddr': 'address',
  'ip protocol': 'protocol',
  'ip dscp': 'dscp',
  /** Of iptables alone: the whole byte. */
  'ip tos': 'number',
  'ip ttl': 'number',
  'ip length': 'number',
  'ip version': 'number',
  'ip frag-off': 'number',
  'ip6 saddr': 'address',
  'ip6 daddr': 'address',
  'ip6 nexthdr': 'protocol',
  'ip6 dscp': 'dscp',
  'ip6 tos': 'number',
  'ip6 hoplimit': 'number',
  'ip6 version': 'number',
  'tcp sport': 'port',
  'tcp dport': 'port',
  'tcp flags': 'tcp-flags',
  'udp sport': 'port',
  'udp dport': 'port',
  'th sport': 'port',
  'th dport': 'port',
  'icmp type': 'icmp-type',
  'icmp code': 'icmp-code',
  'icmpv6 type': 'icmp6-type',
  'icmpv6 code': 'icmp6-code',
  'ct state': 'ct-state',
  'ct status': 'ct-status',
  'ct direction': 'ct-direction',
  'ct mark': 'number',
  'ct zone': 'number',
  'ct l3proto': 'family',
  'ct protocol': 'protocol',
  'ct original ip saddr': 'address',
  'ct original ip daddr': 'address',
  'ct original ip6 saddr': 'address',
  'ct original ip6 daddr': 'address',
  'ct original protocol': 'protocol',
  'ct original proto-src': 'port',
  'ct original proto-dst': 'port',
  'ct reply ip saddr': 'address',
  'ct reply ip daddr': 'address',
  'ct reply ip6 saddr': 'address',
  'ct reply ip6 daddr': 'address',
  'ct reply protocol': 'protocol',
  'ct reply proto-src': 'port',
  'ct reply proto-dst': 'port',
} as const satisfies Record<string, ValueType>;

export type Field = keyof typeof FIELDS;

export function isField(name: string): name is Field {
  return Object.hasOwn(FIELDS, name);
}

/** Fields whose values are sets of bits: a plain comparison asks for any of them. */
export function isFlags(type: ValueType): boolean {
  return type === 'tcp-flags' || type === 'ct-state' || type === 'ct-status';
}
