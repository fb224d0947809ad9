import { formatIp } from '../addr/ip.ts';
import { formatPrefix, type Prefix } from '../addr/prefix.ts';
import type { RouteFound } from '../linux/decision.ts';
import { isDestinationChanged } from '../linux/firewall/connection.ts';
import type { Route, Rule } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { firewallUnknown, markRuleFault, openMark } from './mark-fault.ts';
import {
  customRules,
  fitsBut,
  inTable,
  isForwarded,
  leadsHome,
  type Misrouted,
  matches,
  routesIn,
} from './misrouted.ts';
import { asContext, decidingRoute, outDevice, routeSources, ruleSource, tableName } from './quote.ts';
import { ruleCause } from './rule-cause.ts';

/** A rule or table that was made for this packet and failed to catch it. */
export function ruleFault(one: Misrouted): Cause | null {
  for (const rule of customRules(one.state, one.flow)) {
    const cause = faultOfRule(one, rule);
    if (cause) return cause;
  }
  return null;
}

function faultOfRule(one: Misrouted, rule: Rule): Cause | null {
  if (rule.action.kind !== 'lookup') return null;
  const { table } = rule.action;
  if (matches(one, rule)) return matchedInVain(one, rule, table);
  if (!leadsHome(one, table)) return emptyBehindInput(one, rule, table) ?? emptyBehindMark(one, rule, table);
  if (rule.inputDevice && !isForwarded(one.flow) && fitsBut(one, orMarked(one, rule), 'input'))
    return neverMatchesLocal(one, rule);
  if (rule.mark && fitsBut(one, rule, 'mark')) return markRuleFault(one, rule);
  return wrongSelector(one, rule);
}

/** The rule matches the packet: its table is empty, has no route, a wrong one, or the rule comes too late. */
function matchedInVain(one: Misrouted, rule: Rule, table: number): Cause | null {
  const { decision } = one;
  const decided = decision.kind === 'route' ? decision.rule : null;
  const late = decided !== null && decided !== rule && rule.preference > decided.preference;
  if (late) return leadsHome(one, table) ? afterMain(one, rule, decided) : null;
  const alone = inTable(one, table);
  if (alone.kind === 'route') {
    const home = outDevice(alone) === one.wanted;
    // A rule for all packets that leaves out the default route lets others decide, as it should.
    if (suppresses(rule, alone)) return home && rule.from ? suppressed(one, rule, table, alone) : null;
    if (home) return jumpedOver(one, rule);
    const closer = decided === rule ? closerRule(one, rule) : undefined;
    return closer ? afterMain(one, closer, rule) : wrongRoute(one, rule, table, alone);
  }
  if (alone.kind === 'cannot-tell') return null;
  const thrown = alone.trace.find((step) => step.step === 'route-throws');
  return thrown ? throws(one, rule, table, thrown.route) : tableLacks(one, rule, table);
}

/** A later rule that leads home and names the packet's source more closely than the one that decides: it was made for the packet. */
function closerRule(one: Misrouted, decided: Rule): Rule | undefined {
  return customRules(one.state, one.flow).find(
    (rule) =>
      rule.preference > decided.preference &&
      rule.action.kind === 'lookup' &&
      lengthOf(rule.from) > lengthOf(decided.from) &&
      matches(one, rule) &&
      leadsHome(one, rule.action.table),
  );
}

function lengthOf(prefix: Prefix | null): number {
  return prefix?.length ?? 0;
}

/** The table holds a route for the packet that says "not here": the next rule goes on. */
function throws(one: Misrouted, rule: Rule, table: number, route: Route): Cause {
  const name = tableName(one.state, table);
  const cause = ruleCause(
    one,
    rule,
    'route-refuses',
    'matches',
    `rule ${rule.preference} of ${one.state.name} matches ${one.subject}, but a throw route of table ${name} to ${formatPrefix(route.destination)} sends them on to the next rule`,
  );
  return {
    ...cause,
    sources: [decidingRoute(one.state, route, rule, 'throws'), ...asContext(cause.sources)],
  };
}

function neverMatchesLocal(one: Misrouted, rule: Rule): Cause {
  const host = one.state.name;
  return ruleCause(
    one,
    rule,
    'rule-never-matches-local',
    `asks for packets that came in by ${rule.inputDevice}`,
    `rule ${rule.preference} of ${host} never matches what ${host} itself sends: it names the incoming interface ${rule.inputDevice}`,
    { notes: ['`dev` in `ip rule` means `iif`; a packet made on the host has the incoming interface lo'] },
  );
}

/** The same rule with an empty table behind it: the interface is the first thing in its way. */
function emptyBehindInput(one: Misrouted, rule: Rule, table: number): Cause | null {
  const wouldMatch = rule.inputDevice && !isForwarded(one.flow) && fitsBut(one, rule, 'input');
  return wouldMatch && inTable(one, table).kind === 'no-route' ? neverMatchesLocal(one, rule) : null;
}

/** Which mark the packet bears nobody knows: the rule with the mark it asks for left out. */
function orMarked(one: Misrouted, rule: Rule): Rule {
  return rule.mark && firewallUnknown(one) ? { ...rule, mark: null } : rule;
}

/** Nor would the right mark help, where it leads to an empty table; whether there is one is open. */
function emptyBehindMark(one: Misrouted, rule: Rule, table: number): Cause | null {
  if (!rule.mark || !firewallUnknown(one) || !fitsBut(one, rule, 'mark')) return null;
  if (inTable(one, table).kind !== 'no-route') return null;
  const name = tableName(one.state, table);
  return openMark(
    one,
    rule,
    `leads what bears its mark to table ${name}, which holds no route to ${formatIp(one.flow.destination)}`,
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
    { notes: translatedLater(one, rule) },
  );
}

/** The rule was made for the address that was asked, which a translated reply bears only behind the lookup. */
function translatedLater(one: Misrouted, rule: Rule): string[] {
  const connection = one.marks?.arrival?.connection;
  if (!connection || !one.flow.source || !isDestinationChanged(connection)) return [];
  const asked = connection.original.destination;
  if (!matches({ ...one, flow: { ...one.flow, source: asked } }, rule)) return [];
  return [
    `the request was translated from ${formatIp(asked)} to ${formatIp(one.flow.source)}; its replies are looked up with that source, and get ${formatIp(asked)} back only afterwards`,
  ];
}

/** The rule that every host has for table main needs no quoting. */
const MAIN_RULE = 32766;

function afterMain(one: Misrouted, rule: Rule, decided: Rule): Cause {
  return ruleCause(
    one,
    rule,
    'rule-after-main',
    'would match, but is never reached',
    `rule ${rule.preference} of ${one.state.name} comes after rule ${decided.preference}, which already decides`,
    { sources: decided.preference < MAIN_RULE ? asContext(ruleSource(decided, 'decides before it')) : [] },
  );
}

/** The rule leaves out what its table has for the packet (fib4_rule_suppress). */
function suppresses({ suppressPrefixLength: limit }: Rule, { route }: RouteFound): boolean {
  return limit !== null && route !== null && route.destination.length <= limit;
}

function suppressed(one: Misrouted, rule: Rule, table: number, { route }: RouteFound): Cause {
  const limit = rule.suppressPrefixLength;
  const name = tableName(one.state, table);
  const cause = ruleCause(
    one,
    rule,
    'rule-table-no-default',
    `leaves out routes of ${limit} bits and fewer`,
    `rule ${rule.preference} of ${one.state.name} matches ${one.subject}, but suppress_prefixlength ${limit} leaves out what table ${name} has for them`,
  );
  return {
    ...cause,
    sources: [
      ...cause.sources,
      ...(route ? asContext([decidingRoute(one.state, route, rule, 'left out')]) : []),
    ],
  };
}

/** Its table leads home and it stands early enough: a `goto` before it goes on behind it. */
function jumpedOver(one: Misrouted, rule: Rule): Cause | null {
  const jump = customRules(one.state, one.flow).find(
    (other) => goesBeyond(other, rule) && matches(one, other),
  );
  if (jump?.action.kind !== 'goto') return null;
  return ruleCause(
    one,
    rule,
    'rule-after-main',
    'would match, but is never reached',
    `rule ${rule.preference} of ${one.state.name} is never reached: rule ${jump.preference} goes on at rule ${jump.action.preference}`,
    { sources: asContext(ruleSource(jump, `goes on at ${jump.action.preference}`)) },
  );
}

function goesBeyond({ preference, action }: Rule, rule: Rule): boolean {
  return action.kind === 'goto' && preference < rule.preference && action.preference > rule.preference;
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
    { notes: ['a rule whose table has no matching route falls through to the next rule'] },
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
  const route = routeSources(one.state, { ...alone, rule }, one.flow.destination, one.wanted).slice(0, 1);
  return { ...cause, sources: [...route, ...asContext(ruleSource(rule, 'matches'))] };
}
