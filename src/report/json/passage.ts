import type { FirewallRule, Passage } from '../../linux/passage.ts';
import { changeWords } from '../hook-words.ts';
import { lineJson } from './cause.ts';

/** What a host's own rules did to a packet that crossed its hooks. */
export function passageJson(passage: Passage) {
  const { outcome, mark, before, changes, accepts, missing } = passage;
  return {
    outcome: outcome.kind,
    /** The packet's mark at the end. */
    mark,
    lookedUpAgain: before !== null,
    changes: changes.map((change) => ({
      kind: change.what.kind,
      sentence: changeWords(change),
      ...ruleJson(change.rule),
    })),
    accepts: accepts.map(ruleJson),
    decidedBy: 'by' in outcome ? ruleJson(outcome.by) : null,
    missing: missing.map(({ kind, what }) => ({ kind, what })),
  };
}

function ruleJson({ span, chain, hook, isPolicy }: FirewallRule) {
  return { chain, hook, isPolicy, ...lineJson(span) };
}
