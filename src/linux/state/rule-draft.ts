import type { Family } from '../../addr/ip.ts';
import type { Prefix } from '../../addr/prefix.ts';
import type { Span } from '../../addr/source.ts';
import { type PortRange, type Rule, type RuleAction, TABLE_DEFAULT } from '../host-state.ts';
import type { Hint } from './section.ts';
import type { RuleListing } from './told.ts';

/** A rule while its words are read, from text or JSON; its family may show only in another rule of the listing. */
export class RuleDraft {
  readonly preference: number;
  readonly span: Span;
  not = false;
  from: Prefix | null = null;
  to: Prefix | null = null;
  inputDevice: string | null = null;
  outputDevice: string | null = null;
  mark: { readonly value: number; readonly mask: number } | null = null;
  tos: number | null = null;
  dscp: number | null = null;
  protocol: number | null = null;
  sourcePorts: PortRange | null = null;
  destinationPorts: PortRange | null = null;
  users: PortRange | null = null;
  l3mdev = false;
  action: RuleAction | null = null;
  /** `goto` whose target does not exist: the kernel goes on with the next rule, as for `nop`. */
  gotoNowhere = false;
  suppressPrefixLength: number | null = null;
  suppressGroup: string | null = null;
  readonly unmodelled: string[] = [];

  constructor(preference: number, span: Span) {
    this.preference = preference;
    this.span = span;
  }

  toRule(family: Family): Rule {
    const { gotoNowhere, action, ...rest } = this;
    return { family, ...rest, action: action ?? { kind: 'nop' } };
  }
}

/** In the kernel's order: by preference, and as listed where that is the same. */
export function rulesOf(drafts: readonly RuleDraft[], hint: Hint): RuleListing {
  const family = familyOfRules(drafts, hint);
  const rules = drafts.map((draft) => draft.toRule(family));
  return { family, rules: rules.sort((a, b) => a.preference - b.preference) };
}

/**
 * One listing holds one family. An address tells it, and so does `lookup default`, which only IPv4 has (net/ipv4,
 * net/ipv6/fib6_rules.c fib6_rules_net_init); then the name of command or file; else IPv4.
 */
function familyOfRules(drafts: readonly RuleDraft[], hint: Hint): Family {
  for (const { from, to } of drafts) {
    const told = from ?? to;
    if (told) return told.address.family;
  }
  if (drafts.some(({ action }) => action?.kind === 'lookup' && action.table === TABLE_DEFAULT)) return 4;
  return hint.family ?? 4;
}
