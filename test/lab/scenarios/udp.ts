import { DATABASE, STORAGE, STORY, TELCO } from '../plan.ts';
import { helps, onB, rpFilter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const telco = waysOf(TELCO);
const database = waysOf(DATABASE);

/** Programs that answer datagrams choose a source, or let the route choose one. */
export const udpScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    name: 'udp-answers-from-first-card',
    title: 'a responder bound to no address: the route of the answer chooses its source',
    setup: [story.routeOnA, { on: 'b', respond: 5300 }],
    probe: story.udp(5300),
    fixes: [
      helps("a static route on B to the client's network", story.routeOnB),
      useless('a source rule: the source is not yet chosen', story.tableOnB, story.ruleOnB),
    ],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
  {
    plan: STORY,
    name: 'udp-bound-to-address',
    title: 'the responder is bound to the address asked; the crooked way is no harm',
    setup: [story.routeOnA, { on: 'b', respond: 5300, address: '10.4.0.100' }],
    probe: story.udp(5300),
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: TELCO,
    name: 'dns-answers-from-first-card',
    title: 'a name server bound to no address answers from the wrong one',
    captureStyle: 'per-interface',
    setup: [telco.routeOnA, { on: 'b', respond: 53 }],
    probe: telco.udp(53),
    fixes: [helps("a static route on B to the client's network", telco.routeOnB)],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
  {
    plan: TELCO,
    name: 'dns-right',
    title: 'the same name server, the route back by the card asked on',
    setup: [...telco.bothRoutes, { on: 'b', respond: 53 }],
    probe: telco.udp(53),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: DATABASE,
    name: 'udp-port-closed',
    title: 'nobody has the port: B says port unreachable',
    setup: database.bothRoutes,
    probe: database.udp(514),
    fixes: [
      helps('a responder', { on: 'b', respond: 514 }),
      useless('loose filter', rpFilter(DATABASE, 'b', 2)),
    ],
    expected: { code: 'B_PORT_CLOSED', host: 'b' },
  },
  {
    plan: DATABASE,
    name: 'udp-listener-on-first-card',
    title: "the responder is bound to the first card's address",
    setup: [...database.bothRoutes, { on: 'b', respond: 514, address: '172.17.40.9' }],
    probe: database.udp(514),
    fixes: [helps('a responder on the address asked', { on: 'b', respond: 514, address: '192.168.77.5' })],
    expected: { code: 'B_LISTENER_OTHER_ADDRESS', host: 'b' },
  },
  {
    plan: STORAGE,
    name: 'udp-firewall-drops',
    title: "B's firewall drops the datagrams of this port",
    setup: [
      ...storage.bothRoutes,
      { on: 'b', respond: 111 },
      onB('iptables -A INPUT -i enp1s0f1 -p udp --dport 111 -j DROP'),
    ],
    probe: storage.udp(111),
    fixes: [helps('the rule removed', onB('iptables -F INPUT'))],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORAGE,
    name: 'udp-right',
    title: 'the same firewall with a rule for another port',
    setup: [
      ...storage.bothRoutes,
      { on: 'b', respond: 111 },
      onB('iptables -A INPUT -i enp1s0f1 -p udp --dport 112 -j DROP'),
    ],
    probe: storage.udp(111),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'udp-responder-strict',
    title: "B's strict reverse-path filter drops the datagram",
    setup: [story.routeOnA, { on: 'b', respond: 123, address: '10.4.0.100' }, rpFilter(STORY, 'b', 1)],
    probe: story.udp(123),
    fixes: [helps("a source rule on B for the second card's address", story.tableOnB, story.ruleOnB)],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'udp-crooked-and-dropped',
    title: 'the answer bears the right source and leaves by the wrong card, where a firewall drops it',
    setup: [story.routeOnA, { on: 'b', respond: 161, address: '10.4.0.100' }],
    probe: story.udp(161),
    fixes: [helps("a source rule on B for the second card's address", story.tableOnB, story.ruleOnB)],
    expected: { code: 'NETWORK_DROPS_REPLY_STATEFUL', host: 'b' },
  },
  {
    plan: STORAGE,
    name: 'udp6-answers-from-first-card',
    title: 'a responder on the IPv6 any-address answers from the first card',
    setup: [
      { on: 'a', command: 'ip -6 route add 2001:db8:4::/64 via 2001:db8:2::1 dev bond1' },
      { on: 'b', respond: 5353, address: '::' },
    ],
    probe: { kind: 'udp', from: '2001:db8:2::10', to: '2001:db8:4::7', port: 5353 },
    fixes: [
      helps(
        "a static route on B to the client's network",
        onB('ip -6 route add 2001:db8:2::/64 via 2001:db8:4::1 dev enp1s0f1'),
      ),
    ],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
];
