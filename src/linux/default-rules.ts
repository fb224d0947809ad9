import type { Family } from '../addr/ip.ts';
import { type Rule, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';

const DEFAULTS: Readonly<Record<Family, readonly (readonly [number, number])[]>> = {
  4: [
    [0, TABLE_LOCAL],
    [32766, TABLE_MAIN],
    [32767, TABLE_DEFAULT],
  ],
  6: [
    [0, TABLE_LOCAL],
    [32766, TABLE_MAIN],
  ],
};

/** The rules every Linux starts with (fib_default_rules_init, fib6_rules_net_init). */
export function defaultRules(family: Family): Rule[] {
  return DEFAULTS[family].map(([preference, table]) => lookupRule(family, preference, table));
}

/** A rule that sends everything to one table; callers add selectors. */
export function lookupRule(family: Family, preference: number, table: number): Rule {
  return {
    family,
    preference,
    not: false,
    from: null,
    to: null,
    inputDevice: null,
    outputDevice: null,
    mark: null,
    tos: null,
    dscp: null,
    protocol: null,
    sourcePorts: null,
    destinationPorts: null,
    users: null,
    l3mdev: false,
    action: { kind: 'lookup', table },
    suppressPrefixLength: null,
    suppressGroup: null,
    unmodelled: [],
    span: null,
  };
}

/** Nothing but the default rules: the kernel then does not walk rules at all (fib_has_custom_rules). */
export function isDefaultRules(rules: readonly Rule[], family: Family): boolean {
  const wanted = DEFAULTS[family];
  return (
    rules.length === wanted.length &&
    rules.every((rule, i) => rule.preference === wanted[i][0] && isPlainLookup(rule, wanted[i][1]))
  );
}

/**
 * The rules that lookups go through. IPv6 walks its rules only once one was added: that a default one was deleted has no
 * effect until then (fib6_rule_lookup, fib6_has_custom_rules).
 */
export function rulesInForce(listed: readonly Rule[], family: Family): readonly Rule[] {
  const isDefault = (rule: Rule) =>
    DEFAULTS[6].some(([preference, table]) => rule.preference === preference && isPlainLookup(rule, table));
  if (family === 4 || !listed.every(isDefault)) return listed;
  return defaultRules(6).map((one) => listed.find((rule) => rule.preference === one.preference) ?? one);
}

function isPlainLookup(rule: Rule, table: number): boolean {
  const plain = lookupRule(rule.family, rule.preference, table);
  const { action, span: _, ...selectors } = rule;
  const { action: __, span: ___, ...wanted } = plain;
  return (
    action.kind === 'lookup' && action.table === table && JSON.stringify(selectors) === JSON.stringify(wanted)
  );
}
