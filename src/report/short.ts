import type { Analysis, Diagnosis } from './analysis.ts';
import { keyFrame } from './pointer.ts';
import { printable } from './printable.ts';

/** One line per finding, for grep and editors: `file:frame: level: sentence (count) [finding/cause,cause]`. */
export function renderShort(analysis: Analysis): string {
  return analysis.diagnoses.map((one) => `${printable(lineOf(one))}\n`).join('');
}

function lineOf({ finding, sentence, causes }: Diagnosis): string {
  const frame = keyFrame(finding);
  const place = frame ? `${frame.file}:${frame.frame}` : (finding.originator ?? '-');
  const kinds = [...new Set(causes.map((cause) => cause.kind))].join(',');
  const times = finding.count > 1 ? ` (${finding.count} times)` : '';
  return `${place}: ${finding.level}: ${sentence}${times} [${finding.kind}${kinds === '' ? '' : `/${kinds}`}]`;
}
