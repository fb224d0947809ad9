import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../src/addr/ip.ts';
import { formatPrefix } from '../../../src/addr/prefix.ts';
import { quoteOf, type SourceFile, type Span } from '../../../src/addr/source.ts';
import type { HostState, Route } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { PASTED } from './pasted.ts';
import { FIXTURES, folder, model } from './read-state.ts';

type Part = 'links' | 'addresses' | 'rules' | 'routes' | 'neighbours' | 'nextHopObjects' | 'tableNames';
const ALL: readonly Part[] = [
  'links',
  'addresses',
  'rules',
  'routes',
  'neighbours',
  'nextHopObjects',
  'tableNames',
];

/** Forms saved of each host, and what they hold all of. */
const HOSTS: Readonly<Record<string, Readonly<Record<string, readonly Part[]>>>> = {
  // Every kind of rule and route, in namespaces; `rich/make.sh` saved it with iproute2 6.1.
  rich: {
    plain: ALL,
    details: ALL,
    statistics: ALL,
    'details-statistics': ALL,
    numeric: ALL,
    'numeric-details': ALL,
    oneline: ALL,
    'oneline-details': ALL,
    'oneline-statistics': ALL,
    colour: ALL,
    'colour-details': ALL,
    json: ALL,
    'json-details': ALL,
    'json-statistics': ALL,
    'json-pretty': ALL,
    'json-numeric': ALL,
    families: ALL,
    'families-json': ALL,
    tables: ALL,
    'tables-json': ALL,
  },
};

function stateOf(sources: readonly SourceFile[]): HostState {
  return buildHostState('host', sources);
}

/** What forms cannot tell alike is left out: the kind of a link needs `-d`. Routes in one order for all. */
function comparable(state: HostState, parts: readonly Part[]): unknown {
  return model({
    ...Object.fromEntries(parts.map((part) => [part, state[part]])),
    ...(parts.includes('links') ? { links: state.links.map((one) => ({ ...one, linkKind: null })) } : {}),
    ...(parts.includes('routes') ? { routes: [...state.routes].sort(byPlace) } : {}),
    ...(parts.includes('addresses')
      ? { addresses: byFamily(state.addresses, ({ prefix }) => prefix.address) }
      : {}),
    ...(parts.includes('neighbours') ? { neighbours: byFamily(state.neighbours, (one) => one.address) } : {}),
    problems: state.problems,
    gaps: state.gaps,
  });
}

function byFamily<T>(list: readonly T[], addressOf: (one: T) => Ip): readonly T[] {
  return [4, 6].flatMap((family) => list.filter((one) => addressOf(one).family === family));
}

/** By table and family; routes of one table stay as listed. */
function byPlace(a: Route, b: Route): number {
  return a.table - b.table || a.destination.address.family - b.destination.address.family;
}

for (const [host, forms] of Object.entries(HOSTS)) {
  const reference = stateOf(folder(`${host}/plain`));

  describe(`${host} is one model in all forms`, () => {
    it.each(Object.keys(forms))('%s', (form) => {
      const state = stateOf(folder(`${host}/${form}`));
      expect(comparable(state, forms[form])).toEqual(comparable(reference, forms[form]));
    });

    it.each(Object.keys(forms))('%s beside the plain form', (form) => {
      const both = ['plain', form].flatMap((name) =>
        folder(`${host}/${name}`).map(({ path, text }) => ({ path: `${name}/${path}`, text })),
      );
      expect(comparable(stateOf(both), ALL)).toEqual(comparable(reference, ALL));
    });
  });

  describe(`${host} is one model however it was pasted`, () => {
    const files = folder(`${host}/plain`);
    it.each(Object.keys(PASTED))('%s', (manner) => {
      const sources = PASTED[manner](files);
      const state = stateOf(sources);
      expect(comparable(state, ALL)).toEqual(comparable(reference, ALL));
      expectOwnLines(state, sources);
    });

    it.each(Object.keys(PASTED))('%s, with details', (manner) => {
      const state = stateOf(PASTED[manner](folder(`${host}/details`)));
      expect(comparable(state, ALL)).toEqual(comparable(reference, ALL));
    });

    it.each(Object.keys(PASTED))('%s, one line each', (manner) => {
      const state = stateOf(PASTED[manner](folder(`${host}/oneline-details`)));
      expect(comparable(state, ALL)).toEqual(comparable(reference, ALL));
    });

    it.each(Object.keys(PASTED).filter((manner) => !/blanks|tabs|colours/.test(manner)))(
      '%s, as JSON',
      (manner) => {
        const sources = PASTED[manner](folder(`${host}/json`));
        expect(comparable(stateOf(sources), ALL)).toEqual(comparable(reference, ALL));
      },
    );
  });
}

/** Quotes are the user's own lines, at the line and column where they stand. */
function expectOwnLines(state: HostState, sources: readonly SourceFile[]): void {
  const spans: Span[] = [state.routes, state.rules, state.addresses, state.links, state.neighbours].flatMap(
    (list) => list.flatMap(({ span }: { span: Span | null }) => span ?? []),
  );
  expect(spans.length).toBeGreaterThan(50);
  for (const span of spans) {
    const { file, line, column, text } = quoteOf(span);
    const own = sources.find(({ path }) => path === file)?.text.split('\n')[line - 1] ?? '';
    const seen = own.replace(/\^\[\[\d+m|\ufeff/g, '').replaceAll('\u00a0', ' ');
    expect(
      seen
        .slice(column - 1)
        .trim()
        .slice(0, 12),
    ).toBe(text.trim().slice(0, 12));
  }
}

describe('quotes of JSON', () => {
  it('are elements, at their own column of a single line', () => {
    const { routes } = stateOf(folder('rich/json'));
    for (const { span, destination } of routes) {
      const { line, text, column } = quoteOf(span);
      expect(line).toBe(1);
      expect(span.source.text.slice(column - 1, column - 1 + text.length)).toBe(text);
      const [, to] = /"dst":"([^"/]+)/.exec(text) ?? [];
      expect(to).toBe(formatPrefix(destination).split('/')[0]);
    }
  });
});

const SYSCTL = ['sysctl-a.txt', 'sysctl.conf', 'grep.txt', 'head.txt', 'cat.txt', 'echo.txt', 'equals.txt'];

describe('sysctl is one model in all forms', () => {
  const wanted = stateOf(folder('rich/sysctl', (file) => file === 'sysctl-a.txt'));

  it.each(SYSCTL)('%s', (file) => {
    const state = stateOf(folder('rich/sysctl', (one) => one === file));
    expect(model([...state.sysctls].sort())).toEqual(model([...wanted.sysctls].sort()));
    expect(state.sysctls.get('net.ipv4.conf.eth1/200.rp_filter')?.value).toBe('2');
    expect(state.problems).toEqual([]);
  });

  it('files under proc/sys', () => {
    const root = join(FIXTURES, 'rich/sysctl-files');
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const files = paths.filter((path) => statSync(join(root, path)).isFile());
    const sources = files.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
    expect(model([...stateOf(sources).sysctls].sort())).toEqual(model([...wanted.sysctls].sort()));
  });
});
