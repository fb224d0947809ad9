import type { Scenario } from '../scenario.ts';
import { ipv6Scenarios } from './ipv6.ts';
import { networkScenarios } from './network.ts';
import { routeScenarios } from './route.ts';
import { ruleScenarios } from './rule.ts';
import { storyScenarios } from './story.ts';
import { tcpScenarios } from './tcp.ts';

export const allScenarios: readonly Scenario[] = [
  ...storyScenarios,
  ...ruleScenarios,
  ...routeScenarios,
  ...tcpScenarios,
  ...networkScenarios,
  ...ipv6Scenarios,
];
