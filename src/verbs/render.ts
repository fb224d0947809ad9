import type { Analysis } from '../report/analysis.ts';
import { renderJson } from '../report/json/analysis.ts';
import { renderShort } from '../report/short.ts';
import { renderText } from '../report/text/report.ts';
import type { AnalyzeFlags, FORMATS } from './analyze-flags.ts';
import { type Terminal, wantsColor, widthOf } from './terminal.ts';

type Format = (typeof FORMATS)[number];

/** The report in the format asked for. A file is no terminal: it gets colour only where colour is insisted on. */
export function render(analysis: Analysis, flags: AnalyzeFlags, terminal: Terminal): string {
  const renderers: Record<Format, () => string> = {
    text: () => renderText(analysis, textOptions(flags, terminal)),
    short: () => renderShort(analysis),
    json: () => renderJson(analysis),
  };
  return renderers[flags.format]();
}

function textOptions(flags: AnalyzeFlags, terminal: Terminal) {
  const toFile = flags.output !== undefined;
  const { stdout, env } = terminal;
  return {
    width: toFile ? widthOf({ ...stdout, isTTY: false } as typeof stdout) : widthOf(stdout),
    color: toFile ? flags.color === 'always' : wantsColor(flags.color, stdout, env),
    zone: flags.localTime ? ('local' as const) : ('utc' as const),
    verbose: flags.verbose ?? false,
  };
}
