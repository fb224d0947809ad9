import type { CaptureSummary } from '../../exchange/correlation.ts';
import type { Analysis } from '../analysis.ts';
import { clockSetWords, clockWords } from '../clock-words.ts';
import { counted } from '../counts-words.ts';
import { spanOf } from '../moment.ts';
import type { TextOptions } from './diagnosis.ts';
import { prose } from './prose.ts';
import { BLANK, type Row } from './row.ts';

/** What was analysed: each capture, what each host's state told, and how the clocks stand. */
export function summaryRows(analysis: Analysis, options: TextOptions): Row[] {
  const line = (head: string, text: string) => prose(head, 'strong', text, options.width, 4);
  const rows = [
    ...analysis.captures.flatMap((one) => line(`${one.facts.file}: `, captureWords(one, options))),
    ...analysis.hosts.flatMap((one) => line(`${one.name}: `, hostWords(one.given, one.missing))),
    ...analysis.clocks.flatMap((one) => line('clock: ', clockWords(one))),
    ...analysis.clocksSet.flatMap((one) => line('clock: ', clockSetWords(one))),
  ];
  return rows.length > 0 ? [...rows, BLANK] : [];
}

function captureWords(one: CaptureSummary, { zone }: TextOptions): string {
  const frames = counted(one.facts.frames, 'frame');
  if (!one.first || !one.last) return `${frames} of ${one.host}`;
  const packets = `${counted(one.probes, 'frame')} with a request, ${one.replies} with an answer`;
  return `${frames} of ${one.host}, ${spanOf(one.first, one.last, zone)}; ${packets}`;
}

function hostWords(given: readonly string[], missing: readonly string[]): string {
  const got = given.length > 0 ? given.join(', ') : 'nothing';
  return `${got} given${missing.length > 0 ? `; without ${missing.join(', ')}` : ''}`;
}
