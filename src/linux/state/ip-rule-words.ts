import { parsePrefix } from '../../addr/prefix.ts';
import type { Span } from '../../addr/source.ts';
import { type PortRange, TABLE_UNSPEC } from '../host-state.ts';
import { dscpNumber, dsField, groupName, protocolNumber, wholeNumber } from './names.ts';
import type { RuleDraft } from './rule-draft.ts';
import { type Reading, wordNotUnderstood } from './section.ts';

/** Reads a word and its value; false when the value is missing or wrong. */
type Take = (draft: RuleDraft, value: string, reading: Reading) => boolean;

const WITH_VALUE = new Map<string, Take>([
  ['from', (draft, value) => takePrefix(draft, 'from', value)],
  ['to', (draft, value) => takePrefix(draft, 'to', value)],
  ['iif', take('inputDevice', nameOf)],
  ['oif', take('outputDevice', nameOf)],
  ['fwmark', takeMark],
  ['tos', take('tos', dsField)],
  ['dsfield', take('tos', dsField)],
  ['dscp', takeDscp],
  ['ipproto', take('protocol', protocolNumber)],
  ['sport', (draft, value) => takePorts(draft, 'sourcePorts', value)],
  ['dport', (draft, value) => takePorts(draft, 'destinationPorts', value)],
  ['uidrange', take('users', rangeOf)],
  ['lookup', takeTable],
  ['table', takeTable],
  ['goto', takeGoto],
  ['suppress_prefixlength', take('suppressPrefixLength', wholeNumber)],
  ['suppress_ifgroup', take('suppressGroup', (text) => groupName(nameOf(text) ?? null) ?? undefined)],
  // Who installed a rule does not change what it does.
  ['proto', (_, value) => value !== ''],
  ['protocol', (_, value) => value !== ''],
  // Realms are marks for tc and statistics; they choose no route.
  ['realms', (_, value) => value !== ''],
]);

/** Selectors that the simulator does not know, with one value. */
const UNMODELLED = new Set(['tun_id', 'flowlabel', 'map-to']);

/** Actions other than a lookup, also by the numbers of routes' types that `ip -N` prints. */
const ACTIONS = new Map<string, 'nop' | 'blackhole' | 'unreachable' | 'prohibit'>([
  ['nop', 'nop'],
  ['blackhole', 'blackhole'],
  ['6', 'blackhole'],
  ['unreachable', 'unreachable'],
  ['7', 'unreachable'],
  ['prohibit', 'prohibit'],
  ['8', 'prohibit'],
]);

/** Printed where the device or the goto's target does not exist; the simulator finds that out by itself. */
const REMARKS = new Set(['[detached]', '[unresolved]']);

/** Where the value of a word comes from: the rest of a line, or a JSON member written as text. */
export interface Values {
  word(): string;
  readonly span: Span;
}

export function readRuleWord(reading: Reading, draft: RuleDraft, values: Values, word: string): boolean {
  const takeValue = WITH_VALUE.get(word);
  if (takeValue) return takeValue(draft, values.word(), reading);
  if (word === 'not') draft.not = true;
  else if (word === 'l3mdev') takeL3mdev(draft);
  else if (!takeAction(draft, word) && !REMARKS.has(word)) {
    draft.unmodelled.push(word);
    if (UNMODELLED.has(word)) values.word();
    else wordNotUnderstood(reading, values.span, word);
  }
  return true;
}

/** `nop`, `blackhole`, `unreachable`, `prohibit`; false for anything else. */
export function takeAction(draft: RuleDraft, word: string): boolean {
  const kind = ACTIONS.get(word);
  if (kind) draft.action = { kind };
  return kind !== undefined;
}

type Field =
  | 'inputDevice'
  | 'outputDevice'
  | 'tos'
  | 'protocol'
  | 'users'
  | 'suppressPrefixLength'
  | 'suppressGroup';

function take<K extends Field>(field: K, read: (value: string) => RuleDraft[K] | undefined): Take {
  return (draft, text) => {
    const value = read(text);
    if (value === undefined) return false;
    draft[field] = value;
    return true;
  };
}

function nameOf(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** `all`, an address, a prefix, or `0/8`, which is printed for a length without an address. */
export function takePrefix(draft: RuleDraft, end: 'from' | 'to', value: string): boolean {
  const prefix = parsePrefix(value.startsWith('0/') ? `0.0.0.0${value.slice(1)}` : value);
  if (!prefix) return false;
  draft[end] = value === 'all' || value === 'any' || value === 'default' ? null : prefix;
  return true;
}

/** A port, `1-1023`, or a value with a mask (Linux 6.15), which is kept as not modelled. */
function takePorts(draft: RuleDraft, field: 'sourcePorts' | 'destinationPorts', text: string): boolean {
  if (text.includes('/')) draft.unmodelled.push(`${field === 'sourcePorts' ? 'sport' : 'dport'} ${text}`);
  else draft[field] = rangeOf(text) ?? null;
  return text.includes('/') || draft[field] !== null;
}

/** `0x1` or `0x1/0xff`; without a mask all bits count (fib_nl2rule in net/core/fib_rules.c). */
export function takeMark(draft: RuleDraft, text: string): boolean {
  const slash = text.indexOf('/');
  const value = wholeNumber(slash < 0 ? text : text.slice(0, slash));
  const mask = slash < 0 ? 0xffffffff : wholeNumber(text.slice(slash + 1));
  if (value === undefined || mask === undefined) return false;
  draft.mark = { value, mask };
  return true;
}

/** A DSCP with a mask (Linux 6.15) is kept as not modelled. */
export function takeDscp(draft: RuleDraft, text: string): boolean {
  if (text.includes('/')) draft.unmodelled.push(`dscp ${text}`);
  else draft.dscp = dscpNumber(text) ?? null;
  return text.includes('/') || draft.dscp !== null;
}

export function rangeOf(text: string): PortRange | undefined {
  const [from, to, more] = text.split('-');
  const first = wholeNumber(from);
  const last = to === undefined ? first : wholeNumber(to);
  return first === undefined || last === undefined || more !== undefined ? undefined : { first, last };
}

/** `lookup [l3mdev-table]` takes the table of the VRF that the flow's device belongs to. */
function takeTable(draft: RuleDraft, word: string, reading: Reading): boolean {
  if (word === '[l3mdev-table]') takeL3mdev(draft);
  else draft.action = { kind: 'lookup', table: reading.tables.numberOf(word) };
  return word !== '';
}

export function takeL3mdev(draft: RuleDraft): void {
  draft.l3mdev = true;
  draft.action ??= { kind: 'lookup', table: TABLE_UNSPEC };
}

/** `goto none` is printed where the target does not exist. */
function takeGoto(draft: RuleDraft, word: string): boolean {
  const preference = wholeNumber(word);
  draft.gotoNowhere = word === 'none';
  if (preference !== undefined) draft.action = { kind: 'goto', preference };
  return draft.gotoNowhere || preference !== undefined;
}
