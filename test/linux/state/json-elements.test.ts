import { describe, expect, it } from 'vitest';
import { elementsOf, memberArray } from '../../../src/linux/state/json-elements.ts';
import { stateOf } from './read-state.ts';

function elements(text: string): string[] {
  return elementsOf(text, 0, text.length).elements.map(({ start, end }) => text.slice(start, end));
}

describe('elements of a JSON array', () => {
  it.each([
    ['[]', []],
    [' [ 1, "a,]",{"b":[1,{"c":"}"}]} ]\n', ['1', '"a,]"', '{"b":[1,{"c":"}"}]}']],
    ['["a\\"]", "\\\\"]', ['"a\\"]"', '"\\\\"']],
    ['[{"a":1}]\n[{"b":2}]', ['{"a":1}', '{"b":2}']],
  ])('%s', (text, expected) => {
    expect(elements(text)).toEqual(expected);
    expect(elementsOf(text, 0, text.length).damage).toBeNull();
  });

  it('keeps what is whole when the end is missing', () => {
    const text = '[{"dst":"default"},{"dst":"10.0.';
    expect(elements(text)).toEqual(['{"dst":"default"}']);
    expect(elementsOf(text, 0, text.length).damage).toMatchObject({ at: text.length });
  });

  it('does not follow hostile depth', () => {
    const text = `[${'['.repeat(1_000_000)}`;
    expect(elementsOf(text, 0, text.length).damage?.reason).toMatch(/deep/);
  });

  it('finds the array under a key of the object itself, not of one inside', () => {
    const text = '{"x":{"list":[1]},"y":"\\"list\\":[2]","list" : [3]}';
    const extent = memberArray(text, { start: 0, end: text.length }, 'list');
    expect(extent && text.slice(extent.start, extent.end)).toBe('[3]');
  });
});

describe('damaged JSON', () => {
  it('costs one element, and says where', () => {
    const state = stateOf(
      '[{"dst":"default","gateway":"10.3.0.1","dev":"eth0"},\n{"dst":"10.4.0.0/24",, "dev":"eth1"},\n{"dst":"10.5.0.0/24","dev":"eth1"}]',
    );
    expect(state.routes).toHaveLength(2);
    expect(state.problems).toMatchObject([{ kind: 'json-damaged', path: 'pasted', line: 2 }]);
  });

  it('finds no prototype to spoil', () => {
    const state = stateOf(
      '[{"dst":"default","dev":"eth0","__proto__":{"type":"blackhole"},"constructor":1}]',
    );
    expect(state.routes).toMatchObject([{ type: 'unicast', unmodelled: ['__proto__', 'constructor'] }]);
    expect(({} as Record<string, unknown>).type).toBeUndefined();
  });

  it('takes the first dst of an encapsulated route, whose encapsulation repeats the name', () => {
    const state = stateOf(
      '[{"dst":"192.168.6.0/24","encap":"ip","id":5,"src":"0.0.0.0","dst":"10.1.0.7","ttl":0,"tos":0,"gateway":"10.1.0.1","dev":"eth0","flags":[]}]',
    );
    expect(state.problems).toEqual([]);
    expect(state.routes).toMatchObject([{ destination: { length: 24 }, unmodelled: ['encap'] }]);
  });
});
