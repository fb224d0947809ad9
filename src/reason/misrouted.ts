import type { Missing, RouteDecision } from '../linux/decision.ts';
import { lookupRule } from '../linux/default-rules.ts';
import type { Flow } from '../linux/flow.ts';
import { indexOf } from '../linux/host-index.ts';
import type { HostState, Route, Rule } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import type { Passage } from '../linux/passage.ts';
import { matchRule } from '../linux/rule-match.ts';
import { outDevice } from './quote.ts';

/** A lookup of a host that came out by another device than the packet's way home. */
export interface Misrouted {
  readonly state: HostState;
  readonly flow: Flow;
  readonly decision: RouteDecision;
  /** The device it should have left by. */
  readonly wanted: string;
  /** What is looked up, in a sentence: `replies from 10.4.0.100`. */
  readonly subject: string;
  /** What the firewall did to the request and to this packet; absent where neither was walked through. */
  readonly marks?: { readonly arrival: Passage | null; readonly departure: Passage };
  /** The lookup sees no mark, whatever the packet bears. */
  readonly markless?: boolean;
}

/** Rules that somebody added; the defaults are 0, 32766 and 32767. */
export function customRules(state: HostState, flow: Flow): Rule[] {
  const family = flow.destination.family;
  return state.rules.filter((rule) => rule.family === family && !isDefaultRule(rule));
}

/** The listing that would tell them, where it was not given. */
export function unlistedRules({ given }: HostState, { destination: { family } }: Flow): Missing | null {
  if (given.has(`rules${family}`)) return null;
  return { kind: 'rules', what: family === 4 ? 'ip rule' : 'ip -6 rule' };
}

function isDefaultRule(rule: Rule): boolean {
  const plain =
    rule.from === null && rule.to === null && !rule.inputDevice && !rule.outputDevice && !rule.mark;
  return plain && rule.action.kind === 'lookup' && [253, 254, 255].includes(rule.action.table);
}

export function routesIn({ state, flow }: Misrouted, table: number): Route[] {
  return state.routes.filter(
    (route) => route.table === table && route.destination.address.family === flow.destination.family,
  );
}

/** What the table alone makes of the packet. */
export function inTable({ state, flow }: Misrouted, table: number): RouteDecision {
  const only = lookupRule(flow.destination.family, 1, table);
  const rules = localRules(state, flow).concat(only);
  // What is passed on, and what the reverse-path filter looks up for it, bears a source of somebody else.
  return lookupOutput({ ...state, rules }, { ...flow, anySource: true });
}

/** It came in, and was not made by the host. */
export function isForwarded({ inputDevice }: Flow): boolean {
  return inputDevice !== null;
}

export function leadsHome(one: Misrouted, table: number): boolean {
  return outDevice(inTable(one, table)) === one.wanted;
}

function localRules(state: HostState, flow: Flow): Rule[] {
  return state.rules.filter(
    (rule) =>
      rule.family === flow.destination.family && rule.action.kind === 'lookup' && rule.action.table === 255,
  );
}

export function matches({ state, flow }: Misrouted, rule: Rule): boolean {
  return matchRule(indexOf(state), rule, flow).matches === true;
}

/** The rule would match this packet if only it did not name an incoming interface, or a mark. */
export function fitsBut(one: Misrouted, rule: Rule, selector: 'input' | 'mark'): boolean {
  return matches(one, selector === 'input' ? { ...rule, inputDevice: null } : { ...rule, mark: null });
}
