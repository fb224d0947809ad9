import type { SourceFile, Span } from '../../addr/source.ts';
import { mergeFirewalls } from '../firewall/merge.ts';
import type {
  Gap,
  Given,
  HostState,
  Listener,
  NextHopObject,
  StateProblem,
  Sysctl,
  TrackedConnection,
} from '../host-state.ts';
import { cleaned } from './clean.ts';
import { isConfiguration } from './configuration.ts';
import { mergeCounters } from './counters.ts';
import type { FormKind } from './forms.ts';
import { mergeAddresses, mergeLinks, mergeNeighbours, mergeRules } from './merge.ts';
import { mergeRoutes } from './merge-routes.ts';
import { notRecognised } from './other-language.ts';
import { PARSERS } from './parsers.ts';
import { recogniseSection } from './recognise.ts';
import { ruleContradictions } from './rule-contradictions.ts';
import { ruleListings } from './rule-listings.ts';
import type { Section } from './section.ts';
import { sectionsOf } from './sections.ts';
import { TableNames } from './table-names.ts';
import type { Told } from './told.ts';

/** Table names first, because others use them, and rules, which name tables too; then the richest form of each thing first (see `merge.ts`). */
const RANKS: Partial<Record<FormKind, number>> = {
  'rt-tables': 0,
  'ip-rule': 1,
  'ip-rule-json': 2,
  'ip-addr': 3,
  'ip-link': 4,
  'ip-route': 3,
  'ip-neigh': 3,
  'ip-nexthop': 3,
  nft: 3,
  'route-table': 9,
  'route-table6': 9,
  'ip-brief': 8,
  arp: 9,
  ifconfig: 9,
};
const RANK_OF_JSON = 5;

interface Recognised {
  readonly section: Section;
  readonly form: FormKind;
}

/**
 * One host's state from the text of its files. Pure; never throws. Files that are not understood, and lines and words in
 * the others, are listed in `problems`.
 */
export function buildHostState(name: string, given: readonly SourceFile[]): HostState {
  const sources = given.map(cleaned);
  const problems: StateProblem[] = [];
  const tables = new TableNames();
  const told: Told[] = [];
  for (const { section, form } of recogniseAll(sources, problems)) {
    const own: StateProblem[] = [];
    const gaps: Gap[] = [];
    told.push(withAddressesDoubted(PARSERS[form]({ section, tables, problems: own, gaps }), gaps, section));
    for (const problem of own) problems.push(problem);
  }
  return merge(name, told, tables, problems);
}

/** A listing of some devices, or one with an address that was not understood, tells addresses but not all of them. */
function withAddressesDoubted(told: Told, gaps: readonly Gap[], { hint }: Section): Told {
  if (gaps.length === 0 && !hint.limited) return told;
  const whole = (one: Given) => one !== 'addresses' && (one !== 'links' || !hint.limited);
  return { ...told, given: (told.given ?? []).filter(whole), gaps: [...(told.gaps ?? []), ...gaps] };
}

function recogniseAll(sources: readonly SourceFile[], problems: StateProblem[]): Recognised[] {
  const all: Recognised[] = [];
  for (const source of sources) {
    const found = recogniseSections(source);
    if (isConfiguration(source, found[0]?.form ?? null))
      problems.push({ kind: 'configuration', path: source.path });
    else if (found.length > 0) for (const one of found) all.push(one);
    else if (!isEmpty(source)) problems.push(notRecognised(source));
  }
  return all.sort((a, b) => rank(a.form) - rank(b.form));
}

function isEmpty(source: SourceFile): boolean {
  return !/\S/.test(source.text);
}

function recogniseSections(source: SourceFile): Recognised[] {
  return sectionsOf(source).flatMap((section) => {
    const form = recogniseSection(section);
    if (!form) return [];
    const sections = form === 'ip-rule' ? ruleListings(section) : [section];
    return sections.map((one) => ({ section: one, form }));
  });
}

function rank(form: FormKind): number {
  return RANKS[form] ?? RANK_OF_JSON;
}

function merge(name: string, told: readonly Told[], tables: TableNames, problems: StateProblem[]): HostState {
  const { rules, listings } = mergeRules(told);
  const routes = mergeRoutes(
    told.flatMap((one) => one.routes ?? []),
    rules,
  );
  const given = new Set<Given>(told.flatMap((one) => one.given ?? []));
  for (const one of routes.given) given.add(one);
  for (const { family } of listings) given.add(`rules${family}`);
  for (const problem of [...routes.problems, ...ruleContradictions(told)]) problems.push(problem);
  return {
    name,
    given,
    links: mergeLinks(told),
    addresses: mergeAddresses(told),
    rules,
    routes: routes.routes,
    nextHopObjects: firstOf<NextHopObject>(told.map((one) => one.nextHopObjects)),
    neighbours: mergeNeighbours(told),
    sysctls: mergeSysctls(told),
    tableNames: tables.toMap(),
    listeners: told.flatMap((one): readonly Listener[] => one.listeners ?? []),
    firewallRules: firewallRulesOf(told),
    firewall: mergeFirewalls(told.flatMap((one) => one.firewall ?? [])),
    kernelRelease: told.find((one) => one.kernelRelease !== undefined)?.kernelRelease ?? null,
    counters: mergeCounters(told.flatMap((one) => one.counters ?? [])),
    connections: told.flatMap((one): readonly TrackedConnection[] => one.connections ?? []),
    gaps: [...routes.gaps, ...listings.flatMap(({ gaps }) => gaps), ...addressGaps(told, given)],
    problems,
  };
}

/** Null: no dump that can be read line by line (none, or only JSON). */
function firewallRulesOf(told: readonly Told[]): readonly Span[] | null {
  const lists = told.flatMap((one) => (one.firewallRules ? [one.firewallRules] : []));
  return lists.length > 0 ? lists.flat() : null;
}

/** Where another listing told all addresses, nothing is missing. */
function addressGaps(told: readonly Told[], given: ReadonlySet<Given>): readonly Gap[] {
  return given.has('addresses') ? [] : told.flatMap((one) => one.gaps ?? []);
}

function firstOf<T>(lists: readonly (readonly T[] | undefined)[]): readonly T[] {
  return lists.find((list) => list !== undefined) ?? [];
}

function mergeSysctls(told: readonly Told[]): ReadonlyMap<string, Sysctl> {
  const merged = new Map<string, Sysctl>();
  const inForceLast = told.toSorted((a, b) => Number(b.configured ?? false) - Number(a.configured ?? false));
  for (const { sysctls } of inForceLast) for (const [key, value] of sysctls ?? []) merged.set(key, value);
  return merged;
}
