import { expect, test } from 'vitest';
import { quoteOf } from '../../src/addr/source.ts';

test('a quote has the line and the column where its entry begins', () => {
  const source = { path: 'a.txt', text: 'one\n\n  two\n three\n\tmore\nfour' };
  const quoted = (words: string) => {
    const start = source.text.indexOf(words);
    return quoteOf({ source, start, end: start + words.length });
  };
  expect(quoted('one')).toEqual({ file: 'a.txt', line: 1, column: 1, text: 'one' });
  expect(quoted('  two')).toEqual({ file: 'a.txt', line: 3, column: 3, text: 'two' });
  expect(quoted('three\n\tmore')).toEqual({ file: 'a.txt', line: 4, column: 2, text: 'three more' });
  expect(quoted('\tmore')).toMatchObject({ line: 5, column: 2 });
  expect(quoted('four')).toMatchObject({ line: 6, column: 1 });
});

test('quotes of every line of a long file take time in proportion to them', () => {
  const lines = 150_000;
  const source = { path: 'many.txt', text: 'default\n'.repeat(lines) };
  for (let line = 1; line <= lines; line++) {
    const start = (line - 1) * 8;
    const quote = quoteOf({ source, start, end: start + 7 });
    if (quote.line !== line || quote.column !== 1) expect(quote).toMatchObject({ line, column: 1 });
  }
});

test('each of some hundred lines is found, and what begins at its first or last byte', () => {
  const lines = Array.from({ length: 300 }, (_, i) => 'x'.repeat(i % 7));
  const source = { path: 'lines.txt', text: lines.join('\n') };
  let start = 0;
  for (const [i, line] of lines.entries()) {
    expect(quoteOf({ source, start, end: start + line.length })).toMatchObject({ line: i + 1, column: 1 });
    expect(quoteOf({ source, start: start + line.length, end: start + line.length }).line).toBe(i + 1);
    start += line.length + 1;
  }
});
