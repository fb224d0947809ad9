import { describe, expect, it } from 'vitest';
import { textOf, tokensOf, Words } from '../../../src/linux/firewall/tokens.ts';

const textsOf = (text: string) => tokensOf(text, 0, text.length).map((token) => token.text);

describe('words of nft', () => {
  it('braces, brackets, commas, bars and ends of lines stand apart, whatever is around them', () => {
    expect(textsOf('table inet t{chain c {}}')).toEqual([
      'table',
      'inet',
      't',
      '{',
      'chain',
      'c',
      '{',
      '}',
      '}',
    ]);
    expect(textsOf('{ 1,2, 3 };(a|b)\nx')).toEqual([
      '{',
      '1',
      ',',
      '2',
      ',',
      '3',
      '}',
      ';',
      '(',
      'a',
      '|',
      'b',
      ')',
      '\n',
      'x',
    ]);
    expect(textsOf('dport 80-90 10.0.0.0/8 fe80::1%eth0')).toEqual([
      'dport',
      '80-90',
      '10.0.0.0/8',
      'fe80::1%eth0',
    ]);
  });

  it('blanks of every kind part words and are none', () => {
    expect(textsOf(' \ta\r b\f\v\ufeffc  ')).toEqual(['a', 'b', 'c']);
    expect(textsOf('')).toEqual([]);
  });

  it('a comment reaches to the end of its line', () => {
    expect(textsOf('drop # handle 4 { }\naccept # last')).toEqual(['drop', '\n', 'accept']);
  });

  it('quotes hold anything on their line; what nothing closes ends with it', () => {
    const [name, brace] = tokensOf('"eth 0;#" {', 0, 11);
    expect(name).toEqual({ text: 'eth 0;#', quoted: true, start: 0, end: 9 });
    expect(brace).toMatchObject({ text: '{', quoted: false });
    expect(textsOf('iifname "eth0\ndrop "')).toEqual(['iifname', 'eth0', '\n', 'drop', '']);
    expect(textsOf('iifname"eth0"drop')).toEqual(['iifname', 'eth0', 'drop']);
  });

  it('lie where they stand in the file, within the part asked for', () => {
    const text = 'aaa bbb # c\nddd';
    expect(tokensOf(text, 4, 11)).toEqual([{ text: 'bbb', quoted: false, start: 4, end: 7 }]);
    expect(tokensOf(text, 5, 6)).toEqual([{ text: 'b', quoted: false, start: 5, end: 6 }]);
    expect(tokensOf(text, 8, 14).map(({ start, end }) => [start, end])).toEqual([
      [11, 12],
      [12, 14],
    ]);
  });
});

describe('walking over words', () => {
  const words = () => new Words(tokensOf('ip saddr "accept" drop', 0, 22));

  it('takes the next where it is the one asked for', () => {
    const walk = words();
    expect([walk.take('saddr'), walk.take('ip'), walk.take('saddr')]).toEqual([false, true, true]);
    // Between quotes it is a name.
    expect([walk.word(), walk.take('accept'), walk.next().text]).toEqual(['', false, 'accept']);
    expect([walk.done, walk.take('drop'), walk.done]).toEqual([false, true, true]);
  });

  it('looks ahead without a step', () => {
    const walk = words();
    expect([walk.peek(1).text, walk.word(3), walk.word(2), walk.word(9), walk.at]).toEqual([
      'saddr',
      'drop',
      '',
      '',
      0,
    ]);
  });

  it('finds nothing behind the last, and takes nothing there', () => {
    const walk = words();
    for (let i = 0; i < 6; i++) walk.next();
    expect([walk.done, walk.next().text, walk.take('')]).toEqual([true, '', false]);
  });

  it('goes back, and gives the text it went over', () => {
    const walk = words();
    walk.next();
    const from = walk.at;
    walk.next();
    walk.next();
    expect(walk.since(from)).toBe('saddr "accept"');
    walk.rewind(from);
    expect(walk.next().text).toBe('saddr');
    expect(textOf(tokensOf('{ 1, "a b" }', 0, 12))).toBe('{ 1 , "a b" }');
  });
});
