import {
  takeDevice,
  takeFlag,
  takeGateway,
  takeNumber,
  takePreference,
  takePreferredSource,
  takeProtocol,
  takeScope,
  takeSourcePrefix,
  takeTos,
  takeWeight,
} from './ip-route-values.ts';
import type { Lines } from './lines.ts';
import type { RouteDraft } from './route-draft.ts';
import { type Reading, wordNotUnderstood } from './section.ts';

/** Attributes with one value that do not decide where a packet goes: metrics, cache info, realms (ip/iproute.c). */
const WITH_VALUE: ReadonlySet<string> = new Set([
  'mtu',
  'advmss',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'reordering',
  'hoplimit',
  'initcwnd',
  'initrwnd',
  'features',
  'rto_min',
  'quickack',
  'congctl',
  'fastopen_no_cookie',
  'realm',
  'realms',
  'users',
  'used',
  'age',
  'error',
  'ttl-propagate',
  'ttl-propogate',
  'uid',
  'iif',
  'mark',
]);

/** Flags that tell nothing of the choice of the route. */
const BARE: ReadonlySet<string> = new Set([
  'offload',
  'offload_failed',
  'trap',
  'notify',
  'rt_offload',
  'rt_trap',
  'rt_offload_failed',
  'equalize',
  'pervasive',
  'unresolved',
  'cache',
  'ecn',
]);

/** Reads a word and its value; false when the value is missing or wrong. */
type Take = (draft: RouteDraft, lines: Lines, reading: Reading) => boolean;

const WORDS = new Map<string, Take>([
  ['via', (draft, lines) => takeGateway(draft, lines.word(), lines)],
  ['dev', (draft, lines) => takeDevice(draft, lines.word())],
  ['src', (draft, lines) => takePreferredSource(draft, lines.word())],
  ['metric', (draft, lines) => takeNumber(draft, 'metric', lines.word())],
  ['proto', (draft, lines) => takeProtocol(draft, lines.word())],
  ['scope', (draft, lines) => takeScope(draft, lines.word())],
  ['from', (draft, lines) => takeSourcePrefix(draft, lines.word())],
  ['tos', (draft, lines) => takeTos(draft, lines.word())],
  ['dsfield', (draft, lines) => takeTos(draft, lines.word())],
  ['pref', (draft, lines) => takePreference(draft, lines.word())],
  ['nhid', (draft, lines) => takeNumber(draft, 'nextHopId', lines.word())],
  ['weight', (draft, lines) => takeWeight(draft, lines.word())],
  ['expires', (draft, lines) => takeExpiry(draft, lines.word())],
  ['encap', takeEncapsulation],
  ['as', takeNewDestination],
]);

export function readRouteWord(reading: Reading, draft: RouteDraft, lines: Lines, word: string): boolean {
  const take = WORDS.get(word);
  if (take) return take(draft, lines, reading);
  if (takeFlag(draft, word)) return true;
  if (WITH_VALUE.has(word)) {
    if (word === 'error') draft.family ??= 6;
    if (lines.word() === 'lock') lines.word();
  } else if (!BARE.has(word)) {
    draft.addUnmodelled(word);
    wordNotUnderstood(reading, lines.span, word);
  }
  return true;
}

function takeExpiry(draft: RouteDraft, word: string): boolean {
  draft.expires = true;
  return word !== '';
}

/** `encap mpls 100 via ...`: its own words go on up to the gateway or device. */
function takeEncapsulation(draft: RouteDraft, lines: Lines): boolean {
  draft.addUnmodelled('encap');
  while (lines.peek() !== '' && lines.peek() !== 'via' && lines.peek() !== 'dev') lines.word();
  return true;
}

function takeNewDestination(draft: RouteDraft, lines: Lines): boolean {
  draft.addUnmodelled('as to');
  if (lines.word() === 'to') lines.word();
  return true;
}
