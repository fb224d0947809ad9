import { own } from '../../addr/own.ts';
import type { ValueType } from './field.ts';
import { beginsExpression, takeExpression, typeOf } from './nft-expression.ts';
import type { Words } from './tokens.ts';

/** Names of nft's data types (nft(8), DATA TYPES). */
const DATA_TYPES: Record<string, ValueType | undefined> = {
  ipv4_addr: 'address',
  ipv6_addr: 'address',
  inet_service: 'port',
  inet_proto: 'protocol',
  ifname: 'name',
  iface_index: 'name',
  mark: 'number',
  icmp_type: 'icmp-type',
  icmpv6_type: 'icmp6-type',
  icmp_code: 'icmp-code',
  icmpv6_code: 'icmp6-code',
  tcp_flag: 'tcp-flags',
  ct_state: 'ct-state',
  ct_status: 'ct-status',
  ct_dir: 'ct-direction',
  dscp: 'dscp',
  pkt_type: 'packet-type',
  ether_type: 'ether-type',
  nf_proto: 'family',
  fib_addrtype: 'route-type',
};

/** The types of a named set's parts, from `type ipv4_addr . inet_service` or `typeof ip saddr . tcp dport`. */
export function setTypes(words: Words): ValueType[] {
  while (!words.done && words.word() !== 'type' && words.word() !== 'typeof') words.next();
  const isNamed = words.next().text === 'type';
  const types: ValueType[] = [];
  do {
    if (isNamed) types.push(own(DATA_TYPES, words.next().text) ?? 'number');
    else if (beginsExpression(words)) types.push(typeOf(takeExpression(words, 'number')));
    else break;
  } while (words.take('.'));
  return types;
}
