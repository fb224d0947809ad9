import { quoteOf } from '../../addr/source.ts';
import type { Cause } from '../../reason/cause.ts';
import type { Diagnosis } from '../analysis.ts';
import { counted } from '../counts-words.ts';
import { prose } from './prose.ts';
import { BLANK, type Row } from './row.ts';

/** So many of a kind show what there is to see; a thousand hide the verdict. */
const TOLD = 8;

/** What a report tells in full, and what it only counts. */
export interface Told {
  readonly whole: readonly Diagnosis[];
  /** By what they have in common; each with several. */
  readonly more: readonly (readonly Diagnosis[])[];
}

/**
 * The first of those that differ in addresses and times only, in their order. One is not left out alone.
 * @param all leave nothing out
 */
export function toldOf(diagnoses: readonly Diagnosis[], all: boolean): Told {
  if (all || diagnoses.length <= TOLD) return { whole: diagnoses, more: [] };
  const alike = new Map<string, Diagnosis[]>();
  for (const one of diagnoses) {
    const key = keyOf(one);
    const known = alike.get(key);
    if (known) known.push(one);
    else alike.set(key, [one]);
  }
  const more = [...alike.values()].map((some) => some.slice(TOLD)).filter((rest) => rest.length > 1);
  const left = new Set(more.flat());
  return { whole: diagnoses.filter((one) => !left.has(one)), more };
}

function keyOf({ finding, causes }: Diagnosis): string {
  const { kind, level, originator, responder, protocol } = finding;
  const why = causes.map((cause) => [cause.kind, cause.host, cause.confidence, linesOf(cause)]);
  return JSON.stringify([kind, level, originator, responder, protocol, why]);
}

/** What decides, by file and line: another line is another cause. */
function linesOf({ sources }: Cause): string[] {
  const deciding = sources.filter(({ mark }) => mark === 'decides').map(({ span }) => quoteOf(span));
  return deciding.map(({ file, line }) => `${file}:${line}`);
}

/** The rest of some, in one sentence. */
export function restRows(rest: readonly Diagnosis[], width: number): Row[] {
  const [{ finding, causes }] = rest;
  const { level, kind } = finding;
  const exchanges = rest.reduce((sum, one) => sum + one.finding.count, 0);
  const why = causes.length > 0 ? ` (${causes.map((cause) => cause.kind).join(', ')})` : '';
  const what = kind === 'request-not-sent' ? '' : `, ${counted(exchanges, 'exchange')}`;
  const text = `${rest.length} more like this${why}${what}; --verbose shows them, --format json holds all`;
  return [...prose(`${level}[${kind}]: `, level, text, width, 4), BLANK];
}
