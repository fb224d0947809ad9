import type { Family } from '../../addr/ip.ts';
import { formatPrefix } from '../../addr/prefix.ts';
import type { Rule, StateProblem } from '../host-state.ts';
import type { RuleListing, Told } from './told.ts';

/** Rules that one listing of a family has and another one has not; only listings whose family is sure are compared. */
export function ruleContradictions(told: readonly Told[]): StateProblem[] {
  const sure = told.flatMap(({ rules }) => (rules?.sure ? [rules] : []));
  const families: readonly Family[] = [4, 6];
  return families.flatMap((family) => {
    const [used, ...others] = sure.filter((one) => one.family === family);
    return others.flatMap((other) => [...lacking(used, other), ...lacking(other, used, used)].slice(0, MOST));
  });
}

/** Many differences say no more than a few: the listings are of different times. */
const MOST = 10;

/** The line used is named first, whichever of the two lacks the rule. */
function lacking(these: RuleListing, those: RuleListing, used: RuleListing = these): StateProblem[] {
  const known = new Set(those.rules.map(keyOf));
  const nearest = ({ preference }: Rule) =>
    those.rules.find((one) => one.preference === preference)?.span ?? those.rules[0]?.span;
  return these.rules.flatMap((rule) => {
    const [own, other] = [rule.span, nearest(rule)];
    if (known.has(keyOf(rule)) || !own || !other) return [];
    const [first, second] = these === used ? [own, other] : [other, own];
    return [{ kind: 'contradiction', what: `rule ${rule.preference}`, first, second }];
  });
}

/** What every form prints alike. */
function keyOf({ preference, from, to, inputDevice, outputDevice, mark, action, not }: Rule): string {
  const prefixes = [from, to].map((one) => (one && one.length > 0 ? formatPrefix(one) : ''));
  return JSON.stringify([preference, prefixes, inputDevice, outputDevice, mark, action, not]);
}
