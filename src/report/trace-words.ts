import { formatIp } from '../addr/ip.ts';
import { formatPrefix } from '../addr/prefix.ts';
import { quoteOf } from '../addr/source.ts';
import type { RouteMismatch, RuleMismatch, TraceStep } from '../linux/decision.ts';
import type { Route, Rule } from '../linux/host-state.ts';

/** Why a rule was not followed. */
export const RULE_MISMATCH: Record<RuleMismatch, string> = {
  from: 'its `from` is not the source of the packet',
  to: 'its `to` is not the destination of the packet',
  iif: 'its `iif` is another interface',
  'iif-local': 'its `iif` never matches what the host itself sends',
  oif: 'its `oif` is not the device of the socket',
  mark: 'its `fwmark` is not the mark of the packet',
  tos: 'its `tos` differs',
  dscp: 'its `dscp` differs',
  protocol: 'its `ipproto` differs',
  sport: 'its `sport` differs',
  dport: 'its `dport` differs',
  uid: 'its `uidrange` differs',
  l3mdev: 'the packet belongs to no VRF',
  'device-detached': 'the interface it names does not exist',
  not: 'it matches, and `not` inverts that',
  nop: 'it does nothing',
};

/** Why a route that contains the destination was not taken. */
export const ROUTE_MISMATCH: Record<RouteMismatch, string> = {
  'shorter-prefix': 'another one is more specific',
  'higher-metric': 'another one has a lower metric',
  later: 'an equal one comes first',
  tos: 'its tos differs',
  scope: 'its scope is too narrow',
  dead: 'its next hop is dead',
  linkdown: 'its link is down',
  'other-device': 'it leaves by another device than the one the socket is bound to',
  'source-prefix': 'its `from` does not contain the source',
  'lower-preference': 'another router is preferred',
};

/** One step of a lookup as a sentence. */
export function stepWords(step: TraceStep): string {
  switch (step.step) {
    case 'rule-skipped':
      return `rule ${ruleWords(step.rule)}: passed over, ${RULE_MISMATCH[step.because]}`;
    case 'rule-matched':
      return `rule ${ruleWords(step.rule)}: matches`;
    case 'table-empty':
      return `table ${tableWords(step.table)}: is empty, so the next rule is tried`;
    case 'table-no-match':
      return `table ${tableWords(step.table)}: no route matches, so the next rule is tried`;
    case 'route-passed-over':
      return `route ${routeWords(step.route)}: not taken, ${ROUTE_MISMATCH[step.because]}`;
    case 'route-suppressed':
      return `route ${routeWords(step.route)}: suppressed by rule ${ruleWords(step.rule)}`;
    case 'route-throws':
      return `route ${routeWords(step.route)}: throw, so the next rule is tried`;
    case 'route-chosen':
      return `route ${routeWords(step.route)}: chosen`;
    case 'refused':
      return `refused with ${step.error}`;
    case 'on-link-assumed':
      return `no route by ${step.device}: the kernel takes the destination for a neighbour on it`;
    case 'reverse-path':
      return step.verdict.kind === 'cannot-tell'
        ? 'reverse-path filter: cannot tell'
        : `reverse-path filter (mode ${step.verdict.mode}): ${step.verdict.kind}`;
    case 'source-chosen':
      return `source ${formatIp(step.source)}: ${SOURCE_FROM[step.from]}`;
  }
}

const SOURCE_FROM: Record<Extract<TraceStep, { step: 'source-chosen' }>['from'], string> = {
  flow: 'the packet bears it already',
  route: 'the route names it (`src`)',
  device: 'an address of the outgoing device',
  'other-device': 'an address of another device, as the outgoing one has none that fits',
};

/** The rule's own line, or how a fresh Linux has it where no file listed it. */
export function ruleWords(rule: Rule): string {
  if (rule.span) return quoteOf(rule.span).text.replace(/\s+/g, ' ');
  const action = rule.action.kind === 'lookup' ? `lookup ${tableWords(rule.action.table)}` : rule.action.kind;
  return `${rule.preference}: from ${rule.from ? formatPrefix(rule.from) : 'all'} ${action} (not listed, every Linux has it)`;
}

export function routeWords(route: Route): string {
  return quoteOf(route.span).text;
}

/** The three tables that every Linux names alike; others by number, as rt_tables may name them anyhow. */
function tableWords(table: number): string {
  return { 253: 'default', 254: 'main', 255: 'local' }[table] ?? String(table);
}
