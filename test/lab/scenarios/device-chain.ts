import { STORY } from '../plan.ts';
import { helps, onA, onB, type Scenario } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const flushed = helps('the ruleset removed', onB('nft flush ruleset'));
const emptied = helps('the chain emptied', onB('iptables -F INPUT'));
const dropsAt = (hook: 'ingress' | 'egress', address: string) => [
  onB('nft add table netdev n'),
  onB(`nft add chain netdev n c { type filter hook ${hook} device eth1 priority 0; }`),
  onB(`nft add rule netdev n c ip ${address} 10.2.0.100 ip protocol icmp counter drop`),
];
const mangle = (rule: string) => onB(`iptables -t mangle -A ${rule}`);

/** Chains of a device, rules that no file decides, and what becomes of marks and answers there. */
export const deviceChainScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    name: 'ingress-drops-request',
    title: 'a chain of family netdev drops the request before all other hooks',
    setup: [...story.bothRoutes, ...dropsAt('ingress', 'saddr')],
    probe: story.ping,
    fixes: [flushed],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'egress-drops-reply',
    title: 'the same behind all other hooks, for the reply',
    setup: [...story.bothRoutes, ...dropsAt('egress', 'daddr')],
    probe: story.ping,
    fixes: [flushed],
    expected: { code: 'B_FIREWALL_DROPS_REPLY', host: 'b' },
  },
  {
    plan: STORY,
    name: 'drop-behind-undecided-rules',
    title: 'a drop behind rules on what only the kernel remembers',
    setup: [
      ...story.bothRoutes,
      { on: 'b', listen: 1521 },
      onB('iptables -A INPUT -p tcp --syn --dport 1521 -m connlimit --connlimit-above 20 -j DROP'),
      onB('iptables -A INPUT -p tcp --dport 1521 -m recent --name x --rcheck --seconds 60 -j ACCEPT'),
      onB('iptables -A INPUT -p tcp --dport 1521 -j DROP'),
    ],
    probe: story.tcp(1521),
    fixes: [emptied],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'undecided-rules-let-pass',
    title: 'such rules alone, none of which matches',
    setup: [
      ...story.bothRoutes,
      { on: 'b', listen: 1521 },
      onB('iptables -A INPUT -p tcp --syn --dport 1521 -m connlimit --connlimit-above 20 -j DROP'),
      onB('iptables -A INPUT -p tcp --dport 1521 -m recent --name x --rcheck --seconds 60 -j DROP'),
    ],
    probe: story.tcp(1521),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'originator-drops-dns-answer',
    title: 'the answer arrives, and a rule of the client drops it',
    setup: [
      ...story.bothRoutes,
      { on: 'b', respond: 53 },
      onA('iptables -A INPUT -i eth1 -p udp --sport 53 -j DROP'),
    ],
    probe: story.udp(53),
    fixes: [helps('the chain emptied', onA('iptables -F INPUT'))],
    expected: { code: 'A_FIREWALL_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'reflected-mark-of-another-rule',
    title: 'the kernel reflects the mark, and the rule asks for another one',
    setup: [
      story.routeOnA,
      story.tableOnB,
      onB('ip rule add fwmark 3 table eth1'),
      onB('sysctl -qw net.ipv4.fwmark_reflect=1'),
      mangle('PREROUTING -i eth1 -j MARK --set-mark 1'),
    ],
    probe: story.ping,
    fixes: [
      helps(
        'the rule for the mark set',
        onB('ip rule del fwmark 3 table eth1'),
        onB('ip rule add fwmark 1 table eth1'),
      ),
    ],
    expected: { code: 'B_RULE_WRONG_SELECTOR', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'mark-rule-table-empty',
    title: 'the mark is right, its table is empty',
    setup: [
      story.routeOnA,
      onB('ip rule add fwmark 1 table eth1'),
      mangle('PREROUTING -i eth1 -j CONNMARK --set-mark 1'),
      mangle('OUTPUT -j CONNMARK --restore-mark'),
    ],
    probe: story.ping,
    fixes: [helps('a default route in the table', story.tableOnB)],
    expected: { code: 'B_RULE_TABLE_EMPTY', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'mark-never-saved',
    title: 'the packet is marked, the connection is not',
    setup: [
      story.routeOnA,
      story.tableOnB,
      onB('ip rule add fwmark 1 table eth1'),
      mangle('PREROUTING -j CONNMARK --restore-mark'),
      mangle('PREROUTING -i eth1 -m mark --mark 0 -j MARK --set-mark 1'),
      mangle('OUTPUT -j CONNMARK --restore-mark'),
    ],
    probe: story.ping,
    fixes: [helps('the mark saved', mangle('PREROUTING -j CONNMARK --save-mark'))],
    expected: { code: 'B_REPLY_UNMARKED', host: 'b' },
  },
];
