import { wrap } from '../wrap.ts';
import { CAUSES, EXPLANATIONS, FINDINGS } from './all.ts';
import type { Explanation, Step } from './explanation.ts';

/** One kind, for a terminal: what you see, why, how to check, the ways out. */
export function pageText(kind: keyof typeof EXPLANATIONS, width: number): string {
  const one: Explanation = EXPLANATIONS[kind];
  const parts = [
    ...wrap(`${kind}: ${one.title}`, width),
    '',
    ...section(
      'What you see',
      one.see.flatMap((text) => paragraph(text, width)),
    ),
    ...section(
      'Why',
      one.why.flatMap((text) => paragraph(text, width)),
    ),
    ...section(
      'How to check',
      one.check.flatMap((step) => stepLines(step, width)),
    ),
    ...section(
      'Ways out',
      one.ways.flatMap((step) => stepLines(step, width)),
    ),
  ];
  while (parts.at(-1) === '') parts.pop();
  return `${parts.join('\n')}\n`;
}

/** All kinds with a line each. */
export function listText(width: number): string {
  const names = Object.keys(EXPLANATIONS);
  const column = Math.max(...names.map((name) => name.length)) + 4;
  const table = (kinds: Readonly<Record<string, Explanation>>) =>
    Object.entries(kinds).flatMap(([name, { title }]) => entry(name, title, column, width));
  return [
    'Findings: what went wrong, as seen in captures',
    ...table(FINDINGS),
    '',
    'Causes: why, by the host states',
    ...table(CAUSES),
    '',
    'wayhome explain KIND tells more about one of them.',
    '',
  ].join('\n');
}

function entry(name: string, title: string, column: number, width: number): string[] {
  const lines = wrap(title, Math.max(width - column, 20));
  return lines.map((line, index) => (index === 0 ? `  ${name}` : '').padEnd(column) + line);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [title, ...lines] : [];
}

function paragraph(text: string, width: number): string[] {
  return [...wrap(text, width - 2).map((line) => `  ${line}`), ''];
}

function stepLines({ text, commands }: Step, width: number): string[] {
  return [
    ...wrap(text, width - 2).map((line) => `  ${line}`),
    ...commands.map((command) => `      ${command}`),
    '',
  ];
}
