import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../../src/addr/source.ts';
import { quoteOf } from '../../../src/addr/source.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { folder } from './read-state.ts';

const HOSTS = [
  '10-blog-policy-both-ServerA',
  'forms/plain',
  'forms/json',
  'forms/net-tools',
  'forms/one-line-details',
];

function short(source: SourceFile): SourceFile {
  return { path: source.path, text: source.text.slice(0, 6000) };
}

/** Builds the state and quotes every place it names, as a report would. */
function exercise(sources: readonly SourceFile[]): void {
  const state = buildHostState('host', sources);
  for (const list of [state.links, state.addresses, state.routes, state.neighbours, state.listeners]) {
    for (const { span } of list) {
      expect(span.start).toBeLessThanOrEqual(span.end);
      expect(span.end).toBeLessThanOrEqual(span.source.text.length);
    }
  }
  const route = state.routes[state.routes.length - 1];
  if (route) expect(quoteOf(route.span).text).not.toBe('');
}

describe('the reader never throws', () => {
  it.each(HOSTS)('on any prefix of the files of %s', (name) => {
    for (const { path, text } of folder(name).map(short)) {
      for (let end = 0; end <= text.length; end += 1 + (text.length >> 8))
        exercise([{ path, text: text.slice(0, end) }]);
    }
  });

  const files = HOSTS.flatMap((name) => folder(name)).map(short);

  it('on files with pieces changed, doubled or missing', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('\n', '"', '{', '[', ']', '}', '\\', ' dev', ' via', '\t', '::', '999999999999'),
    );
    const change = fc.record({ at: fc.nat(6000), drop: fc.nat(40), put: piece });
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (file, changes) => {
          let { text } = file;
          for (const { at, drop, put } of changes) {
            const cut = text.length === 0 ? 0 : at % text.length;
            text = text.slice(0, cut) + put + text.slice(cut + drop);
          }
          exercise([{ path: file.path, text }]);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('on any text under any name', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files.map(({ path }) => path)),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (path, text) => exercise([{ path, text }]),
      ),
      { numRuns: 500 },
    );
  });

  it('bounds what it says about a hostile file', () => {
    const text = `default via 10.0.0.1 dev eth0\n${'what is this\n'.repeat(100_000)}`;
    expect(buildHostState('host', [{ path: 'x', text }]).problems.length).toBeLessThanOrEqual(500);
  });
});
