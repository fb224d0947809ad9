import type { Family, Ip } from '../addr/ip.ts';
import { contains, type Prefix } from '../addr/prefix.ts';
import type { Missing, RuleMismatch } from './decision.ts';
import type { Flow } from './flow.ts';
import { type HostIndex, indexOf } from './host-index.ts';
import type { HostState, PortRange, Rule } from './host-state.ts';

export type RuleVerdict =
  | { readonly matches: true }
  | { readonly matches: false; readonly because: RuleMismatch }
  | { readonly matches: 'cannot-tell'; readonly missing: Missing };

/** fib_rule_match: all selectors must fit; `not` turns the whole result round. */
export function matchRule(index: HostIndex, rule: Rule, flow: Flow): RuleVerdict {
  const because = firstMismatch(index, rule, flow);
  if (because) return rule.not ? { matches: true } : { matches: false, because };
  const unknown = unknownSelector(index, rule, flow);
  if (unknown) return { matches: 'cannot-tell', missing: unknown };
  return rule.not ? { matches: false, because: 'not' } : { matches: true };
}

/** Why a rule does not match the flow, or null when it does (or might: an unknown selector counts as fitting). */
export function ruleMismatch(state: HostState, rule: Rule, flow: Flow): RuleMismatch | null {
  const verdict = matchRule(indexOf(state), rule, flow);
  return verdict.matches === false ? verdict.because : null;
}

/** In the kernel's order: fib_rule_match, then fib4_rule_match or fib6_rule_match. */
function firstMismatch(index: HostIndex, rule: Rule, flow: Flow): RuleMismatch | null {
  return deviceMismatch(index, rule, flow) ?? valueMismatch(index, rule, flow) ?? packetMismatch(rule, flow);
}

/** What the host sends itself has `lo` as incoming interface (LOOPBACK_IFINDEX), whatever card it leaves by. */
function deviceMismatch(index: HostIndex, rule: Rule, flow: Flow): RuleMismatch | null {
  const { inputDevice, outputDevice } = rule;
  if (inputDevice !== null && inputDevice !== (flow.inputDevice ?? index.loopback)) {
    if (isDetached(index, inputDevice)) return 'device-detached';
    return flow.inputDevice === null ? 'iif-local' : 'iif';
  }
  if (outputDevice !== null && outputDevice !== flow.outputDevice) {
    return isDetached(index, outputDevice) ? 'device-detached' : 'oif';
  }
  return null;
}

/** A rule that names a device the host does not have (`[detached]`) has index -1, which no flow has. */
function isDetached(index: HostIndex, device: string): boolean {
  return index.state.given.has('links') && !index.links.has(device);
}

function valueMismatch(index: HostIndex, rule: Rule, flow: Flow): RuleMismatch | null {
  if (rule.mark && ((rule.mark.value ^ flow.mark) & rule.mark.mask) !== 0) return 'mark';
  if (rule.l3mdev && vrfOf(index, flow) === null) return 'l3mdev';
  if (rule.users && !inRange(rule.users, flow.user)) return 'uid';
  return null;
}

function packetMismatch(rule: Rule, flow: Flow): RuleMismatch | null {
  if (!prefixFits(rule.to, flow.destination)) return 'to';
  if (!sourceSelectorFits(rule, flow.source)) return 'from';
  if (rule.dscp !== null && rule.dscp !== flow.tos >>> 2) return 'dscp';
  if (rule.tos && rule.tos !== tosFor(rule.family, flow.tos)) return 'tos';
  if (rule.protocol && rule.protocol !== flow.protocol) return 'protocol';
  if (rule.sourcePorts && !inRange(rule.sourcePorts, flow.sourcePort)) return 'sport';
  if (rule.destinationPorts && !inRange(rule.destinationPorts, flow.destinationPort)) return 'dport';
  return null;
}

function prefixFits(prefix: Prefix | null, ip: Ip): boolean {
  return prefix === null || prefix.length === 0 || contains(prefix, ip);
}

/**
 * IPv4 compares 0.0.0.0 where no source is chosen yet; IPv6 does not match a `from` at all then
 * (RT6_LOOKUP_F_HAS_SADDR in fib6_rule_match).
 */
function sourceSelectorFits(rule: Rule, source: Ip | null): boolean {
  if (rule.from === null || rule.from.length === 0) return true;
  if (source) return contains(rule.from, source);
  return rule.family === 4 && contains(rule.from, { family: 4, w0: 0, w1: 0, w2: 0, w3: 0 });
}

/**
 * The bits of the header's byte that a `tos` selector or route sees: IPv4 the three below the precedence
 * (IPTOS_RT_MASK, fib_dscp_masked_match), IPv6 the whole DSCP (ip6_dscp).
 */
export function tosFor(family: Family, tos: number): number {
  return family === 4 ? tos & 0x1c : tos & 0xfc;
}

function inRange(range: PortRange, value: number): boolean {
  return value >= range.first && value <= range.last;
}

function unknownSelector(index: HostIndex, rule: Rule, flow: Flow): Missing | null {
  if (rule.unmodelled.length > 0) return { kind: 'unmodelled', what: rule.unmodelled.join(' ') };
  if (rule.l3mdev) return { kind: 'vrf', what: `ip -d link show ${vrfOf(index, flow)}` };
  return null;
}

/** The VRF that a device of the flow is enslaved to (l3mdev_fib_rule_match); its tables are not modelled. */
function vrfOf(index: HostIndex, flow: Flow): string | null {
  for (const device of [flow.outputDevice, flow.inputDevice]) {
    const link = device === null ? undefined : index.links.get(device);
    if (link?.linkKind === 'vrf') return link.name;
    const master = link?.master ? index.links.get(link.master) : undefined;
    if (master?.linkKind === 'vrf') return master.name;
  }
  return null;
}
