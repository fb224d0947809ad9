import type { Scenario } from '../scenario.ts';
import { crossingScenarios } from './crossing.ts';
import { deviceChainScenarios } from './device-chain.ts';
import { firewallScenarios } from './firewall.ts';
import { ipv6Scenarios } from './ipv6.ts';
import { lookupScenarios } from './lookup.ts';
import { markScenarios } from './mark.ts';
import { mtuScenarios } from './mtu.ts';
import { multipathScenarios } from './multipath.ts';
import { natScenarios } from './nat.ts';
import { neighbourScenarios } from './neighbour.ts';
import { networkScenarios } from './network.ts';
import { refusalScenarios } from './refusal.ts';
import { routeScenarios } from './route.ts';
import { rpFilterScenarios } from './rp-filter.ts';
import { ruleScenarios } from './rule.ts';
import { ruleSelectorScenarios } from './rule-selector.ts';
import { serviceAddressScenarios } from './service-address.ts';
import { severalScenarios } from './several.ts';
import { socketScenarios } from './socket.ts';
import { storyScenarios } from './story.ts';
import { tcpScenarios } from './tcp.ts';
import { udpScenarios } from './udp.ts';

export const allScenarios: readonly Scenario[] = [
  ...storyScenarios,
  ...ruleScenarios,
  ...routeScenarios,
  ...tcpScenarios,
  ...networkScenarios,
  ...ipv6Scenarios,
  ...firewallScenarios,
  ...deviceChainScenarios,
  ...markScenarios,
  ...natScenarios,
  ...udpScenarios,
  ...rpFilterScenarios,
  ...ruleSelectorScenarios,
  ...neighbourScenarios,
  ...socketScenarios,
  ...multipathScenarios,
  ...mtuScenarios,
  ...refusalScenarios,
  ...severalScenarios,
  ...crossingScenarios,
  ...serviceAddressScenarios,
  ...lookupScenarios,
];
