import type { Dice } from '../fuzz/dice.ts';

/** A random rule set for iptables-restore or ip6tables-restore. */
export function randomIptables(dice: Dice, family: 4 | 6): string {
  return TABLES.filter(() => dice.chance(70))
    .map(({ name, chains }) => table(dice, name, chains, family))
    .join('');
}

const TABLES = [
  { name: 'raw', chains: ['PREROUTING', 'OUTPUT'] },
  { name: 'mangle', chains: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'] },
  { name: 'nat', chains: ['PREROUTING', 'POSTROUTING'] },
  { name: 'filter', chains: ['INPUT', 'OUTPUT'] },
];

function table(dice: Dice, name: string, chains: readonly string[], family: 4 | 6): string {
  const heads = chains.map(
    (one) => `:${one} ${name === 'filter' && dice.chance(15) ? 'DROP' : 'ACCEPT'} [0:0]`,
  );
  const rules = chains.flatMap((one) => dice.some(0, 4, () => `-A ${one} ${rule(dice, name, one, family)}`));
  const sub = dice.some(1, 3, () => `-A sub ${rule(dice, name, 'sub', family)}`);
  return `*${name}\n${[...heads, ':sub - [0:0]', ...rules, ...sub].join('\n')}\nCOMMIT\n`;
}

function rule(dice: Dice, table: string, chain: string, family: 4 | 6): string {
  const match = dice.pick(family === 4 ? [...MATCHES, ...MATCHES4] : [...MATCHES, ...MATCHES6]);
  const back = table === 'raw' || table === 'mangle' ? RP_FILTER : [];
  const special = chain === 'PREROUTING' && dice.chance(25) && back.length > 0 ? dice.pick(back) : match;
  const state = dice.maybe(table === 'raw' ? 0 : 30, () => dice.pick(STATES)).trim();
  const target = dice.pick(targets(table, chain, family));
  return [deviceOf(dice, chain), special, state, `-j ${target}`].filter(Boolean).join(' ');
}

function deviceOf(dice: Dice, chain: string): string {
  if (!dice.chance(30)) return '';
  if (chain === 'PREROUTING' || chain === 'INPUT') return dice.pick(['-i eth1', '-i eth+', '! -i eth2']);
  return chain === 'sub' ? '' : dice.pick(['-o eth2', '! -o eth1', '-o eth+']);
}

function targets(table: string, chain: string, family: 4 | 6): string[] {
  if (table === 'nat') return natTargets(chain, family);
  const common = ['ACCEPT', 'ACCEPT', 'DROP', 'RETURN', ...(chain === 'sub' ? [] : ['sub', 'sub'])];
  if (table === 'raw') return [...common, 'CT --notrack', 'CT --notrack'];
  if (table === 'filter') return [...common, 'REJECT'];
  return [
    'MARK --set-xmark 0x1/0xffffffff',
    'MARK --set-xmark 0x2/0xf',
    'MARK --or-mark 0x1',
    'MARK --xor-mark 0x3',
    'CONNMARK --set-xmark 0x1/0xffffffff',
    'CONNMARK --save-mark',
    'CONNMARK --restore-mark',
    'CONNMARK --restore-mark --nfmask 0x3 --ctmask 0x1',
    'DSCP --set-dscp 0x08',
    ...common,
  ];
}

function natTargets(chain: string, family: 4 | 6): string[] {
  if (chain === 'sub') return ['ACCEPT', 'RETURN'];
  const [first, spare] = family === 4 ? ['10.91.0.2', '10.91.0.9'] : ['fd91::2', 'fd91::9'];
  if (chain === 'PREROUTING') return ['ACCEPT', `DNAT --to-destination ${first}`, 'REDIRECT', 'sub'];
  return ['ACCEPT', 'MASQUERADE', `SNAT --to-source ${spare}`, 'sub'];
}

const MATCHES = [
  '',
  '',
  '-p tcp -m tcp --dport 5400',
  '-p tcp -m tcp ! --dport 5400',
  '-p tcp -m tcp --sport 5300:5400',
  '-p udp -m udp --dport 5300',
  '-p tcp -m multiport --dports 22,5400:5401',
  '-p udp -m multiport --ports 5301',
  '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
  '-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN',
  '! -p tcp',
  '-m mark --mark 0x1/0x1',
  '-m mark ! --mark 0x0',
  '-m connmark --mark 0x1/0x1',
  '-m addrtype --dst-type LOCAL',
  '-m addrtype ! --src-type LOCAL',
  '-m dscp --dscp 0x08',
];
const MATCHES4 = [
  '-s 10.90.0.0/24',
  '! -s 10.90.0.1/32',
  '-d 10.91.0.2/32',
  '-s 10.90.0.2/255.255.0.255',
  '-m iprange --dst-range 10.90.0.1-10.91.0.2',
  '-p icmp -m icmp --icmp-type 8',
  '-p icmp -m icmp --icmp-type 0',
  '-m ttl --ttl-gt 10',
];
const MATCHES6 = [
  '-s fd90::/64',
  '! -d fd91::2/128',
  '-p ipv6-icmp -m icmp6 --icmpv6-type 129',
  '-m iprange --src-range fd90::1-fd91::2',
  '-m hl --hl-gt 10',
];
const RP_FILTER = [
  '-m rpfilter --invert',
  '-m rpfilter',
  '-m rpfilter --loose --invert',
  '-m rpfilter --validmark --invert',
];
const STATES = [
  '-m state --state NEW',
  '-m conntrack --ctstate RELATED,ESTABLISHED',
  '-m conntrack --ctstate INVALID',
  '-m conntrack --ctstate UNTRACKED',
  '-m conntrack ! --ctstate NEW',
  '-m conntrack --ctstate DNAT',
  '-m conntrack --ctdir REPLY',
];
