import { type Change, type Entry, type Policy, policyOf, ruleFault } from './change.ts';
import { icmpErrors } from './evidence.ts';
import { isServer } from './lab.ts';
import type { Measurement } from './measure.ts';

type Server = 'a' | 'b';

/** What the proved changes of one server did, in the order tried. */
function curesOf(m: Measurement, node: Server): Change[] {
  const proved = m.fixes.filter((fix) => fix.proved && fix.fix.steps.some((step) => step.on === node));
  return proved.map((fix) => fix.changes[node]);
}

/** The first fault that a reader of cures finds. */
function firstFault<T>(
  m: Measurement,
  node: Server,
  read: (before: Policy, change: Change) => T | null,
): T | null {
  const before = policyOf(m.states[node]);
  return (
    curesOf(m, node)
      .map((change) => read(before, change))
      .find((fault) => fault !== null) ?? null
  );
}

/** A change of this server and of nothing else cured the probe. */
export function curedBy(m: Measurement, node: Server): boolean {
  return m.fixes.some((fix) => fix.proved && fix.fix.steps.every((step) => step.on === node));
}

/** A change of a machine between the servers cured the probe. */
export function curedBetween(m: Measurement): boolean {
  return m.fixes.some((fix) => fix.proved && fix.fix.steps.every((step) => !isServer(step.on)));
}

/** A setting by which this server keeps silent when it is asked for its link-layer address, as a cure names it. */
export function silentToArp(m: Measurement, node: Server): 'ARP_SILENT' | 'RPF_STRICT_DROPS_REQUEST' | null {
  return firstFault(m, node, (_, { settingsAdded }) => {
    if (settingsAdded.some((line) => /\barp_(ignore|filter)\b/.test(line))) return 'ARP_SILENT';
    // A strict filter does not let the question in, either.
    return settingsAdded.some((line) => /\brp_filter\b/.test(line)) ? 'RPF_STRICT_DROPS_REQUEST' : null;
  });
}

/** The fault of policy rules, marks or routes that the cures of this server name. */
export function provenFault(m: Measurement, node: Server): string | null {
  return firstFault(m, node, ruleFault) ?? firstFault(m, node, markFault) ?? firstFault(m, node, routeFault);
}

/** How a reply's firewall mark failed to choose its route, by what had to change. */
function markFault(before: Policy, change: Change): string | null {
  const marks = before.firewall.some((line) => /mark set|MARK/.test(line));
  const marked = (rules: readonly Entry[]) => rules.some((rule) => rule.fwmark !== undefined);
  if (marks && !marked(before.rules)) return marked(change.rulesAdded) ? 'MARK_RULE_MISSING' : null;
  if (!marked(before.rules)) return null;
  const [added, removed] = [change.firewallAdded.join('\n'), change.firewallRemoved.join('\n')];
  if (/type filter hook output/.test(removed) && /type route hook output/.test(added))
    return 'MARK_NO_REROUTE';
  const reflected = change.settingsAdded.some((line) => /fwmark_(reflect|accept)/.test(line));
  return reflected || /mark|MARK/.test(added) ? 'REPLY_UNMARKED' : null;
}

/** What a route had about it that had to change: next hops, a refusal, or a source hint. */
function routeFault(_: Policy, { routesRemoved, routesAdded }: Change): string | null {
  if (routesRemoved.some((route) => route.nexthops)) return 'MULTIPATH_REPLY';
  if (routesRemoved.some((route) => route.type === 'throw')) return 'THROW_ROUTE';
  const hinted = routesRemoved.find((route) => route.prefsrc !== undefined && route.protocol !== 'kernel');
  const same = (route: Entry) => route.dst === hinted?.dst && route.dev === hinted?.dev;
  return routesAdded.some((route) => same(route) && route.prefsrc !== hinted?.prefsrc)
    ? 'ROUTE_SRC_HINT_WRONG'
    : null;
}

/** How the firewall that had to change treated the packet. */
export type FirewallAct = 'DROPS' | 'REJECTS' | 'RPF_DROPS';

/** What the firewall of this server did, when changing it and nothing else cured the probe. */
export function firewallAct(m: Measurement, node: Server): FirewallAct | null {
  return firstFault(m, node, (_, change) => {
    if (change.rulesAdded.length + change.routesAdded.length > 0) return null;
    const removed = change.firewallRemoved.join('\n');
    if (removed === '' && change.firewallAdded.length === 0) return null;
    if (/\bfib\b|rpfilter/.test(removed)) return 'RPF_DROPS';
    // A cure may let the packet in before the rule that refuses it.
    if (icmpErrors(m, node, 'out').length > 0) return 'REJECTS';
    return /\breject\b|REJECT/.test(removed) ? 'REJECTS' : 'DROPS';
  });
}

/** Changing the firewall of this server cured the probe. */
export function firewallCured(m: Measurement, node: Server): boolean {
  return curesOf(m, node).some((change) => change.firewallRemoved.length > 0);
}
