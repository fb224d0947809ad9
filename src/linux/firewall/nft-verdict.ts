import { own } from '../../addr/own.ts';
import type { Words } from './tokens.ts';
import type { Verdict } from './verdict.ts';

const PLAIN = new Set(['accept', 'drop', 'return', 'continue']);

/** A verdict where one stands; undefined, and nothing taken, otherwise. */
export function takeVerdict(words: Words): Verdict | undefined {
  const word = words.word();
  if (PLAIN.has(word)) {
    words.next();
    return { kind: word as 'accept' };
  }
  if (word === 'jump' || word === 'goto') {
    words.next();
    return { kind: word, target: words.next().text };
  }
  if (word === 'reject') return takeReject(words);
  if (word === 'queue') return takeQueue(words);
  return undefined;
}

/** `reject with icmp type port-unreachable`; since 1.0 without the word `type`; bare, nft's default. */
function takeReject(words: Words): Verdict {
  words.next();
  if (!words.take('with')) return { kind: 'reject', with: 'icmpx port-unreachable' };
  const protocol = words.next().text;
  words.take('type');
  return { kind: 'reject', with: `${protocol} ${rejectName(protocol, words.next().text)}` };
}

/** Numbers that `nft -n` prints for them. */
const REJECTS: Record<string, readonly string[]> = {
  icmp: [
    'net-unreachable',
    'host-unreachable',
    'prot-unreachable',
    'port-unreachable',
    '4',
    '5',
    '6',
    '7',
    '8',
    'net-prohibited',
    'host-prohibited',
    '11',
    '12',
    'admin-prohibited',
  ],
  icmpv6: [
    'no-route',
    'admin-prohibited',
    '2',
    'addr-unreachable',
    'port-unreachable',
    'policy-fail',
    'reject-route',
  ],
  icmpx: ['no-route', 'port-unreachable', 'host-unreachable', 'admin-prohibited'],
};

function rejectName(protocol: string, word: string): string {
  return (/^\d+$/.test(word) && own(REJECTS, protocol)?.[Number(word)]) || word;
}

/** A program decides then; its number and flags do not matter here. */
function takeQueue(words: Words): Verdict {
  words.next();
  while (!words.done && !words.peek().quoted && words.word() !== 'comment') words.next();
  return { kind: 'queue' };
}
