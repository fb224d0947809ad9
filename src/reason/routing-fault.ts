import { formatIp } from '../addr/ip.ts';
import type { RouteDecision, RouteFound } from '../linux/decision.ts';
import type { Flow } from '../linux/flow.ts';
import { indexOf } from '../linux/host-index.ts';
import type { HostState, Route, Rule } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { matchRule } from '../linux/rule-match.ts';
import type { Cause, CauseKind, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { asContext, outDevice, routeSources, ruleSource, tableName } from './quote.ts';

/** A lookup of a host that came out by another device than the packet's way home. */
export interface Misrouted {
  readonly state: HostState;
  readonly flow: Flow;
  readonly decision: RouteDecision;
  /** The device it should have left by. */
  readonly wanted: string;
  /** What is looked up, in a sentence: `replies from 10.4.0.100`. */
  readonly subject: string;
}

/**
 * Which line is to blame. A rule or table that was made for this packet and failed to catch it comes before the route
 * that then decided; without one the deciding route itself is the cause.
 */
export function routingFault(one: Misrouted): Cause {
  return ruleFault(one) ?? multipathFault(one) ?? routeFault(one);
}

/** The same, but only where a rule, a mark, multipath or a refusing route is the fault (a filter then adds itself). */
export function deeperFault(one: Misrouted): Cause | null {
  return ruleFault(one) ?? multipathFault(one);
}

function routeFault({ state, flow, decision, wanted, subject }: Misrouted): Cause {
  if (decision.kind !== 'route' || !decision.route)
    return notDecided({ state, flow, decision, wanted, subject });
  const target = formatIp(flow.destination);
  const isDefault = decision.route.destination.length === 0;
  const kind: CauseKind = isDefault ? 'default-route-only' : 'other-route-wins';
  const sentence = isDefault
    ? `only the default route of ${state.name} matches ${target}, and it leaves by ${decision.device}, not by ${wanted}`
    : `a route of ${state.name} to ${target} leaves by ${decision.device}, not by ${wanted}`;
  return causeOf({
    kind,
    host: state.name,
    sentence,
    sources: routeSources(state, decision, flow.destination, wanted),
    notes: [sourceNote(state, flow)],
    decision,
    confidence: decision.assumed.length > 0 ? 'likely' : 'certain',
    missing: decision.assumed,
  });
}

function sourceNote(state: HostState, flow: Flow): string {
  const source = flow.source ? formatIp(flow.source) : 'it';
  const custom = customRules(state, flow);
  const lead =
    custom.length === 0
      ? `no rule of ${state.name} looks at the source ${source}`
      : `no rule of ${state.name} catches the source ${source}`;
  return `${lead}; the interface asked on plays no part in a route lookup`;
}

/** The lookup did not say where to: told as what it is. */
function notDecided({ state, decision, subject }: Misrouted): Cause {
  const missing = decision.kind === 'cannot-tell' ? decision.missing : [];
  return causeOf({
    kind: 'not-enough-information',
    host: state.name,
    confidence: 'possible',
    sentence: `which way ${state.name} sends ${subject} cannot be told from its files`,
    decision,
    missing,
  });
}

function multipathFault({ state, flow, decision, wanted }: Misrouted): Cause | null {
  if (decision.kind !== 'route' || decision.candidates.length < 2) return null;
  const devices = [...new Set(decision.candidates.map((one) => one.device))];
  if (!devices.includes(wanted) || devices.length < 2) return null;
  return causeOf({
    kind: 'multipath-reply',
    host: state.name,
    sentence: `a multipath route of ${state.name} sends some packets to ${formatIp(flow.destination)} by ${devices.join(' and some by ')}; a hash decides, not the interface asked on`,
    sources: routeSources(state, decision, flow.destination, wanted),
    decision,
  });
}

/** Rules that somebody added; the defaults are 0, 32766 and 32767. */
export function customRules(state: HostState, flow: Flow): Rule[] {
  const family = flow.destination.family;
  return state.rules.filter((rule) => rule.family === family && !isDefaultRule(rule));
}

function isDefaultRule(rule: Rule): boolean {
  const plain =
    rule.from === null && rule.to === null && !rule.inputDevice && !rule.outputDevice && !rule.mark;
  return plain && rule.action.kind === 'lookup' && [253, 254, 255].includes(rule.action.table);
}

function ruleFault(one: Misrouted): Cause | null {
  for (const rule of customRules(one.state, one.flow)) {
    const cause = faultOfRule(one, rule);
    if (cause) return cause;
  }
  return null;
}

function faultOfRule(one: Misrouted, rule: Rule): Cause | null {
  if (rule.action.kind !== 'lookup') return null;
  if (matches(one, rule)) return matchedInVain(one, rule, rule.action.table);
  if (!leadsHome(one, rule.action.table)) return emptyBehindInput(one, rule, rule.action.table);
  if (rule.inputDevice && fitsBut(one, rule, 'input')) return neverMatchesLocal(one, rule);
  if (rule.mark && fitsBut(one, rule, 'mark')) return markMissing(one, rule);
  return wrongSelector(one, rule);
}

function matches({ state, flow }: Misrouted, rule: Rule): boolean {
  return matchRule(indexOf(state), rule, flow).matches === true;
}

/** The rule matches the packet: its table is empty, has no route, a wrong one, or the rule comes too late. */
function matchedInVain(one: Misrouted, rule: Rule, table: number): Cause | null {
  const { decision } = one;
  const decided = decision.kind === 'route' ? decision.rule : null;
  const late = decided !== null && decided !== rule && rule.preference > decided.preference;
  if (late) return leadsHome(one, table) ? afterMain(one, rule, decided) : null;
  const alone = inTable(one, table);
  if (alone.kind === 'route')
    return outDevice(alone) === one.wanted ? null : wrongRoute(one, rule, table, alone);
  if (alone.kind === 'cannot-tell') return null;
  return tableLacks(one, rule, table);
}

function routesIn({ state, flow }: Misrouted, table: number): Route[] {
  return state.routes.filter(
    (route) => route.table === table && route.destination.address.family === flow.destination.family,
  );
}

/** What the table alone makes of the packet. */
function inTable({ state, flow }: Misrouted, table: number): RouteDecision {
  const only: Rule = { ...anyRule(flow), action: { kind: 'lookup', table } };
  return lookupOutput({ ...state, rules: localRules(state, flow).concat(only) }, flow);
}

function leadsHome(one: Misrouted, table: number): boolean {
  return outDevice(inTable(one, table)) === one.wanted;
}

function localRules(state: HostState, flow: Flow): Rule[] {
  return state.rules.filter(
    (rule) =>
      rule.family === flow.destination.family && rule.action.kind === 'lookup' && rule.action.table === 255,
  );
}

function anyRule(flow: Flow): Omit<Rule, 'action'> {
  return {
    family: flow.destination.family,
    preference: 1,
    not: false,
    from: null,
    to: null,
    inputDevice: null,
    outputDevice: null,
    mark: null,
    tos: null,
    dscp: null,
    protocol: null,
    sourcePorts: null,
    destinationPorts: null,
    users: null,
    l3mdev: false,
    suppressPrefixLength: null,
    suppressGroup: null,
    unmodelled: [],
    span: null,
  };
}

/** The rule would match this packet if only it did not name an incoming interface, or a mark. */
function fitsBut({ state, flow }: Misrouted, rule: Rule, selector: 'input' | 'mark'): boolean {
  const eased = selector === 'input' ? { ...rule, inputDevice: null } : { ...rule, mark: null };
  return matchRule(indexOf(state), eased, flow).matches === true;
}

/** The line that decided instead, as context behind the rule's own. */
function insteadSources({ state, flow, decision, wanted }: Misrouted): CauseSource[] {
  return decision.kind === 'route'
    ? asContext(routeSources(state, decision, flow.destination, wanted).slice(0, 1))
    : [];
}

function ruleCause(
  one: Misrouted,
  rule: Rule,
  kind: CauseKind,
  label: string,
  sentence: string,
  notes: string[] = [],
): Cause {
  const { decision } = one;
  const assumed = decision.kind === 'route' ? decision.assumed : [];
  return causeOf({
    kind,
    host: one.state.name,
    sentence,
    sources: [...ruleSource(rule, label), ...insteadSources(one)],
    notes,
    decision,
    missing: assumed,
    confidence: assumed.length > 0 ? 'likely' : 'certain',
  });
}

function neverMatchesLocal(one: Misrouted, rule: Rule): Cause {
  const host = one.state.name;
  return ruleCause(
    one,
    rule,
    'rule-never-matches-local',
    `asks for packets that came in by ${rule.inputDevice}`,
    `rule ${rule.preference} of ${host} never matches what ${host} itself sends: it names the incoming interface ${rule.inputDevice}`,
    ['`dev` in `ip rule` means `iif`; a packet made on the host has the incoming interface lo'],
  );
}

/** The same rule with an empty table behind it: the interface is the first thing in its way. */
function emptyBehindInput(one: Misrouted, rule: Rule, table: number): Cause | null {
  const wouldMatch = rule.inputDevice && fitsBut(one, rule, 'input');
  return wouldMatch && inTable(one, table).kind === 'no-route' ? neverMatchesLocal(one, rule) : null;
}

function markMissing(one: Misrouted, rule: Rule): Cause {
  return ruleCause(
    one,
    rule,
    'mark-not-on-reply',
    'asks for a mark',
    `rule ${rule.preference} of ${one.state.name} asks for a mark that ${one.subject} do not bear`,
  );
}

function wrongSelector(one: Misrouted, rule: Rule): Cause | null {
  if (rule.inputDevice && !fitsBut(one, { ...rule, from: null, to: null }, 'input')) return null;
  return ruleCause(
    one,
    rule,
    'rule-wrong-selector',
    'selects other packets',
    `rule ${rule.preference} of ${one.state.name} leads by ${one.wanted}, but does not select ${one.subject}`,
  );
}

function afterMain(one: Misrouted, rule: Rule, decided: Rule): Cause {
  return ruleCause(
    one,
    rule,
    'rule-after-main',
    'would match, but is never reached',
    `rule ${rule.preference} of ${one.state.name} comes after rule ${decided.preference}, which already decides`,
  );
}

function tableLacks(one: Misrouted, rule: Rule, table: number): Cause {
  const name = tableName(one.state, table);
  const empty = routesIn(one, table).length === 0;
  const target = formatIp(one.flow.destination);
  return ruleCause(
    one,
    rule,
    empty ? 'rule-table-empty' : 'rule-table-no-default',
    `matches, but table ${name} ${empty ? 'is empty' : `has no route to ${target}`}`,
    `rule ${rule.preference} of ${one.state.name} matches ${one.subject}, but table ${name} ${empty ? 'holds no route' : `holds no route to ${target}`}`,
    ['a rule whose table has no matching route falls through to the next rule'],
  );
}

function wrongRoute(one: Misrouted, rule: Rule, table: number, alone: RouteFound): Cause {
  const name = tableName(one.state, table);
  const cause = ruleCause(
    one,
    rule,
    'rule-table-wrong-route',
    `matches, and leads to table ${name}`,
    `rule ${rule.preference} of ${one.state.name} matches ${one.subject}, but table ${name} sends them by ${alone.device}, not by ${one.wanted}`,
  );
  const route = routeSources(one.state, alone, one.flow.destination, one.wanted).slice(0, 1);
  return { ...cause, sources: [...route, ...asContext(ruleSource(rule, 'matches'))] };
}
