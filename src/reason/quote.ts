import { formatIp, type Ip } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { RouteDecision, RouteFound } from '../linux/decision.ts';
import type { HostState, Route, Rule, Sysctl } from '../linux/host-state.ts';
import type { CauseSource } from './cause.ts';

/** Routes quoted beside the one that was chosen. */
const NEIGHBOURS_QUOTED = 3;

export function tableName(state: HostState, table: number): string {
  for (const [name, number] of state.tableNames) if (number === table) return name;
  return String(table);
}

/** The chosen route's own line, and the lines a reader would have expected to match. */
export function routeSources(
  state: HostState,
  found: RouteFound,
  destination: Ip,
  expected: string | null,
): CauseSource[] {
  if (!found.route) return [];
  const others = besides(state, found.route, destination, expected);
  const label = others.containing ? 'chosen' : 'chosen, the only match';
  return [decidingRoute(state, found.route, found.rule, label), ...others.sources];
}

export function decidingRoute(state: HostState, route: Route, rule: Rule | null, label: string): CauseSource {
  const by = rule ? `, reached by rule ${rule.preference}` : '';
  return { span: route.span, mark: 'decides', label, where: `table ${tableName(state, route.table)}${by}` };
}

function besides(state: HostState, chosen: Route, destination: Ip, expected: string | null) {
  const family = destination.family;
  const alike = state.routes.filter(
    (one) =>
      one !== chosen &&
      one.table === chosen.table &&
      one.destination.address.family === family &&
      one.type === 'unicast',
  );
  const [containing, apart]: [Route[], Route[]] = [[], []];
  for (const one of alike) (contains(one.destination, destination) ? containing : apart).push(one);
  const other = apart.filter((one) => !isLinkLocalRoute(one));
  const byExpected = (one: Route) => (one.nextHops.some((hop) => hop.device === expected) ? 0 : 1);
  const quoted = [...containing, ...other.sort((a, b) => byExpected(a) - byExpected(b))].slice(
    0,
    NEIGHBOURS_QUOTED,
  );
  return {
    containing: containing.length > 0,
    sources: quoted.map((one) => contextRoute(one, chosen, destination)),
  };
}

/** fe80::/64 stands once an interface and never explains anything. */
function isLinkLocalRoute(route: Route): boolean {
  return route.destination.address.family === 6 && route.destination.address.w0 >>> 22 === 0x3fa;
}

function contextRoute(route: Route, chosen: Route, destination: Ip): CauseSource {
  return { span: route.span, mark: 'context', label: whyNot(route, chosen, destination), where: null };
}

function whyNot(route: Route, chosen: Route, destination: Ip): string {
  if (!contains(route.destination, destination)) return `does not contain ${formatIp(destination)}`;
  if (route.destination.length < chosen.destination.length)
    return 'contains it, but the other prefix is longer';
  if (route.metric > chosen.metric) return `metric ${route.metric}, the other's ${chosen.metric} is lower`;
  return 'not chosen';
}

export function ruleSource(rule: Rule, label: string, where: string | null = null): CauseSource[] {
  return rule.span ? [{ span: rule.span, mark: 'decides', label, where }] : [];
}

export function sysctlSources(sysctls: readonly Sysctl[], label: string): CauseSource[] {
  return sysctls.map((one, index) => ({
    span: one.span,
    mark: 'decides',
    label: index === 0 ? label : 'the greater of the two counts',
    where: null,
  }));
}

/** Context lines only: the decision is told elsewhere. */
export function asContext(sources: readonly CauseSource[]): CauseSource[] {
  return sources.map((one) => ({ ...one, mark: 'context', where: null }));
}

export function outDevice(decision: RouteDecision): string | null {
  return decision.kind === 'route' ? decision.device : null;
}
