import { STORY } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const serviceAddress = [
  onB('ip addr add 192.0.2.150/32 dev lo'),
  onRouter('ip route add 192.0.2.150/32 via 10.4.0.100'),
  onA('ip route add 192.0.2.150/32 via 10.2.0.1 dev eth1'),
];

/** Addresses of services: on lo, second ones of a card, lent by a route. */
export const serviceAddressScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    firewall: true,
    name: 'service-address-unruled',
    title: "a service address on lo; the source rule names the card's own",
    setup: [...serviceAddress, story.tableOnB, story.ruleOnB],
    probe: { kind: 'ping', bind: 'eth1', to: '192.0.2.150' },
    fixes: [
      helps(
        'a rule for the service address',
        onB('ip rule del from 10.4.0.100 table eth1'),
        onB('ip rule add from 192.0.2.150 table eth1'),
      ),
    ],
    expected: { code: 'B_RULE_WRONG_SELECTOR', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'service-address-ruled',
    title: 'a service address on lo with its own rule, strict filter',
    setup: [
      ...serviceAddress,
      story.tableOnB,
      onB('ip rule add from 192.0.2.150 table eth1'),
      rpFilter(STORY, 'b', 1),
      { on: 'b', listen: 80, address: '192.0.2.150' },
    ],
    probe: { kind: 'tcp', from: '10.2.0.100', to: '192.0.2.150', port: 80 },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'udp-source-lent',
    title: "the route back leads by the right card and lends the first card's address to what has none",
    setup: [
      story.routeOnA,
      onB('ip route add 10.2.0.0/24 via 10.4.0.1 dev eth1 src 10.3.0.100'),
      { on: 'b', respond: 53 },
    ],
    probe: story.udp(53),
    fixes: [helps('the route without it', onB('ip route replace 10.2.0.0/24 via 10.4.0.1 dev eth1'))],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
  {
    plan: STORY,
    name: 'udp-second-address',
    title: 'a responder bound to no address is asked at the second address of the card',
    setup: [...story.bothRoutes, onB('ip addr add 10.4.0.77/24 dev eth1'), { on: 'b', respond: 123 }],
    probe: { kind: 'udp', from: '10.2.0.100', to: '10.4.0.77', port: 123 },
    fixes: [helps('a responder bound to the address asked', { on: 'b', respond: 123, address: '10.4.0.77' })],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
];
