import type { BaseChain, TableFamily } from './firewall.ts';
import { priorityOf } from './priority.ts';
import { type Token, Words } from './tokens.ts';

const TYPES = new Set(['filter', 'nat', 'route']);

/** `type filter hook input priority filter + 10; policy drop;`: the policy stands after the semicolon. */
export function baseOf(family: TableFamily, line: readonly Token[], rest: Words): BaseChain | undefined {
  const words = new Words(line);
  const type = after(words, 'type');
  const hook = after(words, 'hook');
  while (!words.done && words.word() !== 'priority') words.next();
  words.next();
  const priority: string[] = [];
  while (!words.done) priority.push(words.next().text);
  const number = priorityOf(family, priority);
  const policy = rest.take('policy') ? rest.next().text : 'accept';
  if (!TYPES.has(type) || number === undefined) return undefined;
  return {
    type: type as BaseChain['type'],
    hook,
    priority: number,
    policy: policy === 'drop' ? 'drop' : 'accept',
  };
}

function after(words: Words, word: string): string {
  while (!words.done && words.word() !== word) words.next();
  words.next();
  return words.next().text;
}
