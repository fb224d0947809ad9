import type { Analysis } from '../analysis.ts';
import { clockSetWords, clockWords, isNoteworthy } from '../clock-words.ts';
import { verdictWords } from '../counts-words.ts';
import { restRows, toldOf } from './alike.ts';
import { diagnosisRows, type TextOptions } from './diagnosis.ts';
import { prose } from './prose.ts';
import { BLANK, paint, piece, type Row } from './row.ts';
import { summaryRows } from './summary.ts';

export type { TextOptions } from './diagnosis.ts';

/** The report for a terminal: written like a good compiler's, complete without colour. */
export function renderText(analysis: Analysis, options: TextOptions): string {
  const healthy = analysis.diagnoses.length === 0;
  const { whole, more } = toldOf(analysis.diagnoses, options.verbose);
  const rows = [
    ...(healthy || options.verbose ? summaryRows(analysis, options) : []),
    ...whole.flatMap((one) => diagnosisRows(one, options)),
    ...more.flatMap((rest) => restRows(rest, options.width)),
    ...(healthy || options.verbose ? [] : clockRows(analysis, options)),
    ...verdictRows(analysis, options),
    ...moreRows(analysis, options),
  ];
  return paint(rows, options.color);
}

/** Frames are quoted with the time of their own host, so a reader must know of clocks that differ. */
function clockRows({ clocks, clocksSet }: Analysis, { width }: TextOptions): Row[] {
  const words = [...clocks.filter(isNoteworthy).map(clockWords), ...clocksSet.map(clockSetWords)];
  const rows = words.flatMap((one) => prose('clock: ', 'strong', one, width, 7));
  return rows.length > 0 ? [...rows, BLANK] : [];
}

function verdictRows(analysis: Analysis, { width }: TextOptions): Row[] {
  const text = verdictWords(analysis);
  return prose('verdict: ', analysis.verdict.party === 'none' ? 'good' : 'strong', text, width, 4, 'strong');
}

/** Where to read on: the causes told, or the finding where no cause is. */
function moreRows({ diagnoses }: Analysis, { width }: TextOptions): Row[] {
  const causes = kinds(diagnoses.flatMap((one) => one.causes.map((cause) => cause.kind)));
  if (causes.length > 0) return readOn(causes.length > 1 ? 'these causes' : 'this cause', causes, width);
  const findings = kinds(diagnoses.map((one) => one.finding.kind));
  return findings.length > 0
    ? readOn(findings.length > 1 ? 'these findings' : 'this finding', findings, width)
    : [];
}

function kinds(all: readonly string[]): string[] {
  return [...new Set(all)];
}

function readOn(what: string, names: readonly string[], width: number): Row[] {
  const commands = names.map((name) => `wayhome explain ${name}`);
  const line = `For more about ${what}: ${commands.join(', ')}`;
  if (line.length <= width) return [[piece(line)]];
  return [[piece(`For more about ${what}:`)], ...commands.map((command) => [piece(`  ${command}`)])];
}
