import type { Dice } from '../fuzz/dice.ts';

/** A random rule set in nft's language: one inet table, a chain for each place that matters. */
export function randomNft(dice: Dice): string {
  const chains = [
    ...PLACES.filter(() => dice.chance(60)).map((place) => chain(dice, place)),
    ...(dice.chance(40) ? [natChain(dice, 'prerouting', 'dstnat', DESTINATION_NAT)] : []),
    ...(dice.chance(40) ? [natChain(dice, 'postrouting', 'srcnat', SOURCE_NAT)] : []),
  ];
  return `table inet t {\n set s { type ipv4_addr\n flags interval\n elements = { 10.90.0.0/24, 10.92.0.2 }\n }\n chain sub {\n${rules(dice, 'sub', 3)}\n }\n${chains.join('\n')}\n}\n`;
}

interface Place {
  readonly name: string;
  readonly type: 'filter' | 'route';
  readonly hook: string;
  readonly priority: string;
}

const PLACES: readonly Place[] = [
  { name: 'raw', type: 'filter', hook: 'prerouting', priority: 'raw' },
  { name: 'pre', type: 'filter', hook: 'prerouting', priority: 'mangle' },
  { name: 'late', type: 'filter', hook: 'prerouting', priority: 'filter' },
  { name: 'in', type: 'filter', hook: 'input', priority: 'filter' },
  { name: 'in2', type: 'filter', hook: 'input', priority: 'filter' },
  { name: 'rawout', type: 'filter', hook: 'output', priority: 'raw' },
  { name: 'route', type: 'route', hook: 'output', priority: 'mangle' },
  { name: 'out', type: 'filter', hook: 'output', priority: 'filter' },
  { name: 'post', type: 'filter', hook: 'postrouting', priority: 'mangle' },
];

function chain(dice: Dice, place: Place): string {
  const policy = dice.chance(15) ? 'drop' : 'accept';
  const own = rules(dice, place.hook, 1 + dice.below(4), place.name.startsWith('raw'));
  return ` chain ${place.name} {\n type ${place.type} hook ${place.hook} priority ${place.priority}; policy ${policy};\n${own}\n }`;
}

function natChain(dice: Dice, hook: string, priority: string, targets: readonly string[]): string {
  const own = Array.from({ length: 1 + dice.below(2) }, () => `  ${dice.pick(targets)}`);
  return ` chain nat${hook} {\n type nat hook ${hook} priority ${priority}; policy accept;\n${own.join('\n')}\n }`;
}

const DESTINATION_NAT = [
  'tcp dport 5401 redirect to :5400',
  'udp dport 5301 redirect to :5300',
  'meta nfproto ipv4 tcp dport 5401 dnat ip to 10.91.0.2:5400',
  'ip daddr 10.92.0.2 dnat ip to 10.91.0.2',
  'ip6 daddr fd92::2 udp dport 5301 dnat ip6 to [fd91::2]:5300',
  'icmp type echo-request redirect',
  'iifname "eth1" tcp dport 5400 accept',
];

const SOURCE_NAT = [
  'oifname "eth1" masquerade',
  'meta mark 0x1 masquerade',
  'ip saddr 10.92.0.2 snat ip to 10.91.0.9',
  'udp sport 5300 masquerade',
  'ip6 saddr fd92::2 snat ip6 to fd91::9',
];

const ANYWHERE = [
  '',
  '',
  'ip saddr 10.90.0.1',
  'ip saddr @s',
  'ip saddr != @s',
  'ip daddr { 10.91.0.2, 10.90.0.0/24 }',
  'ip daddr != 10.91.0.2',
  'ip6 saddr fd90::/64',
  'ip6 daddr != { fd91::2, fd90::1 }',
  'iifname "eth1"',
  'iifname "eth*"',
  'iifname != "eth2"',
  'oifname "eth2"',
  'oifname != "eth1"',
  'tcp dport 5400',
  'tcp dport != 5400',
  'tcp sport 5400',
  'udp dport { 5300, 5301 }',
  'udp sport 5000-5300',
  'meta l4proto { tcp, udp } th dport 5300-5400',
  'meta l4proto tcp',
  'meta l4proto != { icmp, ipv6-icmp }',
  'meta nfproto ipv4',
  'meta nfproto ipv6',
  'ip protocol udp',
  'icmp type echo-request',
  'icmp type { echo-reply, echo-request }',
  'icmpv6 type echo-reply',
  'tcp flags syn / fin,syn,rst,ack',
  'tcp flags syn',
  'tcp flags & (syn | ack) == syn | ack',
  'tcp flags != syn',
  'meta mark 0x1',
  'meta mark & 0x2 == 0x2',
  'meta mark != 0x0',
  'meta mark { 0x1, 0x3 }',
  'ip dscp cs1',
  'ip ttl > 10',
  'ip saddr . ip daddr { 10.90.0.1 . 10.91.0.2, 10.92.0.2 . 10.90.0.1 }',
  'ip saddr & 255.255.0.255 == 10.90.0.1',
  'meta pkttype host',
];

const CONNECTION = [
  'ct state new',
  'ct state established',
  'ct state invalid',
  'ct state untracked',
  'ct state established,related',
  'ct state != new',
  'ct state { new, untracked }',
  'ct direction reply',
  'ct direction original',
  'ct mark 0x1',
  'ct mark != 0x0',
  'ct status dnat',
  'ct status snat',
  'ct original ip daddr 10.92.0.2',
  'ct original proto-dst 5401',
];

const INCOMING = [
  'fib saddr . iif oif missing',
  'fib saddr . iif oif exists',
  'fib saddr . mark . iif oif missing',
  'fib saddr oifname "eth1"',
  'fib daddr type local',
  'fib daddr . iif type local',
  'fib saddr type != local',
];

function rules(dice: Dice, hook: string, count: number, raw = false): string {
  return Array.from({ length: count }, () => `  ${rule(dice, hook, raw)}`).join('\n');
}

function rule(dice: Dice, hook: string, raw: boolean): string {
  const matches = [match(dice, hook), ...(dice.chance(40) ? [match(dice, hook)] : [])];
  const effects = dice.chance(50) ? [dice.pick(EFFECTS)] : [];
  if (raw && dice.chance(50)) effects.push('notrack');
  const words = [...matches, ...effects, verdict(dice, hook)].filter(Boolean).join(' ');
  return words || 'accept';
}

function match(dice: Dice, hook: string): string {
  if (dice.chance(30)) return dice.pick(CONNECTION);
  return hook === 'prerouting' && dice.chance(30) ? dice.pick(INCOMING) : dice.pick(ANYWHERE);
}

const EFFECTS = [
  'meta mark set 0x1',
  'meta mark set 0x2',
  'meta mark set meta mark | 0x2',
  'meta mark set meta mark & 0xfffffffe',
  'meta mark set meta mark ^ 0x3',
  'meta mark set ct mark',
  'ct mark set 0x1',
  'ct mark set meta mark',
  'ct mark set ct mark | 0x4',
  'ip dscp set cs1',
  'meta mark set ip saddr map { 10.90.0.1 : 0x1, 10.92.0.2 : 0x3 }',
  'meta mark set tcp dport map { 5400 : 0x1, 5401 : 0x0 }',
  'counter',
  'ip saddr vmap { 10.90.0.1 : continue, 10.91.0.2 : accept }',
  'ct state vmap { established : accept, invalid : drop }',
];

function verdict(dice: Dice, hook: string): string {
  const choices = ['', '', '', 'accept', 'accept', 'drop', 'return', hook === 'sub' ? 'return' : 'jump sub'];
  if (hook === 'input' || hook === 'output') choices.push('reject');
  if (hook !== 'sub') choices.push('goto sub');
  return dice.pick(choices);
}
