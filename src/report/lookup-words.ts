import { formatIp } from '../addr/ip.ts';
import { formatPrefix } from '../addr/prefix.ts';
import type {
  Missing,
  NoRouteReason,
  ReversePathReason,
  ReversePathVerdict,
  RouteDecision,
  RouteFound,
} from '../linux/decision.ts';
import { doubtsOf } from '../linux/doubt.ts';
import type { Flow } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import { tableName } from '../reason/quote.ts';
import { choiceWords } from './route-line.ts';

/** Why a lookup came out as it did, in one sentence. */
export function lookupWords(state: HostState, decision: RouteDecision, flow: Flow): string {
  switch (decision.kind) {
    case 'route':
      return foundWords(state, decision, flow);
    case 'refused':
      return 'action' in decision.by
        ? `rule ${decision.by.preference} refuses it (${decision.by.action.kind})`
        : `the ${decision.by.type} route to ${formatPrefix(decision.by.destination)} in table ${tableName(state, decision.by.table)} refuses it`;
    case 'no-route':
      return NO_ROUTE[decision.reason](flow);
    case 'cannot-tell':
      return `the files of ${state.name} do not decide it`;
  }
}

function foundWords(state: HostState, found: RouteFound, flow: Flow): string {
  const target = formatIp(flow.destination);
  if (found.onLinkAssumed)
    return `no route leads to ${target} by ${found.device}; for a socket bound to it the kernel takes ${target} for on-link`;
  if (!found.route) return `${target} goes out by ${found.device} without a look at the tables`;
  const table = tableName(state, found.table);
  if (found.type === 'local') return `${target} is ${state.name}'s own: it is local by table ${table}`;
  const by = found.rule ? `rule ${found.rule.preference} leads to` : 'it is decided in';
  const { destination } = found.route;
  const what = destination.length === 0 ? 'default route' : `route to ${formatPrefix(destination)}`;
  return `${by} table ${table}, where the ${what} decides`;
}

const NO_ROUTE: Record<NoRouteReason, (flow: Flow) => string> = {
  'nothing-matches': ({ destination }) => `no rule leads to a route for ${formatIp(destination)}`,
  'source-not-local': ({ source }) =>
    `the source ${source ? formatIp(source) : ''} is no address of this host`,
  'martian-source': ({ source }) =>
    `the source ${source ? formatIp(source) : '0.0.0.0'} must not come in there (martian source)`,
  'martian-destination': ({ destination }) =>
    `${formatIp(destination)} must not be a destination there (martian destination)`,
  'reverse-path': ({ source, inputDevice }) =>
    `the reverse-path filter drops what comes from ${source ? formatIp(source) : 'there'} by ${inputDevice}`,
  'not-forwarding': ({ destination }) =>
    `${formatIp(destination)} is no address of this host, and it does not forward`,
  'device-unknown': ({ inputDevice, outputDevice }) => `there is no device ${inputDevice ?? outputDevice}`,
  'device-down': ({ inputDevice, outputDevice }) => `${inputDevice ?? outputDevice} is down`,
};

/** A label and its text, such as a renderer puts below the quoted lines. */
export type Remark = readonly [label: 'note' | 'assumed' | 'missing', text: string];

/** What else a reader has to know: the choice among several, what was taken for granted, what is missing. */
export function lookupRemarks(state: HostState, decision: RouteDecision): Remark[] {
  if (decision.kind === 'cannot-tell') return missingRemarks(state, decision.missing);
  const chosen = decision.kind === 'route' ? routeRemarks(state, decision) : [];
  const rules = unlistedRules(decision);
  const open = [...assumedRemarks(state, decision.assumed), ...doubtRemarks(state, decision)];
  return [...chosen, ...filterRemarks(decision), ...rules, ...open];
}

function routeRemarks(state: HostState, found: RouteFound): Remark[] {
  const out: Remark[] = [];
  if (found.candidates.length > 1)
    out.push([
      'note',
      `several ways are open, and the tables alone do not tell which: ${choiceWords(found)}`,
    ]);
  if (found.onLinkAssumed && asksNeighbours(state, found.device))
    out.push(['note', `it asks for the destination itself on ${found.device} (ARP), not for a gateway`]);
  return out;
}

function filterRemarks({ trace }: RouteDecision): Remark[] {
  const step = trace.find((one) => one.step === 'reverse-path');
  if (!step || step.verdict.kind === 'cannot-tell') return [];
  return [['note', filterWords(step.verdict)]];
}

function filterWords({ mode, kind, because }: Exclude<ReversePathVerdict, { kind: 'cannot-tell' }>): string {
  if (because === 'family-without-filter') return 'IPv6 has no reverse-path filter but that of a firewall';
  const name = ['which is off', 'which is strict (1)', 'which is loose (2)'][mode];
  return `the reverse-path filter, ${name}, ${kind === 'accepted' ? 'lets it pass' : `drops it: ${FILTER_REASONS[because]}`}`;
}

/** A rule that decided and that no file listed cannot be quoted. */
function unlistedRules({ trace }: RouteDecision): Remark[] {
  const rule = trace.findLast((step) => step.step === 'rule-matched')?.rule;
  if (!rule || rule.span) return [];
  return [['note', `rule ${rule.preference} is one that every Linux has; no file listed it`]];
}

function assumedRemarks(state: HostState, assumed: readonly Missing[]): Remark[] {
  if (assumed.length === 0) return [];
  const what = unique(assumed).join(', ');
  return [['assumed', `what ${what} of ${state.name} would tell is taken as a fresh Linux has it`]];
}

/** The answer stands, but as one that is supposed. */
function doubtRemarks(state: HostState, decision: RouteDecision): Remark[] {
  const what = unique(doubtsOf(decision)).join(', ');
  if (what === '') return [];
  return [['missing', `${what} of ${state.name} could change this answer, so it is supposed, not sure`]];
}

function missingRemarks(state: HostState, missing: readonly Missing[]): Remark[] {
  return [['missing', `${unique(missing).join(', ')} of ${state.name} would settle it`]];
}

function unique(missing: readonly Missing[]): string[] {
  return [...new Set(missing.map((one) => one.what))];
}

const FILTER_REASONS: Record<ReversePathReason, string> = {
  off: 'it is off',
  'route-back-by-same-device': 'the way back is by the same interface',
  'route-back-by-other-device': 'the way back to the source is by another interface',
  'some-route-back': 'there is a way back',
  'no-route-back': 'there is no way back to the source',
  'source-is-local': "the source is one of the host's own addresses",
  loopback: 'it is the loopback',
  'device-without-address': 'the interface has no IPv4 address',
  'not-unicast': 'the way back to the source is no unicast route',
  'family-without-filter': 'the family has none',
};
