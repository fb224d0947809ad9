import { readRuleWord } from './ip-rule-words.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { RuleDraft, rulesOf } from './rule-draft.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** `ip rule` of one family: `32766:	from all lookup main` (iproute2, ip/iprule.c print_rule). */
export function readRules(reading: Reading): Told {
  const drafts: RuleDraft[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const draft = ruleDraftOf(reading, lines);
    if (draft) drafts.push(draft);
    else lineNotUnderstood(reading, lines.span, 'PREFERENCE: from PREFIX ... lookup TABLE');
  }
  return drafts.length === 0 ? {} : { rules: rulesOf(drafts, reading.section.hint) };
}

function ruleDraftOf(reading: Reading, lines: Lines): RuleDraft | undefined {
  const first = lines.word();
  const preference = first.endsWith(':') ? wholeNumber(first.slice(0, -1)) : undefined;
  if (preference === undefined || lines.peek() === '') return undefined;
  const draft = new RuleDraft(preference, lines.span);
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    if (!readRuleWord(reading, draft, lines, word)) return undefined;
  }
  return draft.action || draft.gotoNowhere ? draft : undefined;
}
