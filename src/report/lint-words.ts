import { formatIp } from '../addr/ip.ts';
import { formatPrefix, networkOf } from '../addr/prefix.ts';
import type { Span } from '../addr/source.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Lint, LintKind } from '../linux/lint/lint.ts';
import type { CauseSource } from '../reason/cause.ts';
import { tableName } from '../reason/quote.ts';

type Of<K extends LintKind> = Extract<Lint, { kind: K }>;

/** One sentence that stands alone. */
export function lintSentence(state: HostState, lint: Lint): string {
  return (SENTENCES[lint.kind] as (state: HostState, lint: Lint) => string)(state, lint);
}

const SENTENCES: { readonly [K in LintKind]: (state: HostState, lint: Of<K>) => string } = {
  'rule-for-input-only': ({ name }, { rule, forwards }) =>
    `rule ${rule.preference} never matches what ${name} itself sends, replies included: it asks for packets that came in by ${rule.inputDevice}${forwards === false ? ', and this host passes none on' : ''}`,
  'rule-device-missing': ({ name }, { rule, device }) =>
    `rule ${rule.preference} never matches: ${name} has no interface ${device}`,
  'rule-table-empty': (state, { rule, table }) =>
    `rule ${rule.preference} looks up table ${tableName(state, table)}, which is empty: the next rule is tried`,
  'rule-unreachable': (state, { rule, after, by }) =>
    by
      ? `rule ${rule.preference} is not reached: rule ${after.preference} takes every packet before it, and table ${tableName(state, by.table)} has a default route (save for sockets bound to another interface)`
      : `rule ${rule.preference} is never reached: rule ${after.preference} refuses every packet before it`,
  'goto-nowhere': (_, { rule, preference }) =>
    `rule ${rule.preference} goes to ${preference}, and no later rule has that preference: it does nothing`,
  'table-unused': (state, { table, family, routes }) =>
    `no IPv${family} rule looks up table ${tableName(state, table)}: its ${routes === 1 ? 'route is' : `${routes} routes are`} never used`,
  'gateway-off-link': ({ name }, { gateway, device, onlink }) =>
    `the gateway ${formatIp(gateway)} is in no network of ${device}: ${onlink ? `${name} asks for it there all the same (onlink), and somebody has to answer` : 'nobody there will answer for it, and the kernel would not take this route again'}`,
  'networks-overlap': (_, { wide, narrow }) => overlapWords(wide, narrow),
};

function overlapWords(wide: Of<'networks-overlap'>['wide'], narrow: Of<'networks-overlap'>['wide']): string {
  const [a, b] = [formatPrefix(networkOf(wide.prefix)), formatPrefix(networkOf(narrow.prefix))];
  if (a === b)
    return `${wide.device} and ${narrow.device} are both in ${a}: replies to it leave by one of them only`;
  return `${b} of ${narrow.device} lies within ${a} of ${wide.device}: the two are taken for different links`;
}

/** The lines to look at; the one to change is marked. */
export function lintSources(lint: Lint): CauseSource[] {
  switch (lint.kind) {
    case 'rule-unreachable':
      return [
        ...line(lint.after.span, 'context', 'takes every packet before it'),
        ...line(lint.by?.span ?? null, 'context', 'decides for them'),
        ...line(lint.rule.span, 'decides', 'comes too late'),
      ];
    case 'table-unused':
      return line(lint.first.span, 'decides', 'in a table that no rule looks up');
    case 'gateway-off-link':
      return line(lint.route.span, 'decides', 'its gateway is not on the link');
    case 'networks-overlap':
      return [
        ...line(lint.wide.span, 'context', lint.wide.device),
        ...line(lint.narrow.span, 'decides', lint.narrow.device),
      ];
    default:
      return line(lint.rule.span, 'decides', RULE_LABELS[lint.kind]);
  }
}

const RULE_LABELS = {
  'rule-for-input-only': 'names an incoming interface',
  'rule-device-missing': 'names an interface that is not there',
  'rule-table-empty': 'its table is empty',
  'goto-nowhere': 'leads nowhere',
} as const;

function line(span: Span | null, mark: CauseSource['mark'], label: string): CauseSource[] {
  return span ? [{ span, mark, label, where: null }] : [];
}

/** A few words for the margin of the picture. */
export const LINT_MARKS: Record<LintKind, string> = {
  'rule-for-input-only': 'never matches what the host sends',
  'rule-device-missing': 'never matches: no such interface',
  'rule-table-empty': 'its table is empty',
  'rule-unreachable': 'not reached',
  'goto-nowhere': 'leads nowhere',
  'table-unused': 'no rule looks it up',
  'gateway-off-link': 'gateway not on the link',
  'networks-overlap': 'overlaps another interface',
};
