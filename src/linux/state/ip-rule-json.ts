import type { Span } from '../../addr/source.ts';
import { readRuleWord, takeAction, takeL3mdev } from './ip-rule-words.ts';
import {
  isDamaged,
  type JsonObject,
  type Located,
  numberOf,
  objectsOf,
  prefixText,
  textOf,
} from './json-objects.ts';
import { RuleDraft, toldOf } from './rule-draft.ts';
import { lineNotUnderstood, type Reading, spanIn, wordNotUnderstood } from './section.ts';
import type { Told } from './told.ts';

/** The text of a member as `ip rule` would print it, so that one reader of values serves text and JSON. */
const WORDS = new Map<string, readonly [word: string, value: (rule: JsonObject) => string]>([
  ['src', ['from', (rule) => prefixText(rule.src, rule.srclen)]],
  ['dst', ['to', (rule) => prefixText(rule.dst, rule.dstlen)]],
  ['iif', ['iif', (rule) => textOf(rule.iif) ?? '']],
  ['oif', ['oif', (rule) => textOf(rule.oif) ?? '']],
  ['fwmark', ['fwmark', (rule) => withMask(rule.fwmark, rule.fwmask)]],
  ['tos', ['tos', (rule) => textOf(rule.tos) ?? '']],
  ['dsfield', ['tos', (rule) => textOf(rule.dsfield) ?? '']],
  ['dscp', ['dscp', (rule) => withMask(rule.dscp, rule.dscp_mask)]],
  ['ipproto', ['ipproto', (rule) => textOf(rule.ipproto) ?? '']],
  ['sport', ['sport', (rule) => withMask(rule.sport, rule.sport_mask)]],
  ['sport_start', ['sport', (rule) => range(rule.sport_start, rule.sport_end)]],
  ['dport', ['dport', (rule) => withMask(rule.dport, rule.dport_mask)]],
  ['dport_start', ['dport', (rule) => range(rule.dport_start, rule.dport_end)]],
  ['uid_start', ['uidrange', (rule) => range(rule.uid_start, rule.uid_end)]],
  ['table', ['lookup', (rule) => textOf(rule.table) ?? '']],
  ['goto', ['goto', (rule) => textOf(rule.goto) ?? '']],
  ['suppress_prefixlen', ['suppress_prefixlength', (rule) => textOf(rule.suppress_prefixlen) ?? '']],
  ['suppress_prefixlength', ['suppress_prefixlength', (rule) => textOf(rule.suppress_prefixlength) ?? '']],
  ['suppress_ifgroup', ['suppress_ifgroup', (rule) => textOf(rule.suppress_ifgroup) ?? '']],
]);

/** Parts of members above, and what does not change what a rule does. */
const PASSED_OVER = new Set([
  'priority',
  'srclen',
  'dstlen',
  'fwmask',
  'dscp_mask',
  'sport_end',
  'sport_mask',
  'dport_end',
  'dport_mask',
  'uid_end',
  'protocol',
  'flow_from',
  'flow_to',
  'iif_detached',
  'oif_detached',
  'unresolved',
]);

/** `ip -j rule` of one family (iproute2, ip/iprule.c print_rule). Presence, not value, tells `not`, `nop`, `l3mdev`. */
export function readRulesJson(reading: Reading): Told {
  const drafts: RuleDraft[] = [];
  const lost: Span[] = [];
  for (const object of objectsOf(reading)) {
    const draft = ruleDraftOf(reading, object);
    if (draft) drafts.push(draft);
    else lost.push(object.span);
  }
  const { section } = reading;
  if (isDamaged(reading)) lost.push(spanIn(section, section.start, section.end));
  return toldOf(drafts, lost, reading);
}

function ruleDraftOf(reading: Reading, { value, span }: Located): RuleDraft | undefined {
  const preference = numberOf(value.priority);
  const draft = new RuleDraft(preference ?? 0, span);
  const wrong = Object.keys(value).filter((key) => !readMember(reading, draft, value, key));
  if (preference !== null && wrong.length === 0 && (draft.action || draft.gotoNowhere)) return draft;
  lineNotUnderstood(reading, span, wrong[0] ?? 'priority and table or action');
  draft.notUnderstood(wrong);
  return preference === null ? undefined : draft;
}

function readMember(reading: Reading, draft: RuleDraft, rule: JsonObject, key: string): boolean {
  const known = WORDS.get(key);
  if (known) return readRuleWord(reading, draft, { word: () => known[1](rule), span: draft.span }, known[0]);
  if (key === 'not') draft.not = true;
  else if (key === 'l3mdev') takeL3mdev(draft);
  else if (key === 'nop') takeAction(draft, 'nop');
  else if (key === 'action') return takeAction(draft, textOf(rule.action) ?? '');
  else if (!PASSED_OVER.has(key)) {
    draft.unmodelled.push(key);
    if (key !== 'tun_id' && !key.startsWith('flowlabel')) wordNotUnderstood(reading, draft.span, key);
  }
  return true;
}

function withMask(value: unknown, mask: unknown): string {
  const bits = textOf(mask);
  return bits === null ? (textOf(value) ?? '') : `${textOf(value) ?? ''}/${bits}`;
}

function range(first: unknown, last: unknown): string {
  return `${textOf(first) ?? ''}-${textOf(last) ?? ''}`;
}
