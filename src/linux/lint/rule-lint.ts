import type { Family } from '../../addr/ip.ts';
import { indexOf } from '../host-index.ts';
import { type HostState, type Route, type Rule, TABLE_DEFAULT, TABLE_LOCAL } from '../host-state.ts';
import { confKey } from '../sysctl.ts';
import type { Lint } from './lint.ts';
import { tableIsEmpty } from './table-lint.ts';

/** What rules cannot do. */
export function ruleLint(state: HostState): Lint[] {
  const families: readonly Family[] = [4, 6];
  return families.flatMap((family) => {
    const own = state.rules.filter((rule) => rule.family === family);
    return [...own.flatMap((rule) => lintOfRule(state, rule, own)), ...unreachable(state, family, own)];
  });
}

function lintOfRule(state: HostState, rule: Rule, all: readonly Rule[]): Lint[] {
  const { inputDevice, action } = rule;
  const out: Lint[] = [...missingDevices(state, rule)];
  if (inputDevice !== null && inputDevice !== indexOf(state).loopback && !rule.not)
    out.push({ kind: 'rule-for-input-only', rule, forwards: forwards(state, rule.family) });
  if (action.kind === 'goto' && !leadsForward(rule, action.preference, all))
    out.push({ kind: 'goto-nowhere', rule, preference: action.preference });
  if (action.kind === 'lookup' && tableIsEmpty(state, rule.family, action.table))
    out.push({ kind: 'rule-table-empty', rule, table: action.table });
  return out;
}

/** A rule that names an interface the host does not have matches nothing; `ip rule` marks it `[detached]`. */
function missingDevices(state: HostState, rule: Rule): Lint[] {
  if (!state.given.has('links')) return [];
  const named = [rule.inputDevice, rule.outputDevice].filter((device) => device !== null);
  const missing = named.filter((device) => !indexOf(state).links.has(device));
  return missing.map((device) => ({ kind: 'rule-device-missing', rule, device }));
}

function leadsForward(rule: Rule, preference: number, all: readonly Rule[]): boolean {
  return all.some((one) => one.preference === preference && all.indexOf(one) > all.indexOf(rule));
}

function forwards(state: HostState, family: Family): boolean | null {
  const key = family === 4 ? 'net.ipv4.ip_forward' : confKey(6, 'all', 'forwarding');
  const entry = state.sysctls.get(key);
  return entry ? entry.value.trim() !== '0' : null;
}

/** Rules behind one that decides for every packet. The plain `default` rule stands there on every Linux and is no surprise. */
function unreachable(state: HostState, family: Family, rules: readonly Rule[]): Lint[] {
  const at = rules.findIndex((rule) => decidesAll(state, family, rule) && !jumpedOver(rule, rules));
  if (at < 0) return [];
  const after = rules[at];
  const by = terminalRoute(state, family, after);
  return rules
    .slice(at + 1)
    .filter((rule) => !isPlainDefault(rule))
    .map((rule) => ({ kind: 'rule-unreachable', rule, after, by }));
}

function decidesAll(state: HostState, family: Family, rule: Rule): boolean {
  if (!takesAll(rule)) return false;
  return rule.action.kind === 'lookup' ? terminalRoute(state, family, rule) !== null : refuses(rule);
}

function refuses({ action }: Rule): boolean {
  return action.kind === 'blackhole' || action.kind === 'unreachable' || action.kind === 'prohibit';
}

/** No selector at all, and nothing that sends the kernel on after the table has answered. */
function takesAll(rule: Rule): boolean {
  const { from, to, inputDevice, outputDevice, mark, tos, dscp, protocol, sourcePorts } = rule;
  const selectors = [inputDevice, outputDevice, mark, tos, dscp, protocol, sourcePorts];
  const rest = [rule.destinationPorts, rule.users, rule.suppressPrefixLength, rule.suppressGroup];
  const anywhere = (from === null || from.length === 0) && (to === null || to.length === 0);
  const plain = !rule.not && !rule.l3mdev && rule.unmodelled.length === 0;
  return anywhere && plain && [...selectors, ...rest].every((one) => one === null);
}

/** A default route that leaves nothing for later rules (`throw` would). */
function terminalRoute(state: HostState, family: Family, { action }: Rule): Route | null {
  if (action.kind !== 'lookup' || action.table === TABLE_LOCAL) return null;
  const found = state.routes.find(
    (route) =>
      route.table === action.table &&
      route.destination.length === 0 &&
      route.destination.address.family === family &&
      route.type !== 'throw' &&
      route.tos === 0 &&
      route.sourcePrefix === null &&
      !route.nextHops.some((hop) => hop.dead),
  );
  return found ?? null;
}

function jumpedOver(rule: Rule, rules: readonly Rule[]): boolean {
  return rules.some(
    ({ action, preference }) =>
      action.kind === 'goto' && preference <= rule.preference && action.preference > rule.preference,
  );
}

function isPlainDefault(rule: Rule): boolean {
  return takesAll(rule) && rule.action.kind === 'lookup' && rule.action.table === TABLE_DEFAULT;
}
