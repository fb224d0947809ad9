import { formatIp, type Ip } from '../addr/ip.ts';
import { quoteOf, type Span } from '../addr/source.ts';
import type { HostState } from '../linux/host-state.ts';

/** Statements that give a packet another source: nft's payload statement and nat, iptables' SNAT and NETMAP. */
const SETS_SOURCE = /\b(?:saddr set|snat(?: ip6?)? to|SNAT .*--to-source|NETMAP .*--to)\s+(\S+)/;

/** The firewall rule that writes exactly this source, as the host's dump shows it. */
export function rewritingRule(state: HostState, source: Ip): Span | null {
  const wanted = formatIp(source);
  return state.firewallRules?.find((span) => writes(quoteOf(span).text) === wanted) ?? null;
}

/** The address a rule writes; a port after it (`10.0.0.1:1024`) does not matter here. */
function writes(rule: string): string | undefined {
  return SETS_SOURCE.exec(rule)?.[1]?.replace(/^\[?([^\]]*?)\]?(?::\d+(?:-\d+)?)?$/, '$1');
}

/** Whether any firewall rule of the host reads or sets a mark, which could turn a lookup round. */
export function usesMarks(state: HostState): boolean {
  return state.firewallRules?.some((span) => /\bmark\b|MARK\b/.test(quoteOf(span).text)) ?? false;
}
