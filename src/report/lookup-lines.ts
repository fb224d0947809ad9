import { formatIp, sameIp } from '../addr/ip.ts';
import { quoteOf, type Span } from '../addr/source.ts';
import type { ReversePathVerdict, RouteDecision, TraceStep } from '../linux/decision.ts';
import type { Flow } from '../linux/flow.ts';
import { type HostState, type Route, type Rule, TABLE_DEFAULT } from '../linux/host-state.ts';
import type { CauseSource } from '../reason/cause.ts';
import { asContext, routeSources, sysctlSources, tableName } from '../reason/quote.ts';
import { ROUTE_MISMATCH, RULE_MISMATCH } from './trace-words.ts';

/** Rules that did not match are quoted up to here; a host may have thousands. */
const MOST_SKIPPED = 12;

/** The lines a lookup rests on, in the order in which the kernel met them; rules it passed over included. */
export function lookupLines(state: HostState, decision: RouteDecision, flow: Flow): CauseSource[] {
  const lines = new Map<Span, CauseSource>();
  for (const step of shownSteps(decision)) {
    for (const line of linesOf(state, step)) lines.set(line.span, line);
  }
  for (const line of besides(state, decision, flow)) if (!lines.has(line.span)) lines.set(line.span, line);
  return [...lines.values()];
}

/** The lines that decide and no others: the route taken, the rule that leads to it where somebody added it, the filter. */
export function decidingLines(state: HostState, { trace }: RouteDecision): CauseSource[] {
  const last = trace.findLast((step) => step.step === 'rule-matched');
  const shown = trace.filter((step) => {
    if (step.step === 'rule-matched') return step === last && !isPlainRule(step.rule);
    return ['route-chosen', 'refused', 'reverse-path'].includes(step.step);
  });
  const lines = shown.flatMap((step) => linesOf(state, step));
  return [...new Map(lines.map((line) => [line.span, line])).values()];
}

/** As every Linux has them: local, main and default for everybody. */
function isPlainRule({ preference, action }: Rule): boolean {
  return action.kind === 'lookup' && [0, 32766, 32767].includes(preference) && action.table >= TABLE_DEFAULT;
}

/** How many rules were passed over and are not quoted. */
export function skippedUnquoted({ trace }: RouteDecision): number {
  return Math.max(0, trace.filter((step) => step.step === 'rule-skipped').length - MOST_SKIPPED);
}

function shownSteps({ trace }: RouteDecision): TraceStep[] {
  let skipped = 0;
  return trace.filter((step) => step.step !== 'rule-skipped' || skipped++ < MOST_SKIPPED);
}

function linesOf(state: HostState, step: TraceStep): CauseSource[] {
  switch (step.step) {
    case 'rule-skipped':
      return ruleLine(step.rule, `passed over: ${RULE_MISMATCH[step.because]}`);
    case 'rule-matched':
      return ruleLine(step.rule, matchWords(state, step.rule));
    case 'table-empty':
      return inVain(state, step.rule, `table ${tableName(state, step.table)} is empty`);
    case 'table-no-match':
      return inVain(state, step.rule, `no route of table ${tableName(state, step.table)} does`);
    case 'route-passed-over':
      return [context(step.route, `not taken: ${ROUTE_MISMATCH[step.because]}`)];
    case 'route-suppressed':
      return [context(step.route, `suppressed by rule ${step.rule.preference}`)];
    case 'route-throws':
      return [context(step.route, 'throw: the next rule is tried')];
    case 'route-chosen':
      return [decides(step.route.span, 'chosen', whereOf(state, step.route, step.rule))];
    case 'refused':
      return refusal(state, step);
    case 'reverse-path':
      return filterLines(state, step.verdict);
    case 'source-chosen':
      return sourceLine(state, step);
    case 'on-link-assumed':
      return [];
  }
}

function ruleLine({ span }: Rule, label: string): CauseSource[] {
  return span ? [{ span, mark: 'context', label, where: null }] : [];
}

function matchWords(state: HostState, { action }: Rule): string {
  if (action.kind === 'lookup') return `matches: table ${tableName(state, action.table)}`;
  return action.kind === 'goto' ? `matches: on to rule ${action.preference}` : 'matches';
}

/** The local table is asked first for every packet; that it knows nothing of a remote address needs no line. */
function inVain(state: HostState, rule: Rule, label: string): CauseSource[] {
  const table = rule.action.kind === 'lookup' ? tableName(state, rule.action.table) : '';
  return ruleLine(rule, table === 'local' ? 'matches, but nothing local does' : `matches, but ${label}`);
}

function context(route: Route, label: string): CauseSource {
  return { span: route.span, mark: 'context', label, where: null };
}

function decides(span: Span, label: string, where: string | null): CauseSource {
  return { span, mark: 'decides', label, where };
}

function whereOf(state: HostState, route: Route, rule: Rule): string {
  return `table ${tableName(state, route.table)}, reached by rule ${rule.preference}`;
}

function refusal(state: HostState, { by, error }: TraceStep & { step: 'refused' }): CauseSource[] {
  if ('destination' in by)
    return [decides(by.span, `refuses: ${error}`, `table ${tableName(state, by.table)}`)];
  return by.span ? [decides(by.span, `refuses: ${error}`, null)] : [];
}

/** A filter that is off decides nothing and needs no line. */
function filterLines(state: HostState, verdict: ReversePathVerdict): CauseSource[] {
  const back = verdict.back ? backLines(state, verdict.back) : [];
  if (verdict.kind === 'cannot-tell') return back;
  if (verdict.kind === 'accepted' && verdict.mode === 0) return [];
  const own = verdict.because === 'source-is-local' ? 'accept_local' : 'rp_filter';
  const sysctls = verdict.sysctls.filter((one) => quoteOf(one.span).text.includes(own));
  const lines = sysctlSources(sysctls, filterLabel(verdict.mode, own));
  return [...(verdict.kind === 'dropped' ? lines : asContext(lines)), ...back];
}

function filterLabel(mode: 0 | 1 | 2, setting: string): string {
  if (setting === 'accept_local') return "a source that is the host's own is dropped";
  return [
    'the reverse-path filter is off',
    'strict: the way back must be by the same interface',
    'loose: there must be some way back',
  ][mode];
}

function backLines(state: HostState, back: RouteDecision): CauseSource[] {
  const decided = back.trace.filter((step) => step.step === 'route-chosen' || step.step === 'refused');
  return asContext(decided.flatMap((step) => linesOf(state, step))).map((line) => ({
    ...line,
    label: line.label === 'chosen' ? 'the way back to the source' : `the way back: ${line.label}`,
  }));
}

function sourceLine(state: HostState, step: TraceStep & { step: 'source-chosen' }): CauseSource[] {
  if (step.from === 'flow' || step.from === 'route') return [];
  const address = state.addresses.find((one) => sameIp(one.prefix.address, step.source));
  const label = `gives the source ${formatIp(step.source)}`;
  return address ? [{ span: address.span, mark: 'context', label, where: null }] : [];
}

/** Routes of the same table that a reader might have expected to match. */
function besides(state: HostState, decision: RouteDecision, { destination }: Flow): CauseSource[] {
  if (decision.kind !== 'route' || decision.type !== 'unicast') return [];
  return asContext(routeSources(state, decision, destination, null).slice(1));
}
