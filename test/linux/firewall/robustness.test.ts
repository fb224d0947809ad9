import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../../src/addr/source.ts';
import { arrive, echo, hostWith, leave, tcp } from './support.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/linux-firewall');
const names = ['nft.txt', 'nft-handles-numeric.txt', 'nft.json', 'iptables-save.txt'];
const texts = names.map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

/** Walks whatever was read, and quotes all of it. */
function exercise(name: string, text: string): void {
  const state = hostWith({ [name]: text });
  for (const { outcome } of [arrive(state, tcp(80)), leave(state, echo())])
    if ('by' in outcome) expect(quoteOf(outcome.by.span).text).not.toBe('');
  for (const { span } of state.firewall?.chains ?? []) expect(span.end).toBeLessThanOrEqual(text.length);
}

describe('a damaged or hostile dump', () => {
  it.each(texts)('ends anywhere: $name', ({ name, text }) => {
    for (let end = 0; end < text.length; end += 1 + (text.length >> 5)) exercise(name, text.slice(0, end));
  });

  it('is changed in places', () => {
    const put = fc.constantFrom(
      '{',
      '}',
      '"',
      '(',
      ' map ',
      ' : ',
      ',',
      '\n',
      ' set ',
      ' jump ',
      '!',
      '-j',
      '@',
      '&',
      '.',
    );
    const change = fc.record({ at: fc.nat(12_000), drop: fc.nat(30), put });
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (file, changes) => {
          let { text } = file;
          for (const { at, drop, put: piece } of changes)
            text = text.slice(0, at % text.length) + piece + text.slice((at % text.length) + drop);
          exercise(file.name, text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['brackets without end', `table ip t {\nchain c {\n${'('.repeat(20_000)}\n}\n}`],
    ['braces without end', `table ip t {\nchain c {\nip saddr ${'{'.repeat(20_000)}`],
    ['maps of maps', `table ip t {\nchain c {\n${'meta mark set ip saddr map { 1 : '.repeat(2000)}`],
    ['operators without end', `table ip t {\nchain c {\nmeta mark ${'& 1 '.repeat(20_000)}== 1\n}\n}`],
  ])('holds %s', (_, text) => {
    const before = performance.now();
    exercise('nft.txt', text);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('asks more doubts than can be walked', () => {
    const rule = 'limit rate 1/second meta mark set meta mark ^ 0x1\n';
    const state = hostWith({
      'nft.txt': `table ip t {\nchain in {\ntype filter hook input priority 0; policy accept;\n${rule.repeat(200)}}\n}`,
    });
    expect(arrive(state, tcp(80)).outcome.kind).toBe('cannot-tell');
  });
});
