import { STORAGE, STORY, TELCO, WEB } from '../plan.ts';
import { helps, onA, onB, onRouter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const web = waysOf(WEB);
const telco = waysOf(TELCO);

/** Rules that select something else, rules of A, and tables and rules that refuse. */
export const ruleSelectorScenarios: readonly Scenario[] = [
  {
    plan: WEB,
    firewall: true,
    name: 'rule-wrong-to',
    title: "the rule's `to` names the client's other network",
    setup: [web.routeOnA, web.tableOnB, onB('ip rule add from 198.18.5.77 to 10.20.30.0/26 table dmz')],
    probe: web.ping,
    fixes: [
      helps(
        'the network the client asks from',
        onB('ip rule del from 198.18.5.77 to 10.20.30.0/26 table dmz'),
        onB('ip rule add from 198.18.5.77 to 10.66.0.0/30 table dmz'),
      ),
    ],
    expected: { code: 'B_RULE_WRONG_SELECTOR', host: 'b' },
  },
  {
    plan: WEB,
    firewall: true,
    name: 'rule-by-network',
    title: 'a rule for the whole network of the card, and a `to` that covers the client',
    setup: [web.routeOnA, web.tableOnB, onB('ip rule add from 198.18.5.64/27 to 10.64.0.0/10 table dmz')],
    probe: web.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    firewall: true,
    name: 'rule-for-tcp-only',
    title: 'the rule selects TCP; the ping misses it',
    setup: [
      storage.routeOnA,
      storage.tableOnB,
      onB('ip rule add from 10.88.4.5 ipproto tcp table storage'),
      { on: 'b', listen: 2049 },
    ],
    probe: storage.ping,
    also: [storage.tcp(2049)],
    fixes: [
      helps(
        'the rule for all protocols',
        onB('ip rule del from 10.88.4.5 ipproto tcp table storage'),
        storage.ruleOnB,
      ),
    ],
    expected: { code: 'B_RULE_WRONG_SELECTOR', host: 'b' },
  },
  {
    plan: STORAGE,
    firewall: true,
    name: 'rule-wrong-port',
    title: "the rule selects the service's port as destination; in the reply it is the source",
    setup: [
      storage.routeOnA,
      storage.tableOnB,
      onB('ip rule add from 10.88.4.5 ipproto tcp dport 2049 table storage'),
      { on: 'b', listen: 2049 },
    ],
    probe: storage.tcp(2049),
    fixes: [
      helps(
        'the port as source',
        onB('ip rule del from 10.88.4.5 ipproto tcp dport 2049 table storage'),
        onB('ip rule add from 10.88.4.5 ipproto tcp sport 2049 table storage'),
      ),
    ],
    expected: { code: 'B_RULE_WRONG_SELECTOR', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'rule-by-tos',
    title: 'the rule selects a type of service that a plain ping does not have',
    setup: [story.routeOnA, story.tableOnB, onB('ip rule add tos 0x10 table eth1')],
    probe: story.ping,
    also: [{ ...story.ping, tos: 0x10 }],
    fixes: [
      helps('the rule without it', onB('ip rule del tos 0x10 table eth1'), onB('ip rule add table eth1')),
    ],
    expected: { code: 'B_RULE_WRONG_SELECTOR', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'rule-by-tos-matched',
    title: 'the same rule and a ping of that type: the reply takes the type over',
    setup: [story.routeOnA, story.tableOnB, onB('ip rule add tos 0x10 table eth1')],
    probe: { ...story.ping, tos: 0x10 },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: TELCO,
    name: 'table-throws',
    title: "the rule's table throws the client's network back: main answers",
    setup: [
      telco.routeOnA,
      telco.tableOnB,
      telco.ruleOnB,
      onB('ip route add throw 100.96.200.0/23 table media'),
      onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=1'),
    ],
    probe: telco.ping,
    fixes: [helps('the throw route removed', onB('ip route del throw 100.96.200.0/23 table media'))],
    expected: { code: 'B_THROW_ROUTE', host: 'b' },
  },
  {
    plan: TELCO,
    name: 'table-throws-others',
    title: "the table throws another network back; the client's goes by its default route",
    setup: [
      telco.routeOnA,
      telco.tableOnB,
      telco.ruleOnB,
      onB('ip route add throw 100.64.0.0/19 table media'),
      onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=1'),
    ],
    probe: telco.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'main-throws',
    title: 'a throw route in main: no table is left, the network is unreachable',
    setup: [story.routeOnA, onB('ip route add throw 10.2.0.0/24')],
    probe: story.ping,
    fixes: [helps('the throw route removed', onB('ip route del throw 10.2.0.0/24'))],
    expected: { code: 'B_THROW_ROUTE', host: 'b' },
  },
  {
    plan: WEB,
    name: 'table-blackholes',
    title: "the rule's table blackholes the client's network",
    setup: [web.routeOnA, web.tableOnB, web.ruleOnB, onB('ip route add blackhole 10.66.0.0/16 table dmz')],
    probe: web.ping,
    fixes: [
      helps('the blackhole removed', onB('ip route del blackhole 10.66.0.0/16 table dmz')),
      useless("a route in main to the client's network", web.routeOnB),
    ],
    expected: { code: 'B_BLACKHOLE_ROUTE', host: 'b' },
  },
  {
    plan: WEB,
    name: 'rule-prohibits',
    title: 'a rule prohibits what leaves with the second address',
    setup: [web.routeOnA, onB('ip rule add from 198.18.5.77 prohibit')],
    probe: web.ping,
    fixes: [helps('the rule removed', onB('ip rule del from 198.18.5.77 prohibit'))],
    expected: { code: 'B_PROHIBIT_RULE', host: 'b' },
  },
  {
    plan: WEB,
    name: 'rule-prohibits-others',
    title: 'the same rule for the neighbouring address',
    setup: [web.routeOnA, onB('ip rule add from 198.18.5.78 prohibit')],
    probe: web.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: STORY,
    name: 'source-rule-and-device-ping',
    title: "A's source rule is right, but a socket bound to the device has no source yet",
    setup: [
      onA('ip route add default via 10.2.0.1 dev eth1 table eth1'),
      onA('ip rule add from 10.2.0.100 table eth1'),
    ],
    probe: { ...story.ping, count: 4, intervalS: 1 },
    fixes: [
      helps('a rule for the output interface', onA('ip rule add oif eth1 table eth1')),
      useless('the source rule earlier', onA('ip rule add pref 10 from 10.2.0.100 table eth1')),
    ],
    expected: { code: 'A_BOUND_IFACE_NO_ROUTE_ARP_ONLINK', host: 'a' },
  },
  {
    plan: STORY,
    name: 'source-rule-and-address-ping',
    title: 'the same rule and a ping bound to the address',
    setup: [
      onA('ip route add default via 10.2.0.1 dev eth1 table eth1'),
      onA('ip rule add from 10.2.0.100 table eth1'),
    ],
    probe: { kind: 'ping', bind: '10.2.0.100', to: '10.4.0.100' },
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: TELCO,
    name: 'originator-rule-with-dev',
    title: "A's source rule names an incoming interface; the SYN leaves by the first card and is filtered",
    setup: [
      telco.routeOnB,
      { on: 'b', listen: 5060 },
      onA('ip route add default via 100.96.201.1 dev bond0.200 table media'),
      onA('ip rule add from 100.96.200.66 dev bond0.200 table media'),
      onRouter('sysctl -qw net.ipv4.conf.net1.rp_filter=1'),
    ],
    probe: telco.tcp(5060),
    fixes: [
      helps(
        'the same rule without `dev`',
        onA('ip rule del from 100.96.200.66 dev bond0.200 table media'),
        onA('ip rule add from 100.96.200.66 table media'),
      ),
    ],
    expected: { code: 'A_RULE_IIF_NEVER_MATCHES', host: 'a' },
  },
];
