import { formatIp, sameIp } from '../addr/ip.ts';
import type { Missing, RouteDecision, RouteFound, TraceStep } from './decision.ts';
import { doubtsOf } from './doubt.ts';
import type { Flow, InputFlow } from './flow.ts';
import { indexOf } from './host-index.ts';
import { type HostState, type Rule, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';
import { lookupInput } from './lookup-input.ts';
import { lookupOutput } from './lookup-output.ts';
import { selectAddress6 } from './source6.ts';

/** One line of `route get --batch`: the fields of `ip -j route get`, or the errno, or why it cannot be told. */
export interface RouteAnswer {
  readonly query: string;
  readonly answer: IpRouteGet | null;
  readonly error: string | null;
  /** Every [device, gateway or ""] that the kernel may have chosen, where there are several. */
  readonly acceptable?: readonly (readonly [string, string])[];
  /** Beside an answer or error: what that takes for granted and could change it. */
  readonly cannotTell: string | null;
  /** The rule that decided, as `ip rule` prints its start. */
  readonly rule: string | null;
  readonly why: string;
}

export interface IpRouteGet {
  readonly type?: string;
  readonly dst: string;
  readonly from?: string;
  /** IPv4: that of the route, where it has one. */
  readonly tos?: string;
  readonly gateway?: string;
  readonly via?: { readonly family: 'inet6'; readonly host: string };
  readonly dev: string;
  readonly table?: string;
  readonly prefsrc?: string;
  readonly metric?: number;
  readonly iif?: string;
  readonly mark?: number;
}

/** Looks a flow up, as input or as output, as `ip route get` does. */
export function decide(state: HostState, flow: Flow): RouteDecision {
  return flow.inputDevice === null ? lookupOutput(state, flow) : lookupInput(state, flow as InputFlow);
}

export function answerOf(state: HostState, query: string, flow: Flow): RouteAnswer {
  const decision = decide(state, flow);
  const cannotTell = doubtsOf(decision).map(missingText).join(', ') || null;
  const blank = { query, answer: null, error: null, cannotTell, rule: null, why: whyOf(decision) };
  switch (decision.kind) {
    case 'cannot-tell':
      return blank;
    case 'no-route':
    case 'refused':
      return { ...blank, error: decision.error, rule: lastRule(decision.trace) };
    case 'route':
      return {
        ...blank,
        ...acceptable(decision),
        answer: asIpRouteGet(state, flow, decision),
        rule: lastRule(decision.trace),
      };
  }
}

function acceptable({ candidates }: RouteFound) {
  if (candidates.length < 2) return {};
  const pairs = candidates.map((one) => [one.device, one.gateway ? formatIp(one.gateway) : ''] as const);
  return { acceptable: pairs };
}

/** rt_fill_info and rt6_fill_node, which tells no mark. */
function asIpRouteGet(state: HostState, flow: Flow, found: RouteFound): IpRouteGet {
  const table = tableName(state, found);
  const source = printedSource(state, flow, found);
  return {
    ...(found.type === 'unicast' ? {} : { type: found.type }),
    dst: formatIp(flow.destination),
    ...(flow.source ? { from: formatIp(flow.source) } : {}),
    ...(found.route?.tos ? { tos: tosWord(found.route.tos) } : {}),
    ...gatewayFields(flow, found),
    dev: found.device,
    ...(table ? { table } : {}),
    ...(source ? { prefsrc: source } : {}),
    ...(flow.destination.family === 6 && found.route ? { metric: found.route.metric } : {}),
    ...(flow.inputDevice ? { iif: flow.inputDevice } : {}),
    ...(flow.mark && flow.destination.family === 4 ? { mark: flow.mark } : {}),
  };
}

function tosWord(tos: number): string {
  return `0x${tos.toString(16).padStart(2, '0')}`;
}

function gatewayFields(flow: Flow, { gateway }: RouteFound): Pick<IpRouteGet, 'gateway' | 'via'> {
  if (!gateway) return {};
  const host = formatIp(gateway);
  return gateway.family === flow.destination.family ? { gateway: host } : { via: { family: 'inet6', host } };
}

/**
 * IPv4 prints the source it chose, and none where it was given or the packet came in; IPv6 prints what it would have
 * chosen, given or not, and for a packet that came in only the route's own `src`.
 */
function printedSource(state: HostState, flow: Flow, found: RouteFound): string | null {
  if (flow.destination.family === 4) {
    const shown = flow.inputDevice === null && found.source && !sameIp(found.source, flow.source);
    return shown && found.source ? formatIp(found.source) : null;
  }
  const own = found.route?.preferredSource ?? null;
  if (own || flow.inputDevice !== null) return own && formatIp(own);
  const device = found.candidates[0]?.nextHop?.device ?? null;
  const chosen = selectAddress6(indexOf(state), device, flow.destination);
  return chosen && formatIp(chosen);
}

const BUILT_IN: Readonly<Record<number, string>> = { [TABLE_LOCAL]: 'local', [TABLE_DEFAULT]: 'default' };

/** Left out for main; IPv4 without custom rules keeps local in main's trie and calls it main. */
function tableName(state: HostState, found: RouteFound): string | null {
  const { table, route } = found;
  if (table === 0 || table === TABLE_MAIN) return null;
  const merged = route?.destination.address.family === 4 && indexOf(state).families[4].onlyDefaultRules;
  if (merged && table === TABLE_LOCAL) return null;
  return BUILT_IN[table] ?? [...state.tableNames].find(([, id]) => id === table)?.[0] ?? String(table);
}

function missingText(missing: Missing): string {
  return `${missing.kind}: ${missing.what}`;
}

function lastRule(trace: readonly TraceStep[]): string | null {
  const rule = trace.findLast((step) => step.step === 'rule-matched')?.rule;
  return rule ? ruleText(rule) : null;
}

function ruleText(rule: Rule): string {
  return `${rule.preference}: ${rule.action.kind === 'lookup' ? `lookup ${rule.action.table}` : rule.action.kind}`;
}

function whyOf(decision: RouteDecision): string {
  switch (decision.kind) {
    case 'route':
      return decision.onLinkAssumed
        ? 'no route by the bound device: destination assumed on its link'
        : 'route';
    case 'refused':
      return 'action' in decision.by ? 'refused by a rule' : `refused by a ${decision.by.type} route`;
    case 'no-route':
      return decision.reason;
    case 'cannot-tell':
      return 'not enough information';
  }
}
