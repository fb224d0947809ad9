import { STORAGE, STORY, TELCO, WEB } from '../plan.ts';
import { helps, onA, onB, rpFilter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const web = waysOf(WEB);
const telco = waysOf(TELCO);

/** An nft table with one filter chain on B. */
const chainOn = (hook: string, policy = 'accept') => [
  onB('nft add table inet filter'),
  onB(`nft add chain inet filter ${hook} { type filter hook ${hook} priority 0; policy ${policy}; }`),
];
const nftFlushed = helps('the ruleset removed', onB('nft flush ruleset'));

/** The server's own firewall; the routes are right on both servers. */
export const firewallScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    name: 'nft-input-drops-echo',
    title: "B's own input chain drops echo requests",
    setup: [
      ...story.bothRoutes,
      ...chainOn('input'),
      onB('nft add rule inet filter input iifname eth1 icmp type echo-request counter drop'),
    ],
    probe: story.ping,
    fixes: [nftFlushed, useless('reverse-path filters of B off', rpFilter(STORY, 'b', 0))],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'nft-input-drops-others',
    title: 'a chain that drops much, but nothing of this: another port, another interface, another network',
    setup: [
      ...story.bothRoutes,
      ...chainOn('input'),
      onB('nft add rule inet filter input iifname eth0 icmp type echo-request counter drop'),
      onB('nft add rule inet filter input iifname eth1 tcp dport 1521 counter drop'),
      onB('nft add rule inet filter input ip saddr 10.1.0.0/24 counter drop'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: WEB,
    name: 'nft-policy-drop',
    title: 'a default-drop input chain that lets in SSH only swallows the SYN',
    captureStyle: 'nanoseconds',
    setup: [
      ...web.bothRoutes,
      { on: 'b', listen: 8443 },
      ...chainOn('input', 'drop'),
      onB('nft add rule inet filter input ct state established,related accept'),
      onB('nft add rule inet filter input iif lo accept'),
      onB('nft add rule inet filter input icmp type echo-request accept'),
      onB('nft add rule inet filter input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'),
      onB('nft add rule inet filter input tcp dport { 22, 443 } accept'),
    ],
    probe: web.tcp(8443),
    fixes: [
      helps('the port let in', onB('nft add rule inet filter input tcp dport 8443 accept')),
      useless('loose filter on B', rpFilter(WEB, 'b', 2)),
    ],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: WEB,
    name: 'nft-policy-drop-let-in',
    title: 'the same chain with the port in its set',
    setup: [
      ...web.bothRoutes,
      { on: 'b', listen: 8443 },
      ...chainOn('input', 'drop'),
      onB('nft add rule inet filter input ct state established,related accept'),
      onB('nft add rule inet filter input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'),
      onB('nft add rule inet filter input tcp dport { 22, 443, 8443 } accept'),
    ],
    probe: web.tcp(8443),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'iptables-output-drops-reply',
    title: "B answers, and its own OUTPUT chain drops what leaves for the client's network",
    setup: [
      ...storage.bothRoutes,
      onB('iptables -A OUTPUT -d 192.168.2.0/24 -p icmp --icmp-type echo-reply -j DROP'),
    ],
    probe: storage.ping,
    fixes: [helps('the chain emptied', onB('iptables -F OUTPUT'))],
    expected: { code: 'B_FIREWALL_DROPS_REPLY', host: 'b' },
  },
  {
    plan: STORAGE,
    name: 'iptables-output-drops-others',
    title: 'the same rule for the neighbouring network',
    setup: [
      ...storage.bothRoutes,
      onB('iptables -A OUTPUT -d 192.168.3.0/24 -p icmp --icmp-type echo-reply -j DROP'),
      onB('iptables -A INPUT -i enp1s0f0 -p icmp -j DROP'),
    ],
    probe: storage.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: TELCO,
    name: 'iptables-reject-prohibited',
    title: 'an INPUT chain ends with REJECT, as many distributions have it',
    captureStyle: 'per-interface',
    setup: [
      ...telco.bothRoutes,
      { on: 'b', listen: 5060 },
      onB('iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
      onB('iptables -A INPUT -p icmp -j ACCEPT'),
      onB('iptables -A INPUT -p tcp --dport 22 -j ACCEPT'),
      onB('iptables -A INPUT -j REJECT --reject-with icmp-host-prohibited'),
    ],
    probe: telco.tcp(5060),
    fixes: [helps('the port let in', onB('iptables -I INPUT -p tcp --dport 5060 -j ACCEPT'))],
    expected: { code: 'B_FIREWALL_REJECTS', host: 'b' },
  },
  {
    plan: TELCO,
    name: 'iptables-reject-let-in',
    title: 'the same chain, the port let in before the REJECT',
    setup: [
      ...telco.bothRoutes,
      { on: 'b', listen: 5060 },
      onB('iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
      onB('iptables -A INPUT -p tcp -m multiport --dports 22,5060 -j ACCEPT'),
      onB('iptables -A INPUT -j REJECT --reject-with icmp-host-prohibited'),
    ],
    probe: telco.tcp(5060),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'nft-reject-reset',
    title: 'the firewall answers the SYN with a reset though somebody listens',
    setup: [
      ...story.bothRoutes,
      { on: 'b', listen: 1521 },
      ...chainOn('input'),
      onB('nft add rule inet filter input ip saddr 10.2.0.0/24 tcp dport 1521 reject with tcp reset'),
    ],
    probe: story.tcp(1521),
    fixes: [nftFlushed],
    expected: { code: 'B_FIREWALL_REJECTS', host: 'b' },
  },
  {
    plan: WEB,
    name: 'nft-reject-ping',
    title: "the firewall answers pings with port unreachable, nft's plain `reject`",
    setup: [
      ...web.bothRoutes,
      ...chainOn('input'),
      onB('nft add rule inet filter input icmp type echo-request reject'),
    ],
    probe: web.ping,
    fixes: [nftFlushed],
    expected: { code: 'B_FIREWALL_REJECTS', host: 'b' },
  },
  {
    plan: STORY,
    name: 'host-drops-invalid',
    title: "A's own stateful firewall does not know the reply: its requests are not tracked",
    setup: [
      ...story.bothRoutes,
      onA('nft add table inet filter'),
      onA('nft add chain inet filter raw { type filter hook output priority -300; }'),
      onA('nft add rule inet filter raw ip daddr 10.4.0.0/24 notrack'),
      onA('nft add chain inet filter input { type filter hook input priority 0; policy accept; }'),
      onA('nft add rule inet filter input ct state invalid counter drop'),
    ],
    probe: story.ping,
    fixes: [
      helps('the requests tracked', onA('nft flush chain inet filter raw')),
      useless('reverse-path filters of A off', rpFilter(STORY, 'a', 0)),
    ],
    expected: { code: 'A_FIREWALL_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORY,
    name: 'host-drops-invalid-tracked',
    title: 'the same firewall on A, requests tracked: the reply is established',
    setup: [
      ...story.bothRoutes,
      onA('nft add table inet filter'),
      onA('nft add chain inet filter input { type filter hook input priority 0; policy drop; }'),
      onA('nft add rule inet filter input ct state invalid counter drop'),
      onA('nft add rule inet filter input ct state established,related counter accept'),
      onA('nft add rule inet filter input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'originator-input-drops-reply',
    title: "A's INPUT chain lets in replies on the first card only",
    captureStyle: 'cooked-v1',
    setup: [
      ...storage.bothRoutes,
      onA('iptables -P INPUT DROP'),
      onA('iptables -A INPUT -i lo -j ACCEPT'),
      onA('iptables -A INPUT -i bond0 -j ACCEPT'),
    ],
    probe: storage.ping,
    fixes: [
      helps('established let in', onA('iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT')),
    ],
    expected: { code: 'A_FIREWALL_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORY,
    name: 'originator-output-drops-request',
    title: "A's own output chain drops the request before any capture sees it",
    setup: [
      ...story.bothRoutes,
      onA('nft add table ip guard'),
      onA('nft add chain ip guard out { type filter hook output priority 0; }'),
      onA('nft add rule ip guard out ip daddr 10.4.0.0/24 counter drop'),
    ],
    probe: story.ping,
    fixes: [helps('the ruleset removed', onA('nft flush ruleset'))],
    expected: { code: 'A_FIREWALL_DROPS_REQUEST', host: 'a' },
  },
  {
    plan: STORY,
    name: 'fib-rule-drops-request',
    title: 'an nft rule on B makes the strict reverse-path test where rp_filter is off',
    setup: [
      story.routeOnA,
      onB('nft add table inet rpf'),
      onB('nft add chain inet rpf pre { type filter hook prerouting priority -300; }'),
      onB('nft add rule inet rpf pre fib saddr . iif oif missing counter drop'),
    ],
    probe: story.ping,
    fixes: [
      helps("a static route on B to the client's network", story.routeOnB),
      helps('the rule removed', onB('nft flush ruleset')),
      useless('reverse-path filters of B off', rpFilter(STORY, 'b', 0)),
    ],
    expected: { code: 'B_FIREWALL_RPF_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'fib-rule-lets-pass',
    title: 'the same rule, with a route back by the card asked on',
    setup: [
      ...story.bothRoutes,
      onB('nft add table inet rpf'),
      onB('nft add chain inet rpf pre { type filter hook prerouting priority -300; }'),
      onB('nft add rule inet rpf pre fib saddr . iif oif missing counter drop'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'rpfilter-match-drops-reply',
    title: "iptables' rpfilter match on A drops the reply: A's best route to B is by the first card",
    setup: [
      onA('ip route add default via 192.168.2.1 dev bond1 metric 200'),
      storage.routeOnB,
      onA('iptables -t raw -A PREROUTING -m rpfilter --invert -j DROP'),
    ],
    probe: storage.ping,
    fixes: [
      helps('the rule removed', onA('iptables -t raw -F PREROUTING')),
      helps("a static route on A to B's second network", storage.routeOnA),
      useless('reverse-path filters of A off', rpFilter(STORAGE, 'a', 0)),
    ],
    expected: { code: 'A_FIREWALL_RPF_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORAGE,
    name: 'rpfilter-match-loose',
    title: 'the same match with --loose: any way back will do',
    setup: [
      onA('ip route add default via 192.168.2.1 dev bond1 metric 200'),
      storage.routeOnB,
      onA('iptables -t raw -A PREROUTING -m rpfilter --loose --invert -j DROP'),
    ],
    probe: storage.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: WEB,
    name: 'firewalld-ipv6-rpfilter',
    title: "firewalld's IPv6_rpfilter on B drops the request where IPv4 would let it pass",
    setup: [
      web.routeOnA,
      onA('ip -6 route add 2001:db8:18:5::/64 via 2001:db8:66::1 dev ens224'),
      onB('nft add table inet firewalld'),
      onB('nft add chain inet firewalld filter_PREROUTING { type filter hook prerouting priority -290; }'),
      onB(
        'nft add rule inet firewalld filter_PREROUTING icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept',
      ),
      onB(
        'nft add rule inet firewalld filter_PREROUTING meta nfproto ipv6 fib saddr . mark . iif oif missing drop',
      ),
    ],
    probe: { kind: 'ping', bind: 'ens224', to: '2001:db8:18:5::77' },
    also: [web.ping],
    fixes: [
      helps(
        "a static route on B to the client's network",
        onB('ip -6 route add 2001:db8:66::/64 via 2001:db8:18:5::1 dev ens224'),
      ),
      helps('the rule removed', onB('nft flush ruleset')),
    ],
    expected: { code: 'B_FIREWALL_RPF_DROPS_REQUEST', host: 'b' },
  },
];
