import type { Family } from '../../addr/ip.ts';
import type { Prefix } from '../../addr/prefix.ts';
import { quoteOf, type Span } from '../../addr/source.ts';
import { type Gap, type PortRange, type Rule, type RuleAction, TABLE_DEFAULT } from '../host-state.ts';
import type { Hint, Reading } from './section.ts';
import type { RuleListing, Told } from './told.ts';

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

  /** Selectors whose values are not known: where all others fit, whether the rule matches cannot be told. */
  notUnderstood(words: readonly string[]): void {
    const { file, line } = quoteOf(this.span);
    const what = words.length > 0 ? `'${words.join(' ')}'` : 'the action';
    this.unmodelled.push(`${what} in line ${line} of ${file}`);
  }

  toRule(family: Family): Rule {
    const { gotoNowhere, action, ...rest } = this;
    return { family, ...rest, action: action ?? { kind: 'nop' } };
  }
}

/** A listing in which no line is a rule is none. */
export function toldOf(drafts: readonly RuleDraft[], lost: readonly Span[], reading: Reading): Told {
  return drafts.length === 0 ? {} : { rules: rulesOf(drafts, lost, reading.section.hint) };
}

/** In the kernel's order: by preference, and as listed where that is the same. */
function rulesOf(drafts: readonly RuleDraft[], lost: readonly Span[], hint: Hint): RuleListing {
  const told = familyOfRules(drafts, hint);
  const family = told ?? 4;
  const rules = drafts.map((draft) => draft.toRule(family)).sort((a, b) => a.preference - b.preference);
  const gaps = lost.map((span) => gapOf(family, span));
  return { family, rules, sure: told !== null, gaps };
}

function gapOf(family: Family, span: Span): Gap {
  return { kind: 'rule', family, table: 0, destination: null, device: null, span };
}

/**
 * One listing holds one family. An address tells it; then the name of command or file; then `lookup default`, which every
 * IPv4 has and IPv6 only if somebody added it (net/ipv4, net/ipv6/fib6_rules.c fib6_rules_net_init).
 */
function familyOfRules(drafts: readonly RuleDraft[], hint: Hint): Family | null {
  for (const { from, to } of drafts) {
    const told = from ?? to;
    if (told) return told.address.family;
  }
  if (hint.family) return hint.family;
  const asDefault = ({ action }: RuleDraft) => action?.kind === 'lookup' && action.table === TABLE_DEFAULT;
  return drafts.some(asDefault) ? 4 : null;
}
