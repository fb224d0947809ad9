import type { Span } from '../../addr/source.ts';
import { readRuleWord } from './ip-rule-words.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { RuleDraft, toldOf } from './rule-draft.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** `ip rule` of one family: `32766:	from all lookup main` (iproute2, ip/iprule.c print_rule). */
export function readRules(reading: Reading): Told {
  const drafts: RuleDraft[] = [];
  const lost: Span[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const draft = ruleDraftOf(reading, lines);
    if (draft) drafts.push(draft);
    else lost.push(lines.span);
  }
  return toldOf(drafts, lost, reading);
}

/** Undefined for a line that is no rule at all; what else it does not understand the rule keeps as not modelled. */
function ruleDraftOf(reading: Reading, lines: Lines): RuleDraft | undefined {
  const first = lines.word();
  const preference = first.endsWith(':') ? wholeNumber(first.slice(0, -1)) : undefined;
  const draft = new RuleDraft(preference ?? 0, lines.span);
  const wrong: string[] = [];
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    if (!readRuleWord(reading, draft, lines, word)) wrong.push(word);
  }
  if (preference !== undefined && wrong.length === 0 && (draft.action || draft.gotoNowhere)) return draft;
  lineNotUnderstood(reading, lines.span, 'PREFERENCE: from PREFIX ... lookup TABLE');
  draft.notUnderstood(wrong);
  return preference === undefined ? undefined : draft;
}
