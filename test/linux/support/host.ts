import { formatIp, type Ip, parseIp } from '../../../src/addr/ip.ts';
import type { RouteDecision, TraceStep } from '../../../src/linux/decision.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { answerOf } from '../../../src/linux/route-answer.ts';
import { parseRouteQuery } from '../../../src/linux/route-query.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';

/** What the `ip` commands of a host print, by the name of the file that holds it. */
export interface HostText {
  readonly addr?: string;
  readonly routes?: string;
  readonly routes6?: string;
  readonly rules?: string;
  readonly rules6?: string;
  readonly sysctl?: string;
  readonly neigh?: string;
  readonly nexthop?: string;
  readonly uname?: string;
}

const FILES: Record<keyof HostText, string> = {
  addr: 'ip-addr.txt',
  routes: 'ip-route-show-table-all.txt',
  routes6: 'ip-6-route-show-table-all.txt',
  rules: 'ip-rule.txt',
  rules6: 'ip-6-rule.txt',
  sysctl: 'sysctl.txt',
  neigh: 'ip-neigh.txt',
  nexthop: 'ip-nexthop.txt',
  uname: 'uname.txt',
};

export function hostOf(text: HostText): HostState {
  const names = Object.keys(text) as (keyof HostText)[];
  const sources = names.map((name) => ({ path: FILES[name], text: `${lines(text[name] ?? '')}\n` }));
  return buildHostState('B', sources);
}

/** Indented as it suits the test; `ip` prints entries at the margin and what belongs to them indented. */
function lines(text: string): string {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...all.map((line) => line.length - line.trimStart().length));
  return all.map((line) => line.slice(margin)).join('\n');
}

/** Two cards with a default route by the first, as every host of the story has them. */
export const ADDR = `
  1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
      inet 127.0.0.1/8 scope host lo
      inet6 ::1/128 scope host
  2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 group default
      inet 10.3.0.100/24 scope global eth0
      inet6 fd00:3::100/64 scope global
      inet6 fe80::3/64 scope link
  3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 group 5
      inet 10.4.0.100/24 scope global eth1
      inet6 fd00:4::100/64 scope global
      inet6 fe80::4/64 scope link`;

export const LOCAL = `
  local 10.3.0.100 dev eth0 table local proto kernel scope host src 10.3.0.100
  broadcast 10.3.0.255 dev eth0 table local proto kernel scope link src 10.3.0.100
  local 10.4.0.100 dev eth1 table local proto kernel scope host src 10.4.0.100
  broadcast 10.4.0.255 dev eth1 table local proto kernel scope link src 10.4.0.100
  local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1`;

export const CONNECTED = `
  10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100
  10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100`;

export const LOCAL6 = `
  local ::1 dev lo table local proto kernel metric 0 pref medium
  local fd00:3::100 dev eth0 table local proto kernel metric 0 pref medium
  local fd00:4::100 dev eth1 table local proto kernel metric 0 pref medium
  multicast ff00::/8 dev eth0 table local proto kernel metric 256 pref medium
  multicast ff00::/8 dev eth1 table local proto kernel metric 256 pref medium`;

export const CONNECTED6 = `
  fd00:3::/64 dev eth0 proto kernel metric 256 pref medium
  fd00:4::/64 dev eth1 proto kernel metric 256 pref medium
  fe80::/64 dev eth0 proto kernel metric 256 pref medium
  fe80::/64 dev eth1 proto kernel metric 256 pref medium`;

/** A host with these routes besides its own, and these rules besides the default ones. */
export function hostWith(routes: string, rules = '', more: HostText = {}): HostState {
  const all = [LOCAL, CONNECTED, routes].join('\n');
  return hostOf({ addr: ADDR, routes: flat(all), rules: ruleList(rules, true), ...more });
}

export function host6With(routes: string, rules = '', more: HostText = {}): HostState {
  const all = [LOCAL6, CONNECTED6, routes].join('\n');
  return hostOf({ addr: ADDR, routes6: flat(all), rules6: ruleList(rules, false), ...more });
}

/** Next hops of a multipath route keep their indent; everything else loses it. */
function flat(text: string): string {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  return all.map((line) => (/^\s*nexthop/.test(line) ? `\t${line.trim()}` : line.trim())).join('\n');
}

function ruleList(rules: string, withDefault: boolean): string {
  const own = flat(rules).split('\n').filter(Boolean);
  const standing = ['0: from all lookup local', '32766: from all lookup main'];
  if (withDefault) standing.push('32767: from all lookup default');
  const order = (line: string) => Number.parseInt(line, 10);
  return [...standing, ...own].sort((a, b) => order(a) - order(b)).join('\n');
}

/** The answer to a query in the words of `ip route get`, on one line: `via G dev D src S table T`, or the errno. */
export function get(state: HostState, query: string): string {
  const parsed = parseRouteQuery(query);
  if (!parsed.ok) return `query: ${parsed.error.expected}`;
  const { answer, error, cannotTell } = answerOf(state, query, parsed.value.flow);
  if (!answer) return error ?? `cannot tell: ${cannotTell}`;
  const gateway = answer.gateway ?? answer.via?.host;
  return [
    answer.type ?? '',
    gateway ? `via ${gateway}` : '',
    `dev ${answer.dev}`,
    answer.prefsrc ? `src ${answer.prefsrc}` : '',
    answer.table ? `table ${answer.table}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

export function ip(text: string): Ip {
  const parsed = parseIp(text);
  if (!parsed) throw new Error(`not an address: ${text}`);
  return parsed;
}

/** `eth0 10.3.0.1` for each next hop that may be chosen. */
export function candidates(decision: RouteDecision): string[] {
  if (decision.kind !== 'route') return [];
  return decision.candidates.map((one) => `${one.device} ${one.gateway ? formatIp(one.gateway) : ''}`.trim());
}

export function steps(decision: RouteDecision): TraceStep['step'][] {
  return decision.trace.map((step) => step.step);
}
