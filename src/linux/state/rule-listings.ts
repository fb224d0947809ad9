import { Lines } from './lines.ts';
import type { Section } from './section.ts';

/** Both families, before and after; a hostile file may not make thousands. */
const MOST = 16;

/**
 * The listings of `(ip rule; ip -6 rule) > file`, one behind the other: each is in the order of preference, and its first rule, which
 * looks into `local`, has 0 (net/core/fib_rules.c fib_nl_newrule; net/ipv4, net/ipv6/fib6_rules.c fib6_rules_net_init).
 */
export function ruleListings(section: Section): Section[] {
  const starts = [section.start];
  const lines = new Lines(section);
  let last = 0;
  while (lines.next()) {
    const match = /^(\d{1,10}):/.exec(lines.word());
    if (!match) continue;
    const preference = Number(match[1]);
    if (preference === 0 && last > 0 && starts.length < MOST) starts.push(lines.start);
    last = preference;
  }
  return starts.map((start, i) => ({ ...section, start, end: starts[i + 1] ?? section.end }));
}
